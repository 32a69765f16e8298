// The chat apps: their names, their sides behind the page, and the phones that show them.

import { line, telegram } from "./api.js";
import { Phone } from "./phone.js";
import { TelegramPhone } from "./telegram/phone.js";

export const CHANNELS = {
  line: { name: "LINE", side: line, Phone },
  telegram: { name: "Telegram", side: telegram, Phone: TelegramPhone },
};

/** The app of a phone; a person whose `channel` says nothing is on LINE. */
export function channelOf({ channel = "line" }) {
  return CHANNELS[channel];
}
