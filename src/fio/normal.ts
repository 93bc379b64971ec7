/**
 * fio's normal output, line by line: what it prints for a person, and what many scripts take apart
 * with regular expressions. Figures come ready from `stats.ts`; columns, units and the rules by
 * which a unit is chosen were read off fio 3.33, the disks' sectors are of 3.42.
 */
import { clean } from "../base/quote.ts";
import type { ErrorsResult, JobResult, RunResult } from "../measure/result.ts";
import { CLASSES } from "./buckets.ts";
import { DIRECTIONS, type FioDirection, type FioPriority, type Shown } from "./directions.ts";
import { type DiskFigures, fioDisks } from "./disks.ts";
import { idlenessLines, type ShownIdleness } from "./idleness.ts";
import { percentileLines, sampleLines, summaryLine } from "./latencylines.ts";
import {
  abbreviated,
  bytesBothWays,
  calendar,
  fixed,
  type Look,
  powersOf,
  rateBothWays,
  rateIn,
} from "./number.ts";
import { FIO_VERSION, nameOf } from "./spelling.ts";
import { type FioGroup, type FioJob, fioGroups, fioJobs } from "./stats.ts";

export interface FioNormalOptions {
  readonly head?: boolean;
  readonly idle?: ShownIdleness | undefined;
}

/**
 * One text with a newline at its end, from the jobs' first lines to the disks. Of several texts of
 * one run only the first has a head that says which jobs there are.
 */
export function fioNormal(result: RunResult, options: FioNormalOptions = {}): string {
  const { head = true, idle } = options;
  const jobs = fioJobs(result);
  const endedAt = Date.parse(result.started_at) + result.elapsed_ns / 1e6;
  const begin = [...announced(result.jobs), FIO_VERSION, startLine(result.jobs)];
  const lines = [
    ...(head ? begin : []),
    "",
    ...jobs.flatMap((job) => jobLines(job, result.process_id, endedAt)),
    ...fioGroups(jobs).flatMap(groupLines),
    ...diskLines(result),
    ...(idle === undefined ? [] : idlenessLines(idle)),
  ];
  return `${lines.join("\n")}\n`;
}

/** Of several clones the first is announced, and three dots stand for the others. */
function announced(jobs: readonly JobResult[]): string[] {
  return jobs.flatMap((job, index) => {
    if (job.clone > 1) return [];
    if (job.clone === 1 && index > 0) return ["..."];
    const { rw, block_bytes: least, block_most_bytes: most, iodepth } = job.work;
    const size = (bytes: number): string => `${abbreviated(bytes, 1024)}B`;
    const blocks = (["read", "write", "trim"] as const)
      .map((way) => `(${way[0]!.toUpperCase()}) ${size(least[way])}-${size(most[way])}`)
      .join(", ");
    const what = `rw=${rw}, bs=${blocks}, ioengine=${job.engine}, iodepth=${iodepth}`;
    return [`${nameOf(job)}: (g=${job.group}): ${what}`];
  });
}

/** "Starting 1 thread and 2 processes". */
function startLine(jobs: readonly JobResult[]): string {
  const own = jobs.filter(
    ({ options: { thread, uid, gid } }) =>
      ["0", "false"].includes(thread ?? "") || (uid ?? gid) !== undefined,
  ).length;
  const threads = jobs.length - own;
  const parts = [
    ...(threads > 0 ? [`${threads} thread${threads > 1 ? "s" : ""}`] : []),
    ...(own > 0 ? [`${own} process${own > 1 ? "es" : ""}`] : []),
  ];
  return `Starting ${parts.join(" and ")}`;
}

/** None of a job that handed nothing over, as fio has it. */
function jobLines(job: FioJob, processId: number, endedAt: number): string[] {
  const { first, members, error, directions } = job;
  if (DIRECTIONS.every((name) => directions[name].ios === 0)) return [];
  const why = error === 0 ? "" : ` (${clean(job.errorText)})`;
  const err = `err=${String(error).padStart(2)}${why}`;
  const jobs = `(groupid=${first.group}, jobs=${members.length})`;
  return [
    `${nameOf(first)}: ${jobs}: ${err}: pid=${processId}: ${calendar(endedAt)}`,
    ...(first.description === null ? [] : [`  Description  : [${clean(first.description)}]`]),
    ...[...job.shown].flatMap(([name, direction]) => directionLines(name, direction, job.look)),
    ...coarseLines(job),
    ...syncLines(job),
    ...closing(job),
  ];
}

function directionLines(name: Shown, direction: FioDirection, look: Look): string[] {
  const { bytes, runtimeMs, slat, clat, lat } = direction;
  if (runtimeMs === 0) return [];
  const { digits } = look;
  const bandwidth = rateBothWays(direction.bandwidth, look);
  const rates = `IOPS=${abbreviated(direction.iops, 1000, digits)}, BW=${bandwidth}`;
  const moved = `(${abbreviated(bytes, powersOf(look)[0], digits)}B/${runtimeMs}msec)`;
  const named = [
    ["slat", slat],
    ["clat", clat],
    ["lat", lat],
  ] as const;
  return [
    // Zones are not known here: none was reset.
    `  ${name}: ${rates}${moved}${name === "write" ? "; 0 zone resets" : ""}`,
    ...named.flatMap(([kind, latency]) => summaryLine(kind, latency)),
    ...direction.priorities.flatMap((one) => summaryLine(priorityName(one), one.latency)),
    ...named.flatMap(([kind, latency]) => percentileLines(kind, latency)),
    ...direction.priorities.flatMap((one) => {
      const share = `${fixed(one.percent, 2)}% of IOs`;
      return percentileLines(`${priorityName(one)} (${share})`, one.latency);
    }),
    ...sampleLines(direction, look),
  ];
}

