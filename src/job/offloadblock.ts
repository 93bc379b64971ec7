/**
 * The memory between a job's thread and those that do its units (io_submit_mode = offload), mapped
 * by the main thread, which ends them with it. Row r of the units belongs to thread r: a line of
 * fields and a word that says whose turn it is. What is done hangs in a list whose head all
 * threads change, so that none ever waits for another.
 *
 *   [head] [text of a failure] [row: 128 bytes] × depth [links] [descriptors]
 *
 * Every wait is on one word by futex, and ends by itself after a while: a partner may have died.
 */
import { futexWait, futexWake } from "../../ffi/futex.ts";
import { view } from "../../ffi/memory.ts";
import { SystemError } from "../base/errors.ts";

/** Words of the head. */
const STATE = 0;
const UP = 1;
const LEFT = 2;
const TEXT_BYTES = 3;
const MEASURED = 4;
/** Doubles of the head. */
const BUFFER_BASE = 4;
const BUFFER_BYTES = 5;
/** Words in lines of their own: the list, and what a job that waits for it looks at. */
const DONE = 16;
const COUNT = 32;
const WANTED = 48;
const WAITS = 49;
const HEAD_BYTES = 256;
/** A path has 4 KiB at most, and so has a stack that is told. */
const TEXT_ROOM = 16_384;
const TEXT_AT = HEAD_BYTES;

const ROW_BYTES = 128;
const ROWS_AT = TEXT_AT + TEXT_ROOM;

/** Words of a row. */
export const TURN = 0;
export const DIRECTION = 1;
export const KIND = 2;
export const FILE = 3;
export const DESCRIPTOR = 4;
export const RANGE_FLAGS = 5;
export const PRIORITY = 6;
export const RESULT = 7;
/** Doubles of a row; the usage is six of them. */
export const OFFSET = 4;
export const LENGTH = 5;
export const MOVED = 6;
export const ADDRESS = 7;
export const ISSUED_AT = 8;
export const FINISHED_AT = 9;
export const USAGE = 10;

/** Turns: nothing to do, a unit, its usage asked for, the end. */
export const IDLE = 0;
export const UNIT = 1;
const USE = 2;
const OVER = 3;

/** States of the whole. */
const CLOSED = 0;
const OPEN = 1;
const FAILED = 2;
const ENDED = 3;

/** Between two looks of somebody who waits: 100 ms in ns. */
const LOOK = 100e6;
/** Looks of a job at threads that should be gone. */
const PATIENCE = 10;

export function offloadBytes(depth: number, targets: number): number {
  return ROWS_AT + depth * (ROW_BYTES + 4) + targets * 4;
}

export class OffloadBlock {
  readonly words: Int32Array;
  readonly doubles: Float64Array;
  readonly #text: Uint8Array;
  /** Where the links and the descriptors begin, in words. */
  readonly #links: number;
  readonly #descriptors: number;

  constructor(
    private readonly address: number,
    readonly depth: number,
    private readonly targets: number,
  ) {
    const buffer = view(address, offloadBytes(depth, targets));
    this.words = new Int32Array(buffer);
    this.doubles = new Float64Array(buffer, 0, Math.floor(buffer.byteLength / 8));
    this.#text = new Uint8Array(buffer, TEXT_AT, TEXT_ROOM);
    this.#links = (ROWS_AT + depth * ROW_BYTES) / 4;
    this.#descriptors = this.#links + depth;
  }

  /** Where a row begins, in words and in doubles. */
  wordsOf(row: number): number {
    return (ROWS_AT + row * ROW_BYTES) / 4;
  }
  doublesOf(row: number): number {
    return (ROWS_AT + row * ROW_BYTES) / 8;
  }

  // The job's side.

