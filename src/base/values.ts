/**
 * Builders of options with one value: each gives the parser, the printer, the metavar and the JSON
 * schema of its kind, so that a table only says what an option is for. Lists, values for each
 * direction and byte patterns are in `lists.ts` and `pattern.ts`. Knows no option by name.
 */
import { didYouMean } from "./nearest.ts";
import type { FioReading, Option, RawValue, ValueSchema } from "./option.ts";
import { Mistake } from "./problem.ts";
import {
  type Amount,
  DURATION_HELP,
  DURATION_PATTERN,
  formatAmount,
  formatDuration,
  formatSize,
  PERCENT_PATTERN,
  parseAmount,
  parseDuration,
  parseSize,
  SIZE_HELP,
  SIZE_PATTERN,
} from "./quantity.ts";
import { quote, show } from "./quote.ts";

/** What an option says of itself. A fallback of `undefined` makes an option that can be unset. */
export interface About<F> {
  readonly group: string;
  readonly summary: string;
  readonly detail?: string;
  readonly aliases?: readonly string[];
  /** Where the kind's own placeholder says too little. */
  readonly metavar?: string;
  /** Where fio reads it otherwise than others of its kind. */
  readonly fio?: FioReading;
  readonly fallback: F;
}

/** What a kind of value adds. */
export interface Kind<T> {
  readonly metavar: string;
  readonly parse: (raw: RawValue, text: boolean) => T;
  readonly format: (value: T) => string;
  readonly schema: ValueSchema;
  readonly bare?: T;
  readonly repeatable?: boolean;
  readonly fio?: FioReading;
}

/** Joins the two; an unset value is formatted as nothing. */
export function option<T, F extends T | undefined>(about: About<F>, kind: Kind<T>): Option<T | F> {
  const fio = about.fio ?? kind.fio;
  return {
    group: about.group,
    metavar: about.metavar ?? kind.metavar,
    fallback: about.fallback,
    summary: about.summary,
    ...(about.detail === undefined ? {} : { detail: about.detail }),
    ...(about.aliases === undefined ? {} : { aliases: about.aliases }),
    ...(kind.bare === undefined ? {} : { bare: kind.bare }),
    ...(kind.repeatable === undefined ? {} : { repeatable: kind.repeatable }),
    ...(fio === undefined ? {} : { fio }),
    parse: kind.parse,
    format: (value) => (value === undefined ? "" : kind.format(value as T)),
    schema: kind.schema,
  };
}

/** Text on one line or many; `check` says what is wrong with it, or undefined. */
export function text<F extends string | undefined>(
  about: About<F> & { readonly check?: (value: string) => string | undefined },
): Option<string | F> {
  return option<string, F>(about, {
    metavar: "TEXT",
    parse: (raw) => readText(raw, about.check),
    format: (value) => value,
    schema: { type: "string" },
  });
}

/** The text itself, or a Mistake that says what to write. */
export function readText(raw: RawValue, check?: (value: string) => string | undefined): string {
  if (typeof raw === "number" || typeof raw === "boolean") {
    throw new Mistake(`${raw} is not text; write it in quotes: "${raw}"`);
  }
  if (typeof raw !== "string") throw new Mistake(`${show(raw)} is not text; write "text"`);
  if (raw.includes("\0")) throw new Mistake(`${quote(raw)} has a NUL character; leave it out`);
  const wrong = check?.(raw);
  if (wrong !== undefined) throw new Mistake(wrong);
  return raw;
}

/** True or false; written bare as a flag it is true. */
export function flag(
  about: Omit<About<boolean>, "fallback"> & { readonly fallback?: boolean },
): Option<boolean> {
  const fallback = about.fallback ?? false;
  return option<boolean, boolean>(
    { ...about, fallback },
    {
      metavar: "",
      parse: readBoolean,
      format: String,
      schema: { type: "boolean" },
      bare: true,
      fio: "flag",
    },
  );
}

function readBoolean(raw: RawValue, text: boolean): boolean {
  if (typeof raw === "boolean") return raw;
  const meaning = new Map([
    ["true", true],
    ["1", true],
    ["false", false],
    ["0", false],
  ]).get(typeof raw === "object" ? "" : String(raw));
  if (text && typeof raw === "string" && meaning !== undefined) return meaning;
  if (meaning === undefined) {
    throw new Mistake(`${show(raw)} is neither true nor false; write true or false`);
  }
  const kind = typeof raw === "string" ? "text" : "a number";
  throw new Mistake(`${show(raw)} is ${kind}; write ${meaning}, without quotes`);
}

interface Range {
  /** Both are allowed values; without `most`, up to 2^53 - 1. */
  readonly least: number;
  readonly most?: number;
}

/** A whole number in a range. */
export function integer<F extends number | undefined>(about: About<F> & Range): Option<number | F> {
  const { least, most = Number.MAX_SAFE_INTEGER } = about;
  return option<number, F>(about, {
    metavar: "N",
    parse: (raw, text) => readInteger(raw, text, least, most),
    format: String,
    schema: { type: "integer", minimum: least, maximum: most },
    fio: "integer",
  });
}

