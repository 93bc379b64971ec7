/**
 * The control block: everything the main thread says to a running job and everything a job says
 * about its state, as 32-bit words in shared memory with a fixed layout. A job's thread does not
 * return to its event loop while it runs, so no message could reach it. One block a run:
 *
 *   [run: 16 words] [job: 16 words, a cache line of its own] × jobs
 *
 * The second half of a job's line is its place in the shares of a flow, two doubles that `pace/`
 * reads and writes.
 *
 * The stop word is read with a plain load, once a pass of the loop: an FFI call in between keeps it
 * from being hoisted, and Atomics.load would be a locked instruction.
 */

import { FLOW_WEIGHT, type FlowBoard } from "../pace/board.ts";

/** Words of the run. */
const GO = 0;
const WARMED = 1;
/** Words of a job. */
const STATE = 0;
const STOP = 1;
const PROGRESS = 2;
const THREAD = 3;
const GONE = 4;
const WARM = 5;

/** Doubles: units taken and weight in a flow. */
const FLOW = 4;

const LINE = 16;

/** Who told a job to end: the run (a signal, a trigger), or the end of another job (exitall). */
const BY_RUN = 1;
const BY_OTHER = 2;

/** States of a job, in the order of its life; fio's run states that apply. */
export const STATES = [
  "created",
  "opening",
  "warming",
  "ready",
  "delayed",
  "ramp",
  "running",
  "verifying",
  "syncing",
  "finishing",
  "ended",
] as const;
export type JobState = (typeof STATES)[number];

/** Words of a file's lock, a cache line: next ticket, ticket served, holders. */
export const LOCK_BYTES = LINE * 4;

export function controlBytes(jobs: number): number {
  return (jobs + 1) * LINE * 4;
}

export class Control {
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;

  constructor(
    buffer: ArrayBuffer,
    private readonly address: number,
  ) {
    this.#words = new Int32Array(buffer);
    this.#doubles = new Float64Array(buffer);
  }

  /** Address and value of the word that counts releases, for a futex. */
  get goAddress(): number {
    return this.address + GO * 4;
  }
  get released(): number {
    return Atomics.load(this.#words, GO);
  }
  /** Lets these jobs go, all at once. */
  release(jobs: readonly number[]): void {
    for (const index of jobs) this.job(index).go();
    Atomics.add(this.#words, GO, 1);
  }

  /** Address and value of the word that counts jobs whose warm-up is over, for a futex. */
  get warmedAddress(): number {
    return this.address + WARMED * 4;
  }
  get warmed(): number {
    return Atomics.load(this.#words, WARMED);
  }
  /** Counts a job once, however often it is said. */
  warmedOne(job: number): void {
    const before = Atomics.exchange(this.#words, (job + 1) * LINE + WARM, 1);
    if (before === 0) Atomics.add(this.#words, WARMED, 1);
  }

  /** Where the jobs of a flow keep their counts; undefined where there are none. */
  flow(job: number, members: readonly number[]): FlowBoard | undefined {
    if (members.length === 0) return undefined;
    const place = (index: number): number => ((index + 1) * LINE) / 2 + FLOW;
    return { doubles: this.#doubles, own: place(job), all: Int32Array.from(members, place) };
  }

  /** The jobs of its flow no longer wait for one that has ended, however it did. */
  leaveFlow(job: number): void {
    this.#doubles[((job + 1) * LINE) / 2 + FLOW + FLOW_WEIGHT] = 0;
  }

  /** The words of one job, for the thread that runs it. */
  job(index: number): JobControl {
    return new JobControl(this.#words, (index + 1) * LINE);
  }
}

export class JobControl {
  constructor(
    private readonly words: Int32Array,
    private readonly at: number,
  ) {}

  get state(): JobState {
    return STATES[this.words[this.at + STATE]!]!;
  }
  enter(state: JobState): void {
    Atomics.store(this.words, this.at + STATE, STATES.indexOf(state));
    this.progressed();
  }

  /** Whether the job was told to end. */
  get stopped(): boolean {
    return this.words[this.at + STOP] !== 0;
  }
  /** Whether that was because another job had ended; meaningful once it was told. */
  get stoppedByOther(): boolean {
    return this.words[this.at + STOP] === BY_OTHER;
  }
  /** The first reason stays. */
  stop(byOther = false): void {
    Atomics.compareExchange(this.words, this.at + STOP, 0, byOther ? BY_OTHER : BY_RUN);
  }

  /** Whether the job may begin. */
  get released(): boolean {
    return Atomics.load(this.words, this.at + GONE) !== 0;
  }
  go(): void {
    Atomics.store(this.words, this.at + GONE, 1);
  }

  /** Changes while the job gets on with its prologue: a barrier's time limit looks at it. */
  get progress(): number {
    return this.words[this.at + PROGRESS]!;
  }
  progressed(): void {
    Atomics.add(this.words, this.at + PROGRESS, 1);
  }

  /** Kernel thread id of the job; 0 before it started. */
  get thread(): number {
    return this.words[this.at + THREAD]!;
  }
  set thread(id: number) {
    Atomics.store(this.words, this.at + THREAD, id);
  }
}
