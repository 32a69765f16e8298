// Quick replies: at most thirteen chips above the typing box, gone at a tap or a new message.

import { perform } from "./actions.js";
import { el, safeUrl } from "./dom.js";
import { lettered } from "./emoji.js";

const MOST = 13;

export class QuickReplies {
  #phone;
  #shown = null;
  node = el("div", {
    class: "quick-replies",
    role: "group",
    "aria-label": "快速回覆",
    hidden: true,
  });

  constructor(phone) {
    this.#phone = phone;
  }

  /** Show these chips, or none. */
  show(quickReply) {
    const items = quickReply?.items ?? [];
    const key = JSON.stringify(items);
    if (key === this.#shown) return;
    this.#shown = key;
    this.node.hidden = items.length === 0;
    this.node.replaceChildren(...items.slice(0, MOST).map((item) => this.#chip(item)));
    this.node.scrollLeft = 0;
  }

  #chip({ action = {}, imageUrl }) {
    const picture = imageUrl && safeUrl(imageUrl);
    const chip = el("button", { type: "button", class: "chip" });
    if (picture) chip.append(el("img", { src: picture, alt: "" }));
    chip.append(...lettered(action.label ?? ""));
    chip.addEventListener("click", () => {
      this.node.hidden = true;
      perform(action, this.#phone);
    });
    return chip;
  }
}
