// One phone on the page: whose it is, and a LINE chat in which everything works.

import { ApiError, line } from "./api.js";
import { announce, note } from "./announce.js";
import { Banner } from "./banner.js";
import { Composer } from "./composer.js";
import { el, style } from "./dom.js";
import { icon } from "./icons.js";
import { spoken } from "./message.js";
import { drawPhoneMenu } from "./phonemenu.js";
import { QuickReplies } from "./quickreply.js";
import { RichMenu } from "./richmenu.js";
import { Transcript } from "./transcript.js";
import { trying } from "./trying.js";
import { coalesced } from "./watched.js";

const LOADING_AGAIN = 5000; // milliseconds
const LINE_WIDTH = 375; // pixels: how wide a phone LINE's sizes are made for

export class Phone {
  chat = null;
  #seen = null;
  #asPc = false;
  #menuOpen = false;
  #code = null;
  #parts;
  #screen;

  /** `account` is {account, name, iconUrl}, `person` {userId, name, role, detail, code?}. */
  constructor({ account, person, head, onNews }) {
    this.account = account;
    this.person = person;
    this.onNews = onNews;
    this.#code = person.code ?? null;
    this.refresh = coalesced(() => this.#refresh());
    this.#parts = {
      transcript: new Transcript(this, `${person.name}和${account.name}的聊天`),
      composer: new Composer(this, `以${person.name}的身分輸入訊息`),
      quick: new QuickReplies(this),
      menu: new RichMenu(this),
      banner: new Banner(),
      gate: el("div", { class: "gate", hidden: true }),
      hint: el("div", { class: "hint", hidden: true }),
      clock: el("span", { class: "status-time" }),
    };
    this.node = this.#draw(head);
  }

  /** Do as the owner of the phone does: text, sticker, postback, follow … True when LINE took it. */
  async send(verb, body) {
    this.#parts.transcript.follow();
    try {
      const { delivered, status } = await line.act(
        this.account.account,
        this.person.userId,
        verb,
        body,
      );
      if (delivered === false && !this.chat?.blocked) note(undelivered(status), "trouble");
      await this.refresh();
      return true;
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      note(error.status === 409 ? refusal(verb) : error.message, "trouble");
      return false;
    }
  }

  /** Show or fold the rich menu. */
  openRichMenu(open) {
    this.#menuOpen = open;
    this.#showMenu();
  }

  /** Start typing, with this text in the box already. */
  openKeyboard(text) {
    this.openRichMenu(false);
    this.#parts.composer.write(text);
  }

  /** Show the school's time in the status bar. */
  tick(clock) {
    this.#parts.clock.textContent = clock;
  }

