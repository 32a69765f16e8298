// The small components of Flex: button, image, icon, separator, filler, video.

import { link } from "./actions.js";
import { el, pressable, safeUrl, style } from "./dom.js";
import { lettered } from "./emoji.js";
import { colour, imageSize, ratio, textSize } from "./flexsizes.js";
import { shrinkToFit } from "./flextext.js";

const STYLES = new Set(["primary", "secondary", "link"]);
const ALIGN = { start: "flex-start", center: "center", end: "flex-end" };

/** A button: a real link for addresses, a real button for everything else. */
export function drawButton(button, { act }) {
  const look = STYLES.has(button.style) ? button.style : "link";
  const label = el("span", { class: "flex-button-label" }, lettered(button.action?.label ?? ""));
  if (button.adjustMode === "shrink-to-fit") shrinkToFit(label);
  const face = link(button.action) ?? el("button", { type: "button" });
  face.className = `flex-button flex-button-${look}`;
  face.append(label);
  face.classList.toggle("flex-button-small", button.height === "sm");
  face.addEventListener("click", (event) => {
    event.stopPropagation();
    if (face.tagName === "BUTTON") act(button.action ?? {});
  });
  style(face, { [look === "link" ? "color" : "background-color"]: colour(button.color) });
  return el("div", { class: "flex-button-room" }, face);
}

/** An image; decoration for screen readers, since the message's alternative text says it all. */
export function drawImage(image, { act }) {
  const source = safeUrl(image.url);
  const picture = el("img", { src: source, alt: "", loading: "lazy", draggable: "false" });
  const room = el("div", { class: "flex-image-room" }, picture);
  style(room, {
    width: imageSize(image.size) ?? "100px",
    "aspect-ratio": ratio(image.aspectRatio),
    "background-color": colour(image.backgroundColor),
  });
  style(picture, { "object-fit": image.aspectMode === "cover" ? "cover" : "contain" });
  const node = el("div", { class: "flex-image" }, room);
  style(node, { "justify-content": ALIGN[image.align] });
  if (image.action) pressable(node, image.action.label ?? "圖片", () => act(image.action));
  return node;
}

/** An icon in a baseline box, as high as text of its size. */
export function drawIcon(part) {
  const node = el("img", { class: "flex-icon", src: safeUrl(part.url), alt: "" });
  style(node, {
    "font-size": textSize(part.size) ?? "16px",
    "aspect-ratio": ratio(part.aspectRatio),
  });
  return node;
}

/** A hairline across the parent's direction. */
export function drawSeparator(part, { parent }) {
  const upright = parent === "horizontal" || parent === "baseline";
  const node = el("div", { class: `flex-separator flex-separator-${upright ? "v" : "h"}` });
  return style(node, { "background-color": colour(part.color) });
}

/** Room and nothing else. */
export function drawFiller() {
  return el("div", { class: "flex-filler" });
}

/** A video of a hero block, with its preview. */
export function drawVideo(video) {
  const player = el("video", {
    src: safeUrl(video.url),
    poster: safeUrl(video.previewUrl),
    controls: true,
    preload: "none",
  });
  return style(el("div", { class: "flex-video" }, player), {
    "aspect-ratio": ratio(video.aspectRatio),
  });
}
