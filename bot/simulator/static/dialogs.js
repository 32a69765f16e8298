// One modal dialog at a time: native <dialog>, which keeps focus inside and closes on Escape.

import { el } from "./dom.js";
import { icon } from "./icons.js";

let count = 0;

/** Open a dialog with a heading and a body; returns it, so that the caller may close it. */
export function openDialog(heading, body, { wide = false } = {}) {
  const id = `dialog-${(count += 1)}`;
  const close = el(
    "button",
    { type: "button", class: "round", "aria-label": "關閉" },
    icon("close"),
  );
  const dialog = el(
    "dialog",
    { class: wide ? "dialog dialog-wide" : "dialog", "aria-labelledby": id },
    el("header", { class: "dialog-head" }, el("h2", { id }, heading), close),
    body,
  );
  close.addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

/** Ask for a yes; resolves to whether it was given. */
export function ask(heading, text, yes) {
  return new Promise((resolve) => {
    const go = el("button", { type: "button", class: "button button-main" }, yes);
    const stay = el("button", { type: "button", class: "button" }, "先不要");
    const body = el(
      "div",
      { class: "dialog-body" },
      el("p", {}, text),
      el("div", { class: "dialog-foot" }, stay, go),
    );
    const dialog = openDialog(heading, body);
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"));
    stay.addEventListener("click", () => dialog.close("no"));
    go.addEventListener("click", () => dialog.close("yes"));
  });
}
