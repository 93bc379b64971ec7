/**
 * The latency histogram: log-linear, so that a bucket's width is a fixed share of its value. The
 * layout is HdrHistogram's of two digits, and two neighbours make one bucket of fio's
 * (FIO_IO_U_PLAT_BITS = 6, stat.h), so percentiles of both can be compared.
 */

/** Buckets of a power of two. */
const OCTAVE = 128;
/** Exact below this many ns: two octaves' worth of single-ns buckets. */
const EXACT = 256;
/** Values from 2^42 ns (73 minutes) on share the last bucket. */
const TOP_BIT = 42;

export const BUCKETS = EXACT + (TOP_BIT - 8) * OCTAVE;

/**
 * Bucket of a latency in ns: exact below 256 ns, then 128 buckets per power of two, an error under
 * 1/256. Latencies below zero (a clock that stepped back between cores) count as zero.
 */
export function bucketOf(ns: number): number {
  if (ns < EXACT) return ns < 0 ? 0 : ns | 0;
  if (ns < 0x8000_0000) {
    const value = ns | 0;
    const drop = 24 - Math.clz32(value);
    return (drop << 7) + (value >>> drop);
  }
  const high = Math.floor(ns / 1024);
  if (high >= 0x1_0000_0000) return BUCKETS - 1;
  const drop = 24 - Math.clz32(high);
  const bucket = ((drop + 10) << 7) + (high >>> drop);
  return bucket < BUCKETS ? bucket : BUCKETS - 1;
}

/** Smallest latency in ns that falls into the bucket. */
export function bucketLow(bucket: number): number {
  if (bucket < EXACT) return bucket;
  const drop = (bucket >> 7) - 1;
  return ((bucket & (OCTAVE - 1)) + OCTAVE) * 2 ** drop;
}

/** Width of the bucket in ns. */
export function bucketWidth(bucket: number): number {
  return bucket < EXACT ? 1 : 2 ** ((bucket >> 7) - 1);
}
