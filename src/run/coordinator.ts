/**
 * The main thread's part of a run: holds the devices, has the files laid out, starts the jobs of a
 * stage together once all are ready, watches, and collects how each ended. It never touches a
 * target itself and polls no faster than its caller ticks.
 */
import { cpus } from "node:os";
import { calibrate, monotonicClock, monotonicSecond } from "../../ffi/clock.ts";
import { futexWake } from "../../ffi/futex.ts";
import { READ, SYNC } from "../base/direction.ts";
import type { JobPlan } from "../job/jobplan.ts";
import { countersAt, RAMP_UNITS, UNITS } from "../measure/statsblock.ts";
import { SharedMemory } from "./shared.ts";
import { Thread, type ThreadEnd } from "./thread.ts";

/**
 * A job whose progress word stands still this long before it is ready has hung. fio: 5 and 10 s.
 */
const START_LIMIT_MS = 30_000;
/**
 * After a stop, jobs that bring no unit back for this long are stuck in the kernel: a pipe without
 * another end, a dead device. What they measured is reported without them.
 */
const STOP_LIMIT_MS = 10_000;
/** Between two looks at the jobs; 50 ms cost 110 switches a second, 1 ms cost 800. */
const TICK_MS = 50;

/** What the run is doing, for the live line and for whoever has to stop it. */
export type RunPhase = "layout" | "starting" | "running" | "done";

export interface Observer {
  /** Called about every 50 ms, and once at each change of phase. */
  tick(run: Coordinator): void;
  /** Around the time in which the jobs of a stage run; all of them are ready at its begin. */
  stageBegins?(run: Coordinator): void;
  stageEnds?(run: Coordinator): void;
}

export class Coordinator {
  readonly shared: SharedMemory;
  readonly epoch = monotonicSecond();
  /** ns since the run's epoch. */
  readonly now = monotonicClock(this.epoch);
  /** How each job ended, by its index; undefined for one that never started. */
  readonly ends: (ThreadEnd | undefined)[];
  /** When each job was released, ns since the run's epoch; 0 before. */
  readonly releasedAt: Float64Array;
  phase: RunPhase = "layout";
  stage = 0;
  readonly #halt = Promise.withResolvers<void>();
  #stopped = false;

  constructor(
    readonly jobs: readonly JobPlan[],
    private readonly entry: string,
    private readonly observers: readonly Observer[],
    private readonly startLimitMs = START_LIMIT_MS,
  ) {
    this.shared = new SharedMemory(jobs.length, locksOf(jobs));
    this.ends = jobs.map(() => undefined);
    this.releasedAt = new Float64Array(jobs.length);
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  /** Tells every job to end; what is in flight is still reaped and counted. */
  stop(): void {
    this.#stopped = true;
    this.#halt.resolve();
    const { control } = this.shared;
    for (const job of this.jobs) control.job(job.index).stop();
    futexWake(control.goAddress);
    futexWake(control.warmedAddress);
  }

  async run(): Promise<void> {
    await this.#layOut();
    const stages = Math.max(0, ...this.jobs.map((job) => job.stage + 1));
    for (this.stage = 0; this.stage < stages && !this.#stopped; this.stage++) {
      const members = this.jobs.filter((job) => job.stage === this.stage);
      await this.#runStage(members.filter((job) => this.#mayRun(job)));
    }
    this.#enter("done");
  }

  #enter(phase: RunPhase): void {
    this.phase = phase;
    this.#tick();
  }

