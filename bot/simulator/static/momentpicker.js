// The date and time picker a datetimepicker action opens: the browser's own field in a dialog.

import { openDialog } from "./dialogs.js";
import { el } from "./dom.js";

const FIELD = { date: "date", time: "time", datetime: "datetime-local" };
const HEADING = { date: "選擇日期", time: "選擇時間", datetime: "選擇日期和時間" };

/** Ask for a moment within the action's limits; resolves to LINE's `params`, or null. */
export function chooseMoment({ mode = "datetime", initial, min, max }) {
  const known = Object.hasOwn(FIELD, mode) ? mode : "datetime";
  const plain = (value) => value?.replace("t", "T");
  const field = el("input", {
    id: "moment",
    type: FIELD[known],
    required: true,
    value: plain(initial),
    min: plain(min),
    max: plain(max),
  });
  const form = el(
    "form",
    { class: "dialog-body", method: "dialog" },
    el("label", { for: "moment" }, HEADING[known]),
    field,
    el(
      "div",
      { class: "dialog-foot" },
      el("button", { type: "submit", class: "button", value: "", formnovalidate: true }, "取消"),
      el("button", { type: "submit", class: "button button-main", value: "chosen" }, "傳送"),
    ),
  );
  return new Promise((resolve) => {
    const dialog = openDialog(HEADING[known], form);
    field.focus();
    dialog.addEventListener("close", () => {
      resolve(dialog.returnValue === "chosen" ? { [known]: field.value } : null);
    });
  });
}
