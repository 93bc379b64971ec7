/**
 * The figures of a run as fio has them: which jobs are reported together, what is said of them as
 * a whole, and the run status groups. What an output looks like is not known here.
 *
 * The coarse latency maps are of clat, as in fio: for a synchronous engine the same as lat.
 */
import type {
  DirectionResult,
  ErrorsResult,
  JobResult,
  RunResult,
  Unified,
} from "../measure/result.ts";
import { type CoarseMaps, coarse } from "./buckets.ts";
import {
  amounts,
  DIRECTIONS,
  type Direction,
  type FioDirection,
  type FioGroupDirection,
  type FioLatency,
  fioDirection,
  fioLatency,
  perSecond,
  type Shown,
  total,
} from "./directions.ts";
import type { Look } from "./number.ts";

/** One job, or several that are reported together (a thread_stat of fio's). */
export interface FioJob {
  readonly first: JobResult;
  readonly members: readonly JobResult[];
  /** errno of the first that failed, and what fio says of it; 0 and "" for none. */
  readonly error: number;
  readonly errorText: string;
  /** Of a job that survives errors. */
  readonly errors: ErrorsResult | undefined;
  readonly directions: Readonly<Record<Direction, FioDirection>>;
  /** What the outputs show of them, in their order. */
  readonly shown: ReadonlyMap<Shown, FioDirection>;
  /** How the normal output writes its figures. */
  readonly look: Look;
  readonly syncs: number;
  readonly syncLatency: FioLatency;
  /** Sum over the members. */
  readonly runtimeMs: number;
  readonly userPercent: number;
  readonly systemPercent: number;
  readonly switches: number;
  readonly majorFaults: number;
  readonly minorFaults: number;
  /** Percent of each class. */
  readonly depth: readonly number[];
  readonly submit: readonly number[];
  readonly complete: readonly number[];
  readonly latency: CoarseMaps;
}

export interface FioGroup {
  readonly id: number;
  /** Only those that ran. */
  readonly directions: ReadonlyMap<Shown, FioGroupDirection>;
  /** How the normal output writes its figures. */
  readonly look: Look;
}

/**
 * Jobs as fio reports them: one that asked for group_reporting joins the one before it when that
 * is of its group, so the option matters on every job of a group.
 */
export function fioJobs({ jobs }: RunResult): FioJob[] {
  const reported: JobResult[][] = [];
  for (const job of jobs) {
    const before = reported.at(-1);
    if (job.group_reporting && before?.[0]?.group === job.group) before.push(job);
    else reported.push([job]);
  }
  const groups = fioGroupsOf(reported);
  return reported.map((members) => fioJob(members, groups.get(members[0]!.group)!));
}

export function fioGroups(jobs: readonly FioJob[]): FioGroup[] {
  return [...fioGroupsOf(jobs.map(({ members }) => members)).values()];
}

function fioGroupsOf(reported: readonly (readonly JobResult[])[]): Map<number, FioGroup> {
  const groups = Map.groupBy(reported, (members) => members[0]!.group);
  const entries = [...groups].map(([id, rows]): [number, FioGroup] => [
    id,
    // fio has one setting for the whole group, and the last job's counts.
    { id, directions: groupDirections(rows), look: lookOf(rows.at(-1)!.at(-1)!) },
  ]);
  return new Map(entries);
}

function lookOf({ significant_figures: digits, kb_base, unit_base }: JobResult): Look {
  return { digits, decimal: kb_base === 1000, bits: unit_base === 1 };
}

function groupDirections(rows: readonly (readonly JobResult[])[]): Map<Shown, FioGroupDirection> {
  const directions = new Map<Shown, FioGroupDirection>();
  for (const name of [...DIRECTIONS, "mixed"] as const) {
    const ran = rows
      .map((members) => partsOf(members, name))
      .filter((parts) => parts.length > 0)
      .map(amounts)
      .filter(({ runtimeMs }) => runtimeMs > 0);
    if (ran.length > 0) directions.set(name, groupDirection(ran));
  }
  const mixed = directions.get("mixed");
  const apart = DIRECTIONS.flatMap((name) => directions.get(name) ?? []);
  // Where the directions are shown too, its extremes are theirs, as fio has it.
  if (mixed !== undefined && apart.length > 0) {
    const least = Math.min(...apart.map((one) => one.least));
    const most = Math.max(...apart.map((one) => one.most));
    directions.set("mixed", { ...mixed, least, most });
  }
  return directions;
}

