// 期程: the term's windows as bars on one axis, with today's line, and moving a deadline.

import { demo } from "./api.js";
import { note } from "./announce.js";
import { lastDay, shortDay } from "./dates.js";
import { el } from "./dom.js";
import { trying } from "./trying.js";

const DAY = 24 * 60 * 60 * 1000; // milliseconds
const MOVED_BY = 3; // days
const STAGES = { 上傳: "upload", 認證: "certification", 勾選: "selection", 提交: "submission" };
const STATES = { upcoming: "還沒開始", closed: "已截止" };

export class Timetable {
  #school;
  node = el("div", { class: "stack" });

  /** Follows the watched `school`. */
  constructor(school) {
    this.#school = school;
    school.watch((state) => this.#show(state));
  }

  #show({ windows = [], now }) {
    if (windows.length === 0) {
      this.node.replaceChildren(el("p", { class: "quiet" }, "這學期還沒有期程"));
      return;
    }
    const axis = new Axis(windows, now);
    this.node.replaceChildren(
      el("p", { class: "quiet" }, "延後截止日會重排還沒送的提醒，並告訴受影響的人新舊日期。"),
      el(
        "div",
        { class: "timeline" },
        axis.draw(),
        el(
          "ol",
          {},
          windows.map((each) => this.#drawWindow(each, axis)),
        ),
      ),
    );
  }

  #drawWindow(window, axis) {
    const { label, stage, opens, closes, state } = window;
    const bar = el("span", { class: `span span-${STAGES[stage] ?? "receipt"}` });
    const from = axis.share(opens);
    bar.style.setProperty("left", `${from}%`);
    bar.style.setProperty("width", `${Math.max(1.5, axis.share(closes) - from)}%`);
    return el(
      "li",
      { class: `window window-${state}` },
      el("span", { class: "window-label" }, label),
      el(
        "span",
        { class: "window-when" },
        `${shortDay(opens)}–${lastDay(closes)}`,
        el("small", {}, left(window)),
      ),
      el("span", { class: "track", "aria-hidden": "true" }, bar),
      state === "open" ? this.#drawMove(window) : null,
    );
  }

  #drawMove({ id, label }) {
    const name = `${label}截止延後 ${MOVED_BY} 天`;
    const button = el(
      "button",
      { type: "button", class: "button button-small", "aria-label": name },
      `延後 ${MOVED_BY} 天`,
    );
    button.addEventListener("click", async () => {
      button.disabled = true;
      const state = await trying(() => demo.moveDeadline(id, MOVED_BY));
      button.disabled = false;
      if (!state) return;
      this.#school.set(state);
      note(`${label}延後了 ${MOVED_BY} 天`);
    });
    return button;
  }
}

/** From the first day of anything to the last, in shares of the width. */
class Axis {
  constructor(windows, now) {
    const instants = windows
      .flatMap(({ opens, closes }) => [opens, closes])
      .map((at) => new Date(at).getTime());
    this.now = new Date(now).getTime();
    this.from = Math.min(...instants, this.now) - 5 * DAY;
    this.to = Math.max(...instants, this.now) + 5 * DAY;
  }

  share(instant) {
    return (100 * (new Date(instant).getTime() - this.from)) / (this.to - this.from);
  }

  draw() {
    const scale = el("div", { class: "scale", "aria-hidden": "true" });
    for (const { at, name } of this.months()) {
      scale.append(el("span", { class: "month", css: { left: `${this.share(at)}%` } }, name));
    }
    scale.append(
      el(
        "span",
        { class: "today", css: { left: `${this.share(this.now)}%` } },
        el("b", {}, "今天"),
      ),
    );
    return scale;
  }

  months() {
    const found = [];
    const first = new Date(this.from);
    const every = this.to - this.from > 200 * DAY ? 2 : 1;
    for (let step = 1; ; step += every) {
      const at =
        Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + step, 1) - 8 * 60 * 60 * 1000;
      if (at >= this.to) return found;
      if (at > this.from) found.push({ at, name: `${shortDay(at).split("/")[0]}月` });
    }
  }
}

function left({ state, daysLeft }) {
  if (state !== "open") return STATES[state] ?? "";
  if (daysLeft === 0) return "今天截止";
  return Number.isInteger(daysLeft) ? `還有 ${daysLeft} 天` : "";
}
