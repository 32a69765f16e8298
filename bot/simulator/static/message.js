// One LINE message object as it looks in a chat; kinds that are new are named in grey.

import { link, perform } from "./actions.js";
import { el, safeUrl } from "./dom.js";
import { lettered } from "./emoji.js";
import { drawFlex } from "./flex.js";
import { icon } from "./icons.js";
import { drawImagemap, drawTemplate } from "./templates.js";

const URL_IN_TEXT = /https?:\/\/[^\s<>"'（）「」，。、；]+/g;
const VOICELESS = new Set(["sticker", "image", "video", "audio", "location", "file"]);
const NAMES = {
  sticker: "貼圖",
  image: "圖片",
  video: "影片",
  audio: "語音",
  location: "位置",
  file: "檔案",
};

const DRAW = {
  text: (message) => speech(withLinks(message.text ?? "")),
  textV2: (message) => speech(withLinks(substituted(message))),
  sticker: (message) => drawSticker(message),
  image: (message) => drawImage(message),
  video: (message) => drawVideo(message),
  audio: (message) => drawAudio(message),
  file: (message) => drawFile(message),
  location: (message) => drawLocation(message),
  flex: (message, act) => drawFlex(message.contents, act),
  template: (message, act) => drawTemplate(message.template ?? {}, act),
  imagemap: (message, act) => drawImagemap(message, act),
};

/** Draw a message for a phone, on which its buttons act. */
export function drawMessage(message, phone) {
  const draw = DRAW[message?.type];
  if (!draw)
    return el("p", { class: "odd" }, `這種訊息這裡畫不出來：${message?.type ?? "（沒有種類）"}`);
  return draw(message, (action) => perform(action, phone));
}

/** What a notification and a screen reader say of a message. */
export function spoken(message) {
  if (message.altText) return message.altText;
  if (message.type === "text") return message.text ?? "";
  if (message.type === "textV2") return substituted(message);
  if (VOICELESS.has(message.type))
    return `${NAMES[message.type]} ${message.fileName ?? message.title ?? ""}`.trim();
  return message.type ?? "";
}

function speech(content) {
  return el("p", { class: "speech" }, content);
}

function withLinks(text) {
  const parts = [];
  let end = 0;
  for (const found of text.matchAll(URL_IN_TEXT)) {
    parts.push(...lettered(text.slice(end, found.index)));
    const address = link({ type: "uri", uri: found[0] });
    if (address) address.append(found[0]);
    parts.push(address ?? found[0]);
    end = found.index + found[0].length;
  }
  return [...parts, ...lettered(text.slice(end))];
}

function substituted({ text = "", substitution = {} }) {
  return text.replace(/\{(\w+)\}/g, (whole, key) => {
    const item = substitution[key];
    if (item?.type === "mention") return "@你";
    return item?.type === "emoji" ? "🙂" : whole;
  });
}

function drawSticker({ packageId, stickerId }) {
  const label = `貼圖 ${packageId ?? ""}-${stickerId ?? ""}`;
  return el("div", { class: "sticker", role: "img", "aria-label": label }, icon("sticker", 72));
}

function drawImage({ previewImageUrl, originalContentUrl, url }) {
  const source = safeUrl(previewImageUrl ?? originalContentUrl ?? url ?? "", [
    "http:",
    "https:",
    "blob:",
  ]);
  const given = previewImageUrl ?? originalContentUrl ?? url;
  if (!given || !source) {
    return el(
      "div",
      { class: "photo photo-empty", role: "img", "aria-label": "圖片" },
      icon("image", 56),
    );
  }
  return el("img", { class: "photo", src: source, alt: "圖片" });
}

function drawVideo({ originalContentUrl, previewImageUrl }) {
  if (!originalContentUrl) {
    return el(
      "div",
      { class: "photo photo-empty", role: "img", "aria-label": "影片" },
      icon("play", 56),
    );
  }
  const player = { src: safeUrl(originalContentUrl), controls: true, preload: "none" };
  return el("video", {
    class: "photo",
    poster: previewImageUrl && safeUrl(previewImageUrl),
    ...player,
  });
}

function drawAudio({ originalContentUrl, duration }) {
  if (originalContentUrl) {
    return el("audio", { src: safeUrl(originalContentUrl), controls: true, preload: "none" });
  }
  return el(
    "p",
    { class: "speech speech-file" },
    icon("play"),
    `語音 ${Math.round((duration ?? 0) / 1000)} 秒`,
  );
}

function drawFile({ fileName, fileSize }) {
  const size = fileSize ? el("small", {}, `${(fileSize / 1024).toFixed(0)} KB`) : null;
  return el(
    "p",
    { class: "speech speech-file" },
    icon("file", 28),
    el("span", {}, fileName ?? "檔案", size),
  );
}

function drawLocation({ title, address }) {
  const map = el("div", { class: "map", "aria-hidden": "true" }, icon("place", 32));
  const words = el(
    "div",
    { class: "map-words" },
    el("strong", {}, title ?? "位置"),
    el("small", {}, address ?? ""),
  );
  return el("div", { class: "location" }, map, words);
}
