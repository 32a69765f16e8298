// Choosing a person of the school for a phone: search by name, class or subject, and by role.

import { demo } from "./api.js";
import { openDialog } from "./dialogs.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { trying } from "./trying.js";

export const GROUP = "group"; // in a person's place: a group chat of a class
const ROLES = ["學生", "任課教師", "導師", "註冊組"];
const PAUSE = 180; // milliseconds after the last key before asking the server

const CHANNEL_NAMES = { line: "LINE", telegram: "Telegram" };
const GROUP_ROLE = "群組";

/**
 * Let a person be chosen, and one of these channels; resolves to the person, or null. `group` is the
 * name of a group that is offered as well.
 */
export function choosePerson(channels, group) {
  return new Promise((resolve) => {
    const search = new Search(channels, group);
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
  #group;
  onChoose = () => {};

  constructor(channels, group) {
    this.channel = channels[0];
    this.#group = group;
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
      channels.length > 1 ? this.#drawChannels(channels) : null,
      this.#count,
      this.#list,
    );
  }

  /** Ask the school, and show the answer unless a later question came first. */
  async ask() {
    const asked = (this.#asked += 1);
    if (this.#role === GROUP_ROLE) return this.#showGroup();
    const people = await trying(() => demo.people(this.field.value.trim(), this.#role));
    if (people && asked === this.#asked) this.#show(people);
  }

  #show(people) {
    this.#count.textContent = people.length ? `${people.length} 人` : "找不到這個人";
    this.#list.replaceChildren(...people.map((person) => el("li", {}, this.#drawPerson(person))));
  }

  #showGroup() {
    const detail = "導師和同學都在：只說人數，不說名字";
    const group = { personId: GROUP, name: this.#group, role: GROUP_ROLE, detail };
    this.#count.textContent = "";
    this.#list.replaceChildren(el("li", {}, this.#drawPerson(group)));
  }

  #drawPerson(person) {
    const tag = (kind, said) => el("span", { class: kind }, said);
    const state = person.linked ? tag("tag tag-good", "已綁定") : tag("tag", "未綁定");
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
    const choose = () => this.onChoose({ ...person, channel: this.channel });
    return el(
      "button",
      { type: "button", class: "person", on: { click: choose } },
      face,
      words,
      person.personId === GROUP ? null : state,
    );
  }

  #drawRoles() {
    const roles = this.#group ? [...ROLES, GROUP_ROLE] : ROLES;
    const labels = new Map([["", "全部"], ...roles.map((role) => [role, role])]);
    return drawChips("身分", labels, (role) => {
      this.#role = role;
      this.ask();
    });
  }

  #drawChannels(channels) {
    const labels = new Map(channels.map((channel) => [channel, CHANNEL_NAMES[channel]]));
    return drawChips("用哪一個", labels, (channel) => (this.channel = channel));
  }
}

/** A row of chips, the first of them pressed; `labels` are by what `onPress` is called with. */
function drawChips(name, labels, onPress) {
  const group = el("div", { class: "chips", role: "group", "aria-label": name });
  for (const [value, label] of labels) {
    const pressed = String(group.childElementCount === 0);
    const chip = el("button", { type: "button", class: "chip", "aria-pressed": pressed }, label);
    chip.addEventListener("click", () => {
      for (const other of group.children)
        other.setAttribute("aria-pressed", String(other === chip));
      onPress(value);
    });
    group.append(chip);
  }
  return group;
}
