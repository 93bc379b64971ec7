/**
 * Builder of options with one value for read, write and trim each, whatever the value is: by
 * position in a text, by name in a table, or one for all.
 */
import type { PerDirection } from "./direction.ts";
import { didYouMean } from "./nearest.ts";
import {
  everywhere,
  type FioReading,
  type Option,
  type RawTable,
  type RawValue,
  type ValueSchema,
} from "./option.ts";
import { Mistake } from "./problem.ts";
import { quote, show } from "./quote.ts";
import { type About, option } from "./values.ts";

const NAMES = ["read", "write", "trim"] as const;

/** What is written for one direction. */
export interface Part<T> {
  readonly metavar: string;
  /** One value as a mistake shows it, quotes included. */
  readonly example: string;
  /** Throws Mistake. */
  readonly read: (raw: RawValue) => T;
  /** Of a direction that was not named, where the option has no fallback. */
  readonly unset: T;
  /** Text that `read` takes, without commas; empty for what nobody wrote. */
  readonly format: (value: T) => string;
  /** Of one value that is no table. */
  readonly schema: ValueSchema;
  readonly fio: FioReading;
}

/**
 * One value for all, several by position with commas (read, write, trim), or a table. By position a
 * missing one at the end copies the last given, and an empty one stays at the fallback.
 */
export function perDirection<T, F extends PerDirection<T> | undefined>(
  about: About<F>,
  part: Part<T>,
): Option<PerDirection<T> | F> {
  const fallback = about.fallback ?? everywhere(part.unset);
  return option<PerDirection<T>, F>(about, {
    metavar: part.metavar,
    parse: (raw) => {
      if (typeof raw === "string") return byPosition(raw, fallback, part);
      if (isTable(raw)) return byName(raw, fallback, part);
      const value = part.read(raw);
      return { read: value, write: value, trim: value };
    },
    format: ({ read, write, trim }) => {
      const all = [read, write, trim].map(part.format);
      while (all.length > 1 && all.at(-1) === all.at(-2)) all.pop();
      return all.join(",");
    },
    schema: {
      anyOf: [
        part.schema,
        { type: "string", minLength: 1 },
        {
          type: "object",
          additionalProperties: false,
          properties: Object.fromEntries(NAMES.map((name) => [name, part.schema])),
        },
      ],
    },
    fio: part.fio,
  });
}

function isTable(raw: RawValue): raw is RawTable {
  return typeof raw === "object" && !Array.isArray(raw) && !(raw instanceof Date);
}

function byPosition<T>(text: string, fallback: PerDirection<T>, part: Part<T>): PerDirection<T> {
  const parts = text.split(",", 4).map((one) => one.trim());
  if (parts.length > NAMES.length) {
    throw new Mistake(`${quote(text)} has too many parts; write at most three: read, write, trim`);
  }
  if (parts.every((one) => one === "")) {
    throw new Mistake(`${quote(text)} says nothing; write ${part.example}`);
  }
  return each((name, i) => {
    const one = parts[i] ?? parts.at(-1) ?? "";
    return one === "" ? fallback[name] : part.read(one);
  });
}

function byName<T>(table: RawTable, fallback: PerDirection<T>, part: Part<T>): PerDirection<T> {
  for (const key of Object.keys(table)) {
    if (!(NAMES as readonly string[]).includes(key)) {
      throw new Mistake(`${quote(key)} is none of read, write and trim${didYouMean(key, NAMES)}`);
    }
  }
  return each((name) => {
    const raw = table[name];
    if (raw === undefined) return fallback[name];
    if (!isTable(raw)) return part.read(raw);
    throw new Mistake(`${name} = ${show(raw)} is a table; write ${part.example}`);
  });
}

function each<T>(value: (name: (typeof NAMES)[number], index: number) => T): PerDirection<T> {
  return { read: value("read", 0), write: value("write", 1), trim: value("trim", 2) };
}
