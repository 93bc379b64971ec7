/**
 * One job: its layers of entries laid over each other, the engine's own options, what follows, and
 * the rules. Also keeps what the layers above all jobs offered and no job's engine took.
 */
import type { Option, OptionTable } from "../base/option.ts";
import type { Place, Problem } from "../base/problem.ts";
import { type EngineDefinition, isSynchronous } from "../engine/engine.ts";
import { findEngine } from "../engine/registry.ts";
import { ownOption, whyNot } from "../options/lookup.ts";
import { type JobSpec, OPTIONS, type OptionName } from "../options/options.ts";
import { resolve } from "../options/resolve.ts";
import { objections } from "../options/rules.ts";
import { type Entries, optionOf, type RawEntry, readValue } from "./entry.ts";

/** An option as it was written, last of all where it was written more than once. */
export interface Written {
  readonly value: unknown;
  readonly place: Place;
  /** "jobs.toml:3", "[global] jobs.toml:2" or "--iodepth". */
  readonly from: string;
}

export interface ReadJob {
  readonly spec: JobSpec;
  /** Effective values of the named engine's own options; empty when no engine was named. */
  readonly engineOptions: Readonly<Record<string, unknown>>;
  /** What was written of the job's and the engine's options, before options decided others. */
  readonly written: ReadonlyMap<string, Written>;
  /** Where each effective value came from: as in `Written`, "default", or "because of direct". */
  readonly origins: ReadonlyMap<string, string>;
  /** The job's header; of a job made of flags, the command line. */
  readonly place: Place;
  /** What was dropped of it, as fio drops it, each as a sentence. */
  readonly notes: readonly string[];
}

/** Entries in the order in which they count: what comes later overrides. */
export interface JobLayers {
  readonly place: Place;
  readonly defaults: readonly Entries[];
  readonly own: readonly Entries[];
  readonly flags: Entries;
  /** Whether fio's rules are kept: it passes over what it cannot do. */
  readonly asFio?: boolean;
}

/** Keys written for all jobs that only some engines have: one must be taken by one job at least. */
export class Unclaimed {
  readonly #entries = new Set<RawEntry>();

  offer(entries: readonly RawEntry[]): void {
    for (const entry of entries) this.#entries.add(entry);
  }

  claim(entry: RawEntry): void {
    this.#entries.delete(entry);
  }

