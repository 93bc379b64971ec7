/** What a job's thread does to itself before its memory is allocated: decided by the plan. */
import type { MemoryMode } from "../../ffi/placement.ts";

export interface ProloguePlan {
  /** CPUs it is bound to; undefined: those of the process. */
  readonly cpus: readonly number[] | undefined;
  readonly memory: { readonly mode: MemoryMode; readonly nodes: readonly number[] } | undefined;
  /** Added to the thread's nice value. */
  readonly nice: number;
}

/** The I/O scheduler of the devices behind a job's files: set before the job, put back after. */
export interface SchedulerPlan {
  readonly name: string;
  /** The files `queue/scheduler` in sysfs. */
  readonly queues: readonly string[];
}
