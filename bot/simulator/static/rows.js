// The messages of a LINE chat: bubbles, times, day lines, and what each one cost.

import { day, time } from "./dates.js";
import { el, unseen } from "./dom.js";
import { icon } from "./icons.js";
import { drawMessage } from "./message.js";

/** How LINE draws a chat. */
export const lineLook = {
  key: (entry, previous, next) =>
    [
      entry.id,
      JSON.stringify(entry.message),
      followsOn(previous, entry),
      isCharged(entry, next),
    ].join(),
  draw: drawRow,
  typing: drawTyping,
};

/** Up to five messages of one push count once: the mark stands at the last. */
function isCharged(entry, next) {
  return entry.counted && !(next?.counted && next.at === entry.at);
}

/** Whether a message goes on where the one before left off. */
export function followsOn(previous, entry) {
  if (previous === null || previous.from !== entry.from || previous.by !== entry.by) return false;
  return day(previous.at) === day(entry.at);
}

function drawRow(entry, previous, next, phone) {
  const { account } = phone;
  const nodes = [];
  if (previous === null || day(previous.at) !== day(entry.at)) {
    nodes.push(el("li", { class: "day-line" }, el("span", {}, day(entry.at))));
  }
  const sender = phone.senderOf(entry);
  const mine = Boolean(sender.isMine);
  if (entry.unsent || entry.message?.type === "unsent") {
    nodes.push(
      el("li", { class: "day-line" }, el("span", {}, mine ? "你已收回訊息" : "訊息已收回")),
    );
    return nodes;
  }
  const goesOn = followsOn(previous, entry);
  const named = phone.person.members && !mine && !goesOn;
  const who = unseen(`${sender.name}，${time(entry.at)}`);
  const body = el(
    "div",
    { class: "body" },
    named ? el("p", { class: "sender", "aria-hidden": "true" }, sender.name) : null,
    drawMessage(entry.message, phone),
    drawMeta(entry, isCharged(entry, next)),
  );
  const face = mine ? null : sender.isBot ? avatar(account, goesOn) : initial(sender, goesOn);
  const kind = mine ? "row-mine" : "row-theirs";
  nodes.push(
    el(
      "li",
      { class: `row ${kind} row-${entry.message?.type}`, "data-id": entry.id },
      face,
      who,
      body,
    ),
  );
  return nodes;
}

function drawMeta(entry, charged) {
  const meta = el("div", { class: "meta" }, el("time", { datetime: entry.at }, time(entry.at)));
  if (charged) meta.prepend(el("span", { class: "cost", title: "推播，LINE 計 1 則" }, "計費"));
  return meta;
}

/** The account's picture, or nothing but its room below the first message of a run. */
export function avatar(account, empty = false) {
  const face = el("div", { class: "avatar", "aria-hidden": "true" });
  if (empty) face.classList.add("avatar-empty");
  else if (account.iconUrl) face.append(el("img", { src: account.iconUrl, alt: "" }));
  else face.append(icon("bell", 20));
  return face;
}

/** A member of a group: the first sign of the name in a circle. */
function initial({ name }, empty) {
  const face = el("div", { class: "avatar avatar-person", "aria-hidden": "true" });
  if (empty) face.classList.add("avatar-empty");
  else face.append([...name].at(0));
  return face;
}

function drawTyping() {
  const dots = el(
    "div",
    { class: "typing", role: "img", "aria-label": "正在輸入" },
    el("i"),
    el("i"),
    el("i"),
  );
  return el("li", { class: "row row-theirs" }, avatar({}), el("div", { class: "body" }, dots));
}