  /** The threads may make their engines: buffers and files are there. */
  open(base: number, bytes: number, files: Int32Array): void {
    this.doubles[BUFFER_BASE] = base;
    this.doubles[BUFFER_BYTES] = bytes;
    this.words.set(files, this.#descriptors);
    Atomics.compareExchange(this.words, STATE, CLOSED, OPEN);
    futexWake(this.#at(STATE));
  }

  /** Whether all threads are up; waits a while for them. Throws what one of them met. */
  allUp(): boolean {
    const up = Atomics.load(this.words, UP);
    if (Atomics.load(this.words, STATE) === FAILED) throw this.#failure();
    if (up < this.depth) futexWait(this.#at(UP), up, LOOK);
    return up === this.depth;
  }
  get up(): number {
    return Atomics.load(this.words, UP);
  }

  /** It is the turn of that row's thread, with a unit. */
  give(row: number): void {
    const at = this.wordsOf(row) + TURN;
    Atomics.store(this.words, at, UNIT);
    futexWake(this.#at(at), 1);
  }

  /** Asks that row's thread for its usage; false when it is stuck in a unit. */
  askUsage(row: number): boolean {
    const at = this.wordsOf(row) + TURN;
    if (Atomics.compareExchange(this.words, at, IDLE, USE) !== IDLE) return false;
    futexWake(this.#at(at), 1);
    return true;
  }

  /** All that is done and was not yet taken, the last one first: a row + 1, or 0 for nothing. */
  takeDone(): number {
    return Atomics.exchange(this.words, DONE, 0);
  }
  /** What was done before that row, likewise. */
  doneBefore(row: number): number {
    return this.words[this.#links + row]!;
  }

  /** Sleeps until as many are done in all, or for so many ns, or for no reason. */
  awaitDone(all: number, ns: number): void {
    const { words } = this;
    Atomics.store(words, WANTED, all);
    Atomics.store(words, WAITS, 1);
    const count = Atomics.load(words, COUNT);
    if (((count - all) | 0) < 0) futexWait(this.#at(COUNT), count, ns);
    Atomics.store(words, WAITS, 0);
  }

  /** What the threads use counts from here on. */
  measured(): void {
    Atomics.add(this.words, MEASURED, 1);
  }

  /** Ends the threads; one that has a unit ends behind it. */
  end(): void {
    Atomics.store(this.words, STATE, ENDED);
    futexWake(this.#at(STATE));
    for (let row = 0; row < this.depth; row++) {
      const at = this.wordsOf(row) + TURN;
      Atomics.compareExchange(this.words, at, IDLE, OVER);
      futexWake(this.#at(at));
    }
  }

  /** Returns when the threads hold nothing of the job any more; not for ever. */
  awaitLeft(): void {
    for (let look = 0; look < PATIENCE; look++) {
      const left = Atomics.load(this.words, LEFT);
      if (left >= this.depth) return;
      futexWait(this.#at(LEFT), left, LOOK);
    }
  }

  // The side of the threads.

  /** Whether there is a job to work for; false when it has ended before. */
  awaitOpen(): boolean {
    for (;;) {
      const state = Atomics.load(this.words, STATE);
      if (state !== CLOSED) return state === OPEN;
      futexWait(this.#at(STATE), CLOSED, LOOK);
    }
  }
  get bufferBase(): number {
    return this.doubles[BUFFER_BASE]!;
  }
  get bufferBytes(): number {
    return this.doubles[BUFFER_BYTES]!;
  }
  get files(): Int32Array {
    return this.words.slice(this.#descriptors, this.#descriptors + this.targets);
  }

  isUp(): void {
    Atomics.add(this.words, UP, 1);
    futexWake(this.#at(UP));
  }

  /** The row's next turn, waited for: a unit, its usage, or IDLE at the end. */
  awaitTurn(row: number): number {
    const { words } = this;
    const at = this.wordsOf(row) + TURN;
    for (;;) {
      const turn = Atomics.load(words, at);
      if (turn === UNIT || turn === USE) return turn;
      if (turn === OVER || Atomics.load(words, STATE) === ENDED) return IDLE;
      futexWait(this.#at(at), IDLE, LOOK);
    }
  }

  /** The row's turn is over: it goes back to the job, which is woken when that is what it wants. */
  done(row: number): void {
    const { words } = this;
    Atomics.store(words, this.wordsOf(row) + TURN, IDLE);
    const link = this.#links + row;
    let before = Atomics.load(words, DONE);
    for (;;) {
      words[link] = before;
      const found = Atomics.compareExchange(words, DONE, before, row + 1);
      if (found === before) break;
      before = found;
    }
    const count = (Atomics.add(words, COUNT, 1) + 1) | 0;
    if (Atomics.load(words, WAITS) === 0) return;
    if (((count - Atomics.load(words, WANTED)) | 0) >= 0) futexWake(this.#at(COUNT));
  }

  /** Changes when what is used counts anew. */
  get measure(): number {
    return this.words[MEASURED]!;
  }

  /** The job cannot go on, and why; the first one to say so is heard. */
  fail(error: unknown): void {
    const { words } = this;
    const before = Atomics.compareExchange(words, STATE, OPEN, FAILED);
    if (before !== OPEN && Atomics.compareExchange(words, STATE, CLOSED, FAILED) !== CLOSED) return;
    const { written } = new TextEncoder().encodeInto(told(error), this.#text);
    Atomics.store(words, TEXT_BYTES, written);
    futexWake(this.#at(UP));
  }

  /** The thread holds nothing of the job any more. */
  leave(): void {
    Atomics.add(this.words, LEFT, 1);
    futexWake(this.#at(LEFT));
  }

  /** What `fail` said; its text may follow its state by a moment. */
  #failure(): Error {
    let bytes = 0;
    while (bytes === 0) bytes = Atomics.load(this.words, TEXT_BYTES);
    const text = new TextDecoder().decode(this.#text.slice(0, bytes));
    const { call, subject, errno, meaning, hint, bug } = JSON.parse(text) as Told;
    return bug === undefined
      ? new SystemError(call, subject, errno, meaning, hint)
      : new Error(bug);
  }

  #at(word: number): number {
    return this.address + word * 4;
  }
}

type Told = Pick<SystemError, "call" | "subject" | "errno" | "meaning" | "hint"> & {
  readonly bug?: string;
};

function told(error: unknown): string {
  if (error instanceof SystemError) {
    const { call, subject, errno, meaning, hint } = error;
    return JSON.stringify({ call, subject, errno, meaning, hint } satisfies Told);
  }
  const bug = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return JSON.stringify({ bug: bug.slice(0, 4096) });
}
