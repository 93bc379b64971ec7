/**
 * One option's text by fio's rules → the value as a TOML file would have it, which the option's own
 * parser then reads: so there is one table and one set of limits. Which grammar is whose, the
 * option declares.
 */
import {
  fioArithmetic,
  fioBoolean,
  fioList,
  fioSize,
  fioTime,
  type KiloBase,
} from "../../base/fioquantity.ts";
import type { FioReading, Option, RawValue } from "../../base/option.ts";
import { Mistake } from "../../base/problem.ts";
import { quote } from "../../base/quote.ts";
import { several } from "./several.ts";

/** What words in a value stand for on this machine. */
export interface Machine {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Bytes. */
  readonly pageSize: number;
  readonly cpus: number;
  /** Bytes. */
  readonly memory: number;
}

/** Characters of an option's text at most (OPT_LEN_MAX, fio 3.42). */
const LONGEST = 8192;

/**
 * The text with `${NAME}` from the environment, empty when it is not set, and with $pagesize,
 * $ncpus and $mb_memory, whose value is then worked out. Throws Mistake.
 */
export function expand(text: string, machine: Machine): string {
  const filled = text.replace(/\$\{([^}]*)\}/g, (_, name: string) =>
    Object.hasOwn(machine.environment, name) ? (machine.environment[name] ?? "") : "",
  );
  if (filled.length > LONGEST) {
    throw new Mistake(`a text of ${filled.length} characters is too long; the most is ${LONGEST}`);
  }
  if (filled.includes("\0")) {
    throw new Mistake(`${quote(filled)} has a NUL character; leave it out`);
  }
  const words = new Map([
    ["pagesize", machine.pageSize],
    ["ncpus", machine.cpus],
    ["mb_memory", Math.floor(machine.memory / 2 ** 20)],
  ]);
  const named = filled.replace(/\$(pagesize|ncpus|mb_memory)/g, (_, w) => String(words.get(w)));
  if (named === filled || !/^[\d\s.()+*/%^-]+$/.test(named)) return named;
  return String(Math.trunc(fioArithmetic(named, () => 1)));
}

/**
 * The value in TOML's terms; undefined where it says no more than leaving the option out. Throws
 * Mistake.
 */
export function translate(
  option: Option<unknown>,
  text: string,
  kilo: KiloBase,
  mayStandAlone = false,
): RawValue | undefined {
  const flag = option.fio === "flag";
  const value = flag ? fioBoolean(text, mayStandAlone) : read(option.fio, text, kilo);
  if (value !== 0 || option.fallback !== undefined) return value;
  // 0 is how fio writes "not set"; an option that takes it as a number keeps it.
  try {
    option.parse(0, false);
    return value;
  } catch (error) {
    if (error instanceof Mistake) return undefined;
    throw error;
  }
}

function read(
  reading: Exclude<FioReading, "flag"> | undefined,
  text: string,
  kilo: KiloBase,
): RawValue {
  switch (reading) {
    case undefined:
      return text;
    case "integer":
      return fioSize(text, kilo);
    case "size":
      return size(text, kilo);
    case "amount":
      return amount(text, kilo);
    case "range":
      return range(text, kilo);
    case "sizes":
      return sizes(text, kilo);
    case "integers":
    case "ranges":
    case "shares":
    case "rw":
      return several(reading, text, kilo);
    case "list":
      return one(fioList(text));
    case "numbers":
      return fioList(text).map(number);
    case "distribution":
      return distribution(text, kilo);
    case "word":
      return word(text);
    default:
      if (reading.between !== undefined) return times(text, reading.time, reading.between);
      refuseRange(text);
      if (reading.counted === true) return `${fioSize(text, kilo) * reading.time}ns`;
      return `${fioTime(text, reading.time)}ns`;
  }
}

/** An empty one stays empty, which leaves it as it is. */
function times(text: string, unit: number, between: "-" | ","): string {
  const parts = text.split(between, 4).map((part) => part.trim());
  const isGap = (part: string): boolean => part === "" && between === ",";
  return parts.map((part) => (isGap(part) ? "" : `${fioTime(part, unit)}ns`)).join(between);
}

function size(text: string, kilo: KiloBase): number {
  refuseRange(text);
  return fioSize(text, kilo);
}

/** One size, or two with a - between them. */
function range(text: string, kilo: KiloBase): RawValue {
  const ends = text.split("-").map((end) => fioSize(end, kilo));
  return ends.length === 1 ? ends[0]! : ends.join("-");
}

function refuseRange(text: string): void {
  if (!/^\s*\w+\s*-\s*\w/.test(text)) return;
  throw new Mistake(
    `${quote(text)} is a range, which is not implemented yet here; write one value`,
  );
}

function amount(text: string, kilo: KiloBase): RawValue {
  const [, percent] = /^\s*(\d{1,400})%/.exec(text) ?? [];
  if (percent !== undefined) return `${percent}%`;
  if (/^\s*\d+z/i.test(text)) throw new Mistake(`${quote(text)}: zones are not implemented yet`);
  return fioSize(text, kilo);
}

/** For read, write and trim; an empty one stays empty, which leaves it as it is. */
function sizes(text: string, kilo: KiloBase): RawValue {
  const parts = text.split(",", 4);
  const bytes = parts.map((part) => (part.trim() === "" ? "" : String(fioSize(part, kilo))));
  return bytes.length === 1 && bytes[0] !== "" ? Number(bytes[0]) : bytes.join(",");
}

function one(items: readonly string[]): RawValue {
  return items.length === 1 ? items[0]! : items;
}

function number(text: string): number {
  const value = Number.parseFloat(text);
  if (Number.isFinite(value)) return value;
  throw new Mistake(`${quote(text)} is not a number; write numbers with colons between them`);
}

function word(text: string): string {
  const colon = text.indexOf(":");
  if (colon < 0) return text;
  const [first, rest] = [text.slice(0, colon), text.slice(colon)];
  throw new Mistake(`${quote(rest)} after ${quote(first)} is not implemented yet; leave it out`);
}

/** The sizes of zoned_abs in bytes; a theta of 1 is what fio's formula divides by zero for. */
function distribution(text: string, kilo: KiloBase): string {
  if (/^\s*zipf:0*1(\.0*)?(:|,|\s*$)/.test(text)) {
    throw new Mistake(`${quote(text)}: fio's zipf has no theta of 1; write 1.01 or 0.99`);
  }
  if (!/^\s*zoned_abs\b/.test(text)) return text;
  return text.replace(/\/([^:,/]+)/g, (_, size: string) => `/${fioSize(size, kilo)}`);
}
