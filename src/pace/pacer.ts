/**
 * When the next unit may go. Plugged into the loop; the null pacer lets everything go at once. What
 * a pacer answers depends on the instants and units it is told of, never on the loop's ways.
 */
import type { PerDirection } from "../base/direction.ts";
import type { JobFailure } from "../measure/outcome.ts";
import type { JobSpec } from "../options/options.ts";

/**
 * What a pacer says of the whole job: go on, end it (the search for a depth is over), or -errno (a
 * minimum rate was not met …).
 */
export const GO_ON = 0;
export const END = 1;

export interface Pacer {
  /**
   * The job may take units from `now` on. Called again when a ramp is over: `measured` says whether
   * what follows is measured.
   */
  begin(now: number, measured: boolean): void;
  /**
   * The direction that may go now, or -1: nothing before `wakeAt`. A question: asked twice at one
   * instant the answer is the same, and a unit that goes is told to `queued`.
   */
  admit(direction: number, now: number, inFlight: number): number;
  /**
   * Absolute instant, ns since the run's epoch; meaningful after `admit` said -1. Later than the
   * `now` it was asked at, else nothing would wait; Infinity when only a completion can help.
   */
  readonly wakeAt: number;
  /** Units that may be in flight; at least 1, at most the job's depth. */
  readonly depth: number;
  queued(unit: number): void;
  completed(unit: number, now: number): void;
  /** GO_ON, END, or -errno. */
  readonly verdict: number;
  /** What a verdict of -errno means; undefined with any other. */
  readonly failure: JobFailure | undefined;
  /**
   * No unit is taken any more from `now` on; `finished`: there was no more work. What a pacer has
   * to report goes into the stats block.
   */
  close(now: number, finished: boolean): void;
}

/** No pacing: every unit goes when there is room. */
export class Unpaced implements Pacer {
  readonly wakeAt = Number.POSITIVE_INFINITY;
  readonly verdict = GO_ON;
  readonly failure = undefined;

  constructor(readonly depth: number) {}

  begin(): void {}
  admit(direction: number): number {
    return direction;
  }
  queued(): void {}
  completed(): void {}
  close(): void {}
}

/** Whether any option asks for more than `Unpaced`. */
export function isPaced(spec: JobSpec): boolean {
  const { ramp_size, latency_target, thinktime, thinkcycles, flow } = spec;
  const { rate, rate_iops, rate_min, rate_iops_min, max_latency } = spec;
  const byDirection = [rate, rate_iops, rate_min, rate_iops_min, max_latency];
  return (
    Math.max(ramp_size, latency_target, thinktime, thinkcycles, flow) > 0 ||
    byDirection.some(({ read, write, trim }) => read + write + trim > 0)
  );
}

/**
 * The options for a warm-up: the same pacers are built, and none of them holds a unit for longer
 * than a warm-up can wait, fails it, or is seen by other jobs.
 */
export function hurried(spec: JobSpec): Partial<JobSpec> {
  const least = (time: number): number => Math.min(time, 1);
  const never = Number.MAX_SAFE_INTEGER;
  return {
    rate: raised(spec.rate, HURRIED_IOPS * 4096),
    rate_iops: raised(spec.rate_iops, HURRIED_IOPS),
    rate_min: raised(spec.rate_min, 1),
    rate_iops_min: raised(spec.rate_iops_min, 1),
    rate_spin: 0,
    thinktime: least(spec.thinktime),
    thinktime_spin: 0,
    thinkcycles: least(spec.thinkcycles),
    flow: 0,
    latency_target: spec.latency_target === 0 ? 0 : never,
    latency_run: true,
    max_latency: raised(spec.max_latency, never),
  };
}

/** A rate a warm-up has just to wait for, so that waiting is warmed too: 500 ns a unit. */
const HURRIED_IOPS = 2e6;

function raised({ read, write, trim }: PerDirection<number>, to: number): PerDirection<number> {
  const one = (asked: number): number => (asked === 0 ? 0 : to);
  return { read: one(read), write: one(write), trim: one(trim) };
}
