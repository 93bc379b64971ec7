/**
 * Which names the options of jobs have under fio's command line: from the one table. What only
 * engines have, and what fio has and fathom has not, is loaded when a word asks for it: 10 ms of a
 * start.
 */
import { didYouMean } from "../base/nearest.ts";
import type { JobNames } from "../fio/argv.ts";
import { FIO_FLAGS } from "../fio/flags.ts";
import { engineOptions, namesOf } from "../options/lookup.ts";
import { OPTIONS } from "../options/options.ts";
import { BARE_OPTIONS, NOT_OF_FIO } from "../options/spelling.ts";

function commonNames(): Set<string> {
  return new Set([...namesOf(OPTIONS).keys()].filter((name) => !NOT_OF_FIO.has(name)));
}

/** The names that these words may need; all that there are without words. */
export async function jobNames(words?: readonly string[]): Promise<JobNames> {
  const common = commonNames();
  if (words?.every((word) => isKnown(word, common)) ?? false) {
    return { common, others: new Set(), bare: BARE_OPTIONS, hint: () => "" };
  }
  const { foreignNames, laterOption } = await import("../options/foreign.ts");
  const others = new Set((await engineOptions()).keys());
  for (const name of foreignNames()) {
    const later = laterOption(name);
    const isCommon = later !== undefined && later.engines === undefined;
    (isCommon ? common : others).add(name);
  }
  return {
    common,
    others,
    bare: BARE_OPTIONS,
    hint: (name, also) => didYouMean(name, [...common, ...others, ...also]),
  };
}

/** Whether the word is no option, or one that is written out and common to all jobs. */
function isKnown(word: string, common: ReadonlySet<string>): boolean {
  if (!word.startsWith("-") || word === "-") return true;
  const [name = ""] = word.replace(/^--?/, "").split("=", 1);
  return common.has(name) || Object.hasOwn(FIO_FLAGS, name);
}
