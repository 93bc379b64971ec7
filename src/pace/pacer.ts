/** When the next unit may go. Plugged into the loop; the null pacer lets everything go at once. */

import type { JobSpec } from "../options/options.ts";

/** What a pacer says of the whole job: go on, end it, or -errno (a minimum rate was not met …). */
export const GO_ON = 0;
export const END = 1;

export interface Pacer {
  /** The direction that may go now, or -1: nothing before `wakeAt`. */
  admit(direction: number, now: number, inFlight: number): number;
  /** Absolute instant, ns since the run's epoch; meaningful after `admit` said -1. */
  readonly wakeAt: number;
  /** Units that may be in flight; at most the job's iodepth. */
  readonly depth: number;
  queued(unit: number): void;
  completed(unit: number, now: number): void;
  /** GO_ON, END, or -errno. */
  readonly verdict: number;
}

/** No pacing: every unit goes when there is room. */
export class Unpaced implements Pacer {
  readonly wakeAt = Number.POSITIVE_INFINITY;
  readonly verdict = GO_ON;

  constructor(readonly depth: number) {}

  admit(direction: number): number {
    return direction;
  }
  queued(): void {}
  completed(): void {}
}

/** Whether any option asks for more than `Unpaced`. */
export function isPaced(_spec: JobSpec): boolean {
  return false;
}
