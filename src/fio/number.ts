/**
 * Numbers and times as fio prints them: its abbreviated quantities, printf's fixed points, ctime.
 * Nothing here knows what is being printed. Checked against fio 3.33, digit by digit.
 */
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi"];
const DECIMAL = ["", "k", "M", "G", "T", "P"];

/** Digits of most of fio's quantities. */
const DIGITS = 4;

/**
 * A whole number in at most `digits` characters and a prefix: "1024", "13.6Mi", "1049k". Only the
 * last division's remainder is seen, so 9.949 and 9.9499 may differ from a true rounding.
 */
export function abbreviated(value: number, thousand: 1000 | 1024, digits = DIGITS): string {
  const prefixes = thousand === 1024 ? BINARY : DECIMAL;
  let whole = Math.floor(value);
  let rest = 0;
  let step = 0;
  while (String(whole).length > digits && step < prefixes.length - 1) {
    rest = whole % thousand;
    whole = Math.floor(whole / thousand);
    step++;
  }
  const prefix = prefixes[step]!;
  const places = step === 0 ? 0 : digits - String(whole).length - 1;
  if (places <= 0) return `${rest >= thousand / 2 ? whole + 1 : whole}${prefix}`;
  const fraction = fixed(rest / thousand, places);
  return `${fraction.startsWith("1") ? whole + 1 : whole}${fraction.slice(1)}${prefix}`;
}

/** How a job wants its figures: `digits` at most, powers of 1000 first, rates in bits. */
export interface Look {
  readonly digits: number;
  readonly decimal: boolean;
  readonly bits: boolean;
}

/** "13.6MiB/s" and "14.3MB/s", in bits "109Mibit/s" and "114Mbit/s". */
export function rateIn(thousand: 1000 | 1024, bytes: number, { digits, bits }: Look): string {
  return bits
    ? `${abbreviated(bytes * 8, thousand, digits)}bit/s`
    : `${abbreviated(bytes, thousand, digits)}B/s`;
}

/** The powers that come first, and those that stand behind them in parentheses. */
export function powersOf({ decimal }: Look): readonly [1000 | 1024, 1000 | 1024] {
  return decimal ? [1000, 1024] : [1024, 1000];
}

/** A rate in both powers: "13.6MiB/s (14.3MB/s)". */
export function rateBothWays(bytes: number, look: Look): string {
  const [first, second] = powersOf(look);
  return `${rateIn(first, bytes, look)} (${rateIn(second, bytes, look)})`;
}

/** Bytes in both powers: "50.0MiB (52.4MB)". */
export function bytesBothWays(bytes: number, look: Look): string {
  const [first, second] = powersOf(look).map((power) => abbreviated(bytes, power, look.digits));
  return `${first}B (${second}B)`;
}

/** printf's %f: a value exactly between two goes to the even one, where toFixed goes up. */
export function fixed(value: number, places = 6, width = 0): string {
  return rounded(value, places).padStart(width);
}

function rounded(value: number, places: number): string {
  const up = value.toFixed(places);
  // Only a whole number of these can lie between two, and then one digit more is all of it.
  if (!Number.isInteger(value * 2 ** (places + 1))) return up;
  const down = /^(.*[02468]\.?)5$/.exec(value.toFixed(places + 1))?.[1];
  return down === undefined ? up : down.replace(/\.$/, "");
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

/** As ctime(3) without its newline: local time, "Tue Nov 24 21:19:15 2026". */
export function calendar(epochMs: number): string {
  const date = new Date(epochMs);
  const clock = [date.getHours(), date.getMinutes(), date.getSeconds()];
  const time = clock.map((part) => String(part).padStart(2, "0")).join(":");
  const day = String(date.getDate()).padStart(2);
  return `${DAYS[date.getDay()]} ${MONTHS[date.getMonth()]} ${day} ${time} ${date.getFullYear()}`;
}
