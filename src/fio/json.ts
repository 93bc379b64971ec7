/**
 * fio's JSON and JSON+ documents: its keys in its order, its layout, whole numbers where it has
 * them and six digits after the point where it has fractions. Figures come ready from `stats.ts`.
 * fio prints notes and errors into the same stream; here the document is all there is.
 */
import type { ErrorsResult, JobResult, RunResult } from "../measure/result.ts";
import { CLASSES, middleOf } from "./buckets.ts";
import type { FioDirection, FioLatency, FioSamples } from "./directions.ts";
import { type DiskFigures, type FioDisk, fioDisks } from "./disks.ts";
import { idlenessEntries, type ShownIdleness } from "./idleness.ts";
import { calendar, fixed } from "./number.ts";
import { FIO_VERSION, fioOptions, nameOf } from "./spelling.ts";
import { type FioJob, fioJobs } from "./stats.ts";

/** Always printed with six digits after the point. */
class Fraction {
  constructor(readonly value: number) {}
}
type Node = string | number | Fraction | Tree | readonly Tree[];
interface Tree {
  readonly [key: string]: Node;
}

export interface FioJsonOptions {
  /** JSON+: the bins of each latency that has percentiles. */
  readonly plus: boolean;
  /** Options of `[global]` sections, as written, where the jobs do not repeat them. */
  readonly globalOptions?: Readonly<Record<string, string>>;
  readonly idle?: ShownIdleness | undefined;
}

/** One document with a newline at its end, as `fio --output-format=json` or json+ writes it. */
export function fioJson(result: RunResult, options: FioJsonOptions): string {
  const endedAt = Math.floor(Date.parse(result.started_at) + result.elapsed_ns / 1e6);
  const disks = fioDisks(result.disks);
  const globals = options.globalOptions ?? {};
  return `${write(
    {
      "fio version": FIO_VERSION,
      timestamp: Math.floor(endedAt / 1000),
      timestamp_ms: endedAt,
      time: calendar(endedAt),
      ...unlessEmpty("global options", globals),
      jobs: fioJobs(result).map((job) => jobTree(job, result, options.plus)),
      ...(disks.length === 0 ? {} : { disk_util: disks.map(diskTree) }),
      ...(options.idle === undefined ? {} : { cpu_idleness: idleTree(options.idle) }),
    },
    "",
  )}\n`;
}

function idleTree(idle: ShownIdleness): Tree {
  return Object.fromEntries(
    idlenessEntries(idle).map(([key, value]) => [key, new Fraction(value)] as const),
  );
}

function errorsTree({ total_err, first_error }: ErrorsResult): Tree {
  return { total_err, first_error };
}

/** What fio shows for a time it does not know: INT_MAX, and it knows none for three seconds. */
const NO_ETA = 2 ** 31 - 1;

function jobTree(job: FioJob, result: RunResult, plus: boolean): Tree {
  const { first, latency } = job;
  const elapsed = Math.ceil(result.elapsed_ns / 1e9);
  const began = first.start_ns === null ? undefined : first.start_ns / 1e6;
  return {
    jobname: nameOf(first),
    groupid: first.group,
    job_start: began === undefined ? 0 : Math.floor(Date.parse(result.started_at) + began),
    error: job.error,
    eta: elapsed < 3 || job.members.some(({ stopped }) => stopped === "running") ? NO_ETA : 0,
    elapsed,
    ...unlessEmpty("job options", fioOptions(first.options)),
    ...shownTree(job, plus),
    job_runtime: job.runtimeMs,
    usr_cpu: new Fraction(job.userPercent),
    sys_cpu: new Fraction(job.systemPercent),
    ctx: job.switches,
    majf: job.majorFaults,
    minf: job.minorFaults,
    iodepth_level: mapTree(DEPTHS, job.depth),
    iodepth_submit: mapTree(BATCHES, job.submit),
    iodepth_complete: mapTree(BATCHES, job.complete),
    latency_ns: mapTree(CLASSES, latency.ns),
    latency_us: mapTree(CLASSES, latency.us),
    latency_ms: mapTree([...CLASSES, 2000, ">=2000"], latency.ms),
    ...(job.errors === undefined ? {} : errorsTree(job.errors)),
    ...searchTree(first),
    ...(first.description === null ? {} : { desc: first.description }),
  };
}

/** The directions with the syncs behind them, and their sum last; or the sum alone. */
function shownTree(job: FioJob, plus: boolean): Tree {
  const sync = { total_ios: job.syncs, lat_ns: latencyTree(job.syncLatency, plus) };
  const { mixed, ...directions } = Object.fromEntries(
    [...job.shown].map(([name, direction]) => [name, directionTree(direction, plus)]),
  );
  const apart = mixed !== undefined && job.shown.size === 1 ? {} : { ...directions, sync };
  return mixed === undefined ? apart : { ...apart, mixed };
}

