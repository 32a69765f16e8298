// The phone's own menu (⋮): block, stickers, pictures, files, and taking a message back.

import { el } from "./dom.js";
import { icon } from "./icons.js";

const SAMPLE_STICKER = { packageId: "446", stickerId: "1988" };
const SAMPLE_FILE = { fileName: "斜面實驗報告.pdf", size: 1_843_200 };

/** The menu's button with its list; `offers()` says at each opening what it holds. */
export function drawPhoneMenu(offers) {
  const list = el("div", { class: "popup", role: "menu", hidden: true });
  const button = el(
    "button",
    {
      type: "button",
      class: "round",
      "aria-label": "更多",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    },
    icon("more"),
  );
  const root = el("div", { class: "popup-room" }, button, list);
  const open = (yes) => {
    list.hidden = !yes;
    button.setAttribute("aria-expanded", String(yes));
    if (!yes) return;
    list.replaceChildren(...offers().map((offer) => drawOffer(offer, () => close(true))));
    list.firstElementChild.focus();
  };
  const close = (refocus) => {
    open(false);
    if (refocus) button.focus();
  };
  button.addEventListener("click", () => open(list.hidden));
  list.addEventListener("keydown", (event) => steer(event, list, () => close(true)));
  root.addEventListener("focusout", (event) => {
    if (!root.contains(event.relatedTarget)) close(false);
  });
  return root;
}

/** What LINE's phones offer. */
export function lineOffers(phone) {
  const blocked = phone.chat?.blocked;
  const last = lastOwn(phone.chat?.messages ?? []);
  return [
    { label: "傳貼圖", act: () => phone.send("sticker", SAMPLE_STICKER), off: blocked },
    { label: "傳圖片", act: () => phone.send("image"), off: blocked },
    { label: "傳檔案", act: () => phone.send("file", SAMPLE_FILE), off: blocked },
    {
      label: "收回最後一則訊息",
      act: () => phone.send("unsend", { messageId: last.id }),
      off: blocked || !last,
    },
    blocked
      ? { label: "解除封鎖", act: () => phone.send("follow") }
      : {
          label: phone.person.members ? "把官方帳號移出群組" : "封鎖",
          act: () => phone.send("unfollow"),
          grave: true,
        },
  ];
}

function lastOwn(messages) {
  const own = messages.filter(({ from, unsent, message }) => {
    return from === "user" && !unsent && message?.type !== "unsent";
  });
  return own.at(-1);
}

function drawOffer({ label, act, off, grave }, close) {
  const kind = grave ? "popup-item popup-grave" : "popup-item";
  const item = el(
    "button",
    { type: "button", role: "menuitem", tabindex: "-1", class: kind },
    label,
  );
  if (off) item.setAttribute("aria-disabled", "true");
  item.addEventListener("click", () => {
    if (off) return;
    close();
    act();
  });
  return item;
}

function steer(event, list, close) {
  const items = [...list.children];
  const at = items.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (event.key === "Escape") {
    event.stopPropagation();
    close();
  } else if (to !== undefined) {
    event.preventDefault();
    items.at(to % items.length).focus();
  }
}
