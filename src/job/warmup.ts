/**
 * Warm-up: runs the job's own engine and stages on /dev/zero, never on the target, until the
 * compiler has done its work; else the first 10 to 20 ms run cold and stay in the maximum latency
 * for ever. By units, not by time, because with many jobs on few cores a slice of wall time runs a
 * handful of units; few jobs at a time, and in SCHED_IDLE, because the compiler's threads serve all
 * jobs and starve behind busy ones.
 */
import type { Clock } from "../../ffi/clock.ts";
import { O } from "../../ffi/constants.ts";
import { errnoOf, failure } from "../../ffi/errno.ts";
import { futexWait, futexWake } from "../../ffi/futex.ts";
import { cString, libc } from "../../ffi/libc.ts";
import { allocate, free, view } from "../../ffi/memory.ts";
import { enterIdle, leaveIdle } from "../../ffi/thread.ts";
import type { PerDirection } from "../base/direction.ts";
import type { EngineDefinition } from "../engine/engine.ts";
import { allocateBuffers } from "../io/buffers.ts";
import type { Target } from "../io/target.ts";
import { STATS_BYTES } from "../measure/statsblock.ts";
import { build } from "./build.ts";
import { type Control, JobControl } from "./control.ts";
import type { JobPlan } from "./jobplan.ts";
import { runLoop } from "./loop.ts";
import { Phases } from "./phases.ts";

/** Units of a warm-up, about 23 ms of the null engine alone; measured to bring 64 jobs to speed. */
const UNITS = 50_000;
/** Units between two looks at the stop word. */
const CHUNK = 5_000;
/** Block and file of the warm-up: small, so that it costs calls and not bandwidth. */
const BLOCK = 4096;
const FILE_BYTES = 16 * 2 ** 20;
/** memfd_create(2), linux/memfd.h. */
const MFD_CLOEXEC = 1;
/** A warm-up that takes longer is left: the machine is too busy for it. 2 s in ns. */
const LONGEST = 2e9;

/**
 * A job's place in the queue of those that warm up; every job must leave it, also when it fails.
 */
export class WarmUpPlace {
  #left = false;

  constructor(
    private readonly control: Control,
    private readonly position: number,
    private readonly atOnce: number,
  ) {}

  /** Returns when few enough jobs are ahead, or the job was stopped. */
  wait(job: JobControl): void {
    const { control, position, atOnce } = this;
    let seen = control.warmed;
    while (seen + atOnce <= position && !job.stopped) {
      futexWait(control.warmedAddress, seen, 100e6);
      const warmed = control.warmed;
      if (warmed !== seen) job.progressed();
      seen = warmed;
    }
  }

  /** Lets the next one in; later calls do nothing. */
  leave(): void {
    if (this.#left) return;
    this.#left = true;
    this.control.warmedOne();
    futexWake(this.control.warmedAddress);
  }
}

/**
 * Runs the warm-up in SCHED_IDLE where the way back is open. Throws SystemError as the job would.
 */
export function warmUp(
  plan: JobPlan,
  definition: EngineDefinition,
  job: JobControl,
  now: Clock,
): void {
  const idle = enterIdle();
  try {
    run(plan, definition, job, now);
  } finally {
    if (idle) leaveIdle();
  }
}

function run(original: JobPlan, definition: EngineDefinition, job: JobControl, now: Clock): void {
  const plan = onWarmFile(original, definition);
  const files = new Int32Array(plan.targets.length).fill(-1);
  const buffers = allocateBuffers(plan);
  const stats = allocate(STATS_BYTES);
  const scrap = new JobControl(new Int32Array(16), 0);
  try {
    if (!definition.traits.diskless) files.fill(warmFile(original));
    const built = build({
      plan,
      definition,
      files,
      buffers,
      stats: new Float64Array(view(stats, STATS_BYTES)),
      control: scrap,
      now,
      sleepUntil: () => {},
    });
    const startedAt = now();
    const { recorder, workload } = built;
    const phases = new Phases(
      { startedAt, rampNs: 0, runtimeNs: 0 },
      { control: scrap, recorder, workload, measured: () => {} },
    );
    const loop = built.start(phases);
    for (let done = 0; done < UNITS && !job.stopped; done += CHUNK) {
      runLoop(loop);
      workload.restart();
      job.progressed();
      if (!built.faults.goOn || now() - startedAt > LONGEST) break;
    }
    built.engine.close();
  } finally {
    if (files[0] !== undefined && files[0] >= 0) libc.close(files[0]);
    free(stats, STATS_BYTES);
    buffers.free();
  }
}

/** The same job, with blocks of at most 4 KiB, on targets that are one small file. */
function onWarmFile(plan: JobPlan, definition: EngineDefinition): JobPlan {
  const { spec } = plan;
  const target: Target = {
    path: "",
    kind: definition.traits.diskless ? "none" : "regular",
    exists: true,
    size: FILE_BYTES,
    offset: 0,
    length: FILE_BYTES,
    layout: 0,
  };
  const block = (bytes: number): number => Math.min(bytes, BLOCK);
  const blocks = ({ read, write, trim }: PerDirection<number>): PerDirection<number> => ({
    read: block(read),
    write: block(write),
    trim: block(trim),
  });
  return {
    ...plan,
    spec: {
      ...spec,
      bs: blocks(spec.bs),
      blockalign: blocks(spec.blockalign),
      time_based: false,
    },
    targets: plan.targets.slice(0, 4).map(() => target),
    passBytes: Number.POSITIVE_INFINITY,
    passUnits: CHUNK,
    bufferBytes: Math.min(plan.bufferBytes, BLOCK),
  };
}

/**
 * /dev/zero takes reads and writes at once in every engine, and costs no memory. It knows no sync
 * and no hole: a job with either gets a memfd, where io_uring needs 6 to 14 µs a unit because a
 * worker of the kernel does it.
 */
function warmFile({ spec }: JobPlan): number {
  if (spec.fsync === 0 && spec.fdatasync === 0 && !spec.rw.endsWith("trim")) {
    const zero = libc.open(cString("/dev/zero"), O.RDWR | O.CLOEXEC, 0);
    if (zero >= 0) return zero;
  }
  const fd = libc.memfd_create(cString("fathom-warm-up"), MFD_CLOEXEC);
  if (fd < 0) throw failure("memfd_create", "", errnoOf());
  libc.ftruncate(fd, FILE_BYTES);
  return fd;
}
