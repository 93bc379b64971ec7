/**
 * The two spellings of random_distribution, fio's text and TOML's tables, and their schema. It may
 * differ between the directions.
 */

import type { PerDirection } from "../base/direction.ts";
import { type Curve, type Distribution, formatDistribution } from "../base/distribution.ts";
import { didYouMean } from "../base/nearest.ts";
import type { Option, RawTable, RawValue, ValueSchema } from "../base/option.ts";
import { Mistake } from "../base/problem.ts";
import { parseSize } from "../base/quantity.ts";
import { quote, show } from "../base/quote.ts";
import { type About, option, sizeSchema } from "../base/values.ts";

type Kind = Distribution["kind"];
const KINDS = ["random", "zipf", "pareto", "normal", "zoned", "zoned_abs", "sequence"] as const;

/** What each curve has when no parameter is written (fio 3.42), and what it may be. */
const CURVES = {
  zipf: { usual: 1.1, most: 100, range: "above 0 and up to 100" },
  pareto: { usual: 0.2, most: 1 - Number.EPSILON, range: "between 0 and 1" },
  normal: { usual: 0, most: 100, range: "from 0 to 100" },
} as const;

/** fio's limits of a list of zones, and of a sequence. */
const MOST_ZONES = 256;
const MOST_BLOCKS = 64;

const NAMES = ["read", "write", "trim"] as const;
const HELP =
  '"zipf:1.2", "pareto:0.2:0.5", "normal:10", "zoned:60/10:40/90", "sequence:0:8:4" or ' +
  "{ zipf = 1.2, centre = 0.3 }";

/** One distribution for all directions, or one for each: "zipf:1.2,random", or a table of them. */
export function distributions(
  about: Omit<About<PerDirection<Distribution>>, "fallback">,
): Option<PerDirection<Distribution>> {
  const uniform: Distribution = { kind: "random" };
  const fallback = { read: uniform, write: uniform, trim: uniform };
  return option<PerDirection<Distribution>, PerDirection<Distribution>>(
    { ...about, fallback },
    {
      metavar: "WORD[:…][,…]",
      parse: (raw) => {
        if (
          isTable(raw) &&
          Object.keys(raw).some((key) => (NAMES as readonly string[]).includes(key))
        )
          return byName(raw, fallback);
        return typeof raw === "string" ? byPosition(raw) : toAll(one(raw));
      },
      format: ({ read, write, trim }) => {
        const all = [read, write, trim].map(formatDistribution);
        while (all.length > 1 && all.at(-1) === all.at(-2)) all.pop();
        return all.join(",");
      },
      schema: SCHEMA,
      fio: "distribution",
    },
  );
}

function toAll(value: Distribution): PerDirection<Distribution> {
  return { read: value, write: value, trim: value };
}

function isTable(raw: RawValue): raw is RawTable {
  return typeof raw === "object" && !Array.isArray(raw) && !(raw instanceof Date);
}

function byName(table: RawTable, fallback: PerDirection<Distribution>): PerDirection<Distribution> {
  const value: Record<string, Distribution> = { ...fallback };
  for (const [key, raw] of Object.entries(table)) {
    if (!(NAMES as readonly string[]).includes(key)) {
      throw new Mistake(`${quote(key)} is none of read, write and trim${didYouMean(key, NAMES)}`);
    }
    value[key] = one(raw);
  }
  return value as unknown as PerDirection<Distribution>;
}

/** As fio writes it; what has no name of its own is of the kind before it. */
function byPosition(text: string): PerDirection<Distribution> {
  const parts = text.split(",", 4).map((part) => part.trim());
  if (parts.length > NAMES.length) {
    throw new Mistake(`${quote(text)} has too many parts; write at most three: read, write, trim`);
  }
  let kind = "";
  const values = parts.map((part): Distribution => {
    if (part === "" && parts.length > 1) return { kind: "random" };
    const whole = kind !== "" && /^[\d/]/.test(part) ? `${kind}:${part}` : part;
    kind = whole.split(":", 1)[0]!;
    return ofText(whole);
  });
  const [read, write = read, trim = write] = values as [Distribution, Distribution?, Distribution?];
  return { read, write, trim };
}

