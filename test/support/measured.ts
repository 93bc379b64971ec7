/**
 * Makes what a job leaves behind, for tests of everything that comes after it: plans, outcomes and
 * stats blocks. The block is written by its layout alone, not by the recorder.
 */
import type { Target } from "../../src/io/target.ts";
import { bucketOf } from "../../src/measure/histogram.ts";
import type { JobParts, MeasuredPlan } from "../../src/measure/jobresult.ts";
import type { JobOutcome } from "../../src/measure/outcome.ts";
import type { FileResult } from "../../src/measure/result.ts";
import {
  BYTES,
  bucketsAt,
  COUNT,
  countersAt,
  latencyAt,
  MAX,
  MIN,
  RUNTIME,
  SHIFT,
  STATS_DOUBLES,
  SUM,
  SUM_OF_SQUARES,
  UNITS,
} from "../../src/measure/statsblock.ts";
import type { JobSpec } from "../../src/options/options.ts";

/** fio's default percentile_list. */
export const PERCENTILES = [
  1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 99.5, 99.9, 99.95, 99.99,
];

/** Only what results are made of; everything else of a spec is left out. */
export function specOf(changes: Partial<JobSpec> = {}): JobSpec {
  const spec: Partial<JobSpec> = {
    name: "job",
    description: undefined,
    rw: "randread",
    rwmixread: 50,
    bs: { read: 4096, write: 4096, trim: 4096 },
    iodepth: 1,
    direct: false,
    create_only: false,
    group_reporting: false,
    unified_rw_reporting: "none",
    significant_figures: 4,
    kb_base: 1024,
    unit_base: 0,
    percentile_list: PERCENTILES,
    lat_percentiles: false,
    clat_percentiles: true,
    slat_percentiles: false,
    disable_lat: false,
    disable_clat: false,
    disable_slat: false,
    gtod_reduce: false,
    disable_bw_measurement: false,
    stats: true,
    latency_target: 0,
    latency_window: 0,
    latency_percentile: 100,
    ...changes,
  };
  return spec as JobSpec;
}

export const TARGET: Target = {
  path: "/data/f0",
  kind: "regular",
  exists: true,
  size: 2 ** 30,
  offset: 0,
  length: 2 ** 30,
  layout: 0,
};

export function planOf(changes: Partial<MeasuredPlan> = {}): MeasuredPlan {
  return {
    spec: specOf(),
    engine: "io_uring",
    engineReason: "",
    synchronous: false,
    depth: 1,
    index: 0,
    clone: 0,
    group: 0,
    stage: 0,
    targets: [TARGET],
    ...changes,
  };
}

export function outcomeOf(changes: Partial<JobOutcome> = {}): JobOutcome {
  return {
    stopped: "runtime",
    failure: undefined,
    cpu: {
      userNs: 1e9,
      systemNs: 2e9,
      voluntarySwitches: 21_316,
      involuntarySwitches: 12,
      majorFaults: 0,
      minorFaults: 3,
    },
    elapsedNs: 10e9,
    startedAt: 2e9,
    rampNs: 0,
    depth: 1,
    clock: "cpu",
    notes: [],
    ...changes,
  };
}

export function fileOf(changes: Partial<FileResult> = {}): FileResult {
  return {
    path: "/data/f0",
    kind: "regular",
    offset_bytes: 0,
    length_bytes: 2 ** 30,
    device: "sda",
    file_system: "ext4",
    hole_share: null,
    ...changes,
  };
}

export function partsOf(changes: Partial<JobParts> = {}): JobParts {
  return {
    plan: planOf(),
    outcome: outcomeOf(),
    failure: undefined,
    runBegan: 0.5e9,
    stats: emptyStats(),
    files: [fileOf()],
    options: {},
    ...changes,
  };
}

export function emptyStats(): Float64Array {
  return new Float64Array(STATS_DOUBLES);
}

/** One latency of one kind. */
export function addLatency(
  stats: Float64Array,
  direction: number,
  kind: number,
  samples: Iterable<number>,
): void {
  const at = latencyAt(direction, kind);
  for (const ns of samples) {
    const first = stats[at + COUNT] === 0;
    if (first) stats[at + SHIFT] = ns;
    const difference = ns - stats[at + SHIFT]!;
    stats[at + COUNT]! += 1;
    stats[at + SUM]! += difference;
    stats[at + SUM_OF_SQUARES]! += difference * difference;
    stats[at + MIN] = first ? ns : Math.min(stats[at + MIN]!, ns);
    stats[at + MAX] = first ? ns : Math.max(stats[at + MAX]!, ns);
    stats[bucketsAt(direction, kind) + bucketOf(ns)]! += 1;
  }
}

/** Counters of a direction. */
export function addWork(
  stats: Float64Array,
  direction: number,
  work: { readonly ios: number; readonly bytes: number; readonly runtimeNs: number },
): void {
  const at = countersAt(direction);
  stats[at + UNITS]! += work.ios;
  stats[at + BYTES]! += work.bytes;
  stats[at + RUNTIME] = work.runtimeNs;
}

/** Reproducible latencies with a tail: most near `typical`, one in a hundred up to 50 times it. */
export function* latenciesOf(count: number, typical: number, seed = 1): Generator<number> {
  let state = seed;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    const random = state / 0x80000000;
    const tail = (state >> 8) % 100 === 0 ? 1 + random * 49 : 1;
    yield Math.round(typical * (0.7 + 0.6 * random) * tail);
  }
}