  #tick(): void {
    for (const observer of this.observers) observer.tick(this);
  }

  /** Not a job whose files could not be laid out, nor one that only wanted them laid out. */
  #mayRun({ index, spec }: JobPlan): boolean {
    return this.ends[index] === undefined && !spec.create_only;
  }

  /** Jobs that share with this one, itself among them. */
  #flowOf({ spec: { flow, flow_id } }: JobPlan): readonly number[] {
    if (flow === 0) return [];
    const members = this.jobs.filter(({ spec }) => spec.flow > 0 && spec.flow_id === flow_id);
    return members.map(({ index }) => index);
  }

  /** A file that cannot be made ends the jobs that work on it, and no others. */
  async #layOut(): Promise<void> {
    const { shared, jobs } = this;
    const plans = jobs.filter(
      ({ spec, targets }) =>
        (spec.create_serialize || spec.create_only) && targets.some(({ layout }) => layout > 0),
    );
    if (plans.length === 0) return;
    this.#enter("layout");
    const thread = new Thread(this.entry, {
      role: "layout",
      plans,
      controlAddress: shared.controlAddress,
      controlBytes: shared.controlBytes,
      progressAddress: shared.layoutAddress,
    });
    await this.#watch(this.#allEnded([thread], () => shared.layout[0]!));
    const end = await thread.ended;
    if (end.kind !== "laidOut") {
      for (const { index } of plans) this.ends[index] = end;
      return;
    }
    for (const { path, failure } of end.failures) {
      const users = jobs.filter((job) => job.targets.some((target) => target.path === path));
      for (const { index } of users) this.ends[index] ??= { kind: "failure", failure };
    }
  }

  async #runStage(members: readonly JobPlan[]): Promise<void> {
    if (members.length === 0) return;
    this.#enter("starting");
    const { shared } = this;
    const calibration = calibrate(this.epoch);
    const threads = members.map((plan, position) => {
      const thread = new Thread(this.entry, {
        role: "job",
        plan,
        epoch: this.epoch,
        calibration,
        controlAddress: shared.controlAddress,
        controlBytes: shared.controlBytes,
        statsAddress: shared.statsAddress(plan.index),
        locksAddress: shared.locksAddress,
        flow: this.#flowOf(plan),
        warmPosition: shared.control.warmed + position,
        warmAtOnce: cpus().length,
      });
      const reader = this.#readAhead(plan);
      thread.ended.then((end) => {
        this.ends[plan.index] = end;
        reader?.giveUp("its job has ended");
        shared.control.leaveFlow(plan.index);
      });
      return thread;
    });
    await this.#watch(this.#barrier(members, threads));
    for (const observer of this.observers) observer.stageBegins?.(this);
    const releasedAt = this.now();
    for (const { index } of members) this.releasedAt[index] = releasedAt;
    shared.control.release(this.stage);
    futexWake(shared.control.goAddress);
    this.#enter("running");
    await this.#watch(this.#allEnded(threads, () => movement(members, shared)));
    for (const observer of this.observers) observer.stageEnds?.(this);
  }

  /** The thread that reads a job's trace while the job replays it, where there is one. */
  #readAhead({ replay }: JobPlan): Thread | undefined {
    if (replay?.ring === undefined) return undefined;
    return new Thread(this.entry, { role: "trace", source: replay.source, ring: replay.ring });
  }

  /** Settles when every job is ready or has ended; a job that stands still too long is given up. */
  async #barrier(members: readonly JobPlan[], threads: readonly Thread[]): Promise<void> {
    const { control } = this.shared;
    const waiting = members.map((plan, i) => this.#patience(control.job(plan.index), threads[i]!));
    await Promise.all(waiting);
  }

  async #patience(job: { readonly progress: number }, thread: Thread): Promise<void> {
    let ready = false;
    const settled = thread.ready.then(() => {
      ready = true;
    });
    let seen = job.progress;
    while (!ready) {
      await Promise.race([settled, this.#halt.promise, Bun.sleep(this.startLimitMs)]);
      if (ready || this.#stopped) return;
      if (job.progress === seen) {
        thread.giveUp(
          `the job did not get ready: it stood still for ${this.startLimitMs / 1000} s`,
        );
        return;
      }
      seen = job.progress;
    }
  }

  /** Settles when all have ended; after a stop, those whose work stands still are given up. */
  async #allEnded(threads: readonly Thread[], moved: () => number): Promise<void> {
    const all = Promise.all(threads.map((thread) => thread.ended));
    await Promise.race([all, this.#halt.promise]);
    while (threads.some((thread) => thread.end === undefined)) {
      const seen = moved();
      await Promise.race([all, Bun.sleep(STOP_LIMIT_MS)]);
      if (moved() !== seen) continue;
      const told = `told to stop, and nothing came back for ${STOP_LIMIT_MS / 1000} s`;
      for (const thread of threads) thread.giveUp(`it hangs in the kernel: ${told}`);
    }
  }

  /** Waits, and lets the observer look meanwhile. */
  async #watch<T>(what: Promise<T>): Promise<T> {
    const timer = setInterval(() => this.#tick(), TICK_MS);
    try {
      return await what;
    } finally {
      clearInterval(timer);
    }
  }
}

/** Locks of files in the run. */
function locksOf(jobs: readonly JobPlan[]): number {
  const locks = jobs.flatMap(({ targets }) => targets.map(({ lock }) => lock ?? -1));
  return locks.reduce((most, lock) => Math.max(most, lock), -1) + 1;
}

/**
 * Units that came back to the jobs so far. NaN, which never stands still, while one of them syncs:
 * a cache that is written back may take its time.
 */
function movement(members: readonly JobPlan[], shared: SharedMemory): number {
  let units = 0;
  for (const { index } of members) {
    if (shared.control.job(index).state === "syncing") return Number.NaN;
    for (let direction = READ; direction <= SYNC; direction++) {
      const at = countersAt(direction);
      units += shared.stats(index)[at + UNITS]! + shared.stats(index)[at + RAMP_UNITS]!;
    }
  }
  return units;
}
