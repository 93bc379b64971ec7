/** The table as the command line sees it: a long flag for each option. Parses nothing. */
import type { Option, ValueSchema } from "../base/option.ts";
import { engineOptions } from "./lookup.ts";
import { OPTIONS } from "./options.ts";

export interface FlagHelp {
  /** The option's own name; the flag is `--` and this. */
  readonly name: string;
  readonly aliases: readonly string[];
  readonly group: string;
  /** Placeholder of the value; empty where none is needed. */
  readonly metavar: string;
  /** Whether the flag may stand without a value. */
  readonly bare: boolean;
  /** Whether it may be given several times. */
  readonly repeatable: boolean;
  readonly summary: string;
  readonly detail: string;
  /** What counts when it is not given, as text; empty when that is nothing. */
  readonly fallback: string;
  /** Words it takes, where it takes only some. */
  readonly values: readonly string[];
  /** "from 1 to 64" or "512 or more"; empty where any value will do. */
  readonly range: string;
  /** Engines that have it; empty for an option of every job. */
  readonly engines: readonly string[];
}

/** One entry an option: the common table first, in its order, then those of engines. */
export async function flagHelp(): Promise<readonly FlagHelp[]> {
  const common = Object.entries(OPTIONS).map(([name, option]) =>
    entry(name, option as Option<unknown>, []),
  );
  const engines = [...new Set((await engineOptions()).values())].flatMap(({ name, engines }) => {
    const [first] = engines.values();
    return first === undefined ? [] : [entry(name, first, [...engines.keys()])];
  });
  return [...common, ...engines];
}

function entry(name: string, option: Option<unknown>, engines: readonly string[]): FlagHelp {
  return {
    name,
    aliases: option.aliases ?? [],
    group: option.group,
    metavar: option.metavar,
    bare: option.bare !== undefined,
    repeatable: option.repeatable ?? false,
    summary: option.summary,
    detail: option.detail ?? "",
    fallback: option.format(option.fallback),
    values: wordsOf(option.schema),
    range: rangeOf(option.schema),
    engines,
  };
}

/** Words of an enumeration, without the numbers and booleans that stand for some of them. */
/** The words of a choice; also of one that takes something behind a word (rw). */
function wordsOf(schema: ValueSchema): readonly string[] {
  const [first = schema] = (schema["anyOf"] as readonly ValueSchema[] | undefined) ?? [];
  const { enum: values = [] } = first;
  return (values as readonly unknown[]).filter(
    (value): value is string => typeof value === "string" && !/^(\d+|true|false)$/.test(value),
  );
}

/** Of a number, or of a size, whose schema is a number or a text. */
function rangeOf(schema: ValueSchema): string {
  const number = (schema["anyOf"] as readonly ValueSchema[] | undefined)?.[0] ?? schema;
  return showRange(
    number["minimum"] as number | undefined,
    number["maximum"] as number | undefined,
  );
}

/** A most that no double can count beyond is none. */
export function showRange(least: number | undefined, most = Number.MAX_SAFE_INTEGER): string {
  if (most < Number.MAX_SAFE_INTEGER) return `from ${least ?? 0} to ${most}`;
  return least === undefined || least === 0 ? "" : `${least} or more`;
}
