/**
 * fio's latency histogram, folded from ours: percentiles, the bins of json+, and the coarse maps
 * that say how many units took up to 2, 4, 10 … ns, us and ms. Layout from stat.h of fio 3.42
 * (FIO_IO_U_PLAT_BITS 6, 29 groups); only its shape is known here, not what was measured.
 */
import { bucketOf } from "../measure/histogram.ts";

/** Rows of a result's histogram: lowest ns, width, count. */
export type Histogram = readonly (readonly [number, number, number])[];

/** The last of fio's 1856 buckets holds everything from 2^34 ns (17 s) on. */
const LAST = 1855;
/** Below this a bucket is one ns wide, in both layouts. */
const EXACT = 128;

/** Count of each of fio's buckets that is not empty, in ascending order. */
export type FioBuckets = ReadonlyMap<number, number>;

/** Two neighbours of ours make one of fio's, so no count is split. */
export function folded(histogram: Histogram): FioBuckets {
  const buckets = new Map<number, number>();
  for (const [low, , count] of histogram) {
    const ours = bucketOf(low);
    const theirs = ours < EXACT ? ours : Math.min(LAST, EXACT / 2 + (ours >> 1));
    buckets.set(theirs, (buckets.get(theirs) ?? 0) + count);
  }
  return buckets;
}

/** What a sample in the bucket stands for: the bucket's middle, in ns. */
export function middleOf(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const width = 2 ** ((bucket >> 6) - 1);
  return (64 + (bucket & 63)) * width + width / 2;
}

/**
 * fio's percentiles: the first bucket at which the running count reaches p / 100 of all, then
 * (which fio does not) brought within the true minimum and maximum, in whole ns.
 */
export function percentilesOf(
  buckets: FioBuckets,
  { min, max }: { readonly min: number; readonly max: number },
  percents: readonly number[],
): number[] {
  const all = buckets.values().reduce((sum, count) => sum + count, 0);
  return percents.map((percent) => {
    const rank = rankOf(percent, all);
    let seen = 0;
    for (const [bucket, count] of buckets) {
      seen += count;
      if (seen >= rank) return Math.floor(Math.min(max, Math.max(min, middleOf(bucket))));
    }
    return Math.floor(max);
  });
}

/** A double below 128 times 2^60 is whole down to 2^-8 percent. */
const SCALE = 2 ** 60;

/**
 * The least count that is p / 100 of all or more, of exactly that double: fio has a long double
 * here, in which 99.9 is a little more, so that it takes the last of 1000 samples for it.
 */
function rankOf(percent: number, all: number): number {
  const whole = BigInt(Math.floor(percent * SCALE)) * BigInt(all);
  const unit = 100n * BigInt(SCALE);
  return Number((whole + unit - 1n) / unit);
}

/** Upper ends of the coarse classes, exclusive; from 1000 on the next unit begins. */
export const CLASSES = [2, 4, 10, 20, 50, 100, 250, 500, 750, 1000] as const;

export interface CoarseMaps {
  readonly ns: number[];
  readonly us: number[];
  /** Two classes more: up to 2000, and above. */
  readonly ms: number[];
}

/**
 * Units by how long they took. Below 256 ns exact; above, a bucket of ours counts as its middle
 * where a class ends inside it.
 */
export function coarse(histograms: readonly Histogram[]): CoarseMaps {
  const empty = (): number[] => CLASSES.map(() => 0);
  const maps = { ns: empty(), us: empty(), ms: [...empty(), 0, 0] };
  for (const [low, width, count] of histograms.flat()) {
    const ns = low + Math.floor(width / 2);
    const us = Math.floor(ns / 1e3);
    const ms = Math.floor(ns / 1e6);
    if (ns < 1000) maps.ns[classOf(ns)]! += count;
    else if (us < 1000) maps.us[classOf(us)]! += count;
    else maps.ms[ms < 1000 ? classOf(ms) : ms < 2000 ? 10 : 11]! += count;
  }
  return maps;
}

function classOf(value: number): number {
  return CLASSES.findIndex((end) => value < end);
}
