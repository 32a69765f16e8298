// The two emoji the bot uses, drawn by the page, since not every machine has a font for them.

import { el } from "./dom.js";

const DRAWN = { "✅": "done", "⏰": "due" };
const ANY = /([✅⏰]\uFE0F?)/u;

/** The text in pieces, its emoji as drawings that keep their character for whoever copies it. */
export function lettered(text) {
  return text
    .split(ANY)
    .filter(Boolean)
    .map((part) => {
      const name = DRAWN[part[0]];
      return name ? el("span", { class: `emoji emoji-${name}` }, part) : part;
    });
}
