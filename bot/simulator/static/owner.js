// What stands above a phone: whose it is, which app it shows, and buttons that hand it on.

import { CHANNELS } from "./channels.js";
import { el } from "./dom.js";
import { icon } from "./icons.js";

/**
 * The owner of a phone. `channels` are the apps to choose from; `onChannel(channel)`, `onSwap()` and
 * `onRemove()` do what the buttons say. Whoever acts in a group is chosen: `onMember(userId)`.
 */
export function drawOwner(person, { channels, onChannel, onSwap, onRemove, onMember }) {
  const { name, role, detail, members } = person;
  return el(
    "header",
    { class: "owner" },
    el("span", { class: "owner-face", "data-role": role, "aria-hidden": "true" }, [...name].at(0)),
    el(
      "div",
      { class: "owner-words" },
      el("h2", {}, name, el("span", { class: "role" }, role)),
      el("p", {}, members ? drawMembers(person, onMember) : (detail ?? "")),
    ),
    channels.length > 1 ? drawSwitch(person, channels, onChannel) : null,
    el(
      "div",
      { class: "owner-tools" },
      tool("search", "換一個人", `把${name}的手機換給別人`, "owner-swap", onSwap),
      tool("close", "拿走", `拿走${name}的手機`, "owner-remove", onRemove),
    ),
  );
}

function tool(sign, title, label, kind, act) {
  const button = el(
    "button",
    { type: "button", class: `round ${kind}`, title, "aria-label": label },
    icon(sign, 18),
  );
  button.addEventListener("click", act);
  return button;
}

/** LINE ⇄ Telegram: the same person's chat in the other app, one click away. */
function drawSwitch({ name, channel: current = "line" }, channels, onChannel) {
  const label = `${name}用哪一個 App`;
  const group = el("div", { class: "switch", role: "group", "aria-label": label });
  for (const channel of channels) {
    const pressed = channel === current;
    const button = el(
      "button",
      {
        type: "button",
        class: `switch-part switch-${channel}`,
        "aria-pressed": String(pressed),
        title: pressed ? null : `改在 ${CHANNELS[channel].name} 看`,
      },
      CHANNELS[channel].name,
    );
    if (!pressed) button.addEventListener("click", () => onChannel(channel));
    group.append(button);
  }
  return group;
}

/** In a group somebody holds the phone; who it is can be changed. */
function drawMembers({ members, by }, onMember) {
  const select = el(
    "select",
    { class: "owner-member", "aria-label": "群組裡誰在用這支手機" },
    members.map(({ userId, name }) => el("option", { value: userId }, name)),
  );
  select.value = by;
  select.addEventListener("change", () => onMember(select.value));
  return [select, "在用"];
}
