/**
 * From jobs to clones, and which of them run together: numjobs copies a job, stonewall parts the
 * run into stages, new_group and stonewall part it into report groups. Pure arithmetic on specs.
 */
import type { ReplayPlan } from "../io/trace/plan.ts";
import type { JobSpec } from "../options/options.ts";
import type { Position } from "./input.ts";

/** Of a clone that replays a trace: what the plan needs beside its options. */
export interface TraceReach {
  /** Where the work on each file ends, in bytes; in the order of filename. */
  readonly ends: readonly number[];
  readonly bytes: number;
  /** Units by direction. */
  readonly counts: readonly number[];
  /** Bits that are set in some offset or length, the lower 16 of them. */
  readonly lowBits: number;
  readonly replay: ReplayPlan;
  /** The options that named a device: what the job had written. */
  readonly named: readonly string[];
}

export interface Clone extends Position {
  readonly spec: JobSpec;
  /** Among all clones of all jobs, from 0. */
  readonly index: number;
  readonly stage: number;
  readonly group: number;
  readonly trace?: TraceReach;
}

/**
 * All clones in the order of the jobs. A stonewall waits for everything before it and everything
 * after it waits with it; a clone does not inherit it, nor new_group (fio, row 14 and add_job).
 */
export function cloneJobs(specs: readonly JobSpec[]): readonly Clone[] {
  const clones: Clone[] = [];
  let stage = 0;
  let group = 0;
  for (const [input, spec] of specs.entries()) {
    const first = clones.length === 0;
    if (spec.stonewall && !first) stage++;
    if ((spec.stonewall || spec.new_group) && !first) group++;
    const copy: JobSpec = { ...spec, stonewall: false, new_group: false };
    for (let clone = 0; clone < spec.numjobs; clone++) {
      const index = clones.length;
      clones.push({ input, clone, spec: clone === 0 ? spec : copy, index, stage, group });
    }
  }
  return clones;
}
