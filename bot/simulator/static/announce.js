// Telling: a polite live region for screen readers, and short notes at the bottom of the page.

import { el } from "./dom.js";

const NOTE_FOR = 4500; // milliseconds

/** Have a screen reader say it, after what it is saying now. */
export function announce(text) {
  const region = document.getElementById("live");
  const line = el("p", {}, text);
  region.append(line);
  while (region.childElementCount > 6) region.firstElementChild.remove();
}

/** Show a short note that goes by itself; `kind` is "plain" or "trouble". */
export function note(text, kind = "plain") {
  const shown = el("p", { class: `note note-${kind}` }, text);
  document.getElementById("notes").append(shown);
  announce(text);
  setTimeout(() => shown.remove(), NOTE_FOR);
}
