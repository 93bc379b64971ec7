/**
 * Everything that can be said of an option, of those that are here and those still to come: what
 * the reference in the terminal and the index in the README are written from. How it is laid out
 * is not decided here.
 */
import { type FlagHelp, flagHelp, showRange } from "./flags.ts";
import { LATER, type LaterOption } from "./later/table.ts";
import { NOT_OF_FIO } from "./spelling.ts";

export interface ReferenceEntry extends FlagHelp {
  /** Whether it is still to come. */
  readonly later: boolean;
  /** What fio calls it. */
  readonly fio: string;
}

/** Options that are here, in the order of the tables, then those still to come. */
export async function reference(): Promise<readonly ReferenceEntry[]> {
  const here = (await flagHelp()).map((entry) => ({
    ...entry,
    later: false,
    fio: NOT_OF_FIO.get(entry.name) ?? entry.name,
  }));
  return [...here, ...Object.entries(LATER).map(([name, option]) => laterEntry(name, option))];
}

function laterEntry(name: string, option: LaterOption): ReferenceEntry {
  const { group, metavar, summary, fallback } = option;
  return {
    name,
    aliases: option.aliases ?? [],
    group,
    metavar,
    bare: metavar === "",
    repeatable: false,
    summary,
    detail: option.detail ?? "",
    fallback,
    values: option.values ?? [],
    range: showRange(option.least, option.most),
    engines: option.engines ?? [],
    later: true,
    fio: name,
  };
}
