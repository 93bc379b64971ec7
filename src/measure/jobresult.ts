/**
 * One job's result: its plan, how it ended and what its stats block holds, as plain data. Rates
 * are made here and nowhere else.
 */
import {
  FDATASYNC,
  FILE_RANGE,
  FSYNC,
  READ,
  SYNC,
  SYNCFS,
  TRIM,
  WRITE,
} from "../base/direction.ts";
import type { Target } from "../io/target.ts";
import type { ReplayPlan } from "../io/trace/plan.ts";
import type { JobSpec } from "../options/options.ts";
import { latencyResult, readLatency } from "./latency.ts";
import { unified } from "./mixed.ts";
import type { CpuUsage, ErrorCount, JobFailure, JobOutcome } from "./outcome.ts";
import { pacedResult } from "./paced.ts";
import { prioritiesOf } from "./priorities.ts";
import { singly } from "./recorder.ts";
import { replayResult } from "./replayresult.ts";
import type {
  DirectionResult,
  DistributionResult,
  ErrorsResult,
  FailureResult,
  FileResult,
  JobResult,
  LatencyResult,
  Stopped,
  SyncResult,
} from "./result.ts";
import { MIXED, type RateSamples } from "./samples.ts";
import { searchResult } from "./search.ts";
import { cpuResult, distributionOf, rate } from "./shares.ts";
import {
  BYTES,
  CLAT,
  COMPLETE_MAP,
  countersAt,
  DEPTH_MAP,
  FAILURES,
  LAT,
  RAMP_BYTES,
  RAMP_UNITS,
  RUNTIME,
  SHORT,
  SLAT,
  SUBMIT_MAP,
  SYNC_MAP,
  UNITS,
} from "./statsblock.ts";
import { verificationResult } from "./verificationresult.ts";
import { workResult } from "./workresult.ts";

/** What a result needs of a job's plan; a JobPlan is one. */
export interface MeasuredPlan {
  readonly spec: JobSpec;
  readonly engine: string;
  readonly engineReason: string;
  readonly synchronous: boolean;
  readonly depth: number;
  readonly index: number;
  readonly clone: number;
  readonly group: number;
  readonly stage: number;
  readonly targets: readonly Target[];
  readonly replay?: ReplayPlan | undefined;
}

export interface JobParts {
  readonly plan: MeasuredPlan;
  /** Undefined of a job that never came to its end: it was not started, or it failed before. */
  readonly outcome: JobOutcome | undefined;
  /** ns since a job without an outcome was let go: it was given up, and its rates count so far. */
  readonly ranNs?: number;
  /** Why there is no outcome, when the job failed. */
  readonly failure: JobFailure | undefined;
  /** Of a job that is not over: when it was let go, and the CPU time it used since. */
  readonly running?: { readonly startedAt: number; readonly cpu: CpuUsage | undefined };
  /** When the run began, ns since its epoch. */
  readonly runBegan: number;
  /** The job's stats block, STATS_DOUBLES doubles. */
  readonly stats: Float64Array;
  /** From `Places.describe`, in the order of the targets. */
  readonly files: readonly FileResult[];
  /** Options as one would write them. */
  readonly options: Readonly<Record<string, string>>;
}

/** Classes of the coarse maps, in the order of the stats block. */
const DEPTHS = ["1", "2", "4", "8", "16", "32", ">=64"] as const;
const BATCHES = ["0", "1-4", "5-8", "9-16", "17-32", "33-64", ">=65"] as const;

/** `sampled` gives the half-second windows of a direction. */
export function jobResult(parts: JobParts, sampled: (direction: number) => RateSamples): JobResult {
  const { plan, outcome, running, stats, files, options } = parts;
  const { spec } = plan;
  const failure = outcome?.failure ?? parts.failure;
  const startedAt = outcome?.startedAt ?? running?.startedAt;
  const elapsed = outcome?.elapsedNs ?? parts.ranNs ?? 0;
  const windows = (number: number): RateSamples | undefined =>
    spec.disable_bw_measurement ? undefined : sampled(number);
  const direction = (number: number): DirectionResult =>
    directionResult(parts, number, elapsed, windows(number));
  const directions = { read: direction(READ), write: direction(WRITE), trim: direction(TRIM) };
  const maps = running !== undefined && plan.synchronous ? singly(stats) : stats;
  return {
    name: spec.name,
    description: spec.description ?? null,
    index: plan.index,
    clone: plan.clone,
    group: plan.group,
    stage: plan.stage,
    group_reporting: spec.group_reporting,
    significant_figures: spec.significant_figures,
    kb_base: spec.kb_base,
    unit_base: spec.unit_base,
    engine: plan.engine,
    engine_reason: plan.engineReason === "" ? null : plan.engineReason,
    work: workResult(plan),
    stopped: running === undefined ? stopped(plan, outcome, failure) : "running",
    error: failure === undefined ? null : failureResult(failure),
    errors: errorsResult(outcome?.errors),
    start_ns: startedAt === undefined ? null : startedAt - parts.runBegan,
    ramp_ns: outcome?.rampNs ?? 0,
    search: searchResult(spec, outcome?.depth ?? plan.depth),
    clock: outcome?.clock ?? null,
    overhead_ns: outcome?.overheadNs ?? null,
    elapsed_ns: elapsed,
    ...directions,
    mixed: unified(spec.unified_rw_reporting, directions, () => windows(MIXED)),
    unified_rw_reporting: spec.unified_rw_reporting,
    sync: syncResult(parts, elapsed),
    cpu: cpuResult(outcome?.cpu ?? running?.cpu ?? IDLE, elapsed),
    depth: distribution(maps, DEPTH_MAP, DEPTHS),
    submit: distribution(maps, SUBMIT_MAP, BATCHES),
    complete: distribution(maps, COMPLETE_MAP, BATCHES),
    replay: replayResult(plan.replay, outcome?.replay, spec.percentile_list),
    verification: verificationResult(outcome?.verification),
    files,
    options,
  };
}

