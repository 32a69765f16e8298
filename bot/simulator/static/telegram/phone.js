// A Telegram phone: a bot's chat in which everything works, edits and all.

import { telegram } from "../api.js";
import { Composer } from "../composer.js";
import { Device } from "../device.js";
import { el } from "../dom.js";
import { icon } from "../icons.js";
import { drawPhoneMenu } from "../phonemenu.js";
import { Transcript } from "../transcript.js";
import { Answers } from "./answers.js";
import { Commands } from "./commands.js";
import { drawReplyKeyboard } from "./keyboard.js";
import { face, spoken, telegramLook } from "./rows.js";

const LOADING_AGAIN = 5000; // milliseconds
const ANSWERED_WITHIN = 3000; // milliseconds after a deed in which news is an answer, not a push
const SAMPLE_FILE = { fileName: "斜面實驗報告.pdf", size: 1_843_200 };

export class TelegramPhone extends Device {
  #code;
  #answers = new Answers();
  #subtitle = el("small", {});
  #welcome = el("div", { class: "tg-welcome", hidden: true });
  #gate = el("div", { class: "tg-gate", hidden: true });
  #hint = el("div", { class: "hint", hidden: true });
  #keys = el("div", { class: "tg-keys", hidden: true });
  #commands;
  #composer;
  #actedAt = performance.now(); // who opens a chat is in it: its first card needs no banner

  constructor({ head, ...device }) {
    super({ ...device, side: telegram });
    const { account, person } = device;
    this.#code = person.code ?? null;
    this.transcript = new Transcript(
      this,
      person.members ? `${person.name}的聊天` : `${person.name}和${account.name}在 Telegram 的聊天`,
      telegramLook,
    );
    this.#commands = new Commands(this);
    this.#composer = new Composer(this, `以${person.name}的身分輸入訊息`, {
      placeholder: "訊息",
      onMenu: (open) => this.openMenu(open),
      onInput: (text) => this.#commands.filter(text),
    });
    this.#composer.node.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.openMenu(false);
    });
    this.node = this.#draw(head);
  }

  send(verb, body) {
    this.#actedAt = performance.now();
    return super.send(verb, body);
  }

  /** Show or fold the list of commands. */
  openMenu(open) {
    this.#commands.open(open);
    this.#offerMenu();
  }

  /** What is wrong with how the bot took an update; null when nothing is. */
  problem({ delivered, status, updateId }) {
    if (delivered || updateId === null || status === null) return null;
    return `機器人對這個更新回了 ${status}，Telegram 會再送`;
  }

  /** Why Telegram does not let the owner do that. */
  refusal() {
    return "這支手機還沒開始或封鎖了機器人";
  }

  /** Show what `chat` says. */
  show() {
    const { messages, loading, commands, answer } = this.chat;
    // "Typing" ends by itself on Telegram's side; nothing tells when, so look again.
    if (loading) setTimeout(this.refresh, LOADING_AGAIN);
    this.transcript.show(messages, false);
    this.#subtitle.textContent = loading ? "正在輸入…" : this.person.members ? "群組" : "機器人";
    this.#subtitle.classList.toggle("is-typing", loading);
    this.#commands.show(commands);
    this.#offerMenu();
    this.#showWelcome();
    this.#showGate();
    this.#showHint();
    this.#showKeys();
    this.#answers.show(answer);
    const asked = performance.now() - this.#actedAt < ANSWERED_WITHIN;
    this.tellNews(messages, spoken, () => !asked);
  }

  #offerMenu() {
    const offered = this.chat?.commands.length && this.chat.menuButton.type === "commands";
    this.#composer.offerMenu(offered ? "選單" : null, this.#commands.isOpen);
  }

  /** What the bot is for, in the middle of an empty chat. */
  #showWelcome() {
    const { description, messages } = this.chat;
    this.#welcome.hidden = messages.length > 0;
    const words = description || `${this.account.name}會在這裡通知你。`;
    this.#welcome.replaceChildren(
      el("strong", {}, "這個機器人可以做什麼？"),
      el("p", {}, words),
    );
  }

  #showGate() {
    const { following, blocked } = this.chat;
    const shut = blocked || !following;
    this.#composer.node.hidden = shut;
    this.#gate.hidden = !shut;
    if (!shut) return;
    this.openMenu(false);
    const inGroup = Boolean(this.person.members);
    const label = inGroup ? "把機器人加回群組" : blocked ? "重新啟動機器人" : "開始";
    const start = el("button", { type: "button", class: "tg-start" }, label);
    start.addEventListener("click", () => this.send(inGroup ? "unblock" : "start", {}));
    this.#gate.replaceChildren(start);
  }

  /** The code sheet of a person who is not linked yet: its link starts the bot with the code. */
  #showHint() {
    const said = this.chat.messages.some(
      ({ from, message }) => from === "user" && message.text?.includes(this.#code),
    );
    this.#hint.hidden = !this.#code || said;
    if (this.#hint.hidden || this.#hint.childElementCount) return;
    const open = el("button", { type: "button", class: "chip" }, "打開連結");
    open.addEventListener("click", () => this.send("start", { payload: this.#code }));
    this.#hint.replaceChildren(
      el("p", {}, "代碼單上的 Telegram 連結 ", el("strong", {}, this.#code)),
      open,
    );
  }

  #showKeys() {
    const { replyKeyboard } = this.chat;
    this.#keys.hidden = !replyKeyboard;
    this.#keys.replaceChildren(...drawReplyKeyboard(replyKeyboard ?? [], this));
  }

  #draw(head) {
    const room = el(
      "div",
      { class: "tg-room" },
      this.#welcome,
      this.transcript.node,
      this.#answers.node,
      this.#commands.node,
    );
    return this.frame(
      head,
      "screen-telegram",
      this.#drawHeader(),
      this.banner.node,
      room,
      this.#hint,
      this.#composer.node,
      this.#gate,
      this.#keys,
    );
  }

  #drawHeader() {
    const name = el("div", { class: "tg-name" }, el("h3", {}, this.title), this.#subtitle);
    return el(
      "header",
      { class: "chat-head" },
      icon("back", 24),
      face(this.account),
      name,
      drawPhoneMenu(() => this.#offers()),
    );
  }

  #offers() {
    const { blocked, following } = this.chat ?? {};
    const off = blocked || !following;
    return [
      { label: "傳貼圖", act: () => this.send("sticker", {}), off },
      { label: "傳圖片", act: () => this.send("photo", {}), off },
      { label: "傳檔案", act: () => this.send("document", SAMPLE_FILE), off },
      blocked
        ? { label: "解除封鎖", act: () => this.send("unblock", {}) }
        : {
            label: this.person.members ? "把機器人移出群組" : "停止並封鎖",
            act: () => this.send("block", {}),
            grave: true,
            off: !following,
          },
    ];
  }
}