  /** `engines`: of all jobs. */
  async problems(engines: readonly (string | undefined)[]): Promise<readonly Problem[]> {
    const found = await Promise.all([...this.#entries].map((entry) => misplaced(entry, engines)));
    return found.flat();
  }
}

interface BuiltJob {
  /** Undefined when something is wrong with it. */
  readonly job: ReadJob | undefined;
  /** The engine as written, undefined when none was; empty when its name could not be read. */
  readonly engines: readonly (string | undefined)[];
  readonly problems: readonly Problem[];
}

/** The job, or what is wrong with it. Without an engine of that name its own options are let be. */
export async function buildJob(
  layers: JobLayers,
  unclaimed: Unclaimed,
  memory: number,
): Promise<BuiltJob> {
  const all = [...layers.defaults, ...layers.own, layers.flags];
  const broken = new Set(all.flatMap((entries) => [...entries.broken]));
  const written = layOver(all);
  const notes = layers.asFio ? passOver(written, broken) : [];
  const { spec, decidedBy } = resolve(
    new Map([...written].map(([name, { value }]) => [name, value])),
  );
  const engine = spec.ioengine === undefined ? undefined : await findEngine(spec.ioengine);
  const engines = broken.has("ioengine") ? [] : [spec.ioengine];
  const own = await readEngineOptions(layers, engine, engines, unclaimed);
  const problems = [
    ...own.problems,
    ...judge(spec, engine, memory, written, layers.place, broken),
    ...(broken.size === 0 ? refusal(spec, engine, own, written, layers.place) : []),
  ];
  const origins = new Map<string, string>();
  for (const name of Object.keys(OPTIONS) as OptionName[]) {
    const because = decidedBy.get(name);
    const from = because === undefined ? written.get(name)?.from : `because of ${because}`;
    origins.set(name, from ?? "default");
  }
  for (const name of Object.keys(own.values)) {
    origins.set(name, own.written.get(name)?.from ?? "default");
  }
  const job: ReadJob = {
    spec,
    engineOptions: own.values,
    written: new Map<string, Written>([...written, ...own.written]),
    origins,
    place: layers.place,
    notes,
  };
  const whole = problems.length === 0 && broken.size === 0;
  return { job: whole ? job : undefined, engines, problems };
}

/** The last entry of each option, in the order written; devices to destroy add up. */
function layOver(layers: readonly Entries[]): Map<OptionName, Written> {
  const written = new Map<OptionName, Written>();
  for (const { option, value, place, from } of layers.flatMap(({ known }) => known)) {
    const before = written.get(option);
    written.delete(option);
    if (option === "destroy" && before !== undefined) {
      const devices = [...(before.value as string[]), ...(value as string[])];
      written.set(option, { value: [...new Set(devices)], place, from: `${before.from}, ${from}` });
    } else {
      written.set(option, { value, place, from });
    }
  }
  return written;
}

/** Takes out what fio drops with a word instead of refusing the job, and says so. */
function passOver(
  written: Map<OptionName, Written>,
  broken: ReadonlySet<OptionName>,
): readonly string[] {
  const runtime = written.get("runtime")?.value ?? 0;
  if (written.get("time_based")?.value !== true || runtime !== 0 || broken.has("runtime")) {
    return [];
  }
  written.delete("time_based");
  return ["time_based requires a runtime/timeout setting, and there is none; it is left out"];
}

interface EngineValues {
  readonly values: Readonly<Record<string, unknown>>;
  readonly written: ReadonlyMap<string, Written>;
  readonly problems: readonly Problem[];
}

async function readEngineOptions(
  { defaults, own, flags }: JobLayers,
  engine: EngineDefinition | undefined,
  engines: readonly (string | undefined)[],
  unclaimed: Unclaimed,
): Promise<EngineValues> {
  const problems: Problem[] = [];
  const written = new Map<string, Written>();
  const mine = new Set(own.flatMap(({ others }) => others));
  for (const entry of [...defaults, ...own, flags].flatMap(({ others }) => others)) {
    const found = engine === undefined ? undefined : ownOption(engine, entry.key);
    if (found === undefined) {
      if (mine.has(entry)) problems.push(...(await misplaced(entry, engines)));
      continue;
    }
    unclaimed.claim(entry);
    const value = readValue(entry, found.option);
    if ("problem" in value) problems.push(value.problem);
    else written.set(found.name, { ...value, place: entry.valuePlace, from: entry.from });
  }
  const table: [string, Option<unknown>][] = Object.entries((engine?.options ?? {}) as OptionTable);
  const values = table.map(([name, { fallback }]) => [
    name,
    (written.get(name) ?? { value: fallback }).value,
  ]);
  return { values: Object.fromEntries(values), written, problems };
}

async function misplaced(
  entry: RawEntry,
  engines: readonly (string | undefined)[],
): Promise<Problem[]> {
  const message = await whyNot(entry.key, engines);
  if (message === undefined) return [];
  return [{ place: entry.keyPlace, ...optionOf(entry), message }];
}

/** The rules between options, each at the place of what is to blame. */
function judge(
  spec: JobSpec,
  engine: EngineDefinition | undefined,
  memory: number,
  written: ReadonlyMap<OptionName, Written>,
  place: Place,
  broken: ReadonlySet<OptionName>,
): Problem[] {
  const depth = engine !== undefined && isSynchronous(engine, spec) ? 1 : spec.iodepth;
  const diskless = engine?.traits.diskless ?? false;
  return objections({ spec, depth, diskless, memory })
    .filter(({ options }) => !options.some((option) => broken.has(option)))
    .map(({ options, message }) => blame(options, message, written, place));
}

/** What the engine itself says of the job. */
function refusal(
  spec: JobSpec,
  engine: EngineDefinition | undefined,
  own: EngineValues,
  written: ReadonlyMap<OptionName, Written>,
  place: Place,
): Problem[] {
  if (own.problems.length > 0) return [];
  const message = engine?.refuse?.(spec, own.values as Readonly<Record<never, never>>);
  if (message === undefined) return [];
  const words = message.match(/\w+/g) ?? [];
  const all = new Map([...own.written, ...written]);
  const options = [...words.filter((word) => all.has(word)), "ioengine"];
  return [blame(options, message, all, place)];
}

function blame(
  options: readonly string[],
  message: string,
  written: ReadonlyMap<string, Written>,
  place: Place,
): Problem {
  const guilty = options.find((option) => written.has(option)) ?? options[0] ?? "";
  const at = written.get(guilty)?.place ?? place;
  return { place: at, ...(at.source === `--${guilty}` ? {} : { option: guilty }), message };
}
