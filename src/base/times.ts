/**
 * Builders of options with several durations: one that may be a range to draw from, and one for
 * each of read, write and trim. Durations are ns; a number without a unit is refused unless the
 * option says what it counts.
 */
import type { PerDirection } from "./direction.ts";
import { didYouMean } from "./nearest.ts";
import type { FioReading, Option, RawTable, RawValue, ValueSchema } from "./option.ts";
import { Mistake } from "./problem.ts";
import { DURATION_HELP, DURATION_PATTERN, formatDuration, parseDuration } from "./quantity.ts";
import { quote, show } from "./quote.ts";
import { type About, option } from "./values.ts";

/** ns, both ends included; the same twice is no range. */
export interface Span {
  readonly least: number;
  readonly most: number;
}

const RANGE = '"5s-10s"';

/** A duration, or a range from which each clone draws its own: "5s-10s", ["5s", "10s"]. */
export function span(about: About<Span> & { readonly bare?: number }): Option<Span> {
  const { bare } = about;
  return option<Span, Span>(about, {
    metavar: "TIME[-TIME]",
    parse: (raw) => {
      const ends = Array.isArray(raw) ? (raw as readonly RawValue[]) : parted(raw as RawValue, "-");
      const [least, most = least] = ends.map((end) => readTime(end, bare));
      if (least === undefined || most === undefined || ends.length > 2) {
        throw new Mistake(`${show(raw)} is neither a duration nor a range; write ${RANGE}`);
      }
      if (least > most) {
        const right = `${formatDuration(most)}-${formatDuration(least)}`;
        throw new Mistake(`${show(raw)} ends before it begins; write "${right}"`);
      }
      return { least, most };
    },
    format: formatSpan,
    schema: {
      anyOf: [
        ...timeSchemas(bare),
        { type: "string", pattern: `^${oneTime(bare)} *- *${oneTime(bare)}$` },
        { type: "array", items: { anyOf: timeSchemas(bare) }, minItems: 1, maxItems: 2 },
      ],
    },
    fio: times(bare, "-"),
  });
}

export function formatSpan({ least, most }: Span): string {
  return least === most
    ? formatDuration(least)
    : `${formatDuration(least)}-${formatDuration(most)}`;
}

const NAMES = ["read", "write", "trim"] as const;
const TABLE = '{ read = "1ms", write = "5ms" }';

/**
 * A duration for each direction: one for all, "1ms,5ms" by position, or a table. By position a
 * missing one at the end copies the last given, and an empty one stays at the fallback.
 */
export function durations(
  about: About<PerDirection<number>> & { readonly bare?: number },
): Option<PerDirection<number>> {
  const { bare, fallback } = about;
  return option<PerDirection<number>, PerDirection<number>>(about, {
    metavar: "TIME[,TIME[,TIME]]",
    parse: (raw) => {
      if (typeof raw === "string" || typeof raw === "number") {
        return byPosition(raw, fallback, bare);
      }
      if (typeof raw === "boolean" || raw instanceof Date || Array.isArray(raw)) {
        throw new Mistake(`${show(raw)} is not a duration; write "1ms", "1ms,5ms" or ${TABLE}`);
      }
      return byName(raw as RawTable, fallback, bare);
    },
    format: ({ read, write, trim }) => {
      const all = [read, write, trim].map(formatDuration);
      while (all.length > 1 && all.at(-1) === all.at(-2)) all.pop();
      return all.join(",");
    },
    schema: {
      anyOf: [
        ...timeSchemas(bare),
        {
          type: "string",
          minLength: 1,
          pattern: `^(${oneTime(bare)})?(,(${oneTime(bare)})?){0,2}$`,
        },
        {
          type: "object",
          additionalProperties: false,
          properties: Object.fromEntries(NAMES.map((name) => [name, { anyOf: timeSchemas(bare) }])),
        },
      ],
    },
    fio: times(bare, ","),
  });
}

/** fio counts µs where `duration` without `bare` refuses a bare number; `values.ts` does alike. */
function times(bare: number | undefined, between: "-" | ","): FioReading {
  return { time: bare ?? 1e3, between };
}

const NUMBER = "\\d+(\\.\\d+)?";

function oneTime(bare: number | undefined): string {
  const withUnit = DURATION_PATTERN.slice(1, -1);
  return bare === undefined ? withUnit : `(${withUnit}|${NUMBER})`;
}

function timeSchemas(bare: number | undefined): readonly ValueSchema[] {
  const text = { type: "string", pattern: `^${oneTime(bare)}$` };
  return bare === undefined ? [text] : [text, { type: "number", minimum: 0 }];
}

function parted(raw: RawValue, between: string): readonly RawValue[] {
  return typeof raw === "string" ? raw.split(between) : [raw];
}

function readTime(raw: RawValue, bare: number | undefined): number {
  if (typeof raw !== "string" && typeof raw !== "number") {
    throw new Mistake(`${show(raw)} is not a duration; write ${DURATION_HELP}`);
  }
  return parseDuration(String(raw), bare);
}

function byPosition(
  raw: string | number,
  fallback: PerDirection<number>,
  bare: number | undefined,
): PerDirection<number> {
  const parts = String(raw)
    .split(",", 4)
    .map((part) => part.trim());
  if (parts.length > NAMES.length) {
    throw new Mistake(`${show(raw)} has too many durations; write three: read, write, trim`);
  }
  if (parts.every((part) => part === "")) parseDuration(String(raw), bare);
  const [read, write, trim] = NAMES.map((name, i) => {
    const part = parts[i] ?? parts.at(-1) ?? "";
    return part === "" ? fallback[name] : parseDuration(part, bare);
  }) as [number, number, number];
  return { read, write, trim };
}

function byName(
  table: RawTable,
  fallback: PerDirection<number>,
  bare: number | undefined,
): PerDirection<number> {
  for (const key of Object.keys(table)) {
    if (!(NAMES as readonly string[]).includes(key)) {
      throw new Mistake(`${quote(key)} is none of read, write and trim${didYouMean(key, NAMES)}`);
    }
  }
  const [read, write, trim] = NAMES.map((name) => {
    const raw = table[name];
    return raw === undefined ? fallback[name] : readTime(raw, bare);
  }) as [number, number, number];
  return { read, write, trim };
}
