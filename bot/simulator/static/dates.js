// Instants as a school in Taiwan writes them: 114/2/3（一） and 17:00, in Asia/Taipei.

const ZONE = "Asia/Taipei";
const WEEKDAYS = { Sun: "日", Mon: "一", Tue: "二", Wed: "三", Thu: "四", Fri: "五", Sat: "六" };
const PARTS = new Intl.DateTimeFormat("en-US", {
  timeZone: ZONE,
  year: "numeric",
  month: "numeric",
  day: "numeric",
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});

function partsOf(instant) {
  const parts = PARTS.formatToParts(new Date(instant));
  return Object.fromEntries(parts.map(({ type, value }) => [type, value]));
}

/** 113/9/2（一） */
export function day(instant) {
  const { year, month, day: date, weekday } = partsOf(instant);
  return `${year - 1911}/${month}/${date}（${WEEKDAYS[weekday]}）`;
}

/** 9/2 */
export function shortDay(instant) {
  const { month, day: date } = partsOf(instant);
  return `${month}/${date}`;
}

/** 07:30 */
export function time(instant) {
  const { hour, minute } = partsOf(instant);
  return `${hour}:${minute}`;
}

/** 9/2 07:30 */
export function moment(instant) {
  return `${shortDay(instant)} ${time(instant)}`;
}

/** The last day on which something open until an exclusive instant is still open: 9/20. */
export function lastDay(closes) {
  return shortDay(new Date(closes).getTime() - 1);
}
