/**
 * What an option is: one declaration that carries everything the TOML key, the flag, the help, the
 * validation, the editor's schema, the reference page and the echo in the report need. The tables
 * are in `options/` and in each engine's own file; this file knows none of them.
 */
import type { PerDirection } from "./direction.ts";

/** A value as it came from TOML, or the text of a flag. */
export type RawValue = string | number | boolean | Date | readonly RawValue[] | RawTable;
export interface RawTable {
  readonly [key: string]: RawValue;
}

/** JSON Schema of one value, as far as the tables need it. */
export interface ValueSchema {
  readonly [keyword: string]: unknown;
}

/**
 * How fio reads the option's text where that is not the text itself. `time` is what a number
 * without a unit counts, in ns; a "word" may have a colon and more behind it. "integers", "ranges"
 * and "shares" (sizes with percents) have one part for each direction, as "sizes" has.
 */
export type FioReading =
  | "flag"
  | "integer"
  | "size"
  | "amount"
  | "range"
  | "sizes"
  | "list"
  | "numbers"
  | "distribution"
  | "integers"
  | "ranges"
  | "shares"
  | "rw"
  | "word"
  | {
      readonly time: number;
      /** What stands between several times: a range, or one for each direction. */
      readonly between?: "-" | ",";
      /** A number for fio all the same: 1k is 1024 of them, and "1ms" a million and more. */
      readonly counted?: true;
    };

export interface Option<T> {
  /** Heading in the help and the reference: "target", "depth", "buffers" … */
  readonly group: string;
  /** Placeholder in the help; empty for a flag that takes no value. */
  readonly metavar: string;
  /** Effective value when nothing was written. */
  readonly fallback: T;
  /** One line, no full stop. */
  readonly summary: string;
  /** More, for the reference; whole sentences. */
  readonly detail?: string;
  readonly aliases?: readonly string[];
  /** Value of the flag written without one (`--direct`); absent where a value is needed. */
  readonly bare?: T;
  /** The flag may be given several times: `parse` then gets all their texts as an array. */
  readonly repeatable?: boolean;
  /** Absent where fio takes the text as it is. */
  readonly fio?: FioReading;
  /**
   * The typed value. `text` is true for flags, where everything is a string; from TOML a number
   * must be a number and a boolean a boolean. Throws `Mistake` with what to write instead.
   */
  readonly parse: (raw: RawValue, text: boolean) => T;
  /** The shortest text that `parse(text, true)` reads as this value; empty for an unset one. */
  readonly format: (value: T) => string;
  readonly schema: ValueSchema;
}

// biome-ignore lint/suspicious/noExplicitAny: a table holds options of every type
export type OptionTable = Readonly<Record<string, Option<any>>>;

/**
 * Effective values of a table's options: plain data that a structured clone carries to a thread.
 */
export type Spec<O extends OptionTable> = {
  readonly [K in keyof O]: O[K] extends Option<infer T> ? T : never;
};

/** The same value for read, write and trim. */
export function everywhere<T>(value: T): PerDirection<T> {
  return { read: value, write: value, trim: value };
}
