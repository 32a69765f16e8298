// The box and what may lie in one: each component drawn, then placed by its parent's layout.

import { el, pressable, style } from "./dom.js";
import {
  drawButton,
  drawFiller,
  drawIcon,
  drawImage,
  drawSeparator,
  drawVideo,
} from "./flexparts.js";
import { border, colour, measure, space } from "./flexsizes.js";
import { drawText } from "./flextext.js";

const DRAW = {
  box: drawBoxAlone,
  text: drawText,
  button: drawButton,
  image: drawImage,
  icon: drawIcon,
  separator: drawSeparator,
  filler: drawFiller,
  video: drawVideo,
};
const RIGID = new Set(["icon", "separator"]);
const JUSTIFY = {
  center: "center",
  "flex-start": "flex-start",
  "flex-end": "flex-end",
  "space-between": "space-between",
  "space-around": "space-around",
  "space-evenly": "space-evenly",
};
const GRAVITY = { top: "flex-start", center: "center", bottom: "flex-end" };

/** Draw a component and place it: `parent` is the layout around it, or "block". */
export function drawBox(component, place) {
  const draw = DRAW[component?.type];
  if (!draw) return el("div", { class: "flex-unknown" }, `不認得的元件：${component?.type}`);
  const node = draw(component, place);
  node.classList.add("flex-item");
  position(node, component);
  if (component.position !== "absolute") share(node, component, place);
  return node;
}

function drawBoxAlone(box, { act, padding }) {
  const layout = ["horizontal", "baseline"].includes(box.layout) ? box.layout : "vertical";
  const node = el("div", { class: `flex-box flex-${layout}` });
  let first = true;
  for (const child of box.contents ?? []) {
    node.append(drawBox(child, { act, parent: layout, spacing: box.spacing, first }));
    if (child.position !== "absolute") first = false;
  }
  frame(node, box);
  pad(node, box, padding);
  if (box.action) pressable(node, box.action.label, () => act(box.action));
  return node;
}

function frame(node, box) {
  const width = border(box.borderWidth);
  style(node, {
    width: measure(box.width),
    height: measure(box.height),
    "max-width": measure(box.maxWidth),
    "max-height": measure(box.maxHeight),
    "border-radius": space(box.cornerRadius),
    border: width && `${width} solid ${colour(box.borderColor) ?? "#cccccc"}`,
    "background-color": colour(box.backgroundColor),
    "background-image": gradient(box.background),
    "justify-content": JUSTIFY[box.justifyContent],
    "align-items": JUSTIFY[box.alignItems],
  });
  if (box.cornerRadius) node.classList.add("flex-clipped");
}

function pad(node, box, usual) {
  style(node, { padding: space(box.paddingAll) ?? usual });
  style(node, {
    "padding-top": space(box.paddingTop),
    "padding-bottom": space(box.paddingBottom),
    "padding-inline-start": space(box.paddingStart),
    "padding-inline-end": space(box.paddingEnd),
  });
}

function gradient(background) {
  if (background?.type !== "linearGradient") return undefined;
  const angle = /^\d+(\.\d+)?deg$/.test(background.angle) ? background.angle : "0deg";
  const stops = [colour(background.startColor), colour(background.endColor)];
  const middle = colour(background.centerColor);
  if (middle) stops.splice(1, 0, `${middle} ${measure(background.centerPosition) ?? "50%"}`);
  return stops.every(Boolean) ? `linear-gradient(${angle}, ${stops.join(", ")})` : undefined;
}

function position(node, component) {
  const offsets = {
    top: space(component.offsetTop),
    bottom: space(component.offsetBottom),
    "inset-inline-start": space(component.offsetStart),
    "inset-inline-end": space(component.offsetEnd),
  };
  if (component.position === "absolute") node.classList.add("flex-absolute");
  style(node, offsets);
}

/** The room a component gets from its parent: LINE's `flex`, `margin`, `spacing`, `gravity`. */
function share(node, component, { parent, spacing, first }) {
  const across = parent === "horizontal" || parent === "baseline";
  const gap = space(component.margin) ?? (first ? undefined : space(spacing));
  style(node, { [across ? "margin-inline-start" : "margin-top"]: gap });
  style(node, { "align-self": across ? GRAVITY[component.gravity] : undefined });
  if (parent === "block") return;
  const sized = across ? component.width : component.height;
  const usual = across && !RIGID.has(component.type) && !sized ? 1 : 0;
  const flex = component.flex ?? (component.type === "filler" ? 1 : usual);
  if (flex > 0) style(node, { flex: across ? `${flex} ${flex} 0px` : `${flex} 0 auto` });
  else node.classList.add("flex-rigid");
}
