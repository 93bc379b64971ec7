/**
 * Job files and flags → jobs with effective values, or everything that is wrong with them at once.
 * Nothing outside the texts is looked at but the size of memory: files and devices are the plan's.
 */
import { totalmem } from "node:os";
import type { Place, Problem } from "../base/problem.ts";
import { clean } from "../base/quote.ts";
import { readDocument, type Source } from "./document.ts";
import { type Entries, type RawEntry, readEntries } from "./entry.ts";
import type { FioDocument } from "./fio/document.ts";
import { type Flag, fromFlags } from "./flags.ts";
import { buildJob, type JobLayers, type ReadJob, Unclaimed } from "./job.ts";

export interface ReadJobs {
  /** In the order they were written; those with a mistake in them are left out. */
  readonly jobs: readonly ReadJob[];
  /** In the order of the texts, flags last; each once. */
  readonly problems: readonly Problem[];
}

const COMMAND_LINE: Place = { source: "command line" };

const FIO_DEFAULT: Place = { source: "default" };
/** In fio a job that names no engine has this one. */
const FIO_ENGINE: RawEntry = {
  key: "ioengine",
  raw: "psync",
  text: false,
  keyPlace: FIO_DEFAULT,
  valuePlace: FIO_DEFAULT,
  from: "default of fio",
};

/** Of a run: its jobs as layers of entries, and what is wrong with these. */
export class Layers {
  readonly problems: Problem[] = [];
  readonly #unclaimed = new Unclaimed();
  readonly #layers: JobLayers[] = [];

  add(layers: JobLayers): void {
    this.#layers.push(layers);
  }

  /** Entries of one job. */
  own(raw: readonly RawEntry[]): Entries {
    const entries = readEntries(raw);
    this.problems.push(...entries.problems);
    return entries;
  }

  /** Entries for all jobs: of what only some engines have, one job must have the engine. */
  shared(raw: readonly RawEntry[]): Entries {
    const entries = this.own(raw);
    this.#unclaimed.offer(entries.others);
    return entries;
  }

  addFio(document: FioDocument, flags: Entries, before: readonly Entries[] = []): void {
    const { jobs, globals, problems } = document;
    this.problems.push(...problems);
    for (const raw of globals) this.shared(raw);
    const read = new Map<readonly RawEntry[], Entries>();
    for (const { place, defaults: raw, own } of jobs) {
      const shared = read.get(raw) ?? this.shared(raw);
      read.set(raw, shared);
      const defaults = [...before, shared];
      const layers = own.map((entries) => this.own(entries));
      this.add({ place, defaults, own: layers, flags, asFio: true });
    }
  }

  /** `memory` is the machine's, in bytes. */
  async build(sources: readonly Pick<Source, "name">[], memory: number): Promise<ReadJobs> {
    const built = await Promise.all(
      this.#layers.map((layer) => buildJob(layer, this.#unclaimed, memory)),
    );
    this.problems.push(...built.flatMap((one) => one.problems));
    const engines = built.flatMap((one) => one.engines);
    this.problems.push(...(await this.#unclaimed.problems(engines)));
    return {
      jobs: built.flatMap(({ job }) => job ?? []),
      problems: inOrder(this.problems, sources),
    };
  }
}

/**
 * Every job of the files, or the one that flags alone make. `memory` is the machine's, in bytes.
 */
export async function readJobs(
  sources: readonly Source[],
  flags: readonly Flag[],
  memory: number = totalmem(),
): Promise<ReadJobs> {
  const layers = new Layers();
  layers.problems.push(...severalNames(flags));
  const given = layers.shared(fromFlags(flags));
  for (const [i, source] of sources.entries()) {
    if (isFio(source)) {
      const { readFio } = await import("./fio/document.ts");
      const { thisHost } = await import("./fio/host.ts");
      const document = await readFio([{ kind: "file", ...source }], thisHost(memory), i > 0);
      layers.addFio(document, given, [layers.own([FIO_ENGINE])]);
      if (document.jobs.length + document.problems.length === 0) {
        const message = "there is no job in it; write [NAME] and below it for example rw=read";
        layers.problems.push({ place: { source: source.name }, message });
      }
      continue;
    }
    const document = readDocument(source);
    layers.problems.push(...document.problems);
    const defaults = document.defaults.map((raw) => layers.shared(raw));
    for (const { place, name, entries } of document.jobs) {
      layers.add({ place, defaults, own: [layers.own([name]), layers.own(entries)], flags: given });
    }
  }
  if (sources.length === 0) {
    if (flags.length === 0) layers.problems.push(nothing());
    else layers.add({ place: COMMAND_LINE, defaults: [], own: [], flags: given });
  }
  return layers.build(sources, memory);
}

/** Whether the file is written in fio's language. */
export function isFio({ name }: Pick<Source, "name">): boolean {
  return /\.fio$/i.test(name);
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
  sources: readonly Pick<Source, "name">[],
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
