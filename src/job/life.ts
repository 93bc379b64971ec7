/**
 * The life of a job on its own thread: open, warm up, say ready, wait for go, run its passes, sync,
 * close, and say how it ended. What a pass does is the loop's; who starts when is `run/`'s.
 */
import type { Clock } from "../../ffi/clock.ts";
import { futexWait } from "../../ffi/futex.ts";
import { view } from "../../ffi/memory.ts";
import { sleepUntil } from "../../ffi/sleep.ts";
import { nameThread, threadId } from "../../ffi/thread.ts";
import type { SystemError } from "../base/errors.ts";
import type { EngineDefinition } from "../engine/engine.ts";
import { findEngine } from "../engine/registry.ts";
import { allocateBuffers, type Buffers } from "../io/buffers.ts";
import { OpenFiles } from "../io/files.ts";
import type { Rotation } from "../io/rotation.ts";
import type { JobOutcome } from "../measure/outcome.ts";
import { STATS_BYTES } from "../measure/statsblock.ts";
import { type BuiltJob, build } from "./build.ts";
import { clockOf } from "./clockof.ts";
import type { Commands } from "./commands.ts";
import { Control, type JobControl } from "./control.ts";
import type { JobPlan } from "./jobplan.ts";
import type { JobLaunch } from "./launch.ts";
import { closeFailure, failureOf, runPasses } from "./passes.ts";
import { givePriority } from "./priority.ts";
import { WarmUpPlace, warmUp } from "./warmup.ts";

/** Runs the job to its end. Throws SystemError for what fails before the first unit. */
export async function runJob(launch: JobLaunch, ready: () => void): Promise<JobOutcome> {
  const { plan, locksAddress, offloadAddress } = launch;
  const control = new Control(
    view(launch.controlAddress, launch.controlBytes),
    launch.controlAddress,
  );
  const job = control.job(plan.index);
  job.thread = threadId();
  nameThread(plan.spec.comm ?? plan.spec.name);
  const definition = await findEngine(plan.engine);
  if (definition === undefined) throw new Error(`no engine ${plan.engine}`);
  const clock = await clockOf(launch);
  const place = new WarmUpPlace(control, plan.index, launch.warmPosition, launch.warmAtOnce);
  job.enter("opening");
  givePriority(plan);
  let files: OpenFiles | undefined;
  try {
    if (!plan.spec.create_serialize) await layOutOwn(plan, job);
    const rotation = await rotationOf(plan);
    files = rotation ?? OpenFiles.open(plan);
    const stats = new Float64Array(view(launch.statsAddress, STATS_BYTES));
    await warm(plan, definition, job, place, clock.now);
    if (plan.prologue !== undefined) (await import("./prologue.ts")).settle(plan.prologue);
    const buffers = await buffersOf(plan);
    const built = await build({
      ...{ plan, definition, locksAddress, offloadAddress },
      files: files.descriptors,
      rotation,
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
    const notes = [clock.note, plan.memory?.note].filter((note) => note !== undefined);
    if (plan.spec.invalidate) notes.push(...files.invalidate());
    const commands = await commandsOf(plan);
    if (plan.spec.pre_read && commands === undefined) await readFirst(plan, job);
    job.enter("ready");
    ready();
    waitForGo(control, job);
    delay(plan, job, clock.now, launch.epoch);
    if (commands !== undefined) await beforeRun(plan, job, commands, built, buffers);
    const run = runPasses(plan, built, files, job, stats, clock.now);
    job.enter("finishing");
    notes.push(...built.lingering.notes);
    if (built.lingering.abandoned) {
      // The kernel may still write to what it was given: nothing is closed, and nothing freed.
      files = undefined;
      return { ...run, clock: clock.name, notes };
    }
    built.engine.close();
    notes.push(...(built.verification?.close() ?? []));
    buffers.free();
    const lost = files.close();
    if (commands !== undefined) notes.push(...(await commands.after(job)));
    const ended = withFiles(run, files.refusal, lost);
    return { ...ended, replay: built.replay?.outcome(), clock: clock.name, notes };
  } finally {
    place.leave();
    files?.close();
    job.enter("ended");
  }
}

async function warm(
  plan: JobPlan,
  definition: EngineDefinition,
  job: JobControl,
  place: WarmUpPlace,
  now: Clock,
): Promise<void> {
  if (plan.spec.warmup) {
    job.enter("warming");
    place.wait(job);
    await warmUp(plan, definition, job, now);
  }
  place.leave();
}

/** How the job ended, when its files have been closed too. */
function withFiles<R extends Pick<JobOutcome, "failure" | "stopped">>(
  run: R,
  refusal: SystemError | undefined,
  lost: SystemError | undefined,
): R {
  const refused = refusal === undefined ? undefined : failureOf(refusal);
  const failure = refused ?? run.failure ?? (lost === undefined ? undefined : closeFailure(lost));
  return { ...run, failure, stopped: failure === undefined ? run.stopped : "error" };
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

async function commandsOf(plan: JobPlan): Promise<Commands | undefined> {
  const { exec_prerun: before, exec_postrun: after } = plan.spec;
  if (before === undefined && after === undefined) return undefined;
  const { Commands } = await import("./commands.ts");
  return new Commands(plan);
}

/** In fio's order: what the command makes of the cache is not undone before it. */
async function beforeRun(
  plan: JobPlan,
  job: JobControl,
  commands: Commands,
  { engine, verification }: BuiltJob,
  buffers: Buffers,
): Promise<void> {
  try {
    await commands.before(job);
    if (plan.spec.pre_read) await readFirst(plan, job);
  } catch (error) {
    engine.close();
    verification?.free();
    buffers.free();
    throw error;
  }
}

async function readFirst({ targets }: JobPlan, job: JobControl): Promise<void> {
  const { preRead } = await import("../io/preread.ts");
  preRead(targets, () => {
    job.progressed();
    return !job.stopped;
  });
}

function waitForGo(control: Control, job: JobControl): void {
  for (;;) {
    // Read before the job's own word: a release between the two ends the wait at once.
    const releases = control.released;
    if (job.released || job.stopped) return;
    futexWait(control.goAddress, releases, 100e6);
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
