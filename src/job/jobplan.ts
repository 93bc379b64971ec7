/**
 * What a job's thread is told: one job, decided to the last byte before anything was opened. Plain
 * data that a structured clone carries. `plan/` makes it; this file is below it so that the thread
 * side need not know how it was made.
 */
import type { Ways } from "../base/ways.ts";
import type { MemoryPlan } from "../io/memory.ts";
import type { DedupePeer } from "../io/pages.ts";
import type { Target } from "../io/target.ts";
import type { ReplayPlan } from "../io/trace/plan.ts";
import type { JobSpec } from "../options/options.ts";
import type { VerifyPlan } from "../verify/verifyplan.ts";
import type { ProloguePlan, SchedulerPlan } from "./prologueplan.ts";

export interface JobPlan {
  readonly spec: JobSpec;
  /** Which of two meanings some options have. */
  readonly ways: Ways;
  /** Name of the engine that runs it: as written, or chosen. */
  readonly engine: string;
  /** Why that engine, when none was written; empty when one was. */
  readonly engineReason: string;
  /** Effective values of the engine's own options. */
  readonly engineOptions: Readonly<Record<string, unknown>>;
  /** Whether units complete inside `queue` (then depth is 1 whatever iodepth says). */
  readonly synchronous: boolean;
  /** Units in flight at most: iodepth, or 1 of a synchronous engine. */
  readonly depth: number;
  /** Position among all clones of all jobs, from 0; fio's thread_number less one. */
  readonly index: number;
  /** Position among the clones of this job, from 0. */
  readonly clone: number;
  /** Jobs of one report group share it. */
  readonly group: number;
  /** Jobs that may run together share it: stonewall starts a new one. */
  readonly stage: number;
  /** The jobs of its stage that it waits for, by index: every clone of the one wait_for names. */
  readonly waitsFor: readonly number[];
  readonly targets: readonly Target[];
  /** ns between the release of its stage and its start: startdelay, or what was drawn of it. */
  readonly startDelay: number;
  /** The trace it replays. */
  readonly replay?: ReplayPlan | undefined;
  /** The trace it writes; `append`: behind what is there. */
  readonly traceLog?: { readonly path: string; readonly append: boolean } | undefined;
  /** Bytes of one pass (read and write together), Infinity when number_ios alone ends it. */
  readonly passBytes: number;
  /** Units of one pass; Infinity when bytes alone end it. */
  readonly passUnits: number;
  /** The jobs with dedupe_global, this one too; empty of a job without it. */
  readonly dedupePeers: readonly DedupePeer[];
  /** Bytes a unit's buffer has: the largest block, rounded up to what direct I/O needs. */
  readonly bufferBytes: number;
  /** Undefined of plain memory. */
  readonly memory: MemoryPlan | undefined;
  /** How its blocks are verified; undefined when they are not. */
  readonly verification?: VerifyPlan | undefined;
  /** Undefined of a job that runs where the process does. */
  readonly prologue?: ProloguePlan | undefined;
  /** Undefined of a job that leaves the schedulers of its devices alone. */
  readonly scheduler?: SchedulerPlan | undefined;
  /** Whether it runs in a process of its own. */
  readonly ownProcess?: boolean;
}
