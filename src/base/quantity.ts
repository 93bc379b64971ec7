/**
 * Native quantities: text → bytes, nanoseconds or percent, and back. Exact: a fraction is computed
 * in whole numbers, and what does not come out whole is refused. fio's reversed units are not here.
 */
import { Mistake } from "./problem.ts";
import { quote } from "./quote.ts";

/** A size as it is, or a share of something whose size is known later. */
export type Amount = number | { readonly percent: number };

/** Units in descending order; every factor is exact. */
type Units = readonly (readonly [name: string, factor: number])[];

const BINARY: Units = [
  ["p", 2 ** 50],
  ["t", 2 ** 40],
  ["g", 2 ** 30],
  ["m", 2 ** 20],
  ["k", 2 ** 10],
];
const DECIMAL: Units = [
  ["PB", 1e15],
  ["TB", 1e12],
  ["GB", 1e9],
  ["MB", 1e6],
  ["kB", 1e3],
];
const TIME: Units = [
  ["d", 86_400e9],
  ["h", 3_600e9],
  ["m", 60e9],
  ["s", 1e9],
  ["ms", 1e6],
  ["us", 1e3],
  ["ns", 1],
];

/** What a number of each kind counts, how it is spelled, and the most a double holds exactly. */
interface Kind {
  readonly unit: string;
  readonly format: (value: number) => string;
  readonly most: string;
}
const BYTES: Kind = { unit: "bytes", format: formatSize, most: "one byte less than 8p" };
const NS: Kind = { unit: "ns", format: formatDuration, most: "104d" };

export const SIZE_HELP =
  "bytes, or a number with k m g t (powers of 1024) or kB MB GB TB (of 1000)";
export const DURATION_HELP = "a number with ns, us, ms, s, m, h or d";

/** The same in regular expressions, for the schema of a job file. */
export const SIZE_PATTERN = "^\\d+(\\.\\d+)?([kKmMgGtTpP]|[kKmMgGtTpP]i[bB]|[kMGTP]?B)?$";
export const DURATION_PATTERN = "^(\\d+(\\.\\d+)?(ns|us|ms|s|m|h|d))+$";
export const PERCENT_PATTERN = "^\\d+(\\.\\d+)?%$";

const NUMBER = /^(\d{1,30})(?:\.(\d{1,30}))?$/;

/** Bytes, a whole number below 2^53. Throws Mistake. */
export function parseSize(text: string): number {
  const trimmed = text.trim();
  const { number, unit } = split(trimmed);
  const factor = number === undefined ? undefined : sizeFactor(unit);
  if (number === undefined || factor === undefined) throw new Mistake(notASize(trimmed));
  return whole(trimmed, number, factor, BYTES);
}

/** The shortest exact spelling: "4k", "1536m", "22MB", "2300". */
export function formatSize(bytes: number): string {
  const spellings = [String(bytes), largest(bytes, BINARY), largest(bytes, DECIMAL)];
  return spellings.reduce((best, next) => (next.length < best.length ? next : best));
}

/**
 * ns, a whole number below 2^53: "1h30m", "1.5s". `bare` is the factor of a number without unit.
 */
export function parseDuration(text: string, bare?: number): number {
  const trimmed = text.trim();
  if (bare !== undefined && NUMBER.test(trimmed)) {
    return whole(trimmed, trimmed, bare, NS);
  }
  const parts = trimmed.length > 100 ? null : trimmed.match(/\d[\d.]*[^\d.]*/g);
  if (parts === null || parts.join("") !== trimmed) throw new Mistake(notADuration(trimmed));
  let total = 0;
  let above = Number.POSITIVE_INFINITY;
  for (const part of parts) {
    const { number, unit } = split(part);
    const factor = TIME.find(([name]) => name === unit)?.[1];
    if (number === undefined || factor === undefined || factor >= above) {
      throw new Mistake(notADuration(trimmed));
    }
    above = factor;
    total += whole(part, number, factor, NS);
  }
  if (!Number.isSafeInteger(total)) throw new Mistake(tooLarge(trimmed, NS));
  return total;
}

/** The largest unit that divides it: "1500ms", "90s", "1h". */
export function formatDuration(ns: number): string {
  return ns === 0 ? "0s" : largest(ns, TIME);
}

/** "50%" as 50, from 0 to 100. Throws Mistake. */
export function parsePercent(text: string): number {
  const trimmed = text.trim();
  const number = trimmed.endsWith("%") ? trimmed.slice(0, -1) : "";
  if (!NUMBER.test(number) || Number(number) > 100) {
    throw new Mistake(`${quote(trimmed)} is not a share; write a percentage from 0% to 100%`);
  }
  return Number(number);
}

