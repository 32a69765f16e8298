// Keyboards: the buttons under a message, which spin until the bot answers, and those below all.

import { perform } from "../actions.js";
import { el } from "../dom.js";
import { lettered } from "../emoji.js";

/** The inline keyboard of a message; null when it has none. */
export function drawKeyboard(rows, phone) {
  if (!rows?.length) return null;
  return el(
    "div",
    { class: "tg-keyboard" },
    rows.map((row) => el("div", { class: "tg-keys-row" }, row.map((key) => drawKey(key, phone)))),
  );
}

/** The keyboard in the typing box's place: its buttons are sent as texts. */
export function drawReplyKeyboard(rows, phone) {
  return rows.map((row) =>
    el(
      "div",
      { class: "tg-keys-row" },
      row.map((key) => drawKey({ ...key, spinning: false }, phone)),
    ),
  );
}

function drawKey({ action, spinning, style }, phone) {
  const kind = ["tg-key", style && `tg-key-${style}`, spinning && "is-spinning"];
  const key = el(
    "button",
    {
      type: "button",
      class: kind.filter(Boolean).join(" "),
      "aria-busy": spinning ? "true" : null,
    },
    el("span", {}, lettered(action.label)),
    action.type === "uri" ? el("i", { class: "tg-key-out", "aria-hidden": "true" }, "↗") : null,
    spinning ? el("i", { class: "tg-spinner", "aria-hidden": "true" }) : null,
  );
  key.addEventListener("click", () => {
    if (!spinning) press(action, phone);
  });
  return key;
}

function press(action, phone) {
  if (action.type !== "callback") return perform(action, phone);
  return phone.send("tap", { messageId: action.messageId, data: action.data });
}
