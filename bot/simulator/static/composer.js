// The bar below a chat: a menu's toggle, the typing box, and the button that sends.

import { el } from "./dom.js";
import { icon } from "./icons.js";

let count = 0;

export class Composer {
  #phone;
  #box;
  #send;
  #toggle;
  #onMenu;
  #onInput;
  #caption = el("span", { class: "menu-caption" });

  /** `onMenu(open)` opens the menu beside the box; `onInput(text)` hears of every change. */
  constructor(phone, label, { placeholder, onMenu, onInput = () => {} }) {
    this.#phone = phone;
    this.#onMenu = onMenu;
    this.#onInput = onInput;
    const id = `composer-${(count += 1)}`;
    this.#box = el("textarea", {
      id,
      rows: "1",
      placeholder,
      autocomplete: "off",
      maxlength: "5000",
    });
    this.#send = el(
      "button",
      { type: "submit", class: "round send", "aria-label": "傳送", disabled: true },
      icon("send"),
    );
    this.#toggle = el(
      "button",
      { type: "button", class: "menu-toggle", "aria-expanded": "false", hidden: true },
      icon("menu", 18),
      this.#caption,
    );
    this.node = el(
      "form",
      { class: "composer" },
      this.#toggle,
      el("label", { for: id, class: "unseen" }, label),
      this.#box,
      this.#send,
    );
    this.#listen();
  }

  /** Show or hide the toggle of a menu with this caption. */
  offerMenu(caption, open) {
    this.#toggle.hidden = !caption;
    this.#caption.textContent = caption ?? "";
    this.#toggle.setAttribute("aria-expanded", String(open));
  }

  /** Put text into the box and the cursor behind it. */
  write(text) {
    this.#box.value = text;
    this.#changed();
    this.#box.focus();
  }

  #listen() {
    this.node.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#box.addEventListener("input", () => this.#changed());
    this.#box.addEventListener("keydown", (event) => {
      // While an input method is composing (注音), Enter chooses a character and sends nothing.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit();
    });
    this.#toggle.addEventListener("click", () => {
      this.#onMenu(this.#toggle.getAttribute("aria-expanded") !== "true");
    });
  }

  async #submit() {
    const text = this.#box.value.trim();
    if (!text) return;
    this.#box.value = "";
    this.#changed();
    const sent = await this.#phone.send("text", { text });
    if (!sent && !this.#box.value) this.write(text);
  }

  #changed() {
    this.#grow();
    this.#onInput(this.#box.value);
  }

  #grow() {
    this.#send.disabled = this.#box.value.trim() === "";
    this.#box.style.setProperty("height", "auto");
    const borders = this.#box.offsetHeight - this.#box.clientHeight;
    const height = Math.min(this.#box.scrollHeight + borders, 96);
    this.#box.style.setProperty("height", `${height}px`);
  }
}