/** A whole number in a range, or a Mistake that says what to write. */
export function readInteger(raw: RawValue, text: boolean, least: number, most: number): number {
  const range =
    most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
  const digits = typeof raw === "string" && /^[+-]?\d{1,400}$/.test(raw);
  if (digits && !text) throw new Mistake(`${quote(raw)} is text; write ${raw}, without quotes`);
  const value = digits ? Number(raw) : raw;
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw new Mistake(`${show(raw)} is not a whole number; write one ${range}`);
  }
  if (value < least || value > most) {
    throw new Mistake(
      `${digits ? quoteBare(raw) : raw} is too ${value < least ? "small" : "large"}; ` +
        `write a whole number ${range}`,
    );
  }
  return value;
}

function quoteBare(digits: string): string {
  return digits.length > 20 ? quote(digits) : digits;
}

/** Bytes. */
export function size<F extends number | undefined>(
  about: About<F> & { readonly least?: number },
): Option<number | F> {
  const { least = 0 } = about;
  return option<number, F>(about, {
    metavar: "SIZE",
    parse: (raw) => readSize(raw, least),
    format: formatSize,
    schema: sizeSchema(least),
    fio: "size",
  });
}

/** Bytes, at least `least`; a number is taken as it is. */
export function readSize(raw: RawValue, least: number): number {
  const bytes = parseSize(quantity(raw, "a size", SIZE_HELP));
  if (bytes < least) {
    throw new Mistake(`${show(raw)} is too small; write at least ${formatSize(least)}`);
  }
  return bytes;
}

export function sizeSchema(least: number): ValueSchema {
  return {
    anyOf: [
      { type: "integer", minimum: least },
      { type: "string", pattern: SIZE_PATTERN },
    ],
  };
}

/** Bytes, or a share of what the option is about ("50%"). */
export function amount<F extends Amount | undefined>(
  about: About<F> & { readonly least?: number },
): Option<Amount | F> {
  const { least = 0 } = about;
  return option<Amount, F>(about, {
    metavar: "SIZE|PERCENT",
    parse: (raw) => {
      const value = parseAmount(quantity(raw, "a size", `${SIZE_HELP}, or a percentage`));
      if ((typeof value === "number" ? value : value.percent) < least) {
        const percent = typeof value === "number" ? "" : " or more than 0%";
        throw new Mistake(
          `${show(raw)} is too small; write at least ${formatSize(least)}${percent}`,
        );
      }
      return value;
    },
    format: formatAmount,
    schema: {
      anyOf: [
        ...(sizeSchema(least)["anyOf"] as ValueSchema[]),
        { type: "string", pattern: PERCENT_PATTERN },
      ],
    },
    fio: "amount",
  });
}

/**
 * ns. A number without a unit counts `bare` ns each; where there is no `bare` it is refused, though
 * not in fio, where it is µs unless `fio` says otherwise.
 */
export function duration<F extends number | undefined>(
  about: About<F> & { readonly bare?: number },
): Option<number | F> {
  const text: ValueSchema = { type: "string", pattern: DURATION_PATTERN };
  const seconds: ValueSchema = { type: "string", pattern: "^\\d+(\\.\\d+)?$" };
  return option<number, F>(about, {
    metavar: "TIME",
    parse: (raw) => parseDuration(quantity(raw, "a duration", DURATION_HELP), about.bare),
    format: formatDuration,
    schema:
      about.bare === undefined ? text : { anyOf: [text, seconds, { type: "number", minimum: 0 }] },
    fio: { time: about.bare ?? 1e3 },
  });
}

function quantity(raw: RawValue, what: string, help: string): string {
  if (typeof raw === "string") return raw;
  if (typeof raw === "number") return String(raw);
  throw new Mistake(`${show(raw)} is not ${what}; write ${help}`);
}

/**
 * One of some words. `spellings` are other ways to write them; `later` are words of fio that fathom
 * does not know yet.
 */
export function choice<const V extends string, F extends V | undefined>(
  about: About<F> & {
    readonly values: readonly V[];
    readonly spellings?: Readonly<Record<string, V>>;
    readonly later?: readonly string[];
    /** Words that are refused with a sentence of their own. */
    readonly refused?: Readonly<Record<string, string>>;
  },
): Option<V | F> {
  const { values, spellings = {}, later = [], refused = {} } = about;
  const meanings = new Map<string, V>(values.map((value) => [value, value]));
  for (const [spelling, value] of Object.entries(spellings)) meanings.set(spelling, value);
  const others = Object.keys(spellings);
  return option<V, F>(about, {
    metavar: values.length <= 5 ? values.join("|") : "WORD",
    parse: (raw) => {
      const word = typeof raw === "number" || typeof raw === "boolean" ? String(raw) : raw;
      if (typeof word !== "string") {
        throw new Mistake(`${show(raw)} is not a word; write one of ${values.join(", ")}`);
      }
      const value = meanings.get(word);
      if (value !== undefined) return value;
      if (Object.hasOwn(refused, word)) throw new Mistake(refused[word]!);
      if (later.includes(word)) throw new Mistake(`${quote(word)} is not implemented yet`);
      throw new Mistake(
        `${show(raw)} is none of ${values.join(", ")}${didYouMean(word, meanings.keys())}`,
      );
    },
    format: (value) => value,
    schema: { enum: [...values, ...others, ...others.flatMap(typed)] },
    fio: "word",
  });
}

/** The number or boolean that a spelling reads as in TOML: 1 for "1", true for "true". */
function typed(spelling: string): (number | boolean)[] {
  if (spelling === "true" || spelling === "false") return [spelling === "true"];
  return /^\d+$/.test(spelling) ? [Number(spelling)] : [];
}
