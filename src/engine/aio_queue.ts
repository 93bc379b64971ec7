/**
 * The queue over a context of the kernel's asynchronous I/O: rows go out by io_submit in batches
 * and come back by io_getevents. A row of Units is a control block, and its number the block's
 * data. Only direct I/O is asynchronous here: io_submit does buffered I/O before it returns.
 */
import type { AioContext } from "../../ffi/aio.ts";
import { EVENT_RESULT, EVENT_WORDS } from "../../ffi/aio.ts";
import type { Clock } from "../../ffi/clock.ts";
import { EAGAIN, EINTR, EINVAL, EOPNOTSUPP, failure } from "../../ffi/errno.ts";
import { SYNC, SYNCFS, TRIM } from "../base/direction.ts";
import type { Units } from "../io/units.ts";
import type { Blocks } from "./aio_blocks.ts";
import type { Engine } from "./engine.ts";
import { Finished } from "./finished.ts";
import type { InlineCalls } from "./inline.ts";

/** Sleep before the next try when the kernel lacks memory for blocks: 1 ms. */
const NAP = 1e6;

export interface AioParts {
  readonly units: Units;
  readonly now: Clock;
  readonly context: AioContext;
  readonly blocks: Blocks;
  readonly inline: InlineCalls;
}

/** Completions are asked for by a call. */
export class Aio implements Engine {
  protected readonly context: AioContext;
  readonly #units: Units;
  readonly #now: Clock;
  readonly #inline: InlineCalls;
  readonly #blocks: Blocks;
  readonly #events: Int32Array;
  /** Rows queued and not yet taken by the kernel; they are listed from place #first on. */
  readonly #batch: Uint32Array;
  #first = 0;
  #queued = 0;
  /** The kernel has not taken all that was handed over: it is offered again at every chance. */
  #late = false;
  readonly #finished: Finished;
  /** Set once the kernel (before Linux 4.18) or the file system refused an asynchronous sync. */
  #syncsInline = false;

  constructor(parts: AioParts) {
    const { units, context } = parts;
    this.#units = units;
    this.context = context;
    this.#now = parts.now;
    this.#inline = parts.inline;
    this.#blocks = parts.blocks;
    this.#events = context.events;
    this.#batch = new Uint32Array(units.depth);
    this.#finished = new Finished(units);
  }

  queue(unit: number): void {
    const units = this.#units;
    const direction = units.direction[unit]!;
    if (direction < TRIM) {
      this.#blocks.transfer(unit);
    } else if (direction === SYNC && !this.#syncsInline && units.kind[unit]! < SYNCFS) {
      this.#blocks.sync(unit);
    } else {
      units.issuedAt[unit] = units.startedAt[unit]!;
      this.#finished.add(unit, this.#inline.run(unit));
      return;
    }
    const place = this.#first + this.#queued++;
    this.#batch[place] = unit;
    this.context.list(place, unit);
  }

  commit(): void {
    const queued = this.#queued;
    if (queued === 0) return;
    const taken = this.context.submit(this.#first, queued);
    if (taken === queued) {
      this.#stamp(queued);
      this.#queued = 0;
      this.#first = 0;
      this.#late = false;
    } else {
      this.#carryOn(taken);
    }
  }

  getevents(min: number, max: number, until: number): number {
    let found = this.#finished.count === 0 ? 0 : this.#finished.take(0, max);
    while (found < max) {
      if (this.#late) this.commit();
      const stuck = this.#late;
      const left = found >= min || until === 0 ? 0 : until - this.#now();
      const ask = left > 0 && !stuck;
      if (stuck && left > 0) this.context.nap(NAP);
      const events = this.reap(ask ? min - found : 0, max - found, ask ? left : 0);
      if (events > 0) found = this.#read(found, events);
      else if (events < 0 && events !== -EINTR) throw failure("io_getevents", "", -events);
      if (this.#finished.count > 0) found = this.#finished.take(found, max);
      if (found >= min || left <= 0) break;
    }
    return found;
  }

  cancel(unit: number): void {
    this.context.cancel(unit);
  }

  close(): void {
    this.context.close();
    this.#blocks.close();
  }

  /** Events now in the context's array, or -errno. */
  protected reap(min: number, max: number, ns: number): number {
    return this.context.reap(min, max, ns);
  }

  #read(already: number, events: number): number {
    const { completed, result } = this.#units;
    const words = this.#events;
    for (let i = 0; i < events; i++) {
      const at = i * EVENT_WORDS;
      const unit = words[at]!;
      result[unit] = words[at + EVENT_RESULT]!;
      completed[already + i] = unit;
    }
    return already + events;
  }

  /** Every instant a batch was handed over at is one clock read, after the call. */
  #stamp(count: number): void {
    const time = this.#now();
    const { issuedAt } = this.#units;
    const first = this.#first;
    for (let i = 0; i < count; i++) issuedAt[this.#batch[first + i]!] = time;
  }

  /** A batch was not taken whole: tries on, keeps the rest for later, or completes one in error. */
  #carryOn(answer: number): void {
    let taken = answer;
    this.#late = false;
    for (;;) {
      if (taken === 0 || taken === -EAGAIN) {
        this.#late = true;
        this.#moveUp();
        return;
      }
      if (taken > 0) this.#drop(taken);
      else if (taken !== -EINTR) this.#refuseFirst(taken);
      if (this.#queued === 0) break;
      taken = this.context.submit(this.#first, this.#queued);
    }
    this.#first = 0;
  }

  #drop(count: number): void {
    this.#stamp(count);
    this.#first += count;
    this.#queued -= count;
  }

  /** The kernel stops at the block it refuses, which is then the first. */
  #refuseFirst(answer: number): void {
    const unit = this.#batch[this.#first]!;
    const sync = this.#units.direction[unit] === SYNC;
    this.#drop(1);
    if (sync && (answer === -EINVAL || answer === -EOPNOTSUPP)) {
      this.#syncsInline = true;
      this.#finished.add(unit, this.#inline.run(unit));
    } else {
      this.#finished.add(unit, answer);
    }
  }

  /** What is kept for later is listed from place 0 again, so that there is always room. */
  #moveUp(): void {
    for (let i = 0; i < this.#queued; i++) {
      const unit = this.#batch[this.#first + i]!;
      this.#batch[i] = unit;
      this.context.list(i, unit);
    }
    this.#first = 0;
  }
}

/** Completions are read from the kernel's ring; only a wait for more than it has is a call. */
export class PeekingAio extends Aio {
  protected override reap(min: number, max: number, ns: number): number {
    const found = this.context.peek(max);
    return found > 0 || min === 0 ? found : super.reap(min, max, ns);
  }
}
