// A row of cards that scrolls sideways, by finger, by keyboard, or with two arrow buttons.

import { el } from "./dom.js";
import { icon } from "./icons.js";

/** The row of cards with its arrows; the arrows hide where there is nothing more. */
export function sideways(cards, label) {
  const track = el(
    "div",
    { class: "sideways-track", tabindex: "0", role: "group", "aria-label": label },
    cards,
  );
  const step = (sign) => () => {
    const width = cards[0]?.getBoundingClientRect().width ?? track.clientWidth;
    track.scrollBy({ left: sign * width, behavior: calm() ? "auto" : "smooth" });
  };
  const back = arrow("left", "上一張卡片", step(-1));
  const on = arrow("right", "下一張卡片", step(1));
  const root = el("div", { class: "sideways" }, track, back, on);
  const show = () => {
    back.hidden = track.scrollLeft < 8;
    on.hidden = track.scrollLeft + track.clientWidth > track.scrollWidth - 8;
  };
  track.addEventListener("scroll", show, { passive: true });
  new ResizeObserver(show).observe(track);
  return root;
}

function arrow(name, label, act) {
  return el(
    "button",
    {
      type: "button",
      class: `sideways-arrow sideways-${name}`,
      "aria-label": label,
      on: { click: act },
    },
    icon(name, 18),
  );
}

const calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;
