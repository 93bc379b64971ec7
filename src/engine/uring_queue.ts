/**
 * The queue over an io_uring: rows go out through the submission ring and come back through the
 * completion ring, in batches. A row of Units is an entry, and its number the user_data. Submitting
 * and waiting are two calls, so that slat ends where the kernel has taken the batch. How entries
 * are filled in and how a ring is made is no business of this file.
 */
import type { Clock } from "../../ffi/clock.ts";
import { EAGAIN, EBUSY, EINTR, ETIME, failure } from "../../ffi/errno.ts";
import type { Ring } from "../../ffi/io_uring.ts";
import {
  ENTER,
  ENTRY_WORDS,
  OP,
  SQ_CQ_OVERFLOW,
  SQ_NEED_WAKEUP,
  SQ_TASKRUN,
} from "../../ffi/io_uring_abi.ts";
import { TRIM } from "../base/direction.ts";
import type { Units } from "../io/units.ts";
import type { Engine } from "./engine.ts";
import { Finished } from "./finished.ts";
import type { InlineCalls } from "./inline.ts";
import type { ControlEntries, TransferEntries } from "./uring_entries.ts";

/** Plain loads keep their order on x86; elsewhere the rings' indices need atomic ones. */
const ORDERED = process.arch !== "x64";

/** Completions that are not in the ring yet and come with the next enter. */
const MORE = SQ_TASKRUN | SQ_CQ_OVERFLOW;

/** user_data of a cancel, whose completion is nobody's unit. */
const NOBODY = -1;

/** Sleep before the next try when the kernel lacks memory for entries: 1 ms. */
const NAP = 1e6;

export interface UringParts {
  readonly units: Units;
  readonly now: Clock;
  /** Has one entry more than there are rows: the last is for cancels. */
  readonly ring: Ring;
  readonly transfers: TransferEntries;
  readonly controls: ControlEntries;
  readonly inline: InlineCalls;
}

/** Entries are handed over by io_uring_enter, and completions come by interrupt. */
export class Uring implements Engine {
  protected readonly ring: Ring;
  protected readonly words: Int32Array;
  /** Entries ever queued; wraps at 2^32 as the ring's own index does. */
  protected tail: number;
  readonly #units: Units;
  readonly #now: Clock;
  readonly #transfers: TransferEntries;
  readonly #controls: ControlEntries;
  readonly #inline: InlineCalls;
  readonly #array: number;
  readonly #sqMask: number;
  readonly #sqFlags: number;
  readonly #cqHead: number;
  readonly #cqTail: number;
  readonly #cqMask: number;
  readonly #completions: number;
  /** Completions ever reaped. */
  #head: number;
  /** Rows queued and not yet taken by the kernel. */
  readonly #batch: Uint32Array;
  #queued = 0;
  /** The kernel has not taken all that was handed over: it is offered again at every chance. */
  #late = false;
  readonly #finished: Finished;

  constructor(parts: UringParts) {
    const { ring, units } = parts;
    this.ring = ring;
    this.words = ring.words;
    this.tail = ring.words[ring.sqTail]!;
    this.#head = ring.words[ring.cqHead]!;
    this.#units = units;
    this.#now = parts.now;
    this.#transfers = parts.transfers;
    this.#controls = parts.controls;
    this.#inline = parts.inline;
    this.#array = ring.sqArray;
    this.#sqMask = ring.sqMask;
    this.#sqFlags = ring.sqFlags;
    this.#cqHead = ring.cqHead;
    this.#cqTail = ring.cqTail;
    this.#cqMask = ring.cqMask;
    this.#completions = ring.completions;
    this.#batch = new Uint32Array(units.depth);
    this.#finished = new Finished(units);
    ring.entries.fill(0);
    for (let row = 0; row < units.depth; row++) ring.entries[row * ENTRY_WORDS + 8] = row;
  }

