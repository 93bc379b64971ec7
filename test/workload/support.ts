/** Jobs as a workload sees them, and what it takes, as lists that can be compared. */
import { DIRECTIONS, SYNC } from "../../src/base/direction.ts";
import { FIO_WAYS, type Ways } from "../../src/base/ways.ts";
import type { Target } from "../../src/io/target.ts";
import { Units } from "../../src/io/units.ts";
import { type JobSpec, OPTIONS } from "../../src/options/options.ts";
import { createWorkload, type WorkOf } from "../../src/workload/create.ts";
import { workloadOf } from "../../src/workload/load.ts";
import type { Streams } from "../../src/workload/streams.ts";
import { NOTHING, TAKEN, type Workload } from "../../src/workload/workload.ts";

/** A spec whose other options are as if nothing was written. */
export function specOf(changes: Partial<JobSpec>): JobSpec {
  const fallbacks = Object.entries(OPTIONS).map(([name, { fallback }]) => [name, fallback]);
  return { ...(Object.fromEntries(fallbacks) as JobSpec), ...changes };
}

export interface JobOf extends Partial<JobSpec> {
  readonly size: number;
  readonly offset?: number;
  readonly nrfiles?: number;
  readonly io_size?: number | undefined;
  /** Bytes of each file, where they are more than the job works on. */
  readonly fileBytes?: number;
  readonly synchronous?: boolean;
  readonly ways?: Ways;
}

/** fio's, but that a ramp counts for nothing. */
const WAYS: Ways = { ...FIO_WAYS, rampCounts: false };

/** The plan of a job on files of its own, its size shared among them evenly. */
export function workOf(
  { fileBytes = 0, synchronous = true, ways = WAYS, ...job }: JobOf,
  index = 0,
): WorkOf {
  const { size, offset = 0, nrfiles = 1, io_size, number_ios } = job;
  const each = job.rw?.includes("trimwrite") === true ? 2 : 1;
  const target: Target = {
    path: "f",
    kind: "regular",
    exists: true,
    size: fileBytes,
    offset,
    length: Math.floor(size / nrfiles),
    layout: 0,
  };
  return {
    spec: specOf(job),
    ways,
    index,
    synchronous,
    targets: Array.from({ length: nrfiles }, () => target),
    passBytes: io_size ?? size,
    passUnits: (number_ios ?? Number.POSITIVE_INFINITY) * each,
  };
}

/** A unit that was taken. */
export interface Taken {
  readonly direction: string;
  readonly kind: number;
  readonly file: number;
  readonly offset: number;
  readonly length: number;
}

/** What the workload takes until it is done, at most so many. */
export function take(workload: Workload, units: Units, most = 1e6): Taken[] {
  const list: Taken[] = [];
  while (list.length < most) {
    const announced = workload.direction();
    const direction = workload.next(0) === TAKEN ? units.direction[0]! : NOTHING;
    if (direction !== announced) throw new Error(`announced ${announced}, took ${direction}`);
    if (direction === NOTHING) break;
    list.push({
      direction: DIRECTIONS[direction]!,
      kind: units.kind[0]!,
      file: units.file[0]!,
      offset: units.offset[0]!,
      length: units.length[0]!,
    });
    workload.completed(0);
  }
  return list;
}

/** All units of a job, all its loops. */
export function run(plan: WorkOf, streams?: Streams, most = 1e6): Taken[] {
  const units = new Units(1);
  return passes(plan, createWorkload(plan, units, streams), units, most);
}

function passes(plan: WorkOf, workload: Workload, units: Units, most: number): Taken[] {
  const list = take(workload, units, most);
  for (let pass = 1; pass < plan.spec.loops && list.length < most; pass++) {
    workload.restart();
    list.push(...take(workload, units, most - list.length));
  }
  return list;
}

/** As `run`, of any job: what few jobs have is loaded. */
export async function runAny(plan: WorkOf, streams?: Streams, most = 1e6): Promise<Taken[]> {
  const units = new Units(1);
  return passes(plan, await workloadOf(plan, units, streams), units, most);
}

/** The units that move bytes. */
export function moving(list: readonly Taken[]): readonly Taken[] {
  return list.filter(({ direction }) => direction !== DIRECTIONS[SYNC]);
}
