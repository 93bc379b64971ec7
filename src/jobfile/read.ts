/**
 * Job files and flags → jobs with effective values, or everything that is wrong with them at once.
 * Nothing outside the texts is looked at but the size of memory: files and devices are the plan's.
 */
import { totalmem } from "node:os";
import type { Place, Problem } from "../base/problem.ts";
import { clean } from "../base/quote.ts";
import { readDocument, type Source } from "./document.ts";
import { type Entries, type RawEntry, readEntries } from "./entry.ts";
import { type Flag, fromFlags } from "./flags.ts";
import { buildJob, type JobLayers, type ReadJob, Unclaimed } from "./job.ts";

export interface ReadJobs {
  /** In the order they were written; those with a mistake in them are left out. */
  readonly jobs: readonly ReadJob[];
  /** In the order of the texts, flags last; each once. */
  readonly problems: readonly Problem[];
}

const COMMAND_LINE: Place = { source: "command line" };

/**
 * Every job of the files, or the one that flags alone make. `memory` is the machine's, in bytes.
 */
export async function readJobs(
  sources: readonly Source[],
  flags: readonly Flag[],
  memory: number = totalmem(),
): Promise<ReadJobs> {
  const problems: Problem[] = severalNames(flags);
  const unclaimed = new Unclaimed();
  const read = (raw: readonly RawEntry[]): Entries => {
    const entries = readEntries(raw);
    problems.push(...entries.problems);
    return entries;
  };
  const shared = (raw: readonly RawEntry[]): Entries => {
    const entries = read(raw);
    unclaimed.offer(entries.others);
    return entries;
  };
  const given = shared(fromFlags(flags));
  const layers: JobLayers[] = [];
  for (const source of sources) {
    const document = readDocument(source);
    problems.push(...document.problems);
    const defaults = document.defaults.map(shared);
    for (const { place, name, entries } of document.jobs) {
      layers.push({ place, defaults, own: [read([name]), read(entries)], flags: given });
    }
  }
  if (sources.length === 0) {
    if (flags.length === 0) problems.push(nothing());
    else layers.push({ place: COMMAND_LINE, defaults: [], own: [], flags: given });
  }
  const built = await Promise.all(layers.map((layer) => buildJob(layer, unclaimed, memory)));
  problems.push(...built.flatMap((one) => one.problems));
  problems.push(...(await unclaimed.problems(built.flatMap((one) => one.engines))));
  return { jobs: built.flatMap(({ job }) => job ?? []), problems: inOrder(problems, sources) };
}

function nothing(): Problem {
  const message = "there is no job; give a job file, or flags such as --rw randread --filename f";
  return { place: COMMAND_LINE, message };
}

/** In fio each --name begins another job; here flags make one. */
function severalNames(flags: readonly Flag[]): Problem[] {
  if (flags.filter(([name]) => name === "name").length < 2) return [];
  const message = "is given twice, and flags make one job; write a job file for more";
  return [{ place: { source: "--name" }, message }];
}

/** Each once, by file, line and column; what has no line comes after what has one. */
export function inOrder(
  problems: readonly Problem[],
  sources: readonly Source[],
): readonly Problem[] {
  const seen = new Map<string, Problem>();
  for (const problem of problems) {
    const { source, line, column } = problem.place;
    const id = JSON.stringify([source, line, column, problem.option, problem.message]);
    if (!seen.has(id)) seen.set(id, problem);
  }
  const names = sources.map(({ name }) => clean(name));
  const rank = ({ place }: Problem): readonly number[] => {
    const file = names.indexOf(place.source);
    return [
      file < 0 ? names.length : file,
      place.line ?? Number.MAX_SAFE_INTEGER,
      place.column ?? 0,
    ];
  };
  return [...seen.values()].sort((a, b) => {
    const [left, right] = [rank(a), rank(b)];
    return left.map((value, i) => value - right[i]!).find((difference) => difference !== 0) ?? 0;
  });
}