  queue(unit: number): void {
    if (this.#units.direction[unit]! < TRIM) {
      this.#transfers.write(unit);
    } else if (!this.#controls.write(unit)) {
      this.#units.issuedAt[unit] = this.#units.startedAt[unit]!;
      this.#finished.add(unit, this.#inline.run(unit));
      return;
    }
    const { tail } = this;
    this.words[this.#array + (tail & this.#sqMask)] = unit;
    this.tail = (tail + 1) | 0;
    this.#batch[this.#queued++] = unit;
  }

  commit(): void {
    const queued = this.#queued;
    if (queued === 0) return;
    const taken = this.submit(queued);
    if (taken === queued) {
      this.#stamp(queued);
      this.#queued = 0;
      this.#late = false;
    } else {
      this.#carryOn(taken);
    }
  }

  getevents(min: number, max: number, until: number): number {
    let found = this.#finished.count === 0 ? 0 : this.#finished.take(0, max);
    found = this.#reap(found, max);
    if (found === max || (found >= min && !this.hidden())) return found;
    return this.#await(found, min, max, until);
  }

  cancel(unit: number): void {
    this.commit();
    if (this.#queued > 0) return;
    const { entries } = this.ring;
    const row = this.#units.depth;
    const at = row * ENTRY_WORDS;
    entries[at] = OP.ASYNC_CANCEL;
    entries[at + 1] = -1;
    entries[at + 4] = unit;
    entries[at + 8] = NOBODY;
    entries[at + 9] = NOBODY;
    this.words[this.#array + (this.tail & this.#sqMask)] = row;
    this.tail = (this.tail + 1) | 0;
    if (this.submit(1) !== 1) this.#rewind(1);
    else this.settle();
  }

  close(): void {
    this.ring.close();
    this.#transfers.close();
  }

  /**
   * Hands `count` entries over: how many were taken, or -errno. It asks for events without waiting,
   * because a ring with deferred task work puts what finished later into the ring only then; a
   * queue that is kept busy by the page cache would never see its reads from the device.
   */
  protected submit(count: number): number {
    this.words[this.ring.sqTail] = this.tail;
    return this.ring.enter(count, 0, ENTER.GETEVENTS);
  }

  /** Whether completions may be waiting outside the ring. */
  protected hidden(): boolean {
    return this.#late || (this.words[this.#sqFlags]! & MORE) !== 0;
  }

  /** Waits for `count` completions, at most `ns`; negative errno when that ended early. */
  protected pause(count: number, ns: number): number {
    return this.ring.wait(count, ns);
  }

  /** Returns when the kernel has read the entry just submitted. */
  protected settle(): void {}

  /** Every instant a batch was handed over at is one clock read, after the call. */
  #stamp(count: number): void {
    const time = this.#now();
    const { issuedAt } = this.#units;
    const batch = this.#batch;
    for (let i = 0; i < count; i++) issuedAt[batch[i]!] = time;
  }

  #reap(already: number, max: number): number {
    const { words } = this;
    const { completed, result } = this.#units;
    const tail = ORDERED ? Atomics.load(words, this.#cqTail) : words[this.#cqTail]!;
    const start = this.#head;
    let head = start;
    let found = already;
    while (head !== tail && found < max) {
      const at = this.#completions + ((head & this.#cqMask) << 2);
      head = (head + 1) | 0;
      const unit = words[at]!;
      if (unit === NOBODY) continue;
      result[unit] = words[at + 2]!;
      completed[found++] = unit;
    }
    if (head === start) return found;
    this.#head = head;
    if (ORDERED) Atomics.store(words, this.#cqHead, head);
    else words[this.#cqHead] = head;
    return found;
  }

  /** The way through the kernel: for what is not there yet, or not in the ring yet. */
  #await(already: number, min: number, max: number, until: number): number {
    let found = already;
    for (;;) {
      if (this.#late) this.commit();
      const stuck = this.#late;
      const left = found >= min || until === 0 ? 0 : until - this.#now();
      if (stuck && left > 0) this.ring.nap(NAP);
      const wait = left > 0 && !stuck;
      const answer = wait ? this.pause(min - found, left) : this.ring.enter(0, 0, ENTER.GETEVENTS);
      found = this.#reap(this.#finished.take(found, max), max);
      if (found >= min || left <= 0) return found;
      if (answer < 0) survivable(-answer);
    }
  }

  /** A batch was not taken whole: tries on, keeps the rest for later, or completes it in error. */
  #carryOn(answer: number): void {
    let taken = answer;
    this.#late = false;
    for (;;) {
      if (taken > 0) {
        this.#stamp(taken);
        this.#batch.copyWithin(0, taken, this.#queued);
        this.#queued -= taken;
        if (this.#queued === 0) return;
      } else if (taken === 0 || taken === -EAGAIN || taken === -EBUSY) {
        this.#late = true;
        return;
      } else if (taken !== -EINTR) {
        this.#refuse(taken);
        return;
      }
      taken = this.submit(this.#queued);
    }
  }

  #refuse(result: number): void {
    const count = this.#queued;
    this.#rewind(count);
    this.#stamp(count);
    this.#queued = 0;
    for (let i = 0; i < count; i++) this.#finished.add(this.#batch[i]!, result);
  }

  /** Takes entries back that the kernel has not read. */
  #rewind(count: number): void {
    this.tail = (this.tail - count) | 0;
    this.words[this.ring.sqTail] = this.tail;
  }
}

/** A thread of the kernel takes the entries; a call is needed only to wake it. */
export class ThreadedUring extends Uring {
  protected override submit(count: number): number {
    const { ring, words } = this;
    // A full barrier: the thread must see the entries before this thread looks whether it sleeps.
    Atomics.store(words, ring.sqTail, this.tail);
    if ((Atomics.load(words, ring.sqFlags) & SQ_NEED_WAKEUP) === 0) return count;
    const answer = ring.enter(count, 0, ENTER.SQ_WAKEUP);
    return answer < 0 ? answer : count;
  }

  protected override settle(): void {
    const { ring, words } = this;
    while (Atomics.load(words, ring.sqHead) !== this.tail) {
      if (ring.enter(0, 0, ENTER.SQ_WAKEUP) < 0) return;
    }
  }
}

/** Completions must be asked for: the kernel looks at the device when it is entered. */
export class PolledUring extends Uring {
  protected override hidden(): boolean {
    return true;
  }

  /** One look, which costs a call; the kernel's own loop would not end with the time. */
  protected override pause(): number {
    return this.ring.enter(0, 0, ENTER.GETEVENTS);
  }
}

/** Throws when waiting can never succeed; completions were lost or the ring is gone. */
function survivable(errno: number): void {
  if (errno === ETIME || errno === EINTR || errno === EAGAIN || errno === EBUSY) return;
  throw failure("io_uring_enter", "", errno);
}
