// What the server tells by itself (server-sent events); the browser reconnects when it breaks.

/** Follow one stream: a listener per event name, and `open` at every (re)connection. */
export function follow(url, { open, ...listeners }) {
  const source = new EventSource(url);
  if (open) source.addEventListener("open", open);
  for (const [name, listener] of Object.entries(listeners)) {
    source.addEventListener(name, (event) => listener(parsed(event.data)));
  }
  const stop = () => source.close();
  window.addEventListener("pagehide", stop, { once: true });
  return stop;
}

function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return {};
  }
}
