// The school's clock: what time it is there, and moving it by an hour, a day, or to a reminder.

import { demo } from "./api.js";
import { announce } from "./announce.js";
import { day, moment, time } from "./dates.js";
import { el, style } from "./dom.js";
import { icon } from "./icons.js";
import { trying } from "./trying.js";

const MOVES = [
  { by: "hour", label: "1 小時", sign: "clock" },
  { by: "day", label: "1 天", sign: "sun" },
  { by: "reminder", label: "下一個提醒", sign: "next" },
];

export class Clock {
  #school;
  #moving = false;
  #today = el("span", { class: "clock-day" });
  #time = el("span", { class: "clock-time" });
  #next = el("p", { class: "clock-next" });
  #progress = document.getElementById("progress");
  #buttons = MOVES.map((move) => this.#drawMove(move));

  /** Draws itself into `room`, and follows the watched `school`. */
  constructor(room, school) {
    this.#school = school;
    room.append(
      el(
        "div",
        { class: "clock-face" },
        el("p", { class: "clock-now" }, this.#today, this.#time),
        this.#next,
      ),
      el("div", { class: "clock-moves", role: "group", "aria-label": "時間前進" }, this.#buttons),
    );
    school.watch((state) => this.#show(state));
  }

  /** The school's time is on its way; say how far it is. */
  progress({ at, sent, planned, total }) {
    // News of a way that has ended may come late, after the answer to the tap.
    if (!this.#moving && !this.#school.get().busy) return;
    if (at) {
      this.#today.textContent = day(at);
      this.#time.textContent = time(at);
    }
    const share = total ? `${Math.min(100, (100 * sent) / total)}%` : "40%";
    style(this.#progress.firstElementChild, { width: share });
    this.#next.textContent = `時間前進中：排了 ${planned ?? 0} 則，送出 ${sent ?? 0} 則`;
    this.#busy(true);
  }

  #show({ today, clock, next, busy }) {
    this.#today.textContent = today;
    this.#time.textContent = clock;
    this.#next.textContent = next
      ? `下一個提醒 ${moment(next.at)}　${next.label}`
      : "這學期沒有下一個提醒了";
    this.#busy(Boolean(busy));
  }

  #busy(yes) {
    this.#progress.hidden = !yes;
    for (const button of this.#buttons) button.setAttribute("aria-disabled", String(yes));
  }

  async #move(by) {
    if (this.#buttons[0].getAttribute("aria-disabled") === "true") return;
    this.#moving = true;
    this.progress({ sent: 0, planned: 0, total: null });
    const state = await trying(() => demo.advance(by));
    this.#moving = false;
    this.#school.set(state ?? this.#school.get());
    if (state) announce(`現在是學校的 ${state.today} ${state.clock}`);
  }

  #drawMove({ by, label, sign }) {
    const kind = by === "reminder" ? "button button-main" : "button";
    const plus = by === "reminder" ? null : el("span", { class: "unseen" }, "前進 ");
    const act = () => this.#move(by);
    return el(
      "button",
      { type: "button", class: kind, "data-by": by, on: { click: act } },
      icon(sign, 18),
      plus,
      label,
    );
  }
}
