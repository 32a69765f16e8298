// Choosing a person of the school for a phone: search by name, class or subject, and by role.

import { demo } from "./api.js";
import { openDialog } from "./dialogs.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { trying } from "./trying.js";

const ROLES = ["學生", "任課教師", "導師", "註冊組"];
const PAUSE = 180; // milliseconds after the last key before asking the server

/** Let a person be chosen; resolves to the person, or null. */
export function choosePerson() {
  return new Promise((resolve) => {
    const search = new Search();
    const dialog = openDialog("把誰的手機放上來", search.node, { wide: true });
    let chosen = null;
    search.onChoose = (person) => {
      chosen = person;
      dialog.close();
    };
    dialog.addEventListener("close", () => resolve(chosen));
    search.field.focus();
    search.ask();
  });
}

class Search {
  #role = "";
  #asked = 0;
  #timer = 0;
  #list = el("ul", { class: "people" });
  #count = el("p", { class: "people-count", role: "status" });
  onChoose = () => {};

  constructor() {
    this.field = el("input", {
      id: "people-search",
      type: "search",
      autocomplete: "off",
      placeholder: "姓名、班級或科目",
    });
    this.field.addEventListener("input", () => {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.ask(), PAUSE);
    });
    this.node = el(
      "div",
      { class: "dialog-body" },
      el("label", { for: "people-search", class: "unseen" }, "找人"),
      el("div", { class: "search-box" }, icon("search", 18), this.field),
      this.#drawRoles(),
      this.#count,
      this.#list,
    );
  }

  /** Ask the school, and show the answer unless a later question came first. */
  async ask() {
    const asked = (this.#asked += 1);
    const people = await trying(() => demo.people(this.field.value.trim(), this.#role));
    if (people && asked === this.#asked) this.#show(people);
  }

  #show(people) {
    this.#count.textContent = people.length ? `${people.length} 人` : "找不到這個人";
    this.#list.replaceChildren(...people.map((person) => el("li", {}, this.#drawPerson(person))));
  }

  #drawPerson(person) {
    const state = person.linked
      ? el("span", { class: "tag tag-good" }, "已綁定")
      : el("span", { class: "tag" }, "未綁定");
    const face = el(
      "span",
      { class: "owner-face", "data-role": person.role, "aria-hidden": "true" },
      [...person.name].at(0),
    );
    const words = el(
      "span",
      { class: "owner-words" },
      el("strong", {}, person.name, el("span", { class: "role" }, person.role)),
      el("small", {}, person.detail ?? ""),
    );
    const choose = () => this.onChoose(person);
    return el(
      "button",
      { type: "button", class: "person", on: { click: choose } },
      face,
      words,
      state,
    );
  }

  #drawRoles() {
    const group = el("div", { class: "chips", role: "group", "aria-label": "身分" });
    for (const role of ["", ...ROLES]) {
      const chip = el(
        "button",
        { type: "button", class: "chip", "aria-pressed": String(role === "") },
        role || "全部",
      );
      chip.addEventListener("click", () => {
        this.#role = role;
        for (const other of group.children)
          other.setAttribute("aria-pressed", String(other === chip));
        this.ask();
      });
      group.append(chip);
    }
    return group;
  }
}
