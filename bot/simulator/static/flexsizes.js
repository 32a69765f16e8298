// LINE's keyword sizes in pixels, and the checks that let only sizes and colours through.

const TEXT = {
  xxs: 11,
  xs: 13,
  sm: 14,
  md: 16,
  lg: 19,
  xl: 22,
  xxl: 29,
  "3xl": 35,
  "4xl": 48,
  "5xl": 74,
};
const SPACE = { none: 0, xs: 2, sm: 4, md: 8, lg: 12, xl: 16, xxl: 20 };
const IMAGE = {
  xxs: 40,
  xs: 60,
  sm: 80,
  md: 100,
  lg: 120,
  xl: 140,
  xxl: 160,
  "3xl": 180,
  "4xl": 200,
  "5xl": 220,
};
const BORDER = { none: 0, light: 0.5, normal: 1, medium: 2, "semi-bold": 3, bold: 4 };

/** How wide a bubble is at most. */
export const BUBBLE = {
  nano: 120,
  micro: 160,
  deca: 220,
  hecto: 241,
  kilo: 260,
  mega: 300,
  giga: 500,
};

/** What a block keeps free inside when its box does not say. */
export function blockPadding(size, block, hasFooter) {
  if (block === "footer") return "10px";
  if (size === "nano" || size === "micro") return "10px";
  const below = block === "body" && hasFooter;
  if (size === "deca" || size === "hecto") return below ? "11px 14px 17px" : "11px 14px 13px";
  if (size === "kilo") return below ? "13px 13px 17px" : "13px";
  return below ? "19px 20px 10px" : "20px";
}

/** `12px`, `40%` or a keyword of the given table, as CSS; undefined when it is none. */
function length(value, keywords) {
  if (value === undefined || value === null) return undefined;
  if (Object.hasOwn(keywords, value)) return `${keywords[value]}px`;
  return /^-?\d+(\.\d+)?(px|%)$/.test(value) ? value : undefined;
}

export const textSize = (value) => length(value, TEXT);
export const space = (value) => length(value, SPACE);
export const border = (value) => length(value, BORDER);
export const imageSize = (value) => (value === "full" ? "100%" : length(value, IMAGE));
export const measure = (value) => length(value, {});

/** `#rrggbb` or `#rrggbbaa`, else undefined. */
export function colour(value) {
  return /^#([0-9a-f]{6}|[0-9a-f]{8})$/i.test(value ?? "") ? value : undefined;
}

/** `20:13` as a CSS ratio. */
export function ratio(value, otherwise = "1 / 1") {
  const [, width, height] = /^(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)$/.exec(value ?? "") ?? [];
  return width ? `${width} / ${height}` : otherwise;
}