function one(raw: RawValue): Distribution {
  if (typeof raw === "string") return ofText(raw);
  if (!isTable(raw)) throw new Mistake(`${show(raw)} is no distribution; write ${HELP}`);
  return ofTable(raw);
}

function ofText(text: string): Distribution {
  const [word = "", ...rest] = text.split(":");
  const kind = kindOf(word);
  switch (kind) {
    case "random":
      if (rest.length > 0) throw new Mistake(`${quote(text)}: random takes nothing more`);
      return { kind };
    case "zoned":
    case "zoned_abs":
      return zoned(
        kind,
        rest.map((part) => part.split("/") as [string, string?]),
        (space) => (kind === "zoned" ? number(space) : parseSize(space)),
      );
    case "sequence":
      return sequence(rest.map(number));
    default: {
      if (rest.length > 2) throw new Mistake(`${quote(text)} has too many parts; write ${HELP}`);
      const [parameter = "", centre = ""] = rest;
      return curve(
        kind,
        parameter === "" ? undefined : number(parameter),
        centre === "" ? undefined : number(centre),
      );
    }
  }
}

function ofTable(table: RawTable): Distribution {
  const words = Object.keys(table).filter((key) => key !== "centre" && key !== "center");
  const [word] = words;
  if (word === undefined || words.length > 1) {
    throw new Mistake(`a distribution has one name; write ${HELP}`);
  }
  const kind = kindOf(word);
  const raw = table[word]!;
  const at = table["centre"] ?? table["center"];
  if (kind === "zipf" || kind === "pareto" || kind === "normal") {
    return curve(kind, numeric(raw, word), at === undefined ? undefined : numeric(at, "centre"));
  }
  if (at !== undefined) throw new Mistake(`${word} has no centre; leave it out`);
  if (kind === "random") throw new Mistake('write "random" alone, without a table');
  if (!Array.isArray(raw)) {
    throw new Mistake(`${word} = ${show(raw)} is no array; write ${EXAMPLES[kind]}`);
  }
  const items = raw as readonly RawValue[];
  if (kind === "sequence") return sequence(items.map((item) => numeric(item, "a block")));
  const pairs = items.map((item): [string, string] => {
    const pair = item as readonly RawValue[];
    if (!Array.isArray(item) || pair.length !== 2) {
      throw new Mistake(`${show(item)} is no zone; write ${EXAMPLES[kind]}`);
    }
    return [String(pair[0]), String(pair[1])];
  });
  return zoned(kind, pairs, (space) => (kind === "zoned" ? number(space) : parseSize(space)));
}

const EXAMPLES = {
  zoned: "zoned = [[60, 10], [40, 90]]",
  zoned_abs: 'zoned_abs = [[60, "20g"], [40, "100g"]]',
  sequence: "sequence = [0, 8, 4]",
} as const;

function kindOf(word: string): Kind {
  const kind = KINDS.find((known) => known === word);
  if (kind !== undefined) return kind;
  throw new Mistake(`${quote(word)} is none of ${KINDS.join(", ")}${didYouMean(word, KINDS)}`);
}

function number(text: string): number {
  if (/^\s*\d{1,30}(\.\d{0,30})?\s*$/.test(text)) return Number(text);
  throw new Mistake(`${quote(text)} is not a number; write ${HELP}`);
}

function numeric(raw: RawValue, what: string): number {
  if (typeof raw === "number") return raw;
  throw new Mistake(`${what} = ${show(raw)} is not a number; write one, without quotes`);
}

function curve(kind: Curve["kind"], written: number | undefined, centre?: number): Curve {
  const { usual, most, range } = CURVES[kind];
  const parameter = written ?? usual;
  if (!(parameter >= 0 && parameter <= most) || (parameter === 0 && kind !== "normal")) {
    throw new Mistake(`${kind}: ${parameter} is out of range; write a number ${range}`);
  }
  if (centre === undefined) return { kind, parameter };
  if (!(centre >= 0 && centre <= 1)) {
    throw new Mistake(`the centre ${centre} is out of range; write a number from 0 to 1`);
  }
  return { kind, parameter, centre };
}

