/**
 * From a plan to the objects of the loop: each option that changes behaviour picks an object or a
 * number here, so that the loop has no branch for it. Used twice a job: once for the warm-up on a
 * private memfd, once for the real thing.
 */
import type { Clock } from "../../ffi/clock.ts";
import { EINVAL, EOPNOTSUPP } from "../../ffi/errno.ts";
import { sharpenTimers } from "../../ffi/sleep.ts";
import { jobPriority, type PriorityChance } from "../base/priority.ts";
import type { Engine, EngineDefinition } from "../engine/engine.ts";
import { type BufferFiller, type Buffers, createFiller, isShaped } from "../io/buffers.ts";
import { Untouched } from "../io/contents.ts";
import type { Rotation } from "../io/rotation.ts";
import { Units } from "../io/units.ts";
import { Recorder, SynchronousRecorder } from "../measure/recorder.ts";
import type { Fineness } from "../measure/sinks.ts";
import type { FlowBoard } from "../pace/board.ts";
import type { PacedPlace } from "../pace/create.ts";
import { isPaced, type Pacer, Unpaced } from "../pace/pacer.ts";
import { Unverified } from "../verify/verifier.ts";
import { workloadOf } from "../workload/load.ts";
import {
  POISSON_OF_READS,
  POISSON_OF_TRIMS,
  POISSON_OF_WRITES,
  PRIORITY,
  streamsOf,
} from "../workload/streams.ts";
import type { Workload } from "../workload/workload.ts";
import type { JobControl } from "./control.ts";
import { FirstFaultEnds } from "./faults.ts";
import type { JobPlan } from "./jobplan.ts";
import type { Loop, LoopLimits } from "./loop.ts";
import { type Phases, Turning } from "./phases.ts";
import type { ReplayStage } from "./replay.ts";
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
  readonly replay: ReplayStage | undefined;
  readonly verification: Verification | undefined;
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
  const given = await serialized(plan, units, replay?.workload ?? (await workloadOf(plan, units)));
  const verification = await verificationOf(plan, units, buffers, now);
  const parts = {
    units,
    workload: await prioritized(plan, units, chances, given),
    engine: definition.create({
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
    recorder,
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
  const start = (phases: Phases): Loop => {
    turning.phases = phases;
    return { ...whole, phases };
  };
  return { ...whole, replay, start };
}

/** What an errno usually means with an option of every engine. */
function hintOf({ spec }: JobPlan, errno: number): string {
  if (!spec.atomic || (errno !== EINVAL && errno !== EOPNOTSUPP)) return "";
  return "atomic writes need Linux 6.11, a device and a file system that offer them for this bs";
}

async function withLocks<P extends Pick<BuiltJob, "units" | "engine">>(
  parts: P,
  { spec, targets }: JobPlan,
  locksAddress: number,
): Promise<P> {
  if (locksAddress === 0 || targets.every(({ lock }) => lock === undefined)) return parts;
  const { LockingEngine } = await import("./locking.ts");
  const { engine, units } = parts;
  const shared = spec.lockfile === "readwrite";
  return { ...parts, engine: new LockingEngine(engine, units, targets, locksAddress, shared) };
}

async function inRotation<P extends Pick<BuiltJob, "units" | "engine" | "workload">>(
  parts: P,
  rotation: Rotation | undefined,
): Promise<P> {
  if (rotation === undefined) return parts;
  const { RotatingEngine, RotatingWork } = await import("./rotating.ts");
  const { units, engine, workload } = parts;
  return {
    ...parts,
    engine: new RotatingEngine(engine, units, rotation),
    workload: new RotatingWork(workload, units, rotation),
  };
}

async function recorderOf(
  plan: JobPlan,
  units: Units,
  stats: Float64Array,
  chances: readonly PriorityChance[],
): Promise<Recorder> {
  const { spec } = plan;
  const fine = fineness(plan);
  if (chances.length === 0 || fine[spec.lat_percentiles ? "lat" : "clat"] === "off") {
    return new (plan.synchronous ? SynchronousRecorder : Recorder)(stats, units, fine);
  }
  const { PriorityRecorder } = await import("../measure/prioritized.ts");
  const priorities = [jobPriority(spec), ...chances.map(({ priority }) => priority)];
  return new PriorityRecorder(stats, units, fine, spec.lat_percentiles, priorities);
}

/** Where one unit is in flight at a time, none overlaps another. */
async function serialized(
  { spec, depth }: JobPlan,
  units: Units,
  workload: Workload,
): Promise<Workload> {
  if (!spec.serialize_overlap || depth === 1) return workload;
  const { Serialized } = await import("../workload/overlap.ts");
  return new Serialized(workload, units);
}

async function prioritized(
  { spec, index }: JobPlan,
  units: Units,
  chances: readonly PriorityChance[],
  workload: Workload,
): Promise<Workload> {
  if (chances.length === 0) return workload;
  const { Prioritized } = await import("../workload/prioritized.ts");
  const streams = streamsOf(spec, index + 1);
  const random = streams.stream(PRIORITY);
  return new Prioritized(workload, units, random, streams.repeats, jobPriority(spec), chances);
}

/** Stages that few jobs have are loaded by those that have them: each costs every Worker memory. */
async function pacerOf(plan: JobPlan, place: Omit<PacedPlace, "gaps">): Promise<Pacer> {
  if (!isPaced(plan.spec)) return new Unpaced(plan.depth);
  const { createPacer } = await import("../pace/create.ts");
  sharpenTimers();
  const streams = streamsOf(plan.spec, plan.index + 1);
  return createPacer(plan, {
    ...place,
    gaps: (direction) => streams.stream(GAPS[direction]!),
  });
}

/** The random stream of each direction's gaps. */
const GAPS = [POISSON_OF_READS, POISSON_OF_WRITES, POISSON_OF_TRIMS];

/** Throws SystemError when the merged trace cannot be written. */
async function replayOf(
  plan: JobPlan,
  units: Units,
  stats: Float64Array,
  behind: Pacer,
): Promise<ReplayStage | undefined> {
  if (plan.replay === undefined) return undefined;
  const { mergedPath, source } = plan.replay;
  if (mergedPath !== undefined && plan.clone === 0) {
    const { partsOf } = await import("../io/trace/open.ts");
    const { writeMerged } = await import("../io/trace/merge.ts");
    writeMerged(partsOf(source), mergedPath);
  }
  const { ReplayStage } = await import("./replay.ts");
  if (plan.replay.timed) sharpenTimers();
  return new ReplayStage(plan, plan.replay, units, stats, behind);
}

/** Throws SystemError when the trace cannot be written. */
async function loggedOf(
  { traceLog, targets }: JobPlan,
  units: Units,
  behind: Pacer,
): Promise<Pacer> {
  if (traceLog === undefined) return behind;
  const { TraceLog } = await import("../io/trace/log.ts");
  const { LoggedPacer } = await import("../pace/logged.ts");
  const names = targets.map(({ path }) => path);
  return new LoggedPacer(units, new TraceLog(traceLog.path, names, traceLog.append), behind);
}

async function fillerOf(plan: JobPlan, units: Units, buffers: Buffers): Promise<BufferFiller> {
  if (!isShaped(plan.spec)) return createFiller(plan, units, buffers);
  const { createShaped } = await import("../io/shaped.ts");
  return createShaped(plan, units, buffers);
}

async function faultsOf({ spec }: JobPlan): Promise<typeof FirstFaultEnds> {
  return spec.fill_device ? (await import("./full.ts")).EndsWhenFull : FirstFaultEnds;
}

async function verificationOf(
  plan: JobPlan,
  units: Units,
  buffers: Buffers,
  now: Clock,
): Promise<Verification | undefined> {
  if (plan.verification === undefined) return undefined;
  const { Verification } = await import("./verification.ts");
  return new Verification({ ...plan, verification: plan.verification }, units, buffers, now);
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

/**
 * How finely each latency is kept. A synchronous engine has no slat, and its lat is its clat: one
 * sample stands for both, in the finer of the two ways asked for.
 */
function fineness({ spec, synchronous }: JobPlan): {
  slat: Fineness;
  clat: Fineness;
  lat: Fineness;
} {
  const grade = (disabled: boolean, percentiles: boolean): Fineness => {
    if (disabled) return "off";
    return percentiles ? "histogram" : "summary";
  };
  const slat = grade(spec.disable_slat, spec.slat_percentiles);
  const clat = grade(spec.disable_clat, spec.clat_percentiles);
  const lat = grade(spec.disable_lat, spec.lat_percentiles);
  if (!synchronous) return { slat, clat, lat };
  const order: readonly Fineness[] = ["off", "summary", "histogram"];
  const finer = order[Math.max(order.indexOf(clat), order.indexOf(lat))]!;
  return { slat: "off", clat: finer, lat: "off" };
}
