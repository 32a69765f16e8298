// The rich menu: a picture whose areas are buttons, named by their labels for screen readers.

import { perform } from "./actions.js";
import { el, safeUrl, style } from "./dom.js";
import { place } from "./templates.js";

export class RichMenu {
  #phone;
  #shown = null;
  node = el("div", { class: "rich-menu", role: "group", "aria-label": "圖文選單" });

  constructor(phone) {
    this.#phone = phone;
  }

  /** Draw this menu, or none. Returns true when it is another one than before. */
  show(menu) {
    const key = menu && JSON.stringify(menu);
    if (key === this.#shown) return false;
    this.#shown = key;
    this.node.replaceChildren();
    if (menu) this.#draw(menu);
    return true;
  }

  #draw({ imageUrl, size = {}, areas = [] }) {
    style(this.node, { "aspect-ratio": `${size.width || 2500} / ${size.height || 843}` });
    this.node.append(
      el("img", { src: imageUrl && safeUrl(imageUrl), alt: "", draggable: "false" }),
    );
    for (const { bounds, action } of areas) {
      const label = action?.label ?? action?.displayText ?? action?.text ?? "選單項目";
      const area = el("button", {
        type: "button",
        class: "area",
        "aria-label": label,
        title: label,
      });
      area.addEventListener("click", () => perform(action, this.#phone));
      this.node.append(place(area, bounds ?? {}, size));
    }
  }
}
