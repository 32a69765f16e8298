// The notification a push makes on a phone's screen: the first forty characters, then gone.

import { el } from "./dom.js";
import { lettered } from "./emoji.js";
import { icon } from "./icons.js";

const SEEN = 40; // characters
const SHOWN_FOR = 5000; // milliseconds

/** A place for banners at the top of a phone's screen. Screen readers hear the live region instead. */
export class Banner {
  #timer = 0;
  node = el("div", { class: "banner", "aria-hidden": "true", hidden: true });

  /** Show the words of a message for a while. */
  show(words, account) {
    const text = [...words];
    const cut = text.length > SEEN ? `${text.slice(0, SEEN).join("")}…` : text.join("");
    this.node.replaceChildren(
      el("span", { class: "banner-icon" }, icon("bell", 16)),
      el(
        "span",
        {},
        el("strong", {}, account.name),
        el("span", { class: "banner-text" }, lettered(cut)),
      ),
    );
    this.node.hidden = false;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => (this.node.hidden = true), SHOWN_FOR);
  }
}
