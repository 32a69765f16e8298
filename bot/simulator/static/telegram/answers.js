// What the bot says to a tap: a note that goes by itself, or an alert that must be closed.

import { announce } from "../announce.js";
import { el } from "../dom.js";

const SHOWN_FOR = 4000; // milliseconds

export class Answers {
  node = el("div", { class: "tg-answer", hidden: true });
  #known = undefined;
  #timer = 0;

  /** Show an answer that was not there before. */
  show(answer) {
    const id = answer?.id ?? null;
    const first = this.#known === undefined;
    if (id === this.#known) return;
    this.#known = id;
    if (first || !answer) return;
    announce(answer.text);
    clearTimeout(this.#timer);
    this.node.hidden = false;
    this.node.classList.toggle("is-alert", answer.alert);
    this.node.replaceChildren(el("p", {}, answer.text));
    if (answer.alert) this.#addButton();
    else this.#timer = setTimeout(() => (this.node.hidden = true), SHOWN_FOR);
  }

  #addButton() {
    const close = el("button", { type: "button", class: "tg-ok" }, "好");
    close.addEventListener("click", () => (this.node.hidden = true));
    this.node.append(close);
    close.focus();
  }
}
