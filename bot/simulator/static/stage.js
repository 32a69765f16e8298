// The phones side by side (one at a time in a narrow window): add, remove, hand to another person.

import { demo } from "./api.js";
import { note } from "./announce.js";
import { channelOf, CHANNELS } from "./channels.js";
import { el, unseen } from "./dom.js";
import { icon } from "./icons.js";
import { drawOwner } from "./owner.js";
import { choosePerson, GROUP } from "./people.js";
import { trying } from "./trying.js";

const MOST = 6;
const REMEMBERED = "phones";
export class Stage {
  #accounts;
  #school;
  #slots = [];
  #row = document.getElementById("phones");
  #tabs = document.getElementById("phone-tabs");
  #add = drawAdd("add-phone");
  #addTab = drawAdd("phone-tab");

  /**
   * `accounts` are the bots by channel, `school` is the watched state, `persons` a watched list of
   * who is on a phone.
   */
  constructor({ accounts, school, persons }) {
    this.#accounts = accounts;
    this.#school = school;
    this.persons = persons;
    this.#row.append(this.#add);
    this.#tabs.append(this.#addTab);
    for (const button of [this.#add, this.#addTab]) {
      button.addEventListener("click", () => this.#addSomebody());
    }
    school.watch((state) => this.#slots.forEach(({ phone }) => phone.tick(state.clock)));
  }

  /** Put the cast on phones, or those who were on them before the page was loaded again. */
  async open(cast) {
    const known = await Promise.all(remembered().map((person) => this.#knows(person)));
    const persons = remembered().filter((_, index) => known[index]);
    this.restart(persons.length ? persons : cast);
  }

  /** Put exactly these people on phones. */
  restart(cast) {
    for (const { phone, tab } of this.#slots) [phone.node, tab].forEach((node) => node.remove());
    this.#slots = [];
    for (const person of cast) this.#put(person);
    this.#select(this.#slots[0]);
  }

  /** Something happened in a chat. */
  refresh(userId) {
    for (const { phone } of this.#slots) {
      if (userId === undefined || phone.person.userId === userId) phone.refresh();
    }
  }

  #put(person, replaced = null) {
    const slot = { unread: 0, tab: this.#drawTab(person) };
    slot.phone = new (channelOf(person).Phone)({
      account: this.#accountOf(person),
      person,
      head: this.#drawOwner(person, slot),
      onNews: (count) => this.#countNews(slot, count),
    });
    slot.tab.addEventListener("click", () => this.#select(slot));
    this.#place(slot, replaced);
    slot.phone.tick(this.#school.get().clock);
    slot.phone.refresh();
    this.#changed();
    return slot;
  }

  #place(slot, replaced) {
    if (replaced) {
      replaced.phone.node.replaceWith(slot.phone.node);
      replaced.tab.replaceWith(slot.tab);
      this.#slots[this.#slots.indexOf(replaced)] = slot;
      return;
    }
    this.#add.before(slot.phone.node);
    this.#addTab.before(slot.tab);
    this.#slots.push(slot);
  }

  #remove(slot) {
    slot.phone.node.remove();
    slot.tab.remove();
    this.#slots = this.#slots.filter((other) => other !== slot);
    this.#changed();
    this.#select(this.#slots[0]);
    this.#add.focus();
  }

  async #addSomebody() {
    const person = await this.#choose();
    if (person) this.#reveal(this.#put(person));
  }

  async #swap(slot) {
    const person = await this.#choose();
    if (person) this.#reveal(this.#put(person, slot));
  }

  #reveal(slot) {
    this.#select(slot);
    slot.phone.node.scrollIntoView({ block: "nearest", inline: "center" });
    slot.phone.node.querySelector("button").focus();
  }

  /** Let somebody be chosen and given an account; null when nobody was, or is on a phone already. */
  async #choose() {
    const chosen = await choosePerson(this.#offered(), this.#school.get().group);
    return chosen && this.#give(chosen, chosen.channel ?? "line");
  }

  /** Show the same person's or group's chat in the other app, on the same phone. */
  async #switch(slot, channel) {
    const person = await this.#give(slot.phone.person, channel);
    if (!person) return;
    const fresh = this.#put(person, slot);
    this.#select(fresh);
    fresh.phone.node.querySelector('.switch [aria-pressed="true"]')?.focus();
    if (!person.members && !person.code)
      note(`${person.name}改用 ${channelOf(person).name}，之後的通知也送到這裡`);
  }

  /** Give somebody an account on a channel; null when they have such a phone already. */
  async #give(person, channel) {
    const already = this.#slots.find(({ phone }) => isSame(phone.person, { ...person, channel }));
    if (already) {
      this.#reveal(already);
      const app = this.#offered().length > 1 ? ` ${CHANNELS[channel].name} ` : "";
      note(`${person.name}已經有一支${app}手機了`);
      return null;
    }
    if (person.personId === GROUP) {
      const group = await trying(() => demo.putGroupOnPhone(channel));
      return group && { ...person, ...group, channel, by: group.members[0].userId };
    }
    const given = await trying(() => demo.putOnPhone(person.personId, channel));
    return given && { ...person, channel, userId: given.userId, code: given.code };
  }

  /** The apps that a phone can show. */
  #offered() {
    return this.#school.get().telegram ? Object.keys(CHANNELS) : ["line"];
  }

