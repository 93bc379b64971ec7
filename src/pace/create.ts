/** From a job's options to its pacer; loaded only by the jobs that have one. */
import type { Ways } from "../base/ways.ts";
import type { Units } from "../io/units.ts";
import type { JobSpec } from "../options/options.ts";
import { type Pacer, Unpaced } from "./pacer.ts";

/** What a pacer must know of a job's plan. */
export interface PacedJob {
  readonly spec: JobSpec;
  readonly ways: Ways;
  /** Units in flight at most. */
  readonly depth: number;
  /** Position among all clones of all jobs, from 0. */
  readonly index: number;
}

export function createPacer(job: PacedJob, _units: Units): Pacer {
  return new Unpaced(job.depth);
}
