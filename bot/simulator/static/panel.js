// The side panel: its tabs, and in a narrow window the drawer or sheet it lies in.

import { el } from "./dom.js";

export class Panel {
  #tabs = [];
  #list = document.getElementById("panel-tabs");
  #body = document.getElementById("panel-body");
  #root = document.getElementById("panel");
  #toggle = document.getElementById("panel-toggle");

  /** `subjects` are {id, label, node, shown?()}; the first is open. */
  constructor(subjects) {
    for (const subject of subjects) this.#addTab(subject);
    this.#list.addEventListener("keydown", (event) => this.#steer(event));
    this.#toggle.addEventListener("click", () =>
      this.open(this.#toggle.getAttribute("aria-expanded") !== "true"),
    );
    document.getElementById("panel-close").addEventListener("click", () => this.open(false));
    this.#root.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.open(false);
    });
    this.#choose(this.#tabs[0]);
  }

  /** Slide the panel in or out, where the window is too narrow to show it beside the phones. */
  open(yes) {
    this.#toggle.setAttribute("aria-expanded", String(yes));
    this.#root.classList.toggle("is-open", yes);
    if (yes) this.#list.querySelector('[aria-selected="true"]').focus();
    else this.#toggle.focus();
  }

  #addTab(subject) {
    const tab = el(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${subject.id}`,
        "aria-controls": `panel-${subject.id}`,
      },
      subject.label,
    );
    const page = el(
      "div",
      {
        role: "tabpanel",
        id: `panel-${subject.id}`,
        "aria-labelledby": tab.id,
        class: "panel-page",
        tabindex: "0",
      },
      subject.node,
    );
    const entry = { tab, page, subject };
    tab.addEventListener("click", () => this.#choose(entry));
    this.#tabs.push(entry);
    this.#list.append(tab);
    this.#body.append(page);
  }

  #choose(chosen) {
    for (const entry of this.#tabs) {
      const current = entry === chosen;
      entry.tab.setAttribute("aria-selected", String(current));
      entry.tab.setAttribute("tabindex", current ? "0" : "-1");
      entry.page.hidden = !current;
    }
    chosen.subject.shown?.();
  }

  #steer(event) {
    const at = this.#tabs.findIndex(({ tab }) => tab === document.activeElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: this.#tabs.length - 1 }[
      event.key
    ];
    if (to === undefined) return;
    event.preventDefault();
    const entry = this.#tabs.at(to % this.#tabs.length);
    this.#choose(entry);
    entry.tab.focus();
  }
}