  #select(slot) {
    if (!slot) return;
    for (const other of this.#slots) {
      const current = other === slot;
      other.phone.node.classList.toggle("is-current", current);
      other.tab.setAttribute("aria-pressed", String(current));
    }
    slot.unread = 0;
    this.#showUnread(slot);
  }

  #countNews(slot, count) {
    if (slot.phone.node.classList.contains("is-current")) return;
    slot.unread += count;
    this.#showUnread(slot);
  }

  #showUnread({ tab, unread }) {
    const badge = tab.querySelector(".badge");
    badge.hidden = unread === 0;
    badge.replaceChildren(String(unread), unseen(" 則新訊息"));
  }

  #changed() {
    this.#add.hidden = this.#slots.length >= MOST;
    this.#addTab.hidden = this.#add.hidden;
    this.#row.classList.toggle("is-alone", this.#slots.length === 1);
    const persons = this.#slots.map(({ phone }) => phone.person);
    this.persons.set(persons);
    sessionStorage.setItem(REMEMBERED, JSON.stringify(persons));
  }

  async #knows(person) {
    if (!CHANNELS[person.channel ?? "line"]) return false;
    const { account } = this.#accountOf(person);
    return Boolean(account) && channelOf(person).side.knows(account, person.userId);
  }

  #accountOf({ channel = "line" }) {
    const { account: onLine, telegram: onTelegram } = this.#school.get();
    const wanted = channel === "telegram" ? onTelegram : onLine;
    return (
      this.#accounts[channel].find(({ account }) => account === wanted) ?? {
        account: wanted,
        name: "歷程鈴",
      }
    );
  }

  #drawTab(person) {
    return el(
      "button",
      { type: "button", class: "phone-tab", "aria-pressed": "false" },
      el("span", { class: "tab-name" }, person.name),
      el(
        "span",
        { class: `tab-role tab-${person.channel ?? "line"}` },
        person.role,
        unseen(` ${channelOf(person).name}`),
      ),
      el("span", { class: "badge", hidden: true }),
    );
  }

  #drawOwner(person, slot) {
    return drawOwner(person, {
      channels: this.#offered(),
      onChannel: (channel) => this.#switch(slot, channel),
      onSwap: () => this.#swap(slot),
      onRemove: () => this.#remove(slot),
      onMember: (userId) => this.#select(this.#put({ ...slot.phone.person, by: userId }, slot)),
    });
  }
}

/** Whether two phones would show the same chat. */
function isSame(one, other) {
  return one.personId === other.personId && channelOf(one) === channelOf(other);
}

function drawAdd(kind) {
  const label = "再加一支手機";
  return el(
    "button",
    { type: "button", class: kind, "aria-label": label, title: label },
    icon("plus", 22),
  );
}

/** Who was on a phone in this tab; the server may have forgotten them since. */
function remembered() {
  try {
    const persons = JSON.parse(sessionStorage.getItem(REMEMBERED));
    return Array.isArray(persons) ? persons : [];
  } catch {
    return [];
  }
}
