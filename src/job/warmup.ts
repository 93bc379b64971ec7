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
import { type BlockOptions, blocksOf, sharesOf } from "../base/blocks.ts";
import type { PerDirection } from "../base/direction.ts";
import { workOf } from "../base/rw.ts";
import type { EngineDefinition } from "../engine/engine.ts";
import { allocateBuffers } from "../io/buffers.ts";
import type { Target } from "../io/target.ts";
import { STATS_BYTES } from "../measure/statsblock.ts";
import type { JobSpec } from "../options/options.ts";
import { hurried } from "../pace/pacer.ts";
import { build } from "./build.ts";
import { type Control, JobControl } from "./control.ts";
import type { JobPlan } from "./jobplan.ts";
import { runLoop } from "./loop.ts";
import { Phases } from "./phases.ts";

/** Units of a warm-up, about 23 ms of the null engine alone; measured to bring 64 jobs to speed. */
const UNITS = 50_000;
/** A job of a few units is warmed by this many times as many, and by one chunk at least. */
const TIMES = 50;
/** Units between two looks at the stop word. */
const CHUNK = 1_000;
/** Block and file of the warm-up: small, so that it costs calls and not bandwidth. */
const BLOCK = 4096;
const FILE_BYTES = 16 * 2 ** 20;
const WAYS = ["read", "write", "trim"] as const;
/** memfd_create(2), linux/memfd.h. */
const MFD_CLOEXEC = 1;
/** A warm-up that takes longer is left: the machine is too busy for it. 2 s in ns. */
const LONGEST = 2e9;

/**
 * A job's place in the queue of those that warm up; every job must leave it, also when it fails.
 */
export class WarmUpPlace {
  constructor(
    private readonly control: Control,
    private readonly job: number,
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
    this.control.warmedOne(this.job);
    futexWake(this.control.warmedAddress);
  }
}

/**
 * Runs the warm-up in SCHED_IDLE where the way back is open. Throws SystemError as the job would.
 */
export async function warmUp(
  plan: JobPlan,
  definition: EngineDefinition,
  job: JobControl,
  now: Clock,
): Promise<void> {
  const idle = !punts(plan) && enterIdle();
  try {
    await run(plan, definition, job, now);
  } finally {
    if (idle) leaveIdle();
  }
}

async function run(
  original: JobPlan,
  definition: EngineDefinition,
  job: JobControl,
  now: Clock,
): Promise<void> {
  const plan = await withWarmTrace(onWarmFile(original, definition));
  const files = new Int32Array(plan.targets.length).fill(-1);
  const buffers = allocateBuffers(plan);
  const stats = allocate(STATS_BYTES);
  const scrap = new JobControl(new Int32Array(16), 0);
  try {
    if (!definition.traits.diskless) files.fill(warmFile(original));
    const built = await build({
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
    const { recorder, workload, pacer } = built;
    const phases = new Phases(
      { startedAt, rampNs: 0, runtimeNs: 0, rampCounts: false },
      { control: scrap, recorder, workload, pacer, measured: () => {} },
    );
    const loop = built.start(phases);
    const most = Math.min(UNITS, unitsOf(original) * TIMES);
    for (let done = 0; done < most && !job.stopped; done += CHUNK) {
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

/**
 * Blocks of at most 4 KiB, drawn in the same way, and mapped where the job's are: an alignment of
 * the shortest block stays one.
 */
function smallBlocks(spec: JobSpec): Omit<BlockOptions, "bs_is_seq_rand"> & Aligned {
  const block = (bytes: number): number => Math.min(bytes, BLOCK);
  const half = (bytes: number): number => Math.min(bytes, BLOCK / 2);
  const small = {
    bs: each((way) => block(spec.bs[way])),
    bsrange: each((way) => {
      const range = spec.bsrange?.[way];
      return range === undefined ? range : { least: half(range.least), most: block(range.most) };
    }),
    bssplit: each((way) =>
      sharesOf(spec, way).map(({ bytes, percent }, i) => ({
        bytes: i === 0 ? half(bytes) : block(bytes),
        percent,
      })),
    ),
  };
  const warm = { ...small, bs_is_seq_rand: spec.bs_is_seq_rand };
  const blockalign = each((way) => {
    const align = spec.blockalign[way];
    return align === blocksOf(spec, way).least ? blocksOf(warm, way).least : block(align);
  });
  return { ...small, blockalign };
}

type Aligned = Pick<JobSpec, "blockalign">;

function each<T>(value: (way: keyof PerDirection<unknown>) => T): PerDirection<T> {
  return { read: value("read"), write: value("write"), trim: value("trim") };
}

/** Units the job will have at most, as far as the plan knows; Infinity when it runs by time. */
function unitsOf({ spec, passUnits, passBytes }: JobPlan): number {
  if (spec.time_based) return Number.POSITIVE_INFINITY;
  const smallest = Math.min(...WAYS.map((way) => blocksOf(spec, way).least));
  return Math.min(passUnits, passBytes / smallest) * spec.loops;
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
  // The workload that makes syncs is warmed, the syncs are not: /dev/zero has none.
  const rarely = (every: number): number => (every === 0 ? 0 : Number.MAX_SAFE_INTEGER);
  return {
    ...plan,
    spec: {
      ...spec,
      ...smallBlocks(spec),
      ...hurried(spec),
      time_based: false,
      fsync: rarely(spec.fsync),
      fdatasync: rarely(spec.fdatasync),
      atomic: false,
      sync_file_range: spec.sync_file_range && { flags: 2, every: Number.MAX_SAFE_INTEGER },
    },
    engineOptions: definition.calm?.(plan.engineOptions as never) ?? plan.engineOptions,
    targets: plan.targets.slice(0, 4).map(() => target),
    passBytes: Number.POSITIVE_INFINITY,
    passUnits: CHUNK,
    traceLog: plan.traceLog && { path: "/dev/null", append: true },
    bufferBytes: Math.min(plan.bufferBytes, BLOCK),
    memory: undefined,
    verification: warmVerification(plan),
  };
}

/** A replay is warmed by a trace that the small file has room for. */
async function withWarmTrace(plan: JobPlan): Promise<JobPlan> {
  if (plan.replay === undefined) return plan;
  const { warmTrace } = await import("./replay.ts");
  return { ...plan, replay: warmTrace(plan, CHUNK, BLOCK) };
}

/** A writer's: /dev/zero gives a reader nothing that could be right. */
function warmVerification({ verification: plan, targets }: JobPlan): JobPlan["verification"] {
  if (plan === undefined || plan.grains.length === 0) return undefined;
  return { ...plan, grains: targets.map(() => Math.ceil((2 * FILE_BYTES) / plan.grain)) };
}

/**
 * A trim in io_uring is done by a worker of the kernel, which would keep the idle class for ever
 * and serve the real run with it.
 */
function punts({ spec }: JobPlan): boolean {
  return workOf(spec).trims;
}

/**
 * /dev/zero takes reads and writes at once in every engine, and costs no memory (io_uring has reads
 * of a memfd done by a worker, 6 to 14 µs a unit). It knows no hole: trims get a memfd.
 */
function warmFile(plan: JobPlan): number {
  if (!punts(plan)) {
    const zero = libc.open(cString("/dev/zero"), O.RDWR | O.CLOEXEC, 0);
    if (zero >= 0) return zero;
  }
  const fd = libc.memfd_create(cString("fathom-warm-up"), MFD_CLOEXEC);
  if (fd < 0) throw failure("memfd_create", "", errnoOf());
  libc.ftruncate(fd, FILE_BYTES);
  return fd;
}