/** Class, level and hint; fio before 3.36 knows no hint. */
function priorityName({ of, class: kind, level, hint }: FioPriority): string {
  return `${of} prio ${kind}/${level}/${hint}`;
}

/** Five classes a line; those that nothing fell into are left out. */
function coarseLines({ latency }: FioJob): string[] {
  const maps = [
    ["nsec", latency.ns],
    ["usec", latency.us],
    ["msec", latency.ms],
  ] as const;
  const names = [...CLASSES, 2000, ">=2000"];
  return maps.flatMap(([unit, percents]) => {
    const shown = percents.flatMap((percent, index) =>
      percent > 0 ? [`${names[index]}=${fixed(percent, 2)}%`] : [],
    );
    const lines: string[] = [];
    for (let at = 0; at < shown.length; at += 5) {
      lines.push(`  lat (${unit})   : ${shown.slice(at, at + 5).join(", ")}`);
    }
    return lines;
  });
}

function syncLines({ syncLatency }: FioJob): string[] {
  if (syncLatency.samples === 0) return [];
  return [
    "  fsync/fdatasync/sync_file_range:",
    ...summaryLine("sync", syncLatency),
    ...percentileLines("sync", syncLatency),
  ];
}

function closing(job: FioJob): string[] {
  const { directions, depth, submit, complete, first } = job;
  const shares = (names: readonly (string | number)[], percents: readonly number[]): string =>
    names.map((name, index) => `${name}=${fixed(percents[index]!, 1)}%`).join(", ");
  const batches = [0, 4, 8, 16, 32, 64, ">=64"];
  const sums = job.shown.size === 1 ? job.shown.get("mixed") : undefined;
  const of = (amount: (direction: FioDirection) => number): string =>
    sums === undefined
      ? DIRECTIONS.map((name) => amount(directions[name])).join(",")
      : `${amount(sums)},0,0`;
  const total = `${of(({ ios }) => ios)},${job.syncs}`;
  const short = `${of(({ shortIos }) => shortIos)},0`;
  const percents = `usr=${fixed(job.userPercent, 2)}%, sys=${fixed(job.systemPercent, 2)}%`;
  const faults = `majf=${job.majorFaults}, minf=${job.minorFaults}`;
  return [
    `  cpu          : ${percents}, ctx=${job.switches}, ${faults}`,
    `  IO depths    : ${shares([1, 2, 4, 8, 16, 32, ">=64"], depth)}`,
    `     submit    : ${shares(batches, submit)}`,
    `     complete  : ${shares(batches, complete)}`,
    `     issued rwts: total=${total} short=${short} dropped=0,0,0,0`,
    ...(job.errors === undefined ? [] : [errorsLine(job.errors)]),
    searchLine(first),
  ];
}

function errorsLine({ total_err, first_error, first_error_text }: ErrorsResult): string {
  return `     errors    : total=${total_err}, first_error=${first_error}/<${first_error_text}>`;
}

function searchLine({ search, work }: JobResult): string {
  const goal = search ?? { target_ns: 0, window_ns: 0, kept_percent: 100, depth: work.iodepth };
  const target = `target=${goal.target_ns}, window=${Math.floor(goal.window_ns / 1e3)}`;
  const kept = `percentile=${fixed(goal.kept_percent, 2)}%, depth=${goal.depth}`;
  return `     latency   : ${target}, ${kept}`;
}

const CAPITALS = {
  read: "   READ",
  write: "  WRITE",
  trim: "   TRIM",
  mixed: "  MIXED",
} as const;

function groupLines({ id, directions, look }: FioGroup): string[] {
  const [first, second] = powersOf(look);
  const range = (least: number, most: number, thousand: 1000 | 1024): string =>
    `${rateIn(thousand, least, look)}-${rateIn(thousand, most, look)}`;
  return [
    "",
    `Run status group ${id} (all jobs):`,
    ...[...directions].map(([name, { bytes, bandwidth, least, most, shortestMs, longestMs }]) => {
      const spread = `${range(least, most, first)} (${range(least, most, second)})`;
      const moved = `io=${bytesBothWays(bytes, look)}, run=${shortestMs}-${longestMs}msec`;
      return `${CAPITALS[name]}: bw=${rateBothWays(bandwidth, look)}, ${spread}, ${moved}`;
    }),
  ];
}

function diskLines(result: RunResult): string[] {
  const disks = fioDisks(result.disks);
  if (disks.length === 0) return [];
  const shown = (prefix: string, disk: DiskFigures): string => {
    const pairs = (["ios", "sectors", "merge", "ticks"] as const).map((key) => {
      const [read, write] = disk[key === "merge" ? "merges" : key];
      return `${prefix}${key}=${read}/${write}`;
    });
    const rest = [`in_queue=${disk.inQueue}`, `util=${fixed(disk.utilization, 2)}%`];
    return [...pairs, ...rest.map((part) => prefix + part)].join(", ");
  };
  return [
    "",
    "Disk stats (read/write):",
    ...disks.map(({ name, own, below }) => {
      const members = below === undefined ? "" : `, ${shown("aggr", below)}`;
      return `  ${clean(name)}: ${shown("", own)}${members}`;
    }),
  ];
}
