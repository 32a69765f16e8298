// One phone on the page: whose it is, and a LINE chat in which everything works.

import { line } from "./api.js";
import { Composer } from "./composer.js";
import { Device } from "./device.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";
import { spoken } from "./message.js";
import { drawPhoneMenu, lineOffers } from "./phonemenu.js";
import { QuickReplies } from "./quickreply.js";
import { RichMenu } from "./richmenu.js";
import { lineLook } from "./rows.js";
import { Transcript } from "./transcript.js";

const LOADING_AGAIN = 5000; // milliseconds
// What stands where nobody can type, and what the button below it says.
const BLOCKED = ["已封鎖這個帳號", "解除封鎖"];
const STRANGE = ["還不是好友", "加入好友"];
const GONE = ["官方帳號不在群組裡", "邀請加入群組"];

export class Phone extends Device {
  #asPc = false;
  #menuOpen = false;
  #code = null;
  #parts;

  constructor({ head, ...device }) {
    super({ ...device, side: line });
    const { account, person } = device;
    this.#code = person.code ?? null;
    const label = person.members ? person.name : `${person.name}和${account.name}`;
    this.transcript = new Transcript(this, `${label}的聊天`, lineLook);
    this.#parts = {
      composer: new Composer(this, `以${person.name}的身分輸入訊息`, {
        placeholder: "輸入訊息",
        onMenu: (open) => this.openRichMenu(open),
      }),
      quick: new QuickReplies(this),
      menu: new RichMenu(this),
      gate: el("div", { class: "gate", hidden: true }),
      hint: el("div", { class: "hint", hidden: true }),
    };
    this.node = this.#draw(head);
  }

  /** What is wrong with how the bot took an event; null when nothing is. */
  problem({ delivered, status }) {
    if (delivered !== false) return null;
    return status ? `機器人對這個事件回了 ${status}` : "機器人沒有在兩秒內回應這個事件";
  }

  /** Why LINE does not let the owner do that. */
  refusal(verb) {
    return verb === "unsend" ? "超過 24 小時的訊息不能收回" : "這支手機封鎖了帳號，先解除封鎖";
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

  /** Show what `chat` says. */
  show() {
    const { messages, loading, quickReply, richMenu } = this.chat;
    // The animation ends by itself on LINE's side; nothing tells when, so look again.
    if (loading) setTimeout(this.refresh, LOADING_AGAIN);
    this.transcript.show(messages, loading);
    this.#parts.quick.show(this.#asPc ? null : quickReply);
    if (this.#parts.menu.show(richMenu)) this.#menuOpen = Boolean(richMenu?.selected);
    this.#showMenu();
    this.#showGate();
    this.#showHint();
    this.tellNews(messages, spoken, ({ via }) => via && via !== "reply");
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
    const [state, offer] = this.person.members ? GONE : blocked ? BLOCKED : STRANGE;
    const join = el("button", { type: "button", class: "button button-line" }, offer);
    join.addEventListener("click", () => this.send("follow"));
    gate.replaceChildren(el("p", {}, state), join);
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

  #draw(head) {
    const { composer, quick, menu, gate, hint } = this.#parts;
    menu.node.hidden = true;
    return this.frame(
      head,
      "screen-line",
      this.#drawHeader(),
      this.banner.node,
      this.transcript.node,
      hint,
      el("p", { class: "pc-note" }, "電腦版 LINE 沒有圖文選單和快速回覆，請用打字的"),
      quick.node,
      composer.node,
      gate,
      menu.node,
    );
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
      if (this.chat) this.show();
    });
    const name = el(
      "h3",
      {},
      this.person.members
        ? null
        : el("span", { class: "verified", "aria-hidden": "true" }, icon("shield", 16)),
      this.title,
    );
    const menu = drawPhoneMenu(() => lineOffers(this));
    return el("header", { class: "chat-head" }, icon("back", 24), name, pc, menu);
  }
}
