// The list of commands above the typing box: opened by the menu button, or by typing "/".

import { el } from "../dom.js";

export class Commands {
  node = el("div", { class: "tg-commands", hidden: true, "aria-label": "指令", role: "group" });
  isOpen = false;
  #phone;
  #commands = [];
  #typed = "";

  constructor(phone) {
    this.#phone = phone;
    this.node.addEventListener("keydown", (event) => this.#steer(event));
  }

  /** These are the commands of this chat. */
  show(commands) {
    this.#commands = commands;
    this.#draw();
  }

  /** Show all of them, or none. */
  open(yes) {
    this.isOpen = yes;
    this.#typed = "";
    this.#draw();
    if (yes) this.node.querySelector("button")?.focus();
  }

  /** Show those that begin like what is typed. */
  filter(typed) {
    this.isOpen = false;
    this.#typed = /^\/\w*$/.test(typed) ? typed.slice(1) : "";
    this.#draw(typed.startsWith("/") && /^\/\w*$/.test(typed));
  }

  #draw(typing = false) {
    const found = this.#commands.filter(({ command }) => command.startsWith(this.#typed));
    this.node.hidden = !(this.isOpen || typing) || found.length === 0;
    this.node.replaceChildren(...found.map((each) => this.#drawCommand(each)));
  }

  #drawCommand({ command, description }) {
    const button = el(
      "button",
      { type: "button", class: "tg-command-row" },
      el("span", {}, description),
      el("small", {}, `/${command}`),
    );
    button.addEventListener("click", () => {
      this.#phone.openMenu(false);
      this.#phone.send("text", { text: `/${command}` });
    });
    return button;
  }

  #steer(event) {
    const buttons = [...this.node.children];
    const at = buttons.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1 }[event.key];
    if (event.key === "Escape") this.#phone.openMenu(false);
    if (to === undefined) return;
    event.preventDefault();
    buttons.at(to % buttons.length).focus();
  }
}