function groupDirection(ran: readonly ReturnType<typeof amounts>[]): FioGroupDirection {
  const times = ran.map(({ runtimeMs }) => runtimeMs);
  const rates = ran.map(({ bytes, runtimeMs }) => perSecond(bytes, runtimeMs));
  const bytes = total(ran.map((row) => row.bytes));
  const longestMs = Math.max(...times);
  return {
    bytes,
    bandwidth: perSecond(bytes, longestMs),
    least: Math.min(...rates),
    most: Math.max(...rates),
    shortestMs: Math.min(...times),
    longestMs,
  };
}

/** What is shown under that name of those jobs that show it. */
function partsOf(members: readonly JobResult[], name: Shown): DirectionResult[] {
  if (name === "mixed") return members.flatMap((job) => job.mixed ?? []);
  return members.flatMap((job) => (job.unified_rw_reporting === "mixed" ? [] : [job[name]]));
}

const SHOWN: Readonly<Record<Unified, readonly Shown[]>> = {
  none: DIRECTIONS,
  mixed: ["mixed"],
  both: [...DIRECTIONS, "mixed"],
};

function fioJob(members: readonly JobResult[], group: FioGroup): FioJob {
  const first = members[0]!;
  const of = (amount: (job: JobResult) => number): number => total(members.map(amount));
  const direction = (name: Direction): FioDirection =>
    fioDirection(
      members.map((job) => job[name]),
      group.directions.get(name),
    );
  const directions = {
    read: direction("read"),
    write: direction("write"),
    trim: direction("trim"),
  };
  const names = SHOWN[first.unified_rw_reporting];
  const mixed = (): FioDirection =>
    fioDirection(partsOf(members, "mixed"), group.directions.get("mixed"));
  const shown = names.map((name) => [name, name === "mixed" ? mixed() : directions[name]] as const);
  const failed = members.find(({ error }) => error !== null)?.error;
  const errors = errorsOf(members);
  const runtimeMs = of((job) => Math.floor(job.elapsed_ns / 1e6));
  const cpu = (amount: (job: JobResult) => number): number =>
    runtimeMs === 0 ? 0 : (of((job) => Math.floor(amount(job) / 1e6)) * 100) / runtimeMs;
  const ios = total(DIRECTIONS.map((name) => directions[name].ios));
  const map = (kind: "depth" | "submit" | "complete"): number[] =>
    Object.keys(first[kind].counts).map((name) => of((job) => job[kind].counts[name] ?? 0));
  return {
    first,
    members,
    // A failure that has no errno is still one: EIO. fio shows an error that was survived too.
    error: failed ? failed.errno || 5 : (errors?.first_error ?? 0),
    errorText: failed
      ? `file:${failed.subject}, func=${failed.call}, error=${failed.text}`
      : (errors?.first_error_text ?? ""),
    errors,
    directions,
    shown: new Map(shown),
    look: lookOf(first),
    syncs: of((job) => job.sync.ios),
    syncLatency: fioLatency(members.map((job) => job.sync.lat_ns)),
    runtimeMs,
    userPercent: cpu((job) => job.cpu.user_ns),
    systemPercent: cpu((job) => job.cpu.system_ns),
    switches: of((job) => job.cpu.voluntary_switches + job.cpu.involuntary_switches),
    majorFaults: of((job) => job.cpu.major_faults),
    minorFaults: of((job) => job.cpu.minor_faults),
    depth: shares(map("depth"), ios, 0.1),
    submit: shares(map("submit"), total(map("submit")), 0.1),
    complete: shares(map("complete"), total(map("complete")), 0.1),
    latency: latencyShares(members, ios),
  };
}

/** All of theirs, and the first of the first that had one. */
function errorsOf(members: readonly JobResult[]): ErrorsResult | undefined {
  const all = members.flatMap(({ errors }) => errors ?? []);
  const first = all.find(({ first_error }) => first_error !== 0) ?? all[0];
  return first && { ...first, total_err: total(all.map(({ total_err }) => total_err)) };
}

function latencyShares(members: readonly JobResult[], ios: number): CoarseMaps {
  const histograms = members.flatMap((job) =>
    DIRECTIONS.map((name) => {
      const { clat_ns, lat_ns } = job[name];
      return clat_ns === null ? [] : (clat_ns.histogram ?? lat_ns?.histogram ?? []);
    }),
  );
  const { ns, us, ms } = coarse(histograms);
  return { ns: shares(ns, ios, 0.01), us: shares(us, ios, 0.01), ms: shares(ms, ios, 0.01) };
}

/** Percent of all; what was seen at all is at least what the output has digits for. */
function shares(counts: readonly number[], all: number, least: number): number[] {
  return counts.map((count) =>
    count === 0 || all === 0 ? 0 : Math.max(least, (count / all) * 100),
  );
}
