/**
 * From a job's options to its pacer; loaded only by the jobs that have one. Each part is a class of
 * its own and knows nothing of the others; here they are put into one, in the order in which they
 * are asked.
 */
import type { Ways } from "../base/ways.ts";
import type { Units } from "../io/units.ts";
import type { JobSpec } from "../options/options.ts";
import { Combined } from "./combined.ts";
import { type Pacer, Unpaced } from "./pacer.ts";
import { leastRateOf, rateOf } from "./rates.ts";
import type { Draws } from "./schedule.ts";

/** What a pacer must know of a job's plan. */
export interface PacedJob {
  readonly spec: JobSpec;
  readonly ways: Ways;
  /** Units in flight at most. */
  readonly depth: number;
  /** Position among all clones of all jobs, from 0. */
  readonly index: number;
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
}

export function createPacer(job: PacedJob, place: PacedPlace): Pacer {
  const parts = partsOf(job, place);
  const [first = new Unpaced(job.depth), ...others] = parts;
  return others.length === 0 ? first : new Combined(parts);
}

/** In the order in which they are asked; a rate, which may choose the direction, is the last. */
function partsOf(job: PacedJob, place: PacedPlace): readonly Pacer[] {
  const rate = rateOf(job, place);
  const parts = [leastRateOf(job, place), rate];
  return parts.filter((part) => part !== undefined);
}