/** Without a target the depth is the job's; the older two keys are in the newer ones' units. */
function searchTree({ search, work }: JobResult): Tree {
  const none = { target_ns: 0, window_ns: 0, kept_percent: 100, depth: work.iodepth };
  const { depth, target_ns, kept_percent, window_ns } = search ?? none;
  const window = Math.floor(window_ns / 1e3);
  return {
    latency_depth: depth,
    latency_target: target_ns,
    latency_target_ns: target_ns,
    latency_percentile: new Fraction(kept_percent),
    latency_window: window,
    latency_window_us: window,
  };
}

const DEPTHS = [1, 2, 4, 8, 16, 32, ">=64"] as const;
const BATCHES = [0, 4, 8, 16, 32, 64, ">=64"] as const;

function mapTree(names: readonly (string | number)[], percents: readonly number[]): Tree {
  return Object.fromEntries(
    names.map((name, index) => [String(name), new Fraction(percents[index]!)]),
  );
}

function directionTree(direction: FioDirection, plus: boolean): Tree {
  const { bytes, bandwidth, bandwidthSamples, iopsSamples } = direction;
  return {
    io_bytes: bytes,
    io_kbytes: Math.floor(bytes / 1024),
    bw_bytes: bandwidth,
    bw: Math.floor(bandwidth / 1024),
    iops: new Fraction(direction.iops),
    runtime: direction.runtimeMs,
    total_ios: direction.ios,
    short_ios: direction.shortIos,
    drop_ios: 0,
    slat_ns: latencyTree(direction.slat, plus),
    clat_ns: latencyTree(direction.clat, plus),
    lat_ns: latencyTree(direction.lat, plus),
    ...priorityTrees(direction, plus),
    bw_min: bandwidthSamples.min,
    bw_max: bandwidthSamples.max,
    bw_agg: new Fraction(direction.groupPercent),
    bw_mean: new Fraction(bandwidthSamples.mean),
    bw_dev: new Fraction(bandwidthSamples.stddev),
    bw_samples: bandwidthSamples.samples,
    ...iopsTree(iopsSamples),
  };
}

function priorityTrees({ priorities }: FioDirection, plus: boolean): Tree {
  if (priorities.length === 0) return {};
  const prios = priorities.map(
    ({ class: prioclass, level: prio, hint: priohint, of, latency }) => ({
      prioclass,
      prio,
      priohint,
      [`${of}_ns`]: latencyTree(latency, plus),
    }),
  );
  return { prios };
}

function iopsTree({ min, max, mean, stddev, samples }: FioSamples): Tree {
  return {
    iops_min: min,
    iops_max: max,
    iops_mean: new Fraction(mean),
    iops_stddev: new Fraction(stddev),
    iops_samples: samples,
  };
}

function latencyTree(latency: FioLatency, plus: boolean): Tree {
  const { min, max, samples, percentiles, buckets } = latency;
  const summary = {
    min,
    max,
    mean: new Fraction(latency.mean),
    stddev: new Fraction(latency.stddev),
    N: samples,
  };
  if (percentiles.length === 0) return summary;
  const percentile = Object.fromEntries(percentiles.map(([p, ns]) => [fixed(p), ns]));
  if (!plus) return { ...summary, percentile };
  const bins = [...buckets].map(([bucket, count]) => [String(middleOf(bucket)), count] as const);
  return { ...summary, percentile, bins: Object.fromEntries(bins) };
}

function diskTree({ name, own, below }: FioDisk): Tree {
  return {
    name,
    ...counters("", own),
    // fio's own slip in one key, which its readers expect.
    ...(below === undefined
      ? {}
      : renamed(counters("aggr_", below), "aggr_write_merges", "aggr_write_merge")),
  };
}

function counters(prefix: string, disk: DiskFigures): Tree {
  const { ios, sectors, merges, ticks } = disk;
  const tree = {
    read_ios: ios[0],
    write_ios: ios[1],
    read_sectors: sectors[0],
    write_sectors: sectors[1],
    read_merges: merges[0],
    write_merges: merges[1],
    read_ticks: ticks[0],
    write_ticks: ticks[1],
    in_queue: disk.inQueue,
    util: new Fraction(disk.utilization),
  };
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [prefix + key, value]));
}

function renamed(tree: Tree, from: string, to: string): Tree {
  return Object.fromEntries(
    Object.entries(tree).map(([key, value]) => [key === from ? to : key, value]),
  );
}

/** fio leaves an object without keys out. */
function unlessEmpty(key: string, tree: Tree): Tree {
  return Object.keys(tree).length === 0 ? {} : { [key]: tree };
}

function write(node: Node, indent: string): string {
  if (typeof node === "string") return JSON.stringify(node);
  if (typeof node === "number") return String(node);
  if (node instanceof Fraction) return fixed(node.value);
  const inner = `${indent}  `;
  const [open, close, lines] = Array.isArray(node)
    ? ["[", "]", node.map((item) => write(item, inner))]
    : ["{", "}", Object.entries(node).map(([key, value]) => entry(key, value, inner))];
  return `${open}\n${lines.map((line) => inner + line).join(",\n")}\n${indent}${close}`;
}

function entry(key: string, value: Node, indent: string): string {
  return `${JSON.stringify(key)} : ${write(value, indent)}`;
}
