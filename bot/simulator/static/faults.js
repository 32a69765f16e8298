// 故障: make LINE misbehave, and start the demonstration over.

import { demo } from "./api.js";
import { note } from "./announce.js";
import { ask } from "./dialogs.js";
import { el } from "./dom.js";
import { trying } from "./trying.js";

const KINDS = [
  { kind: "none", label: "一切正常", told: "LINE 照常回應。" },
  { kind: "500", label: "LINE 回 500", told: "用同一個重試碼再送，不會重複。" },
  { kind: "timeout", label: "逾時", told: "結果不明，之後用同一個重試碼再問一次。" },
  { kind: "lost", label: "回應遺失", told: "LINE 收下了卻沒回；再送會得到 409，算已接受。" },
  { kind: "429", label: "429", told: "分清是太快還是額度用完，前者等一下，後者停送並提醒註冊組。" },
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
      el("p", { class: "quiet" }, "讓 LINE 出一種狀況，再把時間往前走，看帳本怎麼記。"),
      el(
        "fieldset",
        { class: "choices" },
        el("legend", {}, "LINE 現在"),
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
    if (done) note(kind === "none" ? "LINE 恢復正常" : `LINE 開始：${label}`);
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
