/** Flags, already split into names and texts, as entries. Which flags there are is the table's. */
import type { RawValue } from "../base/option.ts";
import { clean } from "../base/quote.ts";
import { commonName } from "../options/lookup.ts";
import { OPTIONS } from "../options/options.ts";
import type { RawEntry } from "./entry.ts";

/** Name without dashes, and text; undefined when the flag stood alone. */
export type Flag = readonly [name: string, text: string | undefined];

/** In order. What a repeatable flag was given is one list; of other flags the last one counts. */
export function fromFlags(flags: readonly Flag[]): readonly RawEntry[] {
  const entries = new Map<string, RawEntry>();
  for (const [name, text] of flags) {
    // `--time-based` is taken for time_based.
    const key = commonName(name) === undefined ? name.replaceAll("-", "_") : name;
    const option = commonName(key);
    const before = entries.get(option ?? key)?.raw;
    const isList = option !== undefined && "repeatable" in OPTIONS[option] && text !== undefined;
    const list: readonly RawValue[] = Array.isArray(before) ? before : [];
    const raw = isList ? [...list, text] : text;
    const place = { source: clean(`--${name}`) };
    const from = place.source;
    entries.delete(option ?? key);
    entries.set(option ?? key, { key, raw, text: true, keyPlace: place, valuePlace: place, from });
  }
  return [...entries.values()];
}