/** A size or, where a percent sign is in it, a share. Throws Mistake. */
export function parseAmount(text: string): Amount {
  return text.includes("%") ? { percent: parsePercent(text) } : parseSize(text);
}

export function formatAmount(amount: Amount): string {
  return typeof amount === "number" ? formatSize(amount) : `${plain(amount.percent)}%`;
}

function split(text: string): { number: string | undefined; unit: string } {
  const [, number, unit] = /^([\d.]+)(.*)$/s.exec(text) ?? [];
  return { number: NUMBER.test(number ?? "") ? number : undefined, unit: unit ?? "" };
}

/** 1024 for k, KiB; 1000 for kB; undefined for what is none of the units. */
function sizeFactor(unit: string): number | undefined {
  if (unit === "" || unit === "B") return 1;
  const binary = /^([kmgtp])(ib)?$/i.exec(unit)?.[1]?.toLowerCase();
  const [name, units] = binary === undefined ? [unit, DECIMAL] : [binary, BINARY];
  return units.find(([known]) => known === name)?.[1];
}

/** number × factor, exactly. */
function whole(text: string, number: string, factor: number, kind: Kind): number {
  const [integer, fraction = ""] = number.split(".") as [string, string?];
  const scale = 10n ** BigInt(fraction.length);
  const product = BigInt(integer + fraction) * BigInt(factor);
  const result = Number(product / scale);
  if (!Number.isSafeInteger(result)) throw new Mistake(tooLarge(text, kind));
  if (product % scale !== 0n) {
    const near = `${kind.format(result)} or ${kind.format(result + 1)}`;
    throw new Mistake(`${quote(text)} is not a whole number of ${kind.unit}; write ${near}`);
  }
  return result;
}

function largest(value: number, units: Units): string {
  const unit = value === 0 ? undefined : units.find(([, factor]) => value % factor === 0);
  return unit === undefined ? String(value) : `${value / unit[1]}${unit[0]}`;
}

/** Without an exponent, which `parsePercent` does not read. */
function plain(value: number): string {
  const text = String(value);
  return text.includes("e") ? value.toFixed(30).replace(/\.?0+$/, "") : text;
}

function notASize(text: string): string {
  const { number, unit } = split(text);
  const letter = /^([kmgtp])b$/i.exec(unit)?.[1]?.toLowerCase();
  if (number !== undefined && letter !== undefined) {
    const at = BINARY.findIndex(([name]) => name === letter);
    const choices = [BINARY[at]!, DECIMAL[at]!].map(([name, factor]) => {
      const bytes = Number(number) * factor;
      return `${number}${name}${Number.isSafeInteger(bytes) ? ` (${bytes} bytes)` : ""}`;
    });
    return `${quote(text)} can mean two things; write ${choices.join(" or ")}`;
  }
  const meant = /^([kmgtp])i$/i.exec(unit)?.[1]?.toLowerCase();
  if (number !== undefined && meant !== undefined) {
    return `${quote(text)} is not a size; write ${number}${meant} or ${number}${unit}B`;
  }
  if (/^-\d/.test(text)) return `${quote(text)} is below zero; a size is 0 or more bytes`;
  return `${quote(text)} is not a size; write ${SIZE_HELP}`;
}

/** Spellings people bring from elsewhere → ours. */
const TIME_WORDS: readonly (readonly [RegExp, string])[] = [
  [/^(nsec|nanoseconds?)$/i, "ns"],
  [/^(µs|μs|usec|microseconds?)$/i, "us"],
  [/^(msec|millis|milliseconds?)$/i, "ms"],
  [/^(S|secs?|seconds?)$/i, "s"],
  [/^(mins?|minutes?)$/i, "m"],
  [/^(H|hrs?|hours?)$/i, "h"],
  [/^(D|days?)$/i, "d"],
];

function notADuration(text: string): string {
  const { number, unit } = split(text);
  const meant = TIME_WORDS.find(([word]) => word.test(unit.trim()))?.[1];
  if (number !== undefined && meant !== undefined) {
    return `${quote(text)} is not a duration; write ${number}${meant}`;
  }
  if (number !== undefined && unit === "") {
    return `${quote(text)} has no unit; write ${number}us, ${number}ms or ${number}s`;
  }
  return `${quote(text)} is not a duration; write ${DURATION_HELP}, as in 30s or 1h30m`;
}

function tooLarge(text: string, { most }: Kind): string {
  return `${quote(text)} is too large; the most is ${most}`;
}
