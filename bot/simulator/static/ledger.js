// 帳本: what was due, what was told, and for everything that was not said, the reason.

import { demo } from "./api.js";
import { moment } from "./dates.js";
import { el } from "./dom.js";
import { trying } from "./trying.js";
import { coalesced } from "./watched.js";

const NOTICE = { waiting: "等待", bundled: "已合併", told: "已告知", skipped: "不送" };
const DELIVERY = {
  queued: "排隊",
  sending: "送出中",
  accepted: "已接受",
  failed: "沒送成",
  unknown: "不確定",
  withdrawn: "撤回",
};
const EVENT = {
  message: "訊息",
  edited_message: "改過的訊息",
  postback: "點按",
  callback_query: "點按",
  my_chat_member: "加入或封鎖",
  follow: "加入",
  unfollow: "封鎖",
  unsend: "收回",
  join: "進群組",
};
const APPS = { line: "LINE", telegram: "Telegram" };
const INBOX = { received: "收到", done: "已處理", failed: "出錯", ignored: "略過" };
const TONE = {
  told: "good",
  accepted: "good",
  done: "good",
  failed: "bad",
  skipped: "calm",
  withdrawn: "calm",
};
const TOTALS = [
  ["told", "已告知"],
  ["skipped", "不送"],
  ["waiting", "等待"],
  ["accepted", "已接受"],
  ["failed", "沒送成"],
  ["unknown", "不確定"],
];

export class Ledger {
  #person = "";
  #visible = false;
  #chooser = el("select", { id: "ledger-person" });
  #room = el("div", { class: "stack" });
  refresh = coalesced(() => this.#refresh());

  node = el(
    "div",
    { class: "stack" },
    el("div", { class: "field" }, el("label", { for: "ledger-person" }, "看誰的"), this.#chooser),
    this.#room,
  );

  /** `persons` is the watched list of who is on a phone. */
  constructor(persons) {
    this.#chooser.addEventListener("change", () => {
      this.#person = this.#chooser.value;
      this.refresh();
    });
    persons.watch((list) => this.#offer(list));
  }

  /** The tab was opened. */
  shown() {
    this.#visible = true;
    this.refresh();
  }

  /** The ledger changed on the server. */
  changed() {
    if (this.#visible && !this.node.closest("[hidden]")) this.refresh();
  }

  #offer(persons) {
    const known = new Map(
      persons.filter(({ members }) => !members).map((person) => [person.personId, person]),
    );
    const options = [...known.values()].map(({ personId, name, role }) =>
      el("option", { value: personId }, `${name}（${role}）`),
    );
    this.#chooser.replaceChildren(el("option", { value: "" }, "全校"), ...options);
    this.#chooser.value = this.#person;
    if (this.#chooser.selectedIndex < 0) {
      this.#person = "";
      this.#chooser.value = "";
    }
  }

  async #refresh() {
    const book = await trying(() => demo.ledger(this.#person));
    if (book) this.#room.replaceChildren(...drawBook(book));
  }
}

function drawBook({ notices = [], deliveries = [], events = [], silences = [], totals = {} }) {
  const reasons = new Map(silences.map(({ reason, label }) => [reason, label]));
  const why = (reason) => (reason ? (reasons.get(reason) ?? reason) : null);
  return [
    el(
      "dl",
      { class: "totals" },
      TOTALS.filter(([key]) => key !== "unknown" || totals[key]).map(([key, label]) =>
        drawTotal(label, totals[key] ?? 0, key),
      ),
    ),
    drawSilences(silences),
    drawList("送出", deliveries, (row) => drawDelivery(row, why)),
    drawList("通知", notices, (row) => drawNotice(row, why)),
    drawList("收到的事件", events, drawEvent),
  ].filter(Boolean);
}

function drawTotal(label, value, key) {
  return el(
    "div",
    { class: `total total-${TONE[key] ?? "plain"}` },
    el("dt", {}, label),
    el("dd", {}, String(value)),
  );
}

function drawSilences(silences) {
  if (silences.length === 0) return null;
  const most = Math.max(...silences.map(({ count }) => count));
  const rows = silences.map(({ label, reason, count }) =>
    el(
      "li",
      {},
      el("span", { class: "silence-label" }, label ?? reason),
      el("span", { class: "silence-count" }, String(count)),
      el(
        "span",
        { class: "bar", "aria-hidden": "true" },
        el("span", { class: "bar-fill bar-calm", css: { width: `${(100 * count) / most}%` } }),
      ),
    ),
  );
  return el(
    "section",
    {},
    el("h3", {}, "沒有說的，都有原因"),
    el("ul", { class: "silences" }, rows),
  );
}

function drawList(heading, rows, draw) {
  const body = rows.length
    ? el("ol", { class: "rows" }, rows.map(draw))
    : el("p", { class: "quiet" }, "還沒有");
  return el(
    "section",
    {},
    el("h3", {}, heading, el("span", { class: "count" }, String(rows.length))),
    body,
  );
}

function drawDelivery({ at, person, channel, state, attempts, retryKey, reason, notices }, why) {
  const key = retryKey ? `重試碼 ${String(retryKey).slice(0, 8)}` : null;
  const details = [
    notices > 1 ? `${notices} 則通知合為 1 則` : null,
    attempts > 1 ? `試了 ${attempts} 次` : null,
    key,
  ];
  const told = state === "accepted" && APPS[channel] ? `${APPS[channel]} 已接受` : null;
  const words = told ? { ...DELIVERY, accepted: told } : DELIVERY;
  return drawEntry(at, nameOf(person), drawState(words, state), [...details, why(reason)]);
}

function drawNotice({ at, person, occasion, kind, state, reason }, why) {
  return drawEntry(at, nameOf(person), drawState(NOTICE, state), [occasion || kind, why(reason)]);
}

function drawEvent({ at, channel, kind, state }) {
  return drawEntry(at, EVENT[kind] ?? kind, drawState(INBOX, state), [APPS[channel]]);
}

function drawEntry(at, title, state, details) {
  return el(
    "li",
    { class: "entry" },
    el("time", { datetime: at }, moment(at)),
    el("span", { class: "entry-title" }, title),
    state,
    el("span", { class: "entry-details" }, details.filter(Boolean).join("・")),
  );
}

function drawState(words, state) {
  return el("span", { class: `tag tag-${TONE[state] ?? "plain"}` }, words[state] ?? state);
}

function nameOf(person) {
  return typeof person === "object" ? (person?.name ?? "") : (person ?? "");
}
