// A Flex message's containers: the bubble with its four blocks, and the carousel of bubbles.

import { el, pressable, style } from "./dom.js";
import { drawBox } from "./flexbox.js";
import { BUBBLE, blockPadding, colour } from "./flexsizes.js";
import { sideways } from "./sideways.js";

const BLOCKS = ["header", "hero", "body", "footer"];

/** Draw a Flex message's `contents`; `act` is called with the action of whatever is tapped. */
export function drawFlex(contents, act) {
  if (contents?.type === "carousel") return drawCarousel(contents, act);
  return drawBubble(contents ?? {}, act);
}

function drawCarousel({ contents = [] }, act) {
  const bubbles = contents.map((bubble) => drawBubble(bubble, act));
  return sideways(bubbles, `${bubbles.length} 張卡片，可左右捲動`);
}

function drawBubble(bubble, act) {
  const size = Object.hasOwn(BUBBLE, bubble.size ?? "mega") ? (bubble.size ?? "mega") : "mega";
  const node = el("div", {
    class: "flex-bubble",
    dir: bubble.direction === "rtl" ? "rtl" : "ltr",
    "data-size": size,
    css: { "--bubble": `${BUBBLE[size]}px` },
  });
  for (const name of BLOCKS) {
    if (bubble[name]) node.append(drawBlock(bubble, name, size, act));
  }
  if (bubble.action) pressable(node, bubble.action.label, () => act(bubble.action));
  return node;
}

function drawBlock(bubble, name, size, act) {
  const wish = bubble.styles?.[name] ?? {};
  const block = el("div", { class: `flex-block flex-${name}` });
  style(block, { "background-color": colour(wish.backgroundColor) });
  if (wish.separator) {
    block.classList.add("flex-ruled");
    style(block, { "border-top-color": colour(wish.separatorColor) });
  }
  const padding = name === "hero" ? undefined : blockPadding(size, name, Boolean(bubble.footer));
  const content = drawBox(bubble[name], { act, parent: "block", first: true, padding });
  block.append(content);
  return block;
}
