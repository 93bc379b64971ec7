/**
 * io_submit_mode = offload, seen by the loop: an engine that hands each unit to a thread of its own
 * and so has iodepth of them in flight, whatever the job's engine can. Each thread has that engine
 * at depth 1 (`offloadthread.ts`). Latencies are the threads': issued when one of them turns to the
 * unit, finished when it has it done.
 */
import type { Clock } from "../../ffi/clock.ts";
import type { Engine } from "../engine/engine.ts";
import type { Buffers } from "../io/buffers.ts";
import type { Units } from "../io/units.ts";
import type { CpuUsage } from "../measure/outcome.ts";
import type { Recorder } from "../measure/recorder.ts";
import type { JobControl } from "./control.ts";
import {
  ADDRESS,
  DESCRIPTOR,
  DIRECTION,
  FILE,
  FINISHED_AT,
  ISSUED_AT,
  KIND,
  LENGTH,
  MOVED,
  OFFSET,
  type OffloadBlock,
  PRIORITY,
  RANGE_FLAGS,
  RESULT,
  USAGE,
} from "./offloadblock.ts";

/** For what the threads used, once they are idle: 1 s in ns. */
const LONGEST = 1e9;

export interface OffloadParts {
  readonly units: Units;
  readonly files: Int32Array;
  readonly buffers: Pick<Buffers, "base" | "bytes">;
  readonly now: Clock;
}

export class Offload implements Engine {
  readonly #block: OffloadBlock;
  readonly #units: Units;
  readonly #files: Int32Array;
  readonly #now: Clock;
  readonly #words: Int32Array;
  readonly #doubles: Float64Array;
  /** Queued and not handed over. */
  readonly #queued: Uint32Array;
  #queuedCount = 0;
  /** Done and not reported, the first one at the end. */
  readonly #done: Uint32Array;
  #doneCount = 0;
  /** Rows that ever came back, as the block counts them: modulo 2^32. */
  #taken = 0;

  constructor(block: OffloadBlock, { units, files, now }: OffloadParts) {
    this.#block = block;
    this.#units = units;
    this.#files = files;
    this.#now = now;
    this.#words = block.words;
    this.#doubles = block.doubles;
    this.#queued = new Uint32Array(units.depth);
    this.#done = new Uint32Array(units.depth);
  }

  queue(unit: number): void {
    const units = this.#units;
    const words = this.#words;
    const doubles = this.#doubles;
    const file = units.file[unit]!;
    let at = this.#block.wordsOf(unit);
    words[at + DIRECTION] = units.direction[unit]!;
    words[at + KIND] = units.kind[unit]!;
    words[at + FILE] = file;
    words[at + DESCRIPTOR] = this.#files[file]!;
    words[at + RANGE_FLAGS] = units.rangeFlags;
    words[at + PRIORITY] = units.priority[unit]!;
    at = this.#block.doublesOf(unit);
    doubles[at + OFFSET] = units.offset[unit]!;
    doubles[at + LENGTH] = units.length[unit]!;
    doubles[at + MOVED] = units.moved[unit]!;
    doubles[at + ADDRESS] = units.address[unit]!;
    this.#queued[this.#queuedCount++] = unit;
  }

  commit(): void {
    const count = this.#queuedCount;
    this.#queuedCount = 0;
    for (let i = 0; i < count; i++) this.#block.give(this.#queued[i]!);
  }

  getevents(min: number, max: number, until: number): number {
    let count = this.#report(0, max);
    while (count < min) {
      const ns = until - this.#now();
      if (ns <= 0) break;
      this.#block.awaitDone((this.#taken + min - count) | 0, ns);
      count = this.#report(count, max);
    }
    return count;
  }

  /** A thread that is in a call cannot be called back. */
  cancel(): void {}

  /** The threads end, and what they had open is closed. */
  close(): void {
    this.#block.end();
    this.#block.awaitLeft();
  }

  /** What the threads use counts from here on. */
  measured(): void {
    this.#block.measured();
  }

  /** What the threads used since, save one that is stuck in a unit. */
  usage(): CpuUsage {
    const { depth } = this.#block;
    const doubles = this.#doubles;
    let asked = 0;
    for (let row = 0; row < depth; row++) if (this.#block.askUsage(row)) asked++;
    const count = this.getevents(asked, asked, this.#now() + LONGEST);
    const sums = [0, 0, 0, 0, 0, 0];
    for (let i = 0; i < count; i++) {
      const at = this.#block.doublesOf(this.#units.completed[i]!) + USAGE;
      for (let field = 0; field < sums.length; field++) sums[field]! += doubles[at + field]!;
    }
    const [userNs = 0, systemNs = 0, voluntary = 0, involuntary = 0, major = 0, minor = 0] = sums;
    return {
      userNs,
      systemNs,
      voluntarySwitches: voluntary,
      involuntarySwitches: involuntary,
      majorFaults: major,
      minorFaults: minor,
    };
  }

  /** Puts what is done behind the `already` reported rows, up to `max`: how many there are now. */
  #report(already: number, max: number): number {
    const units = this.#units;
    let count = already;
    while (count < max && (this.#doneCount > 0 || this.#fetch())) {
      const unit = this.#done[--this.#doneCount]!;
      const at = this.#block.doublesOf(unit);
      units.result[unit] = this.#words[this.#block.wordsOf(unit) + RESULT]!;
      units.issuedAt[unit] = this.#doubles[at + ISSUED_AT]!;
      units.finishedAt[unit] = this.#doubles[at + FINISHED_AT]!;
      units.completed[count++] = unit;
    }
    return count;
  }

  /** Whether there was anything in the list. */
  #fetch(): boolean {
    let next = this.#block.takeDone();
    for (; next !== 0; next = this.#block.doneBefore(next - 1)) {
      this.#done[this.#doneCount++] = next - 1;
      this.#taken = (this.#taken + 1) | 0;
    }
    return this.#doneCount > 0;
  }
}

/** The engine, with all threads up. Throws what one of them met, as the job's own engine would. */
export function startOffload(
  block: OffloadBlock,
  parts: OffloadParts,
  control: JobControl,
): Offload {
  block.open(parts.buffers.base, parts.buffers.bytes, parts.files);
  for (let seen = 0; !block.allUp() && !control.stopped; seen = block.up) {
    if (block.up !== seen) control.progressed();
  }
  return new Offload(block, parts);
}

/** Latencies end when a thread had its unit done, not when the job's thread came for it. */
export function endedByThreads(recorder: Recorder, { finishedAt }: Units): void {
  const completed = recorder.completed.bind(recorder);
  recorder.completed = (unit) => completed(unit, finishedAt[unit]!);
}
