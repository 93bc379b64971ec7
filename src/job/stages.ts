/**
 * The stages of a job that options choose. Those that few jobs have are loaded by the jobs that
 * have them: each costs every Worker memory.
 */
import type { Clock } from "../../ffi/clock.ts";
import { sharpenTimers } from "../../ffi/sleep.ts";
import { jobPriority, type PriorityChance } from "../base/priority.ts";
import { type BufferFiller, type Buffers, createFiller, isShaped } from "../io/buffers.ts";
import type { Rotation } from "../io/rotation.ts";
import type { Units } from "../io/units.ts";
import { Recorder, SynchronousRecorder } from "../measure/recorder.ts";
import type { Fineness } from "../measure/sinks.ts";
import type { PacedPlace } from "../pace/create.ts";
import { isPaced, type Pacer, Unpaced } from "../pace/pacer.ts";
import {
  POISSON_OF_READS,
  POISSON_OF_TRIMS,
  POISSON_OF_WRITES,
  PRIORITY,
  streamsOf,
  TRIM_SHARE,
} from "../workload/streams.ts";
import type { Workload } from "../workload/workload.ts";
import type { BuiltJob } from "./build.ts";
import type { JobControl } from "./control.ts";
import { FirstFaultEnds } from "./faults.ts";
import type { JobPlan } from "./jobplan.ts";
import type { Offload, OffloadParts } from "./offload.ts";
import type { ReplayStage } from "./replay.ts";
import { isTolerant, survivesFindings } from "./tolerance.ts";
import type { Verification } from "./verification.ts";

export async function withLocks<P extends Pick<BuiltJob, "units" | "engine">>(
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

export async function inRotation<P extends Pick<BuiltJob, "units" | "engine" | "workload">>(
  parts: P,
  rotation: Rotation | undefined,
): Promise<P & Pick<BuiltJob, "fileReady">> {
  if (rotation === undefined) return { ...parts, fileReady: () => true };
  const { RotatingEngine, RotatingWork } = await import("./rotating.ts");
  const { units, engine, workload } = parts;
  return {
    ...parts,
    fileReady: (file) => rotation.ready(file),
    engine: new RotatingEngine(engine, units, rotation),
    workload: new RotatingWork(workload, units, rotation),
  };
}

/** Throws SystemError when the kernel refuses the engine of one of the threads. */
export async function offloadOf(
  plan: JobPlan,
  parts: OffloadParts,
  address: number,
  control: JobControl,
): Promise<Offload | undefined> {
  if (address === 0) return undefined;
  const { OffloadBlock } = await import("./offloadblock.ts");
  const { startOffload } = await import("./offload.ts");
  const block = new OffloadBlock(address, plan.depth, plan.targets.length);
  return startOffload(block, parts, control);
}

export async function recordedBy(
  offload: Offload | undefined,
  recorder: Recorder,
  units: Units,
): Promise<Recorder> {
  if (offload === undefined) return recorder;
  const { endedByThreads } = await import("./offload.ts");
  endedByThreads(recorder, units);
  return recorder;
}

export async function recorderOf(
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

/**
 * Where one unit is in flight at a time, none overlaps another. What stays of two writes that
 * overlap nobody can tell, so that a verified job has none.
 */
export async function serialized(plan: JobPlan, units: Units, whole: Workload): Promise<Workload> {
  const { spec, depth, verification } = plan;
  const workload = await trimmed(plan, units, whole);
  const overlaps = spec.serialize_overlap || (verification?.grains.length ?? 0) > 0;
  if (!overlaps || depth === 1) return workload;
  const { Serialized } = await import("../workload/overlap.ts");
  return new Serialized(workload, units);
}

/** A share of what is written is trimmed after a while; fio trims nothing without a backlog. */
async function trimmed(
  { spec, index, verification }: JobPlan,
  units: Units,
  workload: Workload,
): Promise<Workload> {
  const { trim_percentage: percent, trim_backlog: backlog } = spec;
  if (percent === 0 || backlog === undefined || verification === undefined) return workload;
  const { TrimmingWork } = await import("../workload/trimming.ts");
  const random = streamsOf(spec, index + 1).stream(TRIM_SHARE);
  const batch = spec.trim_backlog_batch ?? backlog;
  return new TrimmingWork(workload, units, random, { percent, backlog, batch });
}

/** A reader that follows a writer which was cut short. */
export async function bounded(
  { verification: plan }: JobPlan,
  units: Units,
  verification: Verification | undefined,
  workload: Workload,
): Promise<Workload> {
  const until = plan?.until;
  if (until === undefined || verification === undefined) return workload;
  const { UntilState } = await import("./until.ts");
  return new UntilState(workload, units, until, (unit) => verification.verifier.stamp(unit));
}

export async function prioritized(
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
export async function pacerOf(plan: JobPlan, place: Omit<PacedPlace, "gaps">): Promise<Pacer> {
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
export async function replayOf(
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
export async function loggedOf(
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

export async function fillerOf(
  plan: JobPlan,
  units: Units,
  buffers: Buffers,
): Promise<BufferFiller> {
  if (!isShaped(plan.spec)) return createFiller(plan, units, buffers);
  const { createShaped } = await import("../io/shaped.ts");
  return createShaped(plan, units, buffers);
}

export async function faultsOf({ spec }: JobPlan): Promise<typeof FirstFaultEnds> {
  const ends = spec.fill_device ? (await import("./full.ts")).EndsWhenFull : FirstFaultEnds;
  return isTolerant(spec) ? (await import("./goingon.ts")).goingOn(ends, spec) : ends;
}

export async function verificationOf(
  plan: JobPlan,
  units: Units,
  buffers: Buffers,
  now: Clock,
): Promise<Verification | undefined> {
  if (plan.verification === undefined) return undefined;
  const { Verification } = await import("./verification.ts");
  // What is only counted ends neither the job nor the look at a block.
  const fatal = plan.verification.fatal && !survivesFindings(plan.spec);
  const verification = { ...plan.verification, fatal };
  return new Verification({ ...plan, verification }, units, buffers, now);
}

/**
 * How finely each latency is kept. A synchronous engine has no slat, and its lat is its clat: one
 * sample stands for both, in the finer of the two ways asked for.
 */
export function fineness({ spec, synchronous }: JobPlan): {
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
