// The page's line icons, drawn from paths on a 24-pixel grid.

import { svg } from "./dom.js";

const PATHS = {
  back: ["M15 5l-7 7 7 7"],
  search: ["M11 4a7 7 0 1 1 0 14a7 7 0 0 1 0-14z", "M16.2 16.2L21 21"],
  more: ["M12 5v.5", "M12 11.7v.5", "M12 18.4v.5"],
  desktop: ["M3 5h18v11H3z", "M9 20h6", "M12 16v4"],
  send: ["M4 12l16-8-6 16-3-6.5z"],
  menu: ["M4 7h16", "M4 12h16", "M4 17h16"],
  down: ["M6 9l6 6 6-6"],
  right: ["M9 5l7 7-7 7"],
  left: ["M15 5l-7 7 7 7"],
  close: ["M6 6l12 12", "M18 6L6 18"],
  plus: ["M12 5v14", "M5 12h14"],
  bell: ["M6 16V11a6 6 0 0 1 12 0v5l1.5 2h-15z", "M10 20.5a2 2 0 0 0 4 0"],
  clock: ["M12 4a8 8 0 1 1 0 16a8 8 0 0 1 0-16z", "M12 8v4.2l3 1.8"],
  sun: ["M12 8a4 4 0 1 1 0 8a4 4 0 0 1 0-8z", "M12 3v2", "M12 19v2", "M3 12h2", "M19 12h2"],
  next: ["M5 5l8 7-8 7z", "M17.5 5v14"],
  file: ["M6 3h8l4 4v14H6z", "M14 3v4h4"],
  image: ["M4 5h16v14H4z", "M4 16l5-5 4 4 3-3 4 4", "M9 9v.01"],
  place: ["M12 21s7-6.2 7-11a7 7 0 0 0-14 0c0 4.8 7 11 7 11z", "M12 10v.01"],
  play: ["M8 5l11 7-11 7z"],
  sticker: [
    "M12 4a8 8 0 1 1 0 16a8 8 0 0 1 0-16z",
    "M9 10v.5",
    "M15 10v.5",
    "M8.5 14a4 4 0 0 0 7 0",
  ],
  chart: ["M4 20h16", "M7 20v-6", "M12 20V6", "M17 20V10"],
  reset: ["M4 12a8 8 0 1 0 2.5-5.8", "M4 4v4.500h4.5"],
  shield: ["M12 3l7 3v5c0 5-3 8.3-7 10c-4-1.7-7-5-7-10V6z"],
  check: ["M5 12.500l4.5 4.500L19 7.5"],
};

/** One icon; decoration only, so that the control around it must carry the name. */
export function icon(name, size = 20) {
  return svg(
    "svg",
    { class: "icon", viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" },
    ...PATHS[name].map((d) => svg("path", { d })),
  );
}
