// Text with Telegram's entities: bold, links, quotes, and times as the reader's clock has them.

import { el, safeUrl } from "../dom.js";
import { lettered } from "../emoji.js";

const ZONE = "Asia/Taipei";
const TAGS = {
  bold: "strong",
  italic: "em",
  underline: "u",
  strikethrough: "s",
  code: "code",
  pre: "pre",
  blockquote: "blockquote",
  expandable_blockquote: "blockquote",
};
const OPENABLE = ["http:", "https:", "tel:", "mailto:", "tg:"];
const TIME_PARTS = {
  w: { weekday: "long" },
  d: { year: "numeric", month: "numeric", day: "numeric" },
  D: { year: "numeric", month: "long", day: "numeric" },
  t: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
  T: { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" },
};

/** The nodes of a text; offsets count UTF-16 units, as JavaScript's strings do. */
export function drawText(text, entities, phone) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  return drawSpan(text, 0, text.length, sorted, phone);
}

function drawSpan(text, from, to, entities, phone) {
  const nodes = [];
  let at = from;
  let rest = entities;
  while (rest.length) {
    const [first, ...others] = rest;
    const end = Math.min(first.offset + first.length, to);
    const inside = others.filter(({ offset }) => offset < end);
    rest = others.filter(({ offset }) => offset >= end);
    nodes.push(between(text.slice(at, first.offset), nodes.at(-1)));
    const children = drawSpan(text, first.offset, end, inside, phone);
    nodes.push(drawEntity(first, text.slice(first.offset, end), children, phone));
    at = end;
  }
  nodes.push(between(text.slice(at, to), nodes.at(-1)));
  return nodes.flatMap((node) => (typeof node === "string" ? lettered(node) : node));
}

/** Text after an entity: behind a quote or a block, the line break is the block's own. */
function between(text, before) {
  return before?.matches?.("blockquote, pre") ? text.replace(/^\n/, "") : text;
}

function drawEntity(entity, text, children, phone) {
  switch (entity.type) {
    case "text_link":
      return drawLink(entity.url, children);
    case "url":
      return drawLink(text, children);
    case "bot_command":
      return drawCommand(text, phone);
    case "date_time":
      return drawTime(entity, text);
    case "spoiler":
      return drawSpoiler(children);
    default:
      return TAGS[entity.type] ? el(TAGS[entity.type], {}, children) : el("span", {}, children);
  }
}

function drawLink(address, children) {
  const href = safeUrl(address, OPENABLE);
  if (!href) return el("span", {}, children);
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" }, children);
}

function drawCommand(text, phone) {
  const button = el("button", { type: "button", class: "tg-command" }, text);
  button.addEventListener("click", () => phone.send("text", { text }));
  return button;
}

/** A time in the reader's own zone and words; with no format the text stays as it was sent. */
function drawTime({ unix_time, date_time_format: format = "" }, text) {
  const at = new Date(unix_time * 1000);
  const wanted = [...format].filter((letter) => TIME_PARTS[letter]);
  const words = wanted.length ? inWords(at, wanted) : text;
  const title = inWords(at, ["D", "w", "t"]);
  return el("time", { class: "tg-time", datetime: at.toISOString(), title }, words);
}

function inWords(at, letters) {
  const options = Object.assign({ timeZone: ZONE }, ...letters.map((each) => TIME_PARTS[each]));
  return new Intl.DateTimeFormat("zh-TW", options).format(at);
}

function drawSpoiler(children) {
  const button = el(
    "button",
    { type: "button", class: "tg-spoiler", "aria-label": "顯示隱藏的文字" },
    el("span", {}, children),
  );
  button.addEventListener("click", () =>
    button.replaceWith(...button.firstElementChild.childNodes),
  );
  return button;
}
