// 故障: make the chat apps misbehave, and start the demonstration over.

import { demo } from "./api.js";
import { note } from "./announce.js";
import { ask } from "./dialogs.js";
import { el } from "./dom.js";
import { trying } from "./trying.js";

const KINDS = [
  { kind: "none", label: "一切正常", told: "LINE 和 Telegram 都照常回應。" },
  { kind: "500", label: "回 500", told: "LINE 用同一個重試碼再送；Telegram 沒有重試碼，記為不確定。" },
  {
    kind: "timeout",
    label: "逾時",
    told: "LINE 之後用同一個重試碼再問；Telegram 只再送依法必須送達的，並註明可能收過。",
  },
  {
    kind: "lost",
    label: "回應遺失",
    told: "收下了卻沒回。LINE 再送得到 409，算已接受；Telegram 記為不確定，一般提醒不重送。",
  },
  { kind: "429", label: "429", told: "太快就等對方說的時間再送；LINE 額度用完則停送並提醒註冊組。" },
];

export class Faults {
  #chosen = "none";

  /** `onReset` is called with the new state after starting over. */
  constructor(onReset) {
    this.onReset = onReset;
    const again = el("button", { type: "button", class: "button" }, "重新開始示範");
    again.addEventListener("click", () => this.#reset());
    this.node = el(
      "div",
      { class: "stack" },
      el("p", { class: "quiet" }, "讓 LINE 和 Telegram 出一種狀況，再把時間往前走，看帳本怎麼記。"),
      el(
        "fieldset",
        { class: "choices" },
        el("legend", {}, "伺服器現在"),
        KINDS.map((each) => this.#drawKind(each)),
      ),
      el("hr"),
      again,
    );
  }

  #drawKind({ kind, label, told }) {
    const id = `fault-${kind}`;
    const radio = el("input", {
      type: "radio",
      name: "fault",
      id,
      value: kind,
      checked: kind === "none",
    });
    radio.addEventListener("change", () => this.#choose(kind, label));
    return el(
      "div",
      { class: "choice" },
      radio,
      el("label", { for: id }, el("strong", {}, label), el("small", {}, told)),
    );
  }

  async #choose(kind, label) {
    const done = await trying(() => demo.fault(kind));
    this.#mark(done ? kind : this.#chosen);
    if (done) note(kind === "none" ? "恢復正常" : `開始：${label}`);
  }

  #mark(kind) {
    this.#chosen = kind;
    this.node.querySelector(`#fault-${CSS.escape(kind)}`).checked = true;
  }

  async #reset() {
    const sure = await ask("重新開始示範", "學校、聊天和帳本都會回到學期開始的樣子。", "重新開始");
    if (!sure) return;
    const state = await trying(() => demo.reset());
    if (!state) return;
    this.onReset(state);
    this.#mark("none");
  }
}
