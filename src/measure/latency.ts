/**
 * A latency distribution off the hot path: read out of a stats block or a result, merged, and
 * asked for its percentiles. Nothing here depends on how many jobs it came from.
 */
import { BUCKETS, bucketLow, bucketOf, bucketWidth } from "./histogram.ts";
import type { LatencyResult } from "./result.ts";
import { COUNT, latencyAt, MAX, MIN, SHIFT, SUM, SUM_OF_SQUARES, SUMMARY } from "./statsblock.ts";

/** At least one sample; all in ns. */
export interface Latency {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Sum of squared differences to the mean (Welford's M2). */
  readonly m2: number;
  /** Undefined where only the summary was kept. */
  readonly buckets: Float64Array | undefined;
}

/** What a stats block holds of one latency; undefined when it holds no sample. */
export function readLatency(
  stats: Float64Array,
  direction: number,
  kind: number,
  withBuckets: boolean,
): Latency | undefined {
  return latencyAtPlace(stats, latencyAt(direction, kind), withBuckets);
}

/** The same of a summary that begins there, its buckets behind it. */
export function latencyAtPlace(
  stats: Float64Array,
  at: number,
  withBuckets: boolean,
): Latency | undefined {
  const count = stats[at + COUNT]!;
  if (count === 0) return undefined;
  const sum = stats[at + SUM]!;
  const min = stats[at + MIN]!;
  const max = stats[at + MAX]!;
  return {
    count,
    min,
    max,
    mean: stats[at + SHIFT]! + sum / count,
    m2: Math.max(0, stats[at + SUM_OF_SQUARES]! - (sum * sum) / count),
    buckets: withBuckets ? copied(stats, at + SUMMARY, min, max) : undefined,
  };
}

/** Only buckets that can hold a sample are read: a look at an untouched page would allocate it. */
function copied(stats: Float64Array, at: number, min: number, max: number): Float64Array {
  const buckets = new Float64Array(BUCKETS);
  const low = bucketOf(min);
  buckets.set(stats.subarray(at + low, at + bucketOf(max) + 1), low);
  return buckets;
}

/**
 * All samples of all of them, as if one job had taken them; undefined for none. Buckets are kept
 * only where each has them. Means merge by Chan's parallel form of Welford's method.
 */
export function mergeLatencies(parts: readonly Latency[]): Latency | undefined {
  const [first] = parts;
  if (first === undefined) return undefined;
  const whole = parts.every((part) => part.buckets !== undefined);
  const buckets = whole ? new Float64Array(BUCKETS) : undefined;
  const merged = { ...first, count: 0, mean: 0, m2: 0, buckets };
  for (const part of parts) {
    const count = merged.count + part.count;
    const apart = part.mean - merged.mean;
    merged.m2 += part.m2 + apart * apart * merged.count * (part.count / count);
    merged.mean += apart * (part.count / count);
    merged.count = count;
    merged.min = Math.min(merged.min, part.min);
    merged.max = Math.max(merged.max, part.max);
    if (buckets !== undefined) {
      const last = bucketOf(part.max);
      for (let bucket = bucketOf(part.min); bucket <= last; bucket++) {
        buckets[bucket]! += part.buckets![bucket]!;
      }
    }
  }
  return merged;
}

/**
 * A share is turned into a rank less this part of it: 99.9 / 100 * 1000 is a little above 999 in
 * doubles, and the 999th of 1,000 samples is what is meant. Four units in the last place.
 */
const SLACK = 1 - 2 ** -50;

/**
 * Latencies in ns below or at which the given percents of the samples lie, in the order asked for.
 * The rank is fio's: the first bucket whose running count reaches p / 100 of all. The value is the
 * middle of that bucket, never outside the true minimum and maximum (fio's may be).
 */
export function percentiles(latency: Latency, percents: readonly number[]): number[] {
  const { count, min, max, buckets } = latency;
  if (buckets === undefined) throw new Error("percentiles of a latency without buckets");
  const values = percents.map(() => max);
  const ascending = percents.map((_, index) => index);
  ascending.sort((a, b) => percents[a]! - percents[b]!);
  const last = bucketOf(max);
  let bucket = bucketOf(min) - 1;
  let seen = 0;
  for (const index of ascending) {
    const rank = Math.max(1, Math.ceil((percents[index]! / 100) * count * SLACK));
    while (seen < rank && bucket < last) seen += buckets[++bucket]!;
    if (seen < rank) break;
    values[index] = Math.min(max, Math.max(min, middle(bucket)));
  }
  return values;
}

/** A bucket one ns wide stands for its value itself. */
function middle(bucket: number): number {
  const width = bucketWidth(bucket);
  return width === 1 ? bucketLow(bucket) : bucketLow(bucket) + width / 2;
}

/** As a result shows it, with these percentiles. */
export function latencyResult(latency: Latency, percents: readonly number[]): LatencyResult {
  const { count, min, max, mean, m2, buckets } = latency;
  const summary = { count, min, max, mean, stddev: count > 1 ? Math.sqrt(m2 / (count - 1)) : 0 };
  if (buckets === undefined) return { ...summary, percentiles: null, histogram: null };
  const histogram: [number, number, number][] = [];
  const last = bucketOf(max);
  for (let bucket = bucketOf(min); bucket <= last; bucket++) {
    const hits = buckets[bucket]!;
    if (hits > 0) histogram.push([bucketLow(bucket), bucketWidth(bucket), hits]);
  }
  const values = percentiles(latency, percents);
  const named = percents.map((percent, index) => [String(percent), values[index]!] as const);
  return { ...summary, percentiles: Object.fromEntries(named), histogram };
}

/** The way back: what `latencyResult` showed can be merged again without loss. */
export function latencyOf(result: LatencyResult): Latency {
  const { count, min, max, mean, stddev, histogram } = result;
  let buckets: Float64Array | undefined;
  if (histogram !== null) {
    buckets = new Float64Array(BUCKETS);
    for (const [low, , hits] of histogram) buckets[bucketOf(low)] = hits;
  }
  return { count, min, max, mean, m2: stddev * stddev * (count - 1), buckets };
}

/** Of those that have one: what moved nothing does not count. Null where none has. */
export function latencies(parts: readonly (LatencyResult | null)[]): LatencyResult | null {
  const present = parts.filter((part) => part !== null);
  const merged = mergeLatencies(present.map(latencyOf));
  if (merged === undefined) return null;
  const asked = new Set(present.flatMap((part) => Object.keys(part.percentiles ?? {}).map(Number)));
  return latencyResult(
    merged,
    [...asked].sort((a, b) => a - b),
  );
}
