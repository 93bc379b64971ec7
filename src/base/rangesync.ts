/** Builder of sync_file_range: steps by name and after how many writes, `write,wait_after:8`. */
import { didYouMean } from "./nearest.ts";
import type { Option } from "./option.ts";
import { Mistake } from "./problem.ts";
import { show } from "./quote.ts";
import { type About, option } from "./values.ts";

export interface RangeSync {
  /** SYNC_FILE_RANGE_* of linux/fs.h, or-ed. */
  readonly flags: number;
  /** Writes between two of them. */
  readonly every: number;
}

/** In the order in which the kernel takes the steps. */
const STEPS: ReadonlyMap<string, number> = new Map([
  ["wait_before", 1],
  ["write", 2],
  ["wait_after", 4],
]);
const EXAMPLE = 'write for example "write:8"';

/** Without a number after every write, as in fio. */
export function rangeSync(about: About<undefined>): Option<RangeSync | undefined> {
  return option<RangeSync, undefined>(about, {
    metavar: "WORD,WORD:N",
    parse: (raw) => {
      if (typeof raw !== "string") throw new Mistake(`${show(raw)} is no text; ${EXAMPLE}`);
      const [, words, count = "1"] = /^([^:]*)(?::(\d{1,15}))?$/.exec(raw) ?? [];
      if (words === undefined)
        throw new Mistake(`${show(raw)} has no number of writes; ${EXAMPLE}`);
      const every = Number(count);
      if (every < 1) throw new Mistake(`${show(raw)} asks for no writes between; ${EXAMPLE}`);
      return {
        flags: words.split(",").reduce((flags, word) => flags | stepOf(word.trim()), 0),
        every,
      };
    },
    format: ({ flags, every }) =>
      `${[...STEPS].flatMap(([word, flag]) => (flags & flag ? [word] : [])).join(",")}:${every}`,
    schema: { type: "string", pattern: `^(${one()})(,(${one()}))*(:[0-9]+)?$` },
  });
}

function one(): string {
  return [...STEPS.keys()].join("|");
}

function stepOf(word: string): number {
  const step = STEPS.get(word);
  if (step !== undefined) return step;
  const known = [...STEPS.keys()];
  throw new Mistake(`${show(word)} is none of ${known.join(", ")}${didYouMean(word, known)}`);
}
