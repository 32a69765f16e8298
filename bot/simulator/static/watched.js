// A value that others may watch: what the page knows of the school, shared by its parts.

export class Watched {
  #value;
  #watchers = new Set();

  constructor(value = null) {
    this.#value = value;
  }

  get() {
    return this.#value;
  }

  /** Take a new value and tell every watcher. */
  set(value) {
    this.#value = value;
    for (const watcher of this.#watchers) watcher(value);
  }

  /** Call now, if there is a value already, and at every change. Returns how to stop. */
  watch(watcher) {
    this.#watchers.add(watcher);
    if (this.#value !== null) watcher(this.#value);
    return () => this.#watchers.delete(watcher);
  }
}

/** Run a piece of asynchronous work once at a time; a call while it runs makes one more run. */
export function coalesced(work) {
  let running = null;
  let again = false;
  const run = async () => {
    do {
      again = false;
      await work();
    } while (again);
  };
  return () => {
    if (running) {
      again = true;
      return running;
    }
    running = run().finally(() => {
      running = null;
    });
    return running;
  };
}
