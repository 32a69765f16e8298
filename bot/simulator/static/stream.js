// What the server tells by itself (server-sent events); the browser reconnects when it breaks.

/**
 * Follow one stream: a listener per event name, and `open` at every (re)connection.
 *
 * A browser has six connections to a server for all its tabs together: a tab out of sight lets go
 * of its own, and asks for what it missed when it is looked at again.
 */
export function follow(url, { open, ...listeners }) {
  let source = null;
  const start = () => {
    source = new EventSource(url);
    if (open) source.addEventListener("open", open);
    for (const [name, listener] of Object.entries(listeners)) {
      source.addEventListener(name, (event) => listener(parsed(event.data)));
    }
  };
  const stop = () => {
    source?.close();
    source = null;
  };
  const look = () => {
    if (document.visibilityState === "hidden") stop();
    else if (!source) start();
  };
  document.addEventListener("visibilitychange", look);
  window.addEventListener("pagehide", stop);
  window.addEventListener("pageshow", look);
  look();
}

function parsed(data) {
  try {
    return JSON.parse(data);
  } catch {
    return {};
  }
}