  async #refresh() {
    const chat = await trying(() => line.chat(this.account.account, this.person.userId));
    if (!chat) return;
    this.chat = chat;
    this.#show();
  }

  #show() {
    const { messages, loading, quickReply, richMenu } = this.chat;
    // The animation ends by itself on LINE's side; nothing tells when, so look again.
    if (loading) setTimeout(this.refresh, LOADING_AGAIN);
    this.#parts.transcript.show(messages, loading);
    this.#parts.quick.show(this.#asPc ? null : quickReply);
    if (this.#parts.menu.show(richMenu)) this.#menuOpen = Boolean(richMenu?.selected);
    this.#showMenu();
    this.#showGate();
    this.#showHint();
    this.#tellNews(messages);
  }

  #showMenu() {
    const menu = this.#asPc ? null : this.chat?.richMenu;
    this.#parts.menu.node.hidden = !menu || !this.#menuOpen;
    this.#parts.composer.offerMenu(menu ? menu.chatBarText || "選單" : null, this.#menuOpen);
  }

  /** What stands in the typing box's place for somebody who blocked or never added the account. */
  #showGate() {
    const { following, blocked } = this.chat;
    const { gate, composer } = this.#parts;
    const shut = blocked || !following;
    composer.node.hidden = shut;
    gate.hidden = !shut;
    if (!shut) return;
    const join = el(
      "button",
      { type: "button", class: "button button-line" },
      blocked ? "解除封鎖" : "加入好友",
    );
    join.addEventListener("click", () => this.send("follow"));
    gate.replaceChildren(el("p", {}, blocked ? "已封鎖這個帳號" : "還不是好友"), join);
    this.#parts.menu.node.hidden = true;
  }

  /** The joining code of a person who is not linked yet, until it has been typed. */
  #showHint() {
    const { hint } = this.#parts;
    const said = this.chat.messages.some(({ from, message }) => {
      return from === "user" && message?.text?.includes(this.#code);
    });
    hint.hidden = !this.#code || said;
    if (hint.hidden || hint.childElementCount) return;
    const write = el("button", { type: "button", class: "chip" }, "填入");
    write.addEventListener("click", () => this.openKeyboard(this.#code));
    hint.replaceChildren(el("p", {}, "學校發的綁定代碼 ", el("strong", {}, this.#code)), write);
  }

  #tellNews(messages) {
    const news = messages.filter(
      ({ id, from }) => from === "bot" && this.#seen && !this.#seen.has(id),
    );
    this.#seen = new Set(messages.map(({ id }) => id));
    if (news.length === 0) return;
    const pushed = news.filter(({ via }) => via && via !== "reply");
    if (pushed.length) this.#parts.banner.show(pushed.at(-1).message, this.account);
    announce(
      `${this.person.name}的手機，${this.account.name}：${news.map(({ message }) => spoken(message)).join("；")}`,
    );
    this.onNews(news.length);
  }

  #draw(head) {
    const { transcript, composer, quick, menu, banner, gate, hint } = this.#parts;
    this.#screen = el(
      "div",
      { class: "screen" },
      this.#drawStatusBar(),
      this.#drawHeader(),
      banner.node,
      transcript.node,
      hint,
      el("p", { class: "pc-note" }, "電腦版 LINE 沒有圖文選單和快速回覆，請用打字的"),
      quick.node,
      composer.node,
      gate,
      menu.node,
      el("div", { class: "home-bar", "aria-hidden": "true" }),
    );
    menu.node.hidden = true;
    const phone = el("div", { class: "phone" }, this.#screen);
    fitToWidth(phone, this.#screen);
    return el("section", { class: "slot", "aria-label": `${this.person.name}的手機` }, head, phone);
  }

  #drawStatusBar() {
    const signs = el("span", { class: "status-signs" }, el("i"), el("i"), el("i"));
    return el("div", { class: "status-bar", "aria-hidden": "true" }, this.#parts.clock, signs);
  }

  #drawHeader() {
    const pc = el(
      "button",
      {
        type: "button",
        class: "round",
        "aria-pressed": "false",
        "aria-label": "電腦版 LINE",
        title: "電腦版 LINE：沒有圖文選單和快速回覆",
      },
      icon("desktop"),
    );
    pc.addEventListener("click", () => {
      this.#asPc = !this.#asPc;
      pc.setAttribute("aria-pressed", String(this.#asPc));
      this.node.classList.toggle("is-pc", this.#asPc);
      if (this.chat) this.#show();
    });
    const name = el(
      "h3",
      {},
      el("span", { class: "verified", "aria-hidden": "true" }, icon("shield", 16)),
      this.account.name,
    );
    return el("header", { class: "chat-head" }, icon("back", 24), name, pc, drawPhoneMenu(this));
  }
}

function undelivered(status) {
  return status ? `機器人對這個事件回了 ${status}` : "機器人沒有在兩秒內回應這個事件";
}

function refusal(verb) {
  return verb === "unsend" ? "超過 24 小時的訊息不能收回" : "這支手機封鎖了帳號，先解除封鎖";
}

/** Draw the screen at LINE's own width and scale it to the room there is. */
function fitToWidth(phone, screen) {
  new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width)
      style(screen, { zoom: String(Math.min(1, contentRect.width / LINE_WIDTH)) });
  }).observe(phone);
}