const IDLE: CpuUsage = {
  userNs: 0,
  systemNs: 0,
  voluntarySwitches: 0,
  involuntarySwitches: 0,
  majorFaults: 0,
  minorFaults: 0,
};

function stopped(
  { spec }: MeasuredPlan,
  outcome: JobOutcome | undefined,
  failure: JobFailure | undefined,
): Stopped {
  if (outcome !== undefined) return outcome.stopped;
  if (failure !== undefined) return "error";
  return spec.create_only ? "created" : "not_started";
}

function failureResult(failure: JobFailure): FailureResult {
  const { call, subject, errno, message, direction, offset, length } = failure;
  return {
    call,
    subject,
    errno,
    text: message,
    direction: direction ?? null,
    offset_bytes: offset ?? null,
    length_bytes: length ?? null,
  };
}

function errorsResult(errors: ErrorCount | undefined): ErrorsResult | null {
  if (errors === undefined) return null;
  const { total, first, firstText } = errors;
  return { total_err: total, first_error: first, first_error_text: firstText };
}

/**
 * A direction that has units has a run time: a job that ended before it could close its times is
 * given its whole elapsed time.
 */
function runtime(stats: Float64Array, direction: number, elapsed: number): number {
  const at = countersAt(direction);
  const closed = stats[at + RUNTIME]!;
  return closed === 0 && stats[at + UNITS]! > 0 ? elapsed : closed;
}

function directionResult(
  { plan, stats, outcome }: JobParts,
  direction: number,
  elapsed: number,
  samples: RateSamples | undefined,
): DirectionResult {
  const at = countersAt(direction);
  const ios = stats[at + UNITS]!;
  const bytes = stats[at + BYTES]!;
  const runtimeNs = runtime(stats, direction, elapsed);
  return {
    ios,
    bytes,
    runtime_ns: runtimeNs,
    iops: rate(ios, runtimeNs),
    bandwidth_bytes_per_s: rate(bytes, runtimeNs),
    short_ios: stats[at + SHORT]!,
    failed_ios: stats[at + FAILURES]!,
    ramp_ios: stats[at + RAMP_UNITS]!,
    ramp_bytes: stats[at + RAMP_BYTES]!,
    ...latencies(plan, stats, direction),
    paced: pacedResult(plan.spec, stats, direction),
    iops_samples: samples?.iops ?? null,
    bandwidth_samples_bytes_per_s: samples?.bandwidth ?? null,
    priorities: prioritiesOf(outcome, direction, plan.spec),
  };
}

/**
 * A synchronous engine has no slat, and its lat is its clat: the job keeps one distribution for
 * both, in the clat's place, and each is shown if it was asked for.
 */
function latencies(
  { spec, synchronous }: MeasuredPlan,
  stats: Float64Array,
  direction: number,
): Pick<DirectionResult, "slat_ns" | "clat_ns" | "lat_ns"> {
  const show = (off: boolean, kind: number, withBuckets: boolean): LatencyResult | null => {
    const latency = off ? undefined : readLatency(stats, direction, kind, withBuckets);
    return latency === undefined ? null : latencyResult(latency, spec.percentile_list);
  };
  const { gtod_reduce: none, disable_slat, disable_clat, disable_lat } = spec;
  return {
    slat_ns: show(none || disable_slat || synchronous, SLAT, spec.slat_percentiles),
    clat_ns: show(none || disable_clat, CLAT, spec.clat_percentiles),
    lat_ns: show(none || disable_lat, synchronous ? CLAT : LAT, spec.lat_percentiles),
  };
}

function syncResult({ plan, stats }: JobParts, elapsed: number): SyncResult {
  const at = countersAt(SYNC);
  const ios = stats[at + UNITS]!;
  const runtimeNs = runtime(stats, SYNC, elapsed);
  const latency = readLatency(stats, SYNC, LAT, true);
  return {
    ios,
    fsync_ios: stats[SYNC_MAP + FSYNC]!,
    fdatasync_ios: stats[SYNC_MAP + FDATASYNC]!,
    syncfs_ios: stats[SYNC_MAP + SYNCFS]!,
    sync_file_range_ios: stats[SYNC_MAP + FILE_RANGE]!,
    runtime_ns: runtimeNs,
    iops: rate(ios, runtimeNs),
    failed_ios: stats[at + FAILURES]!,
    ramp_ios: stats[at + RAMP_UNITS]!,
    lat_ns: latency === undefined ? null : latencyResult(latency, plan.spec.percentile_list),
  };
}

function distribution(
  stats: Float64Array,
  at: number,
  classes: readonly string[],
): DistributionResult {
  return distributionOf(classes.map((name, row) => [name, stats[at + row]!] as const));
}
