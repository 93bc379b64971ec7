/**
 * Words that all of fio's outputs share: the version they claim, a job's name on one line, and
 * options as fio spells their values. No figures here.
 */
import { clean } from "../base/quote.ts";
import type { JobResult } from "../measure/result.ts";

/** The fio whose outputs these are; readers compare it. */
export const FIO_VERSION = "fio-3.42";

/** Line breaks and control characters replaced: a name must not end a line of the output. */
export function nameOf({ name }: JobResult): string {
  return clean(name);
}

/** Free text, in which "true" is a word. */
const TEXTS: ReadonlySet<string> = new Set(["name", "description", "filename", "directory"]);

/**
 * Options as a job file of fio's has them: 1 and 0, and a colon between percentiles. What already
 * is fio's spelling stays as it is.
 */
export function fioOptions(
  options: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(options).map(([name, value]) => [name, spelled(name, value)]),
  );
}

function spelled(name: string, value: string): string {
  if (TEXTS.has(name)) return value;
  if (name === "percentile_list") return value.replaceAll(",", ":");
  if (value === "true") return "1";
  return value === "false" ? "0" : value;
}
