// The messages of a Telegram chat: bubbles with a tail and the time inside, and buttons below.

import { day, time } from "../dates.js";
import { el, svg, unseen } from "../dom.js";
import { icon } from "../icons.js";
import { followsOn } from "../rows.js";
import { drawText } from "./entities.js";
import { drawKeyboard } from "./keyboard.js";

const NAMES = {
  document: "檔案",
  photo: "圖片",
  sticker: "貼圖",
  location: "位置",
  service: "系統訊息",
};
const TONES = 4;
const TAIL = "M0 16C5 16 9 12 10 0C11 8 13 14 17 16Z";

/** How Telegram draws a chat. */
export const telegramLook = {
  key: (entry, previous, next) =>
    [
      entry.id,
      entry.edited,
      JSON.stringify(entry.message),
      followsOn(previous, entry),
      isLast(entry, next),
    ].join(),
  draw: drawRow,
  typing: () => el("li", {}),
};

/** What a notification and a screen reader say of a message. */
export function spoken({ type, text, document }) {
  const name = NAMES[type] ? `${NAMES[type]} ${document?.file_name ?? ""}`.trim() : "";
  return [name, text].filter(Boolean).join("：");
}

/** A bot's round picture. */
export function face(account) {
  const inside = account.iconUrl ? el("img", { src: account.iconUrl, alt: "" }) : icon("bell", 20);
  return el("span", { class: "tg-face", "aria-hidden": "true" }, inside);
}

/** The tail is at the last bubble of a run. */
function isLast(entry, next) {
  return next === null || !followsOn(entry, next);
}

function drawRow(entry, previous, next, phone) {
  const nodes = [];
  if (previous === null || day(previous.at) !== day(entry.at)) {
    nodes.push(el("li", { class: "tg-day" }, el("span", {}, day(entry.at))));
  }
  if (entry.message.type === "service") {
    nodes.push(el("li", { class: "tg-day" }, el("span", {}, NAMES.service)));
    return nodes;
  }
  const sender = phone.senderOf(entry);
  const mine = Boolean(sender.isMine);
  const kind = `row tg-row ${mine ? "row-mine" : "row-theirs"}`;
  nodes.push(
    el(
      "li",
      {
        class: isLast(entry, next) ? `${kind} tg-last` : kind,
        "data-id": entry.id,
      },
      unseen(`${sender.name}，${time(entry.at)}${entry.edited ? "，已編輯" : ""}`),
      el(
        "div",
        { class: "tg-message" },
        drawBubble(entry, mine, phone, followsOn(previous, entry) ? null : sender),
        drawKeyboard(entry.message.keyboard, phone),
      ),
    ),
  );
  return nodes;
}

function drawBubble(entry, mine, phone, sender) {
  const { type, text, entities, replyTo } = entry.message;
  const words = text
    ? el("div", { class: "tg-text" }, drawText(text, entities ?? [], phone), drawMeta(entry, mine))
    : drawMeta(entry, mine);
  return el(
    "div",
    { class: `tg-bubble tg-bubble-${type}` },
    sender && phone.person.members && !mine ? drawName(sender) : null,
    replyTo ? el("div", { class: "tg-reply" }, replyTo) : null,
    type === "text" ? null : drawMedia(entry.message),
    words,
    svg("svg", { class: "tg-tail", viewBox: "0 0 17 16", "aria-hidden": "true" }, svg("path", { d: TAIL })),
  );
}

/** A group's bubbles begin with who wrote them, each in a colour of their own. */
function drawName({ name, isBot, id }) {
  const tone = isBot ? 0 : (Number(String(id).slice(-4)) % TONES) + 1;
  return el("p", { class: `tg-sender tg-sender-${tone}`, "aria-hidden": "true" }, name);
}

function drawMeta({ at, edited }, mine) {
  return el(
    "span",
    { class: "tg-meta", "aria-hidden": "true" },
    edited ? el("span", { class: "tg-edited" }, "已編輯") : null,
    el("time", { datetime: at }, time(at)),
    mine ? drawTicks() : null,
  );
}

function drawTicks() {
  const path = svg("path", { d: "M1 6l3.5 3.5L12 2M8 9.500L15.500 2" });
  return svg("svg", { class: "tg-ticks", viewBox: "0 0 17 12", width: 17, height: 12 }, path);
}

function drawSticker(sticker) {
  const label = `貼圖 ${sticker?.emoji ?? ""}`.trim();
  return el("div", { class: "sticker", role: "img", "aria-label": label }, icon("sticker", 72));
}

function drawMedia({ type, document, sticker }) {
  if (type === "sticker") return drawSticker(sticker);
  if (type !== "document") {
    const label = NAMES[type] ?? type;
    const sign = icon(type === "location" ? "place" : "image", 48);
    return el("div", { class: "tg-photo", role: "img", "aria-label": label }, sign);
  }
  const size = `${((document?.file_size ?? 0) / 1024).toFixed(0)} KB`;
  return el(
    "div",
    { class: "tg-file" },
    el("span", { class: "tg-file-sign", "aria-hidden": "true" }, icon("file", 22)),
    el("span", {}, el("strong", {}, document?.file_name ?? NAMES.document), el("small", {}, size)),
  );
}
