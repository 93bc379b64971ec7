/**
 * Builders of options with several values: lists, and sizes for read, write and trim. A flag writes
 * a list of text by being given several times, a list of numbers with commas.
 */
import type { PerDirection } from "./direction.ts";
import { didYouMean } from "./nearest.ts";
import type { Option, RawTable, RawValue, ValueSchema } from "./option.ts";
import { Mistake } from "./problem.ts";
import { formatSize, parseSize, SIZE_HELP, SIZE_PATTERN } from "./quantity.ts";
import { quote, show } from "./quote.ts";
import { type About, option, readInteger, readSize, readText, sizeSchema } from "./values.ts";

/** Any number of texts, in order; one alone need not be an array. */
export function textList(
  about: About<readonly string[]> & { readonly check?: (value: string) => string | undefined },
): Option<readonly string[]> {
  return option<readonly string[], readonly string[]>(about, {
    metavar: "TEXT",
    parse: (raw, text) => {
      const items = Array.isArray(raw) ? (raw as readonly RawValue[]) : [raw as RawValue];
      return items
        .flatMap((item) => (text ? fromFlag(item) : [item]))
        .map((item) => readText(item, about.check));
    },
    format: formatTexts,
    schema: { anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }] },
    repeatable: true,
    fio: "list",
  });
}

/** A flag's text is one item, unless it is an array as a job file would have it. */
function fromFlag(raw: RawValue): readonly RawValue[] {
  if (typeof raw !== "string" || !raw.startsWith("[")) return [raw];
  try {
    const items: unknown = JSON.parse(raw);
    return Array.isArray(items) ? items : [raw];
  } catch {
    return [raw];
  }
}

function formatTexts(items: readonly string[]): string {
  const [first] = items;
  const single = items.length === 1 && first !== undefined && !first.startsWith("[");
  return single ? first : JSON.stringify(items);
}

/** Numbers in ascending order, each once; `above` is excluded and `most` is not. */
export function numberList(
  about: About<readonly number[]> & {
    readonly above: number;
    readonly most: number;
    readonly longest: number;
  },
): Option<readonly number[]> {
  const { above, most, longest } = about;
  const example = "[50, 99, 99.9]";
  return option<readonly number[], readonly number[]>(about, {
    metavar: "N,N…",
    parse: (raw, text) => {
      const items = text ? splitNumbers(raw) : raw;
      if (!Array.isArray(items) || items.length === 0) {
        throw new Mistake(
          `${show(raw)} is not a list of numbers; write ${text ? "50,99,99.9" : example}`,
        );
      }
      if (items.length > longest) {
        throw new Mistake(`${items.length} numbers are too many; write at most ${longest}`);
      }
      const numbers = (items as readonly RawValue[]).map((item) => {
        if (typeof item !== "number" || !(item > above && item <= most)) {
          throw new Mistake(`${show(item)} is not a number above ${above} and up to ${most}`);
        }
        return item;
      });
      return [...new Set(numbers)].sort((a, b) => a - b);
    },
    format: (value) => value.join(","),
    schema: {
      type: "array",
      items: { type: "number", exclusiveMinimum: above, maximum: most },
      minItems: 1,
      maxItems: longest,
    },
    fio: "numbers",
  });
}

function splitNumbers(raw: RawValue): readonly RawValue[] {
  if (typeof raw !== "string") return [];
  return raw.split(",").map((part) => (/^\s*\d+(\.\d+)?\s*$/.test(part) ? Number(part) : part));
}

const NAMES = ["read", "write", "trim"] as const;

/**
 * Bytes for each direction: one size for all, "4k,64k" by position, or a table. By position a
 * missing one at the end copies the last given, and an empty one stays at the fallback.
 */
export function sizes(
  about: About<PerDirection<number>> & { readonly least: number },
): Option<PerDirection<number>> {
  return perDirection(about, {
    metavar: "SIZE",
    noun: "size",
    examples: '"4k", "4k,64k"',
    table: '{ read = "4k", write = "64k" }',
    help: SIZE_HELP,
    read: (raw) => readSize(raw, about.least),
    empty: parseSize,
    format: formatSize,
    pattern: ONE_SIZE,
    one: sizeSchema(about.least),
  });
}

