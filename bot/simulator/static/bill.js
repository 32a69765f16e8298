// 帳單: what LINE would have charged this month, what each of Taiwan's plans would make of it, and
// what went out on Telegram, which charges nothing.

import { el, svg } from "./dom.js";

const PLANS = [
  { name: "輕用量", price: 0, messages: 200, more: false },
  { name: "中用量", price: 800, messages: 3000, more: false },
  { name: "高用量", price: 1200, messages: 6000, more: true },
];
const ARC = "M 20 110 A 90 90 0 0 1 200 110";

export class Bill {
  node = el("div", { class: "stack" }, el("p", { class: "quiet" }, "還沒有資料"));

  #calls = el("table", {});
  #telegram = el("section", { class: "stack", hidden: true });
  #details = el("details", { class: "calls" }, el("summary", {}, "呼叫了哪些 LINE API"), this.#calls);
  #latest = null;

  /** Show a meter as the simulator counts it; of many at once only the last is drawn. */
  show(meter) {
    if (this.#latest === null) requestAnimationFrame(() => this.#draw());
    this.#latest = meter;
  }

  /** Show what Telegram's side counted; it is free whatever it is. */
  showTelegram({ sent = 0, edits = 0, violations = 0 }) {
    this.#telegram.hidden = false;
    this.#telegram.replaceChildren(
      el("h3", {}, "Telegram"),
      el(
        "dl",
        { class: "figures" },
        figure("訊息，免費", sent, "free"),
        figure("就地更新，免費", edits, "free"),
      ),
      el("p", { class: "quiet" }, "Telegram 不收費，沒有額度；按鈕的回應直接更新原訊息。"),
      drawRules(violations, "Telegram"),
    );
  }

  #draw() {
    const meter = this.#latest;
    this.#latest = null;
    this.#calls.replaceChildren(...drawCalls(meter.apiCalls ?? {}));
    const { used = 0, pushes = 0, replies = 0, plan, month, violations = 0 } = meter;
    this.node.replaceChildren(
      drawGauge(used, plan, month),
      el(
        "dl",
        { class: "figures" },
        figure("推播，計費", pushes, "counted"),
        figure("回覆，免費", replies, "free"),
      ),
      el(
        "p",
        { class: "quiet" },
        "LINE 按收件人數計費，一次推播最多 5 則合計 1 則；回覆點按永遠免費。",
      ),
      el("h3", {}, "換成各方案"),
      el(
        "ul",
        { class: "plans" },
        PLANS.map((each) => drawPlan(each, used)),
      ),
      drawRules(violations, "LINE"),
      this.#telegram,
      this.#details,
    );
  }
}

function drawGauge(used, plan, month) {
  const limited = typeof plan === "number" && plan > 0;
  const share = limited ? Math.min(1, used / plan) : 0;
  const fill = svg("path", {
    d: ARC,
    class: "gauge-fill",
    pathLength: "100",
    "stroke-dasharray": `${share * 100} 100`,
  });
  const label = limited ? `已用 ${used} 則，方案 ${plan} 則` : `已用 ${used} 則，方案沒有上限`;
  return el(
    "div",
    { class: share > 0.9 ? "gauge gauge-full" : "gauge" },
    svg(
      "svg",
      { viewBox: "0 0 220 124", role: "img", "aria-label": label },
      svg("path", { d: ARC, class: "gauge-track" }),
      share > 0 ? fill : null,
    ),
    el(
      "p",
      { class: "gauge-words", "aria-hidden": "true" },
      el("strong", {}, number(used)),
      el("span", {}, limited ? `／${number(plan)} 則` : "則，沒有上限"),
    ),
    el("p", { class: "gauge-month" }, month ? `${monthName(month)}的推播額度` : "本月的推播額度"),
  );
}

function figure(label, value, kind) {
  return el(
    "div",
    { class: `figure figure-${kind}` },
    el("dt", {}, label),
    el("dd", {}, number(value)),
  );
}

function drawPlan({ name, price, messages, more }, used) {
  const over = used - messages;
  const verdict =
    over <= 0
      ? `還有 ${number(-over)} 則`
      : more
        ? `另加購 ${number(over)} 則`
        : `少 ${number(over)} 則，會停送`;
  const bar = el("span", {
    class: "bar-fill",
    css: { width: `${Math.min(100, (100 * used) / messages)}%` },
  });
  return el(
    "li",
    { class: over > 0 && !more ? "plan plan-short" : "plan" },
    el("span", { class: "plan-name" }, name, el("small", {}, `NT$${number(price)}／月`)),
    el(
      "span",
      { class: "plan-count" },
      `${number(used)}／${number(messages)}`,
      el("small", {}, verdict),
    ),
    el("span", { class: "bar", "aria-hidden": "true" }, bar),
  );
}

function drawRules(violations, app) {
  if (!violations) return el("p", { class: "tag tag-good tag-line" }, `沒有違反 ${app} 規則的呼叫`);
  return el("p", { class: "tag tag-bad tag-line" }, `違反 ${app} 規則的呼叫 ${violations} 次`);
}

function drawCalls(calls) {
  const rows = Object.entries(calls).sort(([, one], [, other]) => other - one);
  return rows.map(([name, count]) =>
    el("tr", {}, el("th", { scope: "row" }, name), el("td", {}, number(count))),
  );
}

const number = (value) => Number(value).toLocaleString("en-US");

function monthName(month) {
  const [, year, of] = /^(\d{4})-?(\d{2})/.exec(month) ?? [];
  return year ? `${year - 1911} 年 ${Number(of)} 月` : `${month} `;
}
