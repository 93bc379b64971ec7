/**
 * The life of a job on its own thread: open, warm up, say ready, wait for go, run its passes, sync,
 * close, and say how it ended. What a pass does is the loop's; who starts when is `run/`'s.
 */
import { type Clock, createClock } from "../../ffi/clock.ts";
import { EPERM, failure } from "../../ffi/errno.ts";
import { futexWait } from "../../ffi/futex.ts";
import { view } from "../../ffi/memory.ts";
import { sleepUntil } from "../../ffi/sleep.ts";
import { nameThread, setIoPriority, threadId } from "../../ffi/thread.ts";
import { READ, SYNC, TRIM, WRITE } from "../base/direction.ts";
import { SystemError } from "../base/errors.ts";
import { jobPriority } from "../base/priority.ts";
import { findEngine } from "../engine/registry.ts";
import { allocateBuffers, type Buffers } from "../io/buffers.ts";
import { OpenFiles } from "../io/files.ts";
import type { Rotation } from "../io/rotation.ts";
import { threadUsage } from "../measure/cpu.ts";
import type { CpuUsage, JobFailure, JobOutcome, StopReason } from "../measure/outcome.ts";
import { countersAt, LAST_AT, RUNTIME, STATS_BYTES, UNITS } from "../measure/statsblock.ts";
import { END, GO_ON } from "../pace/pacer.ts";
import { type BuiltJob, build } from "./build.ts";
import { Control, type JobControl } from "./control.ts";
import { syncAtEnd } from "./endsync.ts";
import type { JobPlan } from "./jobplan.ts";
import type { JobLaunch } from "./launch.ts";
import { runLoop } from "./loop.ts";
import { Phases } from "./phases.ts";
import type { Verification } from "./verification.ts";
import { WarmUpPlace, warmUp } from "./warmup.ts";

/** Runs the job to its end. Throws SystemError for what fails before the first unit. */
export async function runJob(launch: JobLaunch, ready: () => void): Promise<JobOutcome> {
  const { plan } = launch;
  const control = new Control(
    view(launch.controlAddress, launch.controlBytes),
    launch.controlAddress,
  );
  const job = control.job(plan.index);
  job.thread = threadId();
  nameThread(plan.spec.name);
  const definition = await findEngine(plan.engine);
  if (definition === undefined) throw new Error(`no engine ${plan.engine}`);
  const clock = createClock(plan.spec.clocksource, launch.epoch, launch.calibration);
  const place = new WarmUpPlace(control, launch.warmPosition, launch.warmAtOnce);
  job.enter("opening");
  givePriority(plan);
  let files: OpenFiles | undefined;
  try {
    if (!plan.spec.create_serialize) await layOutOwn(plan, job);
    const rotation = await rotationOf(plan);
    files = rotation ?? OpenFiles.open(plan);
    const stats = new Float64Array(view(launch.statsAddress, STATS_BYTES));
    if (plan.spec.warmup) {
      job.enter("warming");
      place.wait(job);
      await warmUp(plan, definition, job, clock.now);
    }
    place.leave();
    const buffers = await buffersOf(plan);
    const built = await build({
      plan,
      definition,
      files: files.descriptors,
      rotation,
      locksAddress: launch.locksAddress,
      buffers,
      stats,
      control: job,
      now: clock.now,
      sleepUntil: (instant) => sleepUntil(instant, launch.epoch),
      flow: control.flow(plan.index, launch.flow),
    }).catch((error) => {
      buffers.free();
      throw error;
    });
    const notes = clock.note === undefined ? [] : [clock.note];
    if (plan.memory?.note !== undefined) notes.push(plan.memory.note);
    if (plan.spec.invalidate) notes.push(...files.invalidate());
    if (plan.spec.pre_read) await readFirst(plan, job);
    job.enter("ready");
    ready();
    waitForGo(control, job, plan.stage);
    delay(plan, job, clock.now, launch.epoch);
    const run = runPasses(plan, built, files, job, stats, clock.now);
    job.enter("finishing");
    built.engine.close();
    built.verification?.free();
    buffers.free();
    const lost = files.close();
    const refused = files.refusal === undefined ? undefined : failureOf(files.refusal);
    const failure = refused ?? run.failure ?? (lost === undefined ? undefined : closeFailure(lost));
    const stopped = failure === undefined ? run.stopped : "error";
    const replay = built.replay?.outcome();
    return { ...run, failure, stopped, replay, clock: clock.name, notes };
  } finally {
    place.leave();
    files?.close();
    job.enter("ended");
  }
}

