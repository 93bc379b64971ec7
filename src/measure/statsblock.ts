/**
 * Layout of a job's statistics in shared memory: the job's thread writes, the main thread reads
 * while it runs and after. Doubles only: u32 counters wrap after 71 minutes at a million units a
 * second, and doubles are faster too. Nothing here computes; `merge.ts` does, `recorder.ts` fills.
 *
 *   [counters of a direction] × 4, [coarse maps], [summary, buckets] × direction × latency kind
 */
import { BUCKETS } from "./histogram.ts";

/** The three latencies of every job: taken → issued, issued → reaped, taken → reaped. */
export const SLAT = 0;
export const CLAT = 1;
export const LAT = 2;
/** Of units that were due at an instant: due → reaped, due → issued. */
export const RESPONSE = 3;
export const LAG = 4;
const KINDS = 5;

/** Counters of one direction, from `countersAt(direction)`. */
export const UNITS = 0;
export const BYTES = 1;
/** Transfers the kernel cut short and the job carried on from where they stopped. */
export const SHORT = 2;
/** Units given up with an error. */
export const FAILURES = 3;
/** ns of run time that belong to the direction, filled in at the end of each pass. */
export const RUNTIME = 4;
/** Bytes and units of the ramp, kept apart. */
export const RAMP_BYTES = 5;
export const RAMP_UNITS = 6;
/** Instant of the last completion, ns since the run's epoch; 0 before the first. */
export const LAST_AT = 7;
/** Units and bytes that were due when the job took no more, and were not taken. */
export const OWED_UNITS = 8;
export const OWED_BYTES = 9;
/** 1 where the direction's units are due at instants of a schedule. */
export const SCHEDULED = 10;
const COUNTERS = 16;

/** Coarse maps: depth {1,2,4,8,16,32,>=64}, units per submit and per reap {0,4,8,16,32,64,>=64}. */
export const DEPTH_MAP = 4 * COUNTERS;
export const SUBMIT_MAP = DEPTH_MAP + 8;
export const COMPLETE_MAP = SUBMIT_MAP + 8;
/** Syncs by the call they were, from FSYNC on. */
export const SYNC_MAP = COMPLETE_MAP + 8;
const MAPS_END = SYNC_MAP + 8;

/** Summary of one latency, from `latencyAt(direction, kind)`; the buckets follow it. */
export const COUNT = 0;
/** The first sample; sums are of the differences to it, so that their squares do not cancel. */
export const SHIFT = 1;
export const SUM = 2;
export const SUM_OF_SQUARES = 3;
export const MIN = 4;
export const MAX = 5;
export const SUMMARY = 8;
const LATENCY = SUMMARY + BUCKETS;

/** Doubles of a job's block, and its bytes in whole pages. */
export const STATS_DOUBLES = MAPS_END + 4 * KINDS * LATENCY;
export const STATS_BYTES = Math.ceil((STATS_DOUBLES * 8) / 4096) * 4096;

export function countersAt(direction: number): number {
  return direction * COUNTERS;
}

export function latencyAt(direction: number, kind: number): number {
  return MAPS_END + (direction * KINDS + kind) * LATENCY;
}

export function bucketsAt(direction: number, kind: number): number {
  return latencyAt(direction, kind) + SUMMARY;
}
