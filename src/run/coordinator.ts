/**
 * The main thread's part of a run: holds the devices, has the files laid out, starts the jobs of a
 * stage together once all are ready, watches, and collects how each ended. It never touches a
 * target itself and polls no faster than its caller ticks.
 */
import { cpus } from "node:os";
import { type Calibration, calibrate, monotonicClock, monotonicSecond } from "../../ffi/clock.ts";
import { futexWake } from "../../ffi/futex.ts";
import type { JobPlan } from "../job/jobplan.ts";
import type { JobLaunch } from "../job/launch.ts";
import { startJob } from "./child.ts";
import { endingWith } from "./ending.ts";
import { flowOf, locksOf } from "./members.ts";
import { offloadFor } from "./offload.ts";
import { SchedulerSwitch } from "./schedulers.ts";
import { SharedMemory } from "./shared.ts";
import { StuckJobs } from "./stuck.ts";
import { type Runner, Thread, type ThreadEnd } from "./thread.ts";
import { keepersOf, Timekeepers } from "./timekeepers.ts";
import { startInTurn } from "./turns.ts";

/**
 * A job whose progress word stands still this long before it is ready has hung. fio: 5 and 10 s.
 */
const START_LIMIT_MS = 30_000;
/** After a stop, a layout in which no byte moves for this long is stuck in the kernel. */
const LAYOUT_LIMIT_MS = 10_000;
/** Between two looks at the jobs; 50 ms cost 110 switches a second, 1 ms cost 800. */
const TICK_MS = 50;

/** What the run is doing, for the live line and for whoever has to stop it. */
export type RunPhase = "layout" | "starting" | "running" | "done";

export interface Observer {
  /** Called about every 50 ms, and once at each change of phase. */
  tick(run: Coordinator): void;
  /** Around the time in which the jobs of a stage run; those that wait for none are ready then. */
  stageBegins?(run: Coordinator): void;
  /** The jobs are ready, and about to be let go. */
  jobsBegin?(run: Coordinator, jobs: readonly JobPlan[]): void;
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
  /** The threads of the jobs that have begun and not ended, by index. */
  readonly #alive = new Map<number, Runner>();
  readonly #stuck: StuckJobs;
  /** Jobs started so far, which is the place of the next in the warm-up. */
  #started = 0;
  readonly #schedulers = new SchedulerSwitch();
  readonly #timekeepers: Timekeepers;
  /** Jobs whose threads are about to be started. */
  readonly #coming = new Set<number>();
  readonly #halt = Promise.withResolvers<void>();
  #stopped = false;

  constructor(
    readonly jobs: readonly JobPlan[],
    private readonly entry: string,
    private readonly observers: readonly Observer[],
    private readonly startLimitMs = START_LIMIT_MS,
  ) {
    const processes = jobs.some(({ ownProcess = false }) => ownProcess);
    this.shared = new SharedMemory(jobs.length, locksOf(jobs), keepersOf(jobs).length, processes);
    this.#timekeepers = new Timekeepers(jobs, this.shared);
    this.ends = jobs.map(() => undefined);
    this.releasedAt = new Float64Array(jobs.length);
    this.#stuck = new StuckJobs(this.shared, this.releasedAt);
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
    await this.#keepTime();
    const stages = Math.max(0, ...this.jobs.map((job) => job.stage + 1));
    for (this.stage = 0; this.stage < stages && !this.#stopped; this.stage++) {
      const members = this.jobs.filter((job) => job.stage === this.stage && this.#mayRun(job));
      for (const job of members) {
        const failure = this.#schedulers.switchFor(job);
        if (failure !== undefined) this.ends[job.index] = { kind: "failure", failure };
      }
      await this.#watch(this.#runStage(members.filter((job) => this.#mayRun(job))));
      this.#schedulers.restore();
    }
    await this.#timekeepers.end();
    this.#enter("done");
  }

  /** gtod_cpu: the time is there before a job is. */
  async #keepTime(): Promise<void> {
    if (!this.#timekeepers.any) return;
    const failures = await this.#timekeepers.start(this.entry, this.epoch, calibrate(this.epoch));
    for (const [index, end] of failures) this.ends[index] ??= end;
  }

  #enter(phase: RunPhase): void {
    this.phase = phase;
    this.#tick();
  }

