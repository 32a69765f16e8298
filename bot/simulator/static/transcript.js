// The messages of one chat, oldest first: bubbles, times, day lines, and what each one cost.

import { day, time } from "./dates.js";
import { el, unseen } from "./dom.js";
import { icon } from "./icons.js";
import { drawMessage } from "./message.js";

const NEAR = 80; // pixels from the bottom that still count as being at the bottom

export class Transcript {
  #phone;
  #list = el("ol", { class: "messages" });
  #rows = new Map();
  #stuck = true;
  #typing = drawTyping();
  #newer = el(
    "button",
    { type: "button", class: "newer", hidden: true },
    icon("down", 18),
    "新訊息",
  );

  constructor(phone, label) {
    this.#phone = phone;
    this.scroller = el(
      "div",
      { class: "chat", tabindex: "0", role: "log", "aria-live": "off" },
      this.#list,
    );
    this.scroller.setAttribute("aria-label", label);
    this.node = el("div", { class: "chat-room" }, this.scroller, this.#newer);
    this.#newer.addEventListener("click", () => this.#toBottom());
    this.#keepBottom();
  }

  /** Show these messages; rows that did not change stay as they are. Returns the new ones. */
  show(messages, loading) {
    const before = this.#rows;
    this.#rows = new Map();
    const nodes = [];
    messages.forEach((entry, index) => {
      const previous = messages[index - 1] ?? null;
      const charged = isCharged(entry, messages[index + 1]);
      const key = [
        entry.id,
        JSON.stringify(entry.message),
        followsOn(previous, entry),
        charged,
      ].join();
      const row = before.get(key) ?? drawRow(entry, previous, charged, this.#phone);
      this.#rows.set(key, row);
      nodes.push(...row);
    });
    if (loading) nodes.push(this.#typing);
    reconcile(this.#list, nodes);
    if (this.#stuck) this.#toBottom();
    else if (this.#rows.size > before.size) this.#newer.hidden = false;
  }

  /** The owner of the phone did something: show what comes of it. */
  follow() {
    this.#stuck = true;
  }

  #toBottom() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.#stuck = true;
    this.#newer.hidden = true;
  }

  /** Stay at the bottom when a menu opens or a picture arrives, until somebody scrolls up. */
  #keepBottom() {
    let last = 0;
    const scrolled = () => {
      const { scrollTop, clientHeight, scrollHeight } = this.scroller;
      if (scrollTop + clientHeight > scrollHeight - NEAR) this.#stuck = true;
      else if (scrollTop < last) this.#stuck = false;
      last = scrollTop;
      if (this.#stuck) this.#newer.hidden = true;
    };
    this.scroller.addEventListener("scroll", scrolled, { passive: true });
    const observer = new ResizeObserver(() => this.#stuck && this.#toBottom());
    observer.observe(this.scroller);
    observer.observe(this.#list);
  }
}

/** Up to five messages of one push count once: the mark stands at the last. */
function isCharged(entry, next) {
  return entry.counted && !(next?.counted && next.at === entry.at);
}

function followsOn(previous, entry) {
  return previous !== null && previous.from === entry.from && day(previous.at) === day(entry.at);
}

/** Make the list hold exactly these nodes, in this order, touching only what differs. */
function reconcile(list, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...list.children]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, index) => {
    if (list.children[index] !== node) list.insertBefore(node, list.children[index] ?? null);
  });
}

function drawRow(entry, previous, charged, phone) {
  const { account } = phone;
  const nodes = [];
  if (previous === null || day(previous.at) !== day(entry.at)) {
    nodes.push(el("li", { class: "day-line" }, el("span", {}, day(entry.at))));
  }
  const mine = entry.from === "user";
  if (entry.unsent || entry.message?.type === "unsent") {
    nodes.push(
      el("li", { class: "day-line" }, el("span", {}, mine ? "你已收回訊息" : "訊息已收回")),
    );
    return nodes;
  }
  const who = unseen(`${mine ? "我" : account.name}，${time(entry.at)}`);
  const body = el(
    "div",
    { class: "body" },
    drawMessage(entry.message, phone),
    drawMeta(entry, charged),
  );
  const face = mine ? null : avatar(account, followsOn(previous, entry));
  const kind = mine ? "row-mine" : "row-theirs";
  nodes.push(
    el(
      "li",
      { class: `row ${kind} row-${entry.message?.type}`, "data-id": entry.id },
      face,
      who,
      body,
    ),
  );
  return nodes;
}

function drawMeta(entry, charged) {
  const meta = el("div", { class: "meta" }, el("time", { datetime: entry.at }, time(entry.at)));
  if (charged) meta.prepend(el("span", { class: "cost", title: "推播，LINE 計 1 則" }, "計費"));
  return meta;
}

/** The account's picture, or nothing but its room below the first message of a run. */
export function avatar(account, empty = false) {
  const face = el("div", { class: "avatar", "aria-hidden": "true" });
  if (empty) face.classList.add("avatar-empty");
  else if (account.iconUrl) face.append(el("img", { src: account.iconUrl, alt: "" }));
  else face.append(icon("bell", 20));
  return face;
}

function drawTyping() {
  const dots = el(
    "div",
    { class: "typing", role: "img", "aria-label": "正在輸入" },
    el("i"),
    el("i"),
    el("i"),
  );
  return el("li", { class: "row row-theirs" }, avatar({}), el("div", { class: "body" }, dots));
}
