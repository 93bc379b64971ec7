/**
 * One direction of a job's figures in fio's units: KiB/s, ms, whole numbers where fio has those.
 * Several jobs are merged as fio does: bytes and ios are sums, runtime is the longest, latencies
 * are of all samples together, and minimum, maximum and mean of the half-second samples are
 * *summed* over the jobs. What an output looks like is not known here.
 */
import { latencyOf, latencyResult, mergeLatencies } from "../measure/latency.ts";
import type {
  DirectionResult,
  LatencyResult,
  PriorityResult,
  SamplesResult,
} from "../measure/result.ts";
import { type FioBuckets, folded, percentilesOf } from "./buckets.ts";

export const DIRECTIONS = ["read", "write", "trim"] as const;
export type Direction = (typeof DIRECTIONS)[number];
/** What is shown: a direction, or all of them as one (unified_rw_reporting). */
export type Shown = Direction | "mixed";

/** In ns; `min` and `max` whole. */
export interface FioLatency {
  readonly samples: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
  /** Percent and ns, ascending; empty where only the summary was kept. */
  readonly percentiles: readonly (readonly [number, number])[];
  readonly buckets: FioBuckets;
}

/** Units of one I/O priority, of several jobs where it is the same. */
export interface FioPriority extends Pick<PriorityResult, "class" | "level" | "hint" | "of"> {
  readonly latency: FioLatency;
  /** Of the units of all priorities. */
  readonly percent: number;
}

export interface FioSamples {
  readonly samples: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
}

export interface FioDirection {
  readonly bytes: number;
  readonly ios: number;
  readonly shortIos: number;
  readonly runtimeMs: number;
  /** Bytes a second, whole. */
  readonly bandwidth: number;
  readonly iops: number;
  readonly slat: FioLatency;
  readonly clat: FioLatency;
  readonly lat: FioLatency;
  /** Nothing unless two were seen. */
  readonly priorities: readonly FioPriority[];
  /** KiB/s. */
  readonly bandwidthSamples: FioSamples;
  readonly iopsSamples: FioSamples;
  /** Mean of the samples in percent of what the whole group did. */
  readonly groupPercent: number;
}

/** A direction of a run status group: every job of it, reported together or not. */
export interface FioGroupDirection {
  readonly bytes: number;
  readonly bandwidth: number;
  readonly least: number;
  readonly most: number;
  readonly shortestMs: number;
  readonly longestMs: number;
}

/** What is summed or compared over jobs. */
export function amounts(parts: readonly DirectionResult[]): { bytes: number; runtimeMs: number } {
  // fio counts whole microseconds, then every ms begun.
  const times = parts.map(({ runtime_ns }) => Math.ceil(Math.floor(runtime_ns / 1e3) / 1e3));
  const moved = parts.map(({ ios, runtime_ns }) => (ios > 0 && runtime_ns > 0 ? 1 : 0));
  return {
    bytes: total(parts.map(({ bytes }) => bytes)),
    runtimeMs: Math.max(0, ...times, ...moved),
  };
}

export function fioDirection(
  parts: readonly DirectionResult[],
  group: FioGroupDirection | undefined,
): FioDirection {
  const { bytes, runtimeMs } = amounts(parts);
  // fio counts a unit when it is handed over, so those that failed are among them.
  const ios = total(parts.map((part) => part.ios + part.failed_ios));
  const moving = parts.filter((part) => part.ios > 0);
  const bandwidthSamples = samplesOf(
    moving.map((part) => part.bandwidth_samples_bytes_per_s),
    1024,
  );
  const { mean } = bandwidthSamples;
  const whole = (group?.bandwidth ?? 0) / 1024;
  return {
    bytes,
    ios,
    shortIos: total(parts.map(({ short_ios }) => short_ios)),
    runtimeMs,
    bandwidth: perSecond(bytes, runtimeMs),
    iops: runtimeMs === 0 ? 0 : (1000 * ios) / runtimeMs,
    slat: fioLatency(parts.map(({ slat_ns }) => slat_ns)),
    clat: fioLatency(parts.map(({ clat_ns }) => clat_ns)),
    lat: fioLatency(parts.map(({ lat_ns }) => lat_ns)),
    priorities: fioPriorities(parts),
    bandwidthSamples,
    iopsSamples: samplesOf(
      moving.map((part) => part.iops_samples),
      1,
    ),
    groupPercent: whole === 0 ? 0 : Math.min(100, (mean * 100) / whole),
  };
}

function fioPriorities(parts: readonly DirectionResult[]): readonly FioPriority[] {
  const all = parts.flatMap(({ priorities }) => priorities ?? []);
  const same = Map.groupBy(all, (one) => [one.class, one.level, one.hint, one.of].join());
  if (same.size < 2) return [];
  const units = total(all.map(({ ns }) => ns.count));
  return [...same.values()].map((ones) => {
    const latency = fioLatency(ones.map(({ ns }) => ns));
    return { ...ones[0]!, latency, percent: (100 * latency.samples) / units };
  });
}

/** A whole rate; 0 of no time. */
export function perSecond(amount: number, ms: number): number {
  return ms === 0 ? 0 : Math.floor((amount * 1000) / ms);
}

const NO_LATENCY: FioLatency = {
  samples: 0,
  min: 0,
  max: 0,
  mean: 0,
  stddev: 0,
  percentiles: [],
  buckets: new Map(),
};

/** Of those members that measured it; the percentiles are those the first of them asked for. */
export function fioLatency(parts: readonly (LatencyResult | null)[]): FioLatency {
  const present = parts.filter((part) => part !== null);
  const merged = mergeLatencies(present.map(latencyOf));
  if (merged === undefined) return NO_LATENCY;
  const { count, min, max, mean, stddev, histogram } = latencyResult(merged, []);
  const buckets = folded(histogram ?? []);
  const asked = Object.keys(present[0]!.percentiles ?? {}).map(Number);
  const percents = histogram === null ? [] : asked.sort((a, b) => a - b);
  const values = percentilesOf(buckets, { min, max }, percents);
  return {
    samples: count,
    min: Math.floor(min),
    max: Math.floor(max),
    mean,
    stddev,
    percentiles: percents.map((percent, index) => [percent, values[index]!]),
    buckets,
  };
}

/** In units of `scale`; fio's samples are whole numbers, so are the extremes. */
function samplesOf(parts: readonly (SamplesResult | null)[], scale: number): FioSamples {
  const seen = parts.filter((part) => part !== null && part.count > 0) as SamplesResult[];
  const samples = total(seen.map(({ count }) => count));
  const squares = total(seen.map(({ stddev, count }) => (stddev / scale) ** 2 * (count - 1)));
  return {
    samples,
    min: total(seen.map(({ min }) => Math.floor(min / scale))),
    max: total(seen.map(({ max }) => Math.floor(max / scale))),
    mean: total(seen.map(({ mean }) => mean / scale)),
    stddev: samples > 1 ? Math.sqrt(squares / (samples - 1)) : 0,
  };
}

export function total(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
