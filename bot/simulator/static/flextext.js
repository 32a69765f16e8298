// Text and its spans: cut with an ellipsis unless told to wrap, as LINE cuts it.

import { el, pressable, style } from "./dom.js";
import { lettered } from "./emoji.js";
import { colour, measure, textSize } from "./flexsizes.js";

const ALIGN = { start: "start", center: "center", end: "end" };
const SMALLEST = 8; // pixels; LINE shrinks no further than can be read

/** Draw a text component. */
export function drawText(text, { act }) {
  const inner = el("div", { class: "flex-text-line" }, ...words(text));
  const node = el("div", { class: "flex-text" }, inner);
  node.classList.toggle("flex-wrap", Boolean(text.wrap));
  look(node, text);
  style(node, { "text-align": ALIGN[text.align], "line-height": lineHeight(text.lineSpacing) });
  if (text.wrap && text.maxLines > 0) {
    inner.classList.add("flex-clamped");
    style(inner, {
      "-webkit-line-clamp": String(text.maxLines),
      "line-clamp": String(text.maxLines),
    });
  }
  if (text.adjustMode === "shrink-to-fit") shrinkToFit(inner);
  if (text.action) pressable(node, text.action.label, () => act(text.action));
  return node;
}

/** Make one line of text smaller until it fits, whenever its room changes. */
export function shrinkToFit(node) {
  const fit = () => {
    style(node, { "font-size": "1em" });
    const full = parseFloat(getComputedStyle(node).fontSize);
    const wanted = node.scrollWidth;
    if (!node.clientWidth || wanted <= node.clientWidth) return;
    const size = Math.max(SMALLEST, Math.floor((full * node.clientWidth) / wanted) - 0.5);
    style(node, { "font-size": `${size}px` });
  };
  new ResizeObserver(fit).observe(node);
}

function words(text) {
  if (!Array.isArray(text.contents) || text.contents.length === 0) return lettered(text.text ?? "");
  return text.contents.map((span) => {
    const node = el("span", {}, lettered(span.text ?? ""));
    look(node, span);
    return node;
  });
}

function look(node, part) {
  style(node, {
    "font-size": textSize(part.size),
    color: colour(part.color),
    "font-weight": { bold: "700", regular: "400" }[part.weight],
    "font-style": { italic: "italic", normal: "normal" }[part.style],
    "text-decoration": { underline: "underline", "line-through": "line-through", none: "none" }[
      part.decoration
    ],
  });
}

function lineHeight(spacing) {
  const extra = measure(spacing);
  return extra && `calc(1.4em + ${extra})`;
}