function sequence(blocks: readonly number[]): Distribution {
  if (blocks.length === 0) throw new Mistake(`a sequence needs blocks; write "sequence:0:8:4"`);
  if (blocks.length > MOST_BLOCKS) {
    throw new Mistake(`${blocks.length} blocks are too many; write at most ${MOST_BLOCKS}`);
  }
  const wrong = blocks.find((block) => !Number.isSafeInteger(block) || block < 0);
  if (wrong === undefined) return { kind: "sequence", blocks };
  throw new Mistake(`${wrong} is no block; write whole numbers from 0 on`);
}

/** What is left out gets an even part of the rest, as in fio. */
function zoned(
  kind: "zoned" | "zoned_abs",
  parts: readonly (readonly [string, string?])[],
  spaceOf: (text: string) => number,
): Distribution {
  if (parts.length === 0) throw new Mistake(`${kind} needs zones; write ${EXAMPLES[kind]}`);
  if (parts.length > MOST_ZONES) {
    throw new Mistake(`${parts.length} zones are too many; write at most ${MOST_ZONES}`);
  }
  const shares = filled(parts.map(([share]) => (share === "" ? undefined : number(share))));
  total(kind, "accesses", shares);
  const written = parts.map(([, space = ""]) => (space.trim() === "" ? undefined : spaceOf(space)));
  if (kind === "zoned_abs" && written.some((space) => space === undefined || space === 0)) {
    throw new Mistake(`a zone of zoned_abs needs a size; write ${EXAMPLES.zoned_abs}`);
  }
  const spaces = kind === "zoned" ? filled(written) : (written as number[]);
  if (kind === "zoned") total(kind, "the file", spaces);
  return { kind, zones: shares.map((share, i) => ({ share, space: spaces[i]! })) };
}

function filled(values: readonly (number | undefined)[]): number[] {
  const rest = 100 - values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const open = values.filter((value) => value === undefined).length;
  return values.map((value) => value ?? Math.max(0, rest) / open);
}

/** Percents are decimal: a sum of tenths may miss 100 by what binary fractions lose. */
function total(kind: string, what: string, values: readonly number[]): void {
  const sum = values.reduce((all, value) => all + value, 0);
  if (Math.abs(sum - 100) < 1e-9) return;
  const shown = Number(sum.toFixed(3));
  throw new Mistake(`${kind}: the shares of ${what} are ${shown} % together; they must be 100`);
}

const NUMBER: ValueSchema = { type: "number", minimum: 0 };

function tableOf(kind: Kind, value: ValueSchema, more: ValueSchema = {}): ValueSchema {
  return {
    type: "object",
    additionalProperties: false,
    required: [kind],
    properties: { [kind]: value, ...more },
  };
}

function zonesOf(space: ValueSchema): ValueSchema {
  const zone = { type: "array", prefixItems: [NUMBER, space], minItems: 2, maxItems: 2 };
  return { type: "array", items: zone, minItems: 1, maxItems: MOST_ZONES };
}

const CENTRE: ValueSchema = { type: "number", minimum: 0, maximum: 1 };
const CENTRES = { centre: CENTRE, center: CENTRE };

const ONE: readonly ValueSchema[] = [
  { type: "string", pattern: `^(${KINDS.join("|")})` },
  tableOf("zipf", { type: "number", exclusiveMinimum: 0, maximum: 100 }, CENTRES),
  tableOf("pareto", { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 }, CENTRES),
  tableOf("normal", { type: "number", minimum: 0, maximum: 100 }, CENTRES),
  tableOf("zoned", zonesOf(NUMBER)),
  tableOf("zoned_abs", zonesOf({ anyOf: sizeSchema(1)["anyOf"] })),
  tableOf("sequence", {
    type: "array",
    items: { type: "integer", minimum: 0 },
    minItems: 1,
    maxItems: MOST_BLOCKS,
  }),
];

const SCHEMA: ValueSchema = {
  anyOf: [
    ...ONE,
    {
      type: "object",
      additionalProperties: false,
      minProperties: 1,
      properties: Object.fromEntries(NAMES.map((name) => [name, { anyOf: ONE }])),
    },
  ],
};