/** Whole numbers for each direction, written as `sizes` are. */
export function integers(
  about: About<PerDirection<number>> & { readonly least: number; readonly most: number },
): Option<PerDirection<number>> {
  const { least, most } = about;
  const help = `a whole number from ${least} to ${most}`;
  return perDirection(about, {
    metavar: "N",
    noun: "number",
    examples: '1000, "1000,500"',
    table: "{ read = 1000, write = 500 }",
    help,
    read: (raw) => readInteger(raw, typeof raw === "string", least, most),
    empty: (text) => {
      throw new Mistake(`${quote(text)} is empty; write ${help}`);
    },
    format: String,
    pattern: "\\d+",
    one: { type: "integer", minimum: least, maximum: most },
  });
}

const ONE_SIZE = SIZE_PATTERN.slice(1, -1);

/** What is said of one direction's value, and how it is read. */
interface Part {
  readonly metavar: string;
  readonly noun: string;
  /** Ways to write all of them on a line, and as a table. */
  readonly examples: string;
  readonly table: string;
  readonly help: string;
  readonly read: (raw: string | number) => number;
  /** Refuses a text without any value. */
  readonly empty: (text: string) => void;
  readonly format: (value: number) => string;
  /** Regular expression of one value, without anchors. */
  readonly pattern: string;
  readonly one: ValueSchema;
}

function perDirection(
  about: About<PerDirection<number>> & { readonly least: number },
  part: Part,
): Option<PerDirection<number>> {
  const { least, fallback } = about;
  const { metavar, pattern } = part;
  return option<PerDirection<number>, PerDirection<number>>(about, {
    metavar: `${metavar}[,${metavar}[,${metavar}]]`,
    parse: (raw) => {
      if (typeof raw === "string") return byPosition(raw, fallback, part);
      if (typeof raw === "number") return byPosition(String(raw), fallback, part);
      if (typeof raw === "boolean" || raw instanceof Date || Array.isArray(raw)) {
        const { noun, examples, table } = part;
        throw new Mistake(`${show(raw)} is not a ${noun}; write ${examples} or ${table}`);
      }
      return byName(raw as RawTable, fallback, part);
    },
    format: ({ read, write, trim }) => {
      const all = [read, write, trim].map(part.format);
      while (all.length > 1 && all.at(-1) === all.at(-2)) all.pop();
      return all.join(",");
    },
    schema: {
      anyOf: [
        { type: "integer", minimum: least },
        { type: "string", minLength: 1, pattern: `^(${pattern})?(,(${pattern})?){0,2}$` },
        {
          type: "object",
          additionalProperties: false,
          properties: Object.fromEntries(NAMES.map((name) => [name, part.one])),
        },
      ],
    },
    fio: "sizes",
  });
}

function byPosition(
  text: string,
  fallback: PerDirection<number>,
  { noun, read: readOne, empty }: Part,
): PerDirection<number> {
  const parts = text.split(",", 4).map((part) => part.trim());
  if (parts.length > NAMES.length) {
    throw new Mistake(
      `${quote(text)} has too many ${noun}s; write at most three: read, write, trim`,
    );
  }
  if (parts.every((part) => part === "")) empty(text);
  const [read, write, trim] = NAMES.map((name, i) => {
    const part = parts[i] ?? parts.at(-1) ?? "";
    return part === "" ? fallback[name] : readOne(part);
  }) as [number, number, number];
  return { read, write, trim };
}

function byName(table: RawTable, fallback: PerDirection<number>, part: Part): PerDirection<number> {
  for (const key of Object.keys(table)) {
    if (!(NAMES as readonly string[]).includes(key)) {
      throw new Mistake(`${quote(key)} is none of read, write and trim${didYouMean(key, NAMES)}`);
    }
  }
  const [read, write, trim] = NAMES.map((name) => {
    const raw = table[name];
    if (raw === undefined) return fallback[name];
    if (typeof raw === "string" || typeof raw === "number") return part.read(raw);
    throw new Mistake(`${name} = ${show(raw)} is not a ${part.noun}; write ${part.help}`);
  }) as [number, number, number];
  return { read, write, trim };
}
