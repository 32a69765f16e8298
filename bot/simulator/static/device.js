// What every phone on the page has: its owner, its frame, its talk with the server, and its news.

import { ApiError } from "./api.js";
import { announce, note } from "./announce.js";
import { Banner } from "./banner.js";
import { el, style } from "./dom.js";
import { trying } from "./trying.js";
import { coalesced } from "./watched.js";

const SCREEN_WIDTH = 375; // pixels: how wide a phone the messengers' sizes are made for

export class Device {
  chat = null;
  banner = new Banner();
  #seen = null;
  #side;
  #onNews;
  #clock = el("span", { class: "status-time" });

  /**
   * `account` is {account, name, iconUrl}, `person` {userId, name, role, detail, code?}; a group
   * also has members [{userId, name}], of whom `by` holds the phone.
   */
  constructor({ account, person, onNews, side }) {
    this.account = account;
    this.person = person;
    this.#onNews = onNews;
    this.#side = side;
    this.refresh = coalesced(() => this.#refresh());
  }

  /** Do as the owner of the phone does: text, sticker, tap … True when the messenger took it. */
  async send(verb, body) {
    this.transcript.follow();
    const { account } = this.account;
    try {
      const { userId, by } = this.person;
      const answer = await this.#side.act(account, userId, verb, by ? { ...body, by } : body);
      const problem = this.chat?.blocked ? null : this.problem(answer);
      if (problem) note(problem, "trouble");
      await this.refresh();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      note(error.status === 409 ? this.refusal(verb) : error.message, "trouble");
      return false;
    }
  }

  /** What the chat is called: the school's account, or the group with how many are in it. */
  get title() {
    const { members, name } = this.person;
    return members ? `${name}（${members.length + 1}）` : this.account.name;
  }

  /** Whose message this is: the phone's owner, the school's account, or another member's. */
  senderOf({ from, by }) {
    if (from !== "user") return { name: this.account.name, isBot: true };
    const { members, by: holder } = this.person;
    if (!members || by === holder) return { name: "我", isMine: true };
    const member = members.find(({ userId }) => userId === by);
    return { name: member?.name ?? "群組成員", id: by };
  }

  /** Show the school's time in the status bar. */
  tick(clock) {
    this.#clock.textContent = clock;
  }

  /** Tell of messages that were not there before; `pushed` of them come with a banner. */
  tellNews(messages, spoken, pushed) {
    const news = messages.filter(
      ({ id, from }) => from === "bot" && this.#seen && !this.#seen.has(id),
    );
    this.#seen = new Set(messages.map(({ id }) => id));
    if (news.length === 0) return;
    const loud = news.filter(pushed);
    if (loud.length) this.banner.show(spoken(loud.at(-1).message), this.account);
    const words = news.map(({ message }) => spoken(message)).join("；");
    announce(`${this.person.name}的手機，${this.account.name}：${words}`);
    this.#onNews(news.length);
  }

  /** The phone with its owner above it and this inside of its screen. */
  frame(head, kind, ...inside) {
    const signs = el("span", { class: "status-signs" }, el("i"), el("i"), el("i"));
    const bar = el("div", { class: "status-bar", "aria-hidden": "true" }, this.#clock, signs);
    const home = el("div", { class: "home-bar", "aria-hidden": "true" });
    const screen = el("div", { class: `screen ${kind}` }, bar, ...inside, home);
    const phone = el("div", { class: "phone" }, screen);
    fitToWidth(phone, screen);
    return el("section", { class: "slot", "aria-label": `${this.person.name}的手機` }, head, phone);
  }

  async #refresh() {
    const chat = await trying(() => this.#side.chat(this.account.account, this.person.userId));
    if (!chat) return;
    this.chat = chat;
    this.show();
  }
}

/** Draw the screen at a phone's own width and scale it to the room there is. */
function fitToWidth(phone, screen) {
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width)
      style(screen, { zoom: String(Math.min(1, contentRect.width / SCREEN_WIDTH)) });
  }).observe(phone);
}
