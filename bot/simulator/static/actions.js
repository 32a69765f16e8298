// What a tap on a button does: LINE's actions, carried out for the phone it was tapped on.

import { note } from "./announce.js";
import { chooseMoment } from "./momentpicker.js";
import { el, safeUrl } from "./dom.js";

const OPENABLE = ["http:", "https:", "tel:", "mailto:"];

/** A link for an action that opens an address; null for every other action. */
export function link(action) {
  if (action?.type !== "uri") return null;
  const href = safeUrl(action.uri, OPENABLE);
  if (!href) return null;
  return el("a", { href, target: "_blank", rel: "noopener noreferrer" });
}

const PERFORM = {
  postback: sendPostback,
  message: (action, phone) => phone.send("text", { text: action.text ?? action.label ?? "" }),
  uri: openAddress,
  datetimepicker: askMoment,
  clipboard: copy,
  richmenuswitch: switchMenu,
  cameraRoll: (action, phone) => phone.send("image"),
  camera: (action, phone) => phone.send("image"),
  location: (action, phone) => phone.send("location", {}),
};

/** Carry out an action on a phone; kinds that LINE adds later are named, not ignored. */
export function perform(action, phone) {
  const act = PERFORM[action?.type];
  if (!act) return note(`不認得的動作：${action?.type ?? "（沒有種類）"}`);
  return act(action, phone);
}

function sendPostback(action, phone) {
  applyInputOption(action, phone);
  return phone.send("postback", {
    data: action.data,
    displayText: action.displayText ?? action.text,
  });
}

function applyInputOption({ inputOption, fillInText }, phone) {
  if (inputOption === "openKeyboard") phone.openKeyboard(fillInText ?? "");
  if (inputOption === "openRichMenu") phone.openRichMenu(true);
  if (inputOption === "closeRichMenu") phone.openRichMenu(false);
}

function openAddress(action) {
  const address = link(action);
  if (!address) return note(`這個連結只有手機上的 LINE 會開：${action.uri}`);
  return address.click();
}

async function askMoment(action, phone) {
  const params = await chooseMoment(action);
  if (params) await phone.send("postback", { data: action.data, params });
}

async function copy(action) {
  try {
    await navigator.clipboard.writeText(action.clipboardText ?? "");
    note("已複製");
  } catch {
    note(`請自行複製：${action.clipboardText ?? ""}`);
  }
}

function switchMenu(action, phone) {
  const params = { newRichMenuAliasId: action.richMenuAliasId, status: "SUCCESS" };
  return phone.send("postback", { data: action.data, params });
}
