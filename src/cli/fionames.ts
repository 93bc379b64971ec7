/** Which names the options of jobs have under fio's command line: from the one table. */
import { didYouMean } from "../base/nearest.ts";
import type { JobNames } from "../fio/argv.ts";
import { foreignNames, laterOption } from "../options/foreign.ts";
import { engineOptions, namesOf } from "../options/lookup.ts";
import { OPTIONS } from "../options/options.ts";
import { BARE_OPTIONS, NOT_OF_FIO } from "../options/spelling.ts";

export async function jobNames(): Promise<JobNames> {
  const common = new Set([...namesOf(OPTIONS).keys()].filter((name) => !NOT_OF_FIO.has(name)));
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