/** create_serialize = false: the job's own files, while the others of its stage lay out theirs. */
async function layOutOwn({ spec, targets }: JobPlan, job: JobControl): Promise<void> {
  if (targets.every(({ layout }) => layout === 0)) return;
  const { layOut } = await import("../io/layout.ts");
  for (const target of targets) {
    layOut(
      target,
      spec,
      () => job.progressed(),
      () => job.stopped,
    );
  }
}

/** Files that are opened when a unit turns to them, and not all at once. */
async function rotationOf({ spec, targets }: JobPlan): Promise<Rotation | undefined> {
  const most = Math.min(spec.openfiles ?? targets.length, targets.length);
  const all = most === targets.length && !spec.create_on_open;
  if (all || targets.every(({ kind }) => kind === "none")) return undefined;
  const { Rotation } = await import("../io/rotation.ts");
  return new Rotation({ spec, targets }, most);
}

async function buffersOf(plan: JobPlan): Promise<Buffers> {
  if (plan.memory === undefined) return allocateBuffers(plan);
  const { allocateSpecial } = await import("../io/memory.ts");
  return allocateSpecial(plan, plan.memory);
}

/** Of the thread's I/O, before anything is opened. Throws SystemError when the kernel refuses. */
function givePriority({ spec }: JobPlan): void {
  const priority = jobPriority(spec);
  if (priority === 0) return;
  const errno = setIoPriority(priority);
  if (errno === 0) return;
  const hint = errno === EPERM ? "prioclass = 1 is for root (CAP_SYS_NICE)" : "";
  throw failure("ioprio_set", "", errno, hint);
}

async function readFirst({ targets }: JobPlan, job: JobControl): Promise<void> {
  const { preRead } = await import("../io/preread.ts");
  preRead(targets, () => {
    job.progressed();
    return !job.stopped;
  });
}

function waitForGo(control: Control, job: JobControl, stage: number): void {
  for (let go = control.released; go <= stage && !job.stopped; go = control.released) {
    futexWait(control.goAddress, go, 100e6);
  }
}

function delay(plan: JobPlan, job: JobControl, now: Clock, epoch: number): void {
  if (plan.startDelay === 0) return;
  job.enter("delayed");
  const startAt = now() + plan.startDelay;
  for (let time = now(); time < startAt && !job.stopped; time = now()) {
    sleepUntil(Math.min(startAt, time + 100e6), epoch);
  }
}

