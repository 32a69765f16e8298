// Making elements: text goes in as text, never as markup, so that no data can become HTML.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes, listeners (`on`), inline sizes (`css`, through CSSOM) and children. */
export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

/** The same for a drawing. */
export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

/** Set styles through CSSOM, which a strict content security policy allows. */
export function style(node, rules) {
  for (const [name, value] of Object.entries(rules)) {
    if (value !== undefined && value !== null && value !== "") node.style.setProperty(name, value);
  }
  return node;
}

/** Text for screen readers alone. */
export function unseen(text) {
  return el("span", { class: "unseen" }, text);
}

/** Let a click, Enter or Space on something that is no button do the same. */
export function pressable(node, label, act) {
  node.setAttribute("role", "button");
  node.setAttribute("tabindex", "0");
  if (label) node.setAttribute("aria-label", label);
  node.addEventListener("click", (event) => {
    event.stopPropagation();
    act();
  });
  node.addEventListener("keydown", (event) => {
    if (event.target !== node || (event.key !== "Enter" && event.key !== " ")) return;
    event.preventDefault();
    act();
  });
  return node;
}

/** The address if it is one of the harmless kinds, else null. */
export function safeUrl(address, schemes = ["http:", "https:"]) {
  try {
    const url = new URL(address, document.baseURI);
    return schemes.includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

function fill(node, { on = {}, css = {}, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    node.setAttribute(name, value === true ? "" : String(value));
  }
  for (const [name, listener] of Object.entries(on)) node.addEventListener(name, listener);
  style(node, css);
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}
