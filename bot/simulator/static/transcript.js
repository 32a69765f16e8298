// The messages of one chat, oldest first, kept at the bottom until somebody scrolls up.

import { el } from "./dom.js";
import { icon } from "./icons.js";

const NEAR = 80; // pixels from the bottom that still count as being at the bottom

export class Transcript {
  #phone;
  #list = el("ol", { class: "messages" });
  #rows = new Map();
  #stuck = true;
  #look;
  #typing;
  #newer = el(
    "button",
    { type: "button", class: "newer", hidden: true },
    icon("down", 18),
    "新訊息",
  );

  /** `look` draws as a messenger does: {draw(entry, previous, next, phone), key(…), typing()}. */
  constructor(phone, label, look) {
    this.#phone = phone;
    this.#look = look;
    this.#typing = look.typing();
    this.scroller = el(
      "div",
      { class: "chat", tabindex: "0", role: "log", "aria-live": "off" },
      this.#list,
    );
    this.scroller.setAttribute("aria-label", label);
    this.node = el("div", { class: "chat-room" }, this.scroller, this.#newer);
    this.#newer.addEventListener("click", () => this.#toBottom());
    this.#keepBottom();
  }

  /** Show these messages; rows that did not change stay as they are. Returns the new ones. */
  show(messages, loading) {
    const before = this.#rows;
    this.#rows = new Map();
    const nodes = [];
    messages.forEach((entry, index) => {
      const around = [messages[index - 1] ?? null, messages[index + 1] ?? null];
      const key = this.#look.key(entry, ...around);
      const row = before.get(key) ?? this.#look.draw(entry, ...around, this.#phone);
      this.#rows.set(key, row);
      nodes.push(...row);
    });
    if (loading) nodes.push(this.#typing);
    reconcile(this.#list, nodes);
    if (this.#stuck) this.#toBottom();
    else if (this.#rows.size > before.size) this.#newer.hidden = false;
  }

  /** The owner of the phone did something: show what comes of it. */
  follow() {
    this.#stuck = true;
  }

  #toBottom() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#stuck = true;
    this.#newer.hidden = true;
  }

  /** Stay at the bottom when a menu opens or a picture arrives, until somebody scrolls up. */
  #keepBottom() {
    let last = 0;
    const scrolled = () => {
      const { scrollTop, clientHeight, scrollHeight } = this.scroller;
      if (scrollTop + clientHeight > scrollHeight - NEAR) this.#stuck = true;
      else if (scrollTop < last) this.#stuck = false;
      last = scrollTop;
      if (this.#stuck) this.#newer.hidden = true;
    };
    this.scroller.addEventListener("scroll", scrolled, { passive: true });
    const observer = new ResizeObserver(() => this.#stuck && this.#toBottom());
    observer.observe(this.scroller);
    observer.observe(this.#list);
  }
}

/** Make the list hold exactly these nodes, in this order, touching only what differs. */
function reconcile(list, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}
