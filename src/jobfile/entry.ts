/**
 * One option as somebody wrote it, in a file or as a flag, and the step from a list of them to
 * typed values. What the common table does not know is handed on: it may be an engine's.
 */
import type { Option, RawValue } from "../base/option.ts";
import { Mistake, type Place, type Problem } from "../base/problem.ts";
import { quote } from "../base/quote.ts";
import { commonName } from "../options/lookup.ts";
import { OPTIONS, type OptionName } from "../options/options.ts";

/** As written: nothing is known of the key yet. */
export interface RawEntry {
  readonly key: string;
  /** `undefined`: a flag without a value. */
  readonly raw: RawValue | undefined;
  /** Whether it is a flag's text. */
  readonly text: boolean;
  readonly keyPlace: Place;
  readonly valuePlace: Place;
  /** As `check` says it: "jobs.toml:3", "[global] jobs.toml:2", "--iodepth". */
  readonly from: string;
}

/** With its type. */
export interface Entry {
  readonly option: OptionName;
  readonly value: unknown;
  readonly place: Place;
  readonly from: string;
}

export interface Entries {
  readonly known: readonly Entry[];
  /** Keys that the common table does not have. */
  readonly others: readonly RawEntry[];
  /** Options whose value could not be read: what follows from them is not worth telling. */
  readonly broken: ReadonlySet<OptionName>;
  readonly problems: readonly Problem[];
}

/** Every entry of one table, or all flags. */
export function readEntries(raw: readonly RawEntry[]): Entries {
  const known: Entry[] = [];
  const others: RawEntry[] = [];
  const broken = new Set<OptionName>();
  const problems: Problem[] = [];
  const seen = new Map<OptionName, string>();
  for (const entry of raw) {
    const option = commonName(entry.key);
    if (option === undefined) {
      others.push(entry);
      continue;
    }
    const before = seen.get(option);
    if (before !== undefined && !entry.text) {
      const message = `is written twice, also as ${before}; leave one of them out`;
      problems.push({ place: entry.keyPlace, option: entry.key, message });
      continue;
    }
    seen.set(option, entry.key);
    const value = readValue(entry, OPTIONS[option] as Option<unknown>);
    if ("problem" in value) {
      problems.push(value.problem);
      broken.add(option);
    } else {
      known.push({ option, value: value.value, place: entry.valuePlace, from: entry.from });
    }
  }
  return { known, others, broken, problems };
}

/** The entry's value by that option's rules. */
export function readValue(
  entry: RawEntry,
  option: Option<unknown>,
): { readonly value: unknown } | { readonly problem: Problem } {
  const { key, raw, text, valuePlace: place } = entry;
  if (raw === undefined) {
    if (option.bare !== undefined) return { value: option.bare };
    const message = `needs a value: --${key} ${option.metavar}`;
    return { problem: { place, message } };
  }
  try {
    return { value: option.parse(raw, text) };
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    return { problem: { place, ...optionOf(entry), message: error.message } };
  }
}

/** The option's name for a problem; a flag's place has it already. */
export function optionOf({ key, text }: RawEntry): { readonly option?: string } {
  if (text) return {};
  return { option: /^[\w-]{1,40}$/.test(key) ? key : quote(key) };
}