/** The measured part: ramp, passes, the syncs at their ends; then the times and the reason. */
function runPasses(
  plan: JobPlan,
  built: BuiltJob,
  files: OpenFiles,
  job: JobControl,
  stats: Float64Array,
  now: Clock,
): Omit<JobOutcome, "clock" | "notes"> {
  const { spec } = plan;
  const { workload, recorder, faults, pacer, verification } = built;
  let usage = threadUsage();
  const startedAt = now();
  const times = {
    startedAt,
    rampNs: spec.ramp_size > 0 ? Number.POSITIVE_INFINITY : spec.ramp_time,
    runtimeNs: spec.runtime,
    rampCounts: plan.ways.rampCounts,
  };
  const measured = (): void => {
    usage = threadUsage();
  };
  const phases = new Phases(times, { control: job, recorder, workload, pacer, measured });
  const loop = built.start(phases);
  let syncFailure: JobOutcome["failure"];
  let takenUntil = startedAt;
  for (let pass = 0; pass < spec.loops; pass++) {
    if (pass > 0) {
      if (spec.unlink_each_loop) syncFailure = renewed(files);
      if (syncFailure !== undefined) break;
      workload.restart();
      verification?.passBegins();
    }
    runLoop(loop);
    takenUntil = now();
    if (faults.failure === undefined) {
      syncFailure = syncAtEnd({ plan, files, job, stats, recorder, now });
    }
    const failed =
      faults.failure !== undefined || syncFailure !== undefined || pacer.verdict !== GO_ON;
    verification?.passEnded(built, files.descriptors, { failed, expired: phases.expired });
    if (failed || verification?.failure !== undefined) break;
    if (!faults.goOn || phases.expired || job.stopped) break;
  }
  const endedAt = now();
  phases.close(endedAt);
  recorder.close();
  const elapsed = closeTimes(stats, phases.measuredFrom, endedAt, verification);
  const failure = faults.failure ?? pacer.failure ?? syncFailure ?? verification?.failure;
  const ended = {
    failed: failure !== undefined,
    full: !faults.goOn,
    expired: phases.expired,
    found: pacer.verdict === END,
    stopped: job.stopped,
  };
  const cutShort = ended.failed || ended.expired || ended.stopped || pacer.verdict !== GO_ON;
  pacer.close(phases.expired ? phases.nextAt : takenUntil, !cutShort);
  const cpu = difference(threadUsage(), usage);
  return {
    stopped: stopReason(plan, stats, ended),
    // The end of a log goes out when the pacer is closed.
    failure: failure ?? pacer.failure,
    cpu,
    overheadNs: overhead(stats, cpu),
    elapsedNs: elapsed,
    startedAt,
    rampNs: phases.measuredFrom - startedAt,
    priorities: recorder.priorities,
    depth: pacer.depth,
    verification: verification?.outcome(),
  };
}

/** A direction's run time ends at its last completion; the job's ends when everything is done. */
function closeTimes(
  stats: Float64Array,
  from: number,
  endedAt: number,
  verification: Verification | undefined,
): number {
  for (let direction = 0; direction <= SYNC; direction++) {
    const at = countersAt(direction);
    const last = stats[at + LAST_AT]!;
    stats[at + RUNTIME] = last === 0 ? 0 : last - from;
  }
  return endedAt - from - (verification?.takeOut(stats) ?? 0);
}

/** Fewer units than this say nothing about the cost of one. */
const ENOUGH_UNITS = 1000;

/**
 * User CPU time of this thread a unit: what fathom, libc and the clock add to the kernel's work.
 */
function overhead(stats: Float64Array, cpu: CpuUsage): number | undefined {
  const units = moved(stats) + stats[countersAt(SYNC) + UNITS]!;
  return units < ENOUGH_UNITS ? undefined : cpu.userNs / units;
}

/** Units that read, wrote or trimmed. */
function moved(stats: Float64Array): number {
  return [READ, WRITE, TRIM].reduce((sum, way) => sum + stats[countersAt(way) + UNITS]!, 0);
}

/** Why nothing more was taken; of what the plan asked for, the limit that was reached. */
function stopReason(
  { passUnits, spec }: JobPlan,
  stats: Float64Array,
  ended: { readonly [why in "failed" | "full" | "expired" | "found" | "stopped"]: boolean },
): StopReason {
  if (ended.failed) return "error";
  if (ended.full) return "full";
  if (ended.expired) return "runtime";
  if (ended.found) return "latency_target";
  if (ended.stopped) return "signal";
  return moved(stats) >= passUnits * spec.loops ? "number_ios" : "bytes";
}

/** New files for the next pass; what went wrong with the old ones or the new. */
function renewed(files: OpenFiles): JobFailure | undefined {
  try {
    const lost = files.renew();
    return lost === undefined ? undefined : closeFailure(lost);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return failureOf(error);
  }
}

function failureOf({ call, subject, errno, message }: SystemError): JobFailure {
  return { call, subject, errno, message };
}

function closeFailure(error: SystemError): JobFailure {
  return { ...failureOf(error), message: `${error.message} (closing the file)` };
}

function difference(after: CpuUsage, before: CpuUsage): CpuUsage {
  return {
    userNs: after.userNs - before.userNs,
    systemNs: after.systemNs - before.systemNs,
    voluntarySwitches: after.voluntarySwitches - before.voluntarySwitches,
    involuntarySwitches: after.involuntarySwitches - before.involuntarySwitches,
    majorFaults: after.majorFaults - before.majorFaults,
    minorFaults: after.minorFaults - before.minorFaults,
  };
}