  #tick(): void {
    this.#stuck.look(this.#alive, this.jobs, this.now());
    for (const observer of this.observers) observer.tick(this);
  }

  /** Not a job whose files could not be laid out, nor one that only wanted them laid out. */
  #mayRun({ index, spec }: JobPlan): boolean {
    const stopped = this.shared.control.job(index).stopped;
    return this.ends[index] === undefined && !spec.create_only && !stopped;
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
    await this.#watch(this.#layoutEnds(thread));
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

  /** Its jobs start together, those that wait for others as soon as these have ended. */
  async #runStage(members: readonly JobPlan[]): Promise<void> {
    if (members.length === 0) return;
    this.#enter("starting");
    const waiting = new Set(members);
    const waves: Promise<void>[] = [];
    while (waiting.size + this.#alive.size > 0) {
      const isOver = (index: number): boolean =>
        !this.#alive.has(index) && !waiting.has(this.jobs[index]!);
      const next = [...waiting].filter((job) => this.#stopped || job.waitsFor.every(isOver));
      for (const job of next) waiting.delete(job);
      const wave = next.filter((job) => this.#mayRun(job));
      if (wave.length > 0) {
        const threads = await this.#startAll(wave);
        waves.push(this.#runWave(wave, threads, waves.length === 0));
      } else if (next.length === 0) {
        await Promise.race([...this.#alive.values()].map(({ ended }) => ended));
      }
    }
    await Promise.all(waves);
    if (waves.length === 0) return;
    for (const observer of this.observers) observer.stageEnds?.(this);
  }

  async #startAll(members: readonly JobPlan[]): Promise<readonly Runner[]> {
    const calibration = calibrate(this.epoch);
    for (const { index } of members) this.#coming.add(index);
    return await startInTurn(members, (plan) => this.#start(plan, calibration));
  }

  /** Waits until all are ready, and lets them go. */
  async #runWave(
    members: readonly JobPlan[],
    threads: readonly Runner[],
    isFirst: boolean,
  ): Promise<void> {
    await Promise.all(members.map((plan, i) => this.#patience(plan, threads[i]!)));
    if (isFirst) for (const observer of this.observers) observer.stageBegins?.(this);
    for (const observer of this.observers) observer.jobsBegin?.(this, members);
    const releasedAt = this.now();
    for (const { index } of members) this.releasedAt[index] = releasedAt;
    this.shared.control.release(members.map(({ index }) => index));
    futexWake(this.shared.control.goAddress);
    if (isFirst) this.#enter("running");
  }

  #start(plan: JobPlan, calibration: Calibration | undefined): Runner {
    const { shared, epoch } = this;
    const { index } = plan;
    const clock = { epoch, calibration, timeAddress: this.#timekeepers.addressFor(plan) };
    const offload = offloadFor(plan, this.entry, clock);
    const launch: JobLaunch = {
      role: "job",
      ...{ plan, ...clock, warmAtOnce: cpus().length },
      controlAddress: shared.controlAddress,
      controlBytes: shared.controlBytes,
      statsAddress: shared.statsAddress(index),
      locksAddress: shared.locksAddress,
      offloadAddress: offload?.address ?? 0,
      ...{ flow: flowOf(plan, this.jobs), warmPosition: this.#started++ },
    };
    const thread = startJob(this.entry, launch, shared.place);
    this.#coming.delete(index);
    this.#alive.set(index, thread);
    const reader = this.#readAhead(plan);
    offload?.goWith(thread);
    thread.ended.then((end) => {
      this.#alive.delete(index);
      this.ends[index] = end;
      reader?.giveUp("its job has ended");
      shared.control.leaveFlow(index);
      shared.control.warmedOne(index);
      futexWake(shared.control.warmedAddress);
      this.#endWith(plan, end);
    });
    return thread;
  }

  /** Ends the jobs that are to end with this one. */
  #endWith(plan: JobPlan, end: ThreadEnd): void {
    const failed = end.kind !== "outcome" || end.outcome.failure !== undefined;
    const runs = (index: number): boolean => this.#alive.has(index) || this.#coming.has(index);
    const { control } = this.shared;
    for (const index of endingWith(plan, failed, this.jobs, runs)) control.job(index).stop(true);
    futexWake(control.goAddress);
    futexWake(control.warmedAddress);
  }

  /** The thread that reads a job's trace while the job replays it, where there is one. */
  #readAhead({ replay }: JobPlan): Thread | undefined {
    if (replay?.ring === undefined) return undefined;
    return new Thread(this.entry, { role: "trace", source: replay.source, ring: replay.ring });
  }

  /** Settles when the job is ready or has ended; one that stands still too long is given up. */
  async #patience({ index }: JobPlan, thread: Runner): Promise<void> {
    const job = this.shared.control.job(index);
    let ready = false;
    const settled = thread.ready.then(() => {
      ready = true;
    });
    let seen = job.progress;
    while (!ready) {
      await Promise.race([settled, this.#halt.promise, Bun.sleep(this.startLimitMs)]);
      if (ready || job.stopped) return;
      if (job.progress === seen) {
        thread.giveUp(
          `the job did not get ready: it stood still for ${this.startLimitMs / 1000} s`,
        );
        return;
      }
      seen = job.progress;
    }
  }

  /** Settles when the layout has ended; after a stop, one that stands still is given up. */
  async #layoutEnds(thread: Thread): Promise<void> {
    const { layout } = this.shared;
    await Promise.race([thread.ended, this.#halt.promise]);
    while (thread.end === undefined) {
      const seen = layout[0];
      await Promise.race([thread.ended, Bun.sleep(LAYOUT_LIMIT_MS)]);
      if (layout[0] !== seen) continue;
      const told = `told to stop, and nothing came back for ${LAYOUT_LIMIT_MS / 1000} s`;
      thread.giveUp(`it hangs in the kernel: ${told}`);
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
