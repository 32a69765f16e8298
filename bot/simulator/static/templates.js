// Template messages (buttons, confirm, carousels) and imagemaps: LINE's older layouts, in brief.

import { link } from "./actions.js";
import { el, pressable, safeUrl, style } from "./dom.js";
import { sideways } from "./sideways.js";

const DRAW = {
  buttons: (template, act) => card(template, act),
  confirm: (template, act) => card(template, act, "template-confirm"),
  carousel: (template, act) =>
    sideways(
      (template.columns ?? []).map((column) => card(column, act)),
      "卡片，可左右捲動",
    ),
  image_carousel: (template, act) =>
    sideways(
      (template.columns ?? []).map((column) => picture(column, act)),
      "圖片，可左右捲動",
    ),
};

/** Draw a template message's `template`. */
export function drawTemplate(template, act) {
  const draw = DRAW[template.type];
  if (!draw) return el("p", { class: "odd" }, `這種版型這裡畫不出來：${template.type}`);
  return draw(template, act);
}

/** Draw an imagemap: its picture with the areas that can be tapped. */
export function drawImagemap({ baseUrl, altText, baseSize = {}, actions = [] }, act) {
  const source = safeUrl(`${baseUrl}/700`);
  const map = el("div", { class: "imagemap" }, el("img", { src: source, alt: altText ?? "" }));
  for (const action of actions) {
    const area = el("button", {
      type: "button",
      class: "area",
      "aria-label": action.label ?? action.text ?? "區域",
    });
    place(area, action.area ?? {}, baseSize);
    area.addEventListener("click", () => act(asPlainAction(action)));
    map.append(area);
  }
  return map;
}

/** Put an area of a picture where it is, in shares of the picture's size. */
export function place(node, { x = 0, y = 0, width = 0, height = 0 }, size) {
  const share = (part, whole) => `${(100 * part) / (whole || 1)}%`;
  return style(node, {
    left: share(x, size.width),
    top: share(y, size.height),
    width: share(width, size.width),
    height: share(height, size.height),
  });
}

function asPlainAction({ type, text, linkUri, clipboardText, label }) {
  return { type, label, text, uri: linkUri, clipboardText };
}

function card(part, act, kind = "") {
  const node = el("div", { class: `template ${kind}` });
  const image = part.thumbnailImageUrl && safeUrl(part.thumbnailImageUrl);
  if (image) node.append(el("img", { src: image, alt: "" }));
  if (part.title) node.append(el("strong", { class: "template-title" }, part.title));
  node.append(el("p", { class: "template-text" }, part.text ?? ""));
  node.append(
    el(
      "div",
      { class: "template-actions" },
      (part.actions ?? []).map((action) => choice(action, act)),
    ),
  );
  if (part.defaultAction) pressable(node, part.defaultAction.label, () => act(part.defaultAction));
  return node;
}

function choice(action, act) {
  const face = link(action) ?? el("button", { type: "button" });
  face.append(action.label ?? "");
  face.addEventListener("click", (event) => {
    event.stopPropagation();
    if (face.tagName === "BUTTON") act(action);
  });
  return face;
}

function picture({ imageUrl, action }, act) {
  const node = el(
    "div",
    { class: "template-picture" },
    el("img", { src: safeUrl(imageUrl), alt: action?.label ?? "" }),
  );
  return action ? pressable(node, action.label, () => act(action)) : node;
}
