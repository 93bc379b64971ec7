/**
 * From a plan to the objects of the loop: each option that changes behaviour picks an object or a
 * number here, so that the loop has no branch for it. Used twice a job: once for the warm-up on a
 * private memfd, once for the real thing.
 */
import type { Clock } from "../../ffi/clock.ts";
import { EINVAL, EOPNOTSUPP } from "../../ffi/errno.ts";
import { jobPriority } from "../base/priority.ts";
import type { Engine, EngineDefinition } from "../engine/engine.ts";
import type { Buffers } from "../io/buffers.ts";
import { Untouched } from "../io/contents.ts";
import type { Rotation } from "../io/rotation.ts";
import { Units } from "../io/units.ts";
import type { FlowBoard } from "../pace/board.ts";
import { Unverified } from "../verify/verifier.ts";
import { workloadOf } from "../workload/load.ts";
import type { Workload } from "../workload/workload.ts";
import type { JobControl } from "./control.ts";
import type { FirstFaultEnds } from "./faults.ts";
import type { JobPlan } from "./jobplan.ts";
import { Lingering } from "./lingering.ts";
import type { Loop, LoopLimits } from "./loop.ts";
import type { Offload } from "./offload.ts";
import { type Phases, Turning } from "./phases.ts";
import type { ReplayStage } from "./replay.ts";
import {
  bounded,
  faultsOf,
  fillerOf,
  inRotation,
  loggedOf,
  offloadOf,
  pacerOf,
  prioritized,
  recordedBy,
  recorderOf,
  replayOf,
  serialized,
  verificationOf,
  withLocks,
} from "./stages.ts";
import type { Verification } from "./verification.ts";

/** What differs between the warm-up and the run. */
export interface Surroundings {
  readonly plan: JobPlan;
  readonly definition: EngineDefinition;
  /** Open descriptors in the order of `plan.targets`. */
  readonly files: Int32Array;
  /** What opens and closes them while the job runs; absent where they stay open. */
  readonly rotation?: Rotation | undefined;
  /** The words of the files' locks; absent or 0 where there are none. */
  readonly locksAddress?: number;
  /** What is shared with the threads that do the units; absent or 0 where there are none. */
  readonly offloadAddress?: number;
  readonly buffers: Buffers;
  /** The stats block, STATS_DOUBLES doubles. */
  readonly stats: Float64Array;
  readonly control: JobControl;
  readonly now: Clock;
  readonly sleepUntil: (instant: number) => void;
  readonly flow?: FlowBoard | undefined;
}

/** A loop that lacks its phases: they begin when the job does. */
export type BuiltJob = Omit<Loop, "phases"> & {
  readonly workload: Workload;
  readonly engine: Engine;
  readonly faults: FirstFaultEnds;
  readonly lingering: Lingering;
  readonly replay: ReplayStage | undefined;
  readonly verification: Verification | undefined;
  /** Whether a unit may go to the file now: opens it where not all of them are open at once. */
  readonly fileReady: (file: number) => boolean;
  /** The engine, where it is one of threads. */
  readonly offload: Offload | undefined;
  start(phases: Phases): Loop;
};

/** Throws SystemError when the kernel refuses the engine. */
export async function build(around: Surroundings): Promise<BuiltJob> {
  const { plan, definition, files, buffers, stats, control, now, sleepUntil, flow } = around;
  const { spec } = plan;
  const options = plan.engineOptions as Readonly<Record<string, never>>;
  const units = new Units(plan.depth);
  for (let unit = 0; unit < plan.depth; unit++) {
    units.address[unit] = buffers.base + unit * buffers.bytes;
  }
  const chances = definition.priorities?.(options) ?? [];
  units.priority.fill(jobPriority(spec));
  const recorder = await recorderOf(plan, units, stats, chances);
  const turning = new Turning();
  const pacer = await pacerOf(plan, { units, stats, now, phases: turning, flow });
  const replay = await replayOf(plan, units, stats, pacer);
  const own = replay?.workload ?? (await workloadOf(plan, units));
  const verification = await verificationOf(plan, units, buffers, now);
  const alone = await serialized(plan, units, own);
  const given = await bounded(plan, units, verification, alone);
  const address = around.offloadAddress ?? 0;
  const offload = await offloadOf(plan, { units, files, buffers, now }, address, control);
  const parts = {
    units,
    workload: await prioritized(plan, units, chances, given),
    offload,
    engine:
      offload ??
      definition.create({
        units,
        files,
        targets: plan.targets,
        now,
        spec: { ...spec, iodepth: plan.depth },
        options,
        bufferBase: buffers.base,
        bufferBytes: buffers.bytes,
      }),
    pacer: await loggedOf(plan, units, replay?.pacer ?? pacer),
    // A verified block is made with its header, by the verifier.
    filler: verification === undefined ? await fillerOf(plan, units, buffers) : new Untouched(),
    verifier: verification?.verifier ?? new Unverified(),
    verification,
    recorder: await recordedBy(offload, recorder, units),
    faults: new (await faultsOf(plan))(
      units,
      plan.targets,
      recorder,
      plan.engine,
      (errno) => definition.hint?.(errno, options) || hintOf(plan, errno),
    ),
    control,
    now,
    sleepUntil,
    limits: limits(plan),
  };
  const locked = await withLocks(parts, plan, around.locksAddress ?? 0);
  const whole = await inRotation(locked, around.rotation);
  const lingering = new Lingering({
    ...{ units, control, sleepUntil, targets: plan.targets },
    engine: whole.engine,
    faults: whole.faults,
    expired: () => turning.phases?.expired ?? false,
    limit: spec.stuck_timeout,
  });
  const start = (phases: Phases): Loop => {
    turning.phases = phases;
    return { ...whole, lingering, phases };
  };
  return { ...whole, lingering, replay, start };
}

/** What an errno usually means with an option of every engine. */
function hintOf({ spec }: JobPlan, errno: number): string {
  if (!spec.atomic || (errno !== EINVAL && errno !== EOPNOTSUPP)) return "";
  return "atomic writes need Linux 6.11, a device and a file system that offer them for this bs";
}

/**
 * fio's rules: a queue that is full waits for at least one, and takes at least what it waits for.
 */
function limits({ spec, synchronous, depth }: JobPlan): LoopLimits {
  if (synchronous) return { batch: 1, completeMin: 1, completeMax: 1, low: 1, polling: false };
  const completeMin = Math.max(1, Math.min(spec.iodepth_batch_complete_min, depth));
  return {
    batch: Math.min(spec.iodepth_batch_submit, depth),
    completeMin,
    completeMax: Math.max(completeMin, spec.iodepth_batch_complete_max),
    low: Math.min(spec.iodepth_low, depth),
    polling: spec.iodepth_batch_complete_min === 0,
  };
}
