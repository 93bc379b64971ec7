/**
 * From a job's options to its pacer; loaded only by the jobs that have one. Each part is a class of
 * its own and knows nothing of the others; here they are put into one, in the order in which they
 * are asked.
 */
import type { Ways } from "../base/ways.ts";
import type { Target } from "../io/target.ts";
import type { Units } from "../io/units.ts";
import type { JobSpec } from "../options/options.ts";
import type { FlowBoard } from "./board.ts";
import { Combined } from "./combined.ts";
import { Flow } from "./flow.ts";
import { LongestLatency } from "./longest.ts";
import { type Pacer, Unpaced } from "./pacer.ts";
import { RampSize } from "./ramp.ts";
import { leastRateOf, rateOf } from "./rates.ts";
import type { Draws } from "./schedule.ts";
import { type LatencyGoal, LatencyTarget } from "./target.ts";
import { Thinkcycles, type Thinking, Thinktime } from "./think.ts";

/** What a pacer must know of a job's plan. */
export interface PacedJob {
  readonly spec: JobSpec;
  readonly ways: Ways;
  /** Units in flight at most. */
  readonly depth: number;
  /** Position among all clones of all jobs, from 0. */
  readonly index: number;
  readonly targets: readonly Target[];
}

/** What a pacer reads and writes while the job runs. */
export interface PacedPlace {
  readonly units: Units;
  /** The job's stats block. */
  readonly stats: Float64Array;
  /** ns since the run's epoch. */
  readonly now: () => number;
  /** The random stream of a direction's gaps; a new one, from its first draw. */
  gaps(direction: number): Draws;
  readonly phases: PhaseSwitch;
  /** Where the jobs of its flow keep their counts; undefined of a job that is in none. */
  readonly flow?: FlowBoard | undefined;
}

/** What a pacer may say of the phases of its job, which begin after it was made. */
export interface PhaseSwitch {
  /** The ramp is over. */
  endRamp(now: number): void;
  /** What was measured so far is no figure: it is measured from `now` on. */
  measureFrom(now: number): void;
}

export function createPacer(job: PacedJob, place: PacedPlace): Pacer {
  const parts = partsOf(job, place);
  const [first = new Unpaced(job.depth), ...others] = parts;
  return others.length === 0 ? first : new Combined(parts);
}

/** In the order in which they are asked; a rate, which may choose the direction, is the last. */
function partsOf(job: PacedJob, place: PacedPlace): readonly Pacer[] {
  const { depth, spec, targets } = job;
  const { units, now, flow, phases } = place;
  const of = { units, targets };
  const { read, write, trim } = spec.max_latency;
  const parts: Pacer[] = [];
  if (spec.ramp_size > 0) {
    parts.push(new RampSize(depth, units, spec.ramp_size, (at) => phases.endRamp(at)));
  }
  if (Math.max(read, write, trim) > 0) {
    parts.push(new LongestLatency(depth, of, spec.max_latency));
  }
  if (spec.latency_target > 0) {
    parts.push(new LatencyTarget(depth, of, goalOf(job), (at) => phases.measureFrom(at)));
  }
  const rate = rateOf(job, place);
  if (spec.thinktime > 0) {
    const postponed = rate !== undefined && spec.rate_ignore_thinktime ? [rate] : [];
    parts.push(new Thinktime(depth, units, now, thinkingOf(spec), postponed));
  }
  if (spec.thinkcycles > 0) parts.push(new Thinkcycles(depth, units, spec.thinkcycles));
  if (flow !== undefined) parts.push(new Flow(depth, flow, spec.flow, spec.flow_sleep));
  const least = leastRateOf(job, place);
  if (least !== undefined) parts.push(least);
  if (rate !== undefined) parts.push(rate);
  return parts;
}

function goalOf({ spec, ways }: PacedJob): LatencyGoal {
  return {
    target: spec.latency_target,
    window: spec.latency_window,
    percentile: spec.latency_percentile,
    forever: spec.latency_run,
    lenient: ways.searchGoesOn,
  };
}

/** Without thinktime_blocks every unit brings a pause, unless it is time that brings one. */
function thinkingOf(spec: JobSpec): Thinking {
  const byTime = spec.thinktime_iotime > 0;
  return {
    pause: spec.thinktime,
    spin: spec.thinktime_spin,
    blocks: spec.thinktime_blocks ?? (byTime ? Number.POSITIVE_INFINITY : 1),
    counts: spec.thinktime_blocks_type,
    ioTime: byTime ? spec.thinktime_iotime : Number.POSITIVE_INFINITY,
  };
}
