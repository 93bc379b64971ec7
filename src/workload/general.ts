/**
 * The workload of any job: several files in turn, a mix of directions, syncs between the writes.
 * It always knows the next unit whole before anybody asks for its direction, because whether a file
 * has anything left is only known once a place was picked there.
 */
import { FDATASYNC, FSYNC, SYNC, WRITE } from "../base/direction.ts";
import { type Units, WORK } from "../io/units.ts";
import type { Limits } from "./limits.ts";
import type { FileDirections } from "./mix.ts";
import { NONE_LEFT, type Place } from "./places.ts";
import type { Random } from "./random.ts";
import { type FileTurn, NO_FILE } from "./turns.ts";
import { DONE, NOTHING, TAKEN, type Workload } from "./workload.ts";

/** What a general workload is made of. */
export interface Parts {
  readonly units: Units;
  /** One a file. */
  readonly places: readonly Place[];
  readonly turn: FileTurn;
  readonly limits: Limits;
  /** The one direction, or the mix that chooses. */
  readonly direction: number;
  readonly mix: FileDirections | undefined;
  /** The direction whose bytes count for no limit, or NOTHING. */
  readonly uncounted: number;
  /** Units taken, a direction: the mix looks at it. */
  readonly taken: Float64Array;
  /** Writes between two fsyncs, and between two fdatasyncs; Infinity for none. */
  readonly fsync: number;
  readonly fdatasync: number;
  /** Streams to begin again with every round. */
  readonly repeating: readonly Random[];
}

/** A unit that is decided and not yet taken. */
class Prepared {
  ready = false;
  direction = NOTHING;
  kind = WORK;
  file = 0;
  offset = 0;
  length = 0;
}

/** Largest grant: Infinity cannot be counted down. */
const LARGEST_GRANT = 2 ** 50;

export class GeneralWork implements Workload {
  readonly #units: Units;
  readonly #places: readonly Place[];
  readonly #turn: FileTurn;
  readonly #limits: Limits;
  readonly #only: number;
  readonly #mix: FileDirections | undefined;
  readonly #uncounted: number;
  readonly #taken: Float64Array;
  /** Whether any write is followed by a sync. */
  readonly #syncs: boolean;
  readonly #fsync: number;
  readonly #fdatasync: number;
  readonly #repeating: readonly Random[];
  /** Bytes and units that may come before limits are looked at again, and how many there were. */
  #bytesLeft = 0;
  #bytesGranted = 0;
  #unitsLeft = 0;
  #unitsGranted = 0;
  /** Whether there are syncs at all: the remainder that decides on one is dear. */
  readonly #syncing: boolean;
  #lastWasWrite = false;
  #lastFile = 0;
  /** The unit that comes next, when it is ready. */
  #coming = new Prepared();
  /** One that was prepared, and lets the other side of the mix go first. */
  #aside = new Prepared();

  constructor(parts: Parts) {
    this.#units = parts.units;
    this.#places = parts.places;
    this.#turn = parts.turn;
    this.#limits = parts.limits;
    this.#only = parts.direction;
    this.#mix = parts.mix;
    this.#uncounted = parts.uncounted;
    this.#taken = parts.taken;
    this.#syncs = Number.isFinite(Math.min(parts.fsync, parts.fdatasync));
    this.#fsync = parts.fsync;
    this.#fdatasync = parts.fdatasync;
    this.#syncing = Math.min(parts.fsync, parts.fdatasync) < Number.POSITIVE_INFINITY;
    this.#repeating = parts.repeating;
  }

  direction(): number {
    return this.#coming.ready || this.#prepare() ? this.#coming.direction : NOTHING;
  }

  next(unit: number, wanted: number = this.direction()): typeof TAKEN | typeof DONE {
    if (!this.#coming.ready && !this.#prepare()) return DONE;
    if (this.#coming.direction !== wanted) this.#turnTo(wanted);
    const coming = this.#coming;
    coming.ready = false;
    const { direction, length } = coming;
    const units = this.#units;
    units.direction[unit] = direction;
    units.kind[unit] = coming.kind;
    units.file[unit] = coming.file;
    units.offset[unit] = coming.offset;
    units.length[unit] = length;
    this.#lastWasWrite = this.#syncing && direction === WRITE;
    this.#lastFile = coming.file;
    if (direction !== SYNC) {
      this.#taken[direction] = this.#taken[direction]! + 1;
      if (direction !== this.#uncounted) this.#bytesLeft -= length;
      this.#unitsLeft--;
    }
    return TAKEN;
  }

  completed(): void {}

  restart(): void {
    this.#settle();
    this.#limits.allowPass();
  }

  forgive(): void {
    this.#settle();
    this.#limits.forgive();
  }

  /** Counts what was taken of the last grant, and takes the rest of it back. */
  #settle(): void {
    const bytes = this.#bytesGranted - this.#bytesLeft;
    this.#limits.count(bytes, this.#unitsGranted - this.#unitsLeft);
    this.#bytesGranted = 0;
    this.#bytesLeft = 0;
    this.#unitsGranted = 0;
    this.#unitsLeft = 0;
  }

  /** Finds out how much may come; false when the pass is at its end. */
  #grant(): boolean {
    this.#settle();
    const limits = this.#limits;
    if (limits.reached) return false;
    if (limits.roundOver) {
      if (!limits.another(false)) return false;
      this.#beginRound();
    }
    this.#bytesGranted = Math.min(limits.bytesLeft, LARGEST_GRANT);
    this.#unitsGranted = Math.min(limits.unitsLeft, LARGEST_GRANT);
    this.#bytesLeft = this.#bytesGranted;
    this.#unitsLeft = this.#unitsGranted;
    return true;
  }

  /** Decides the next unit; false when the pass is at its end. */
  #prepare(): boolean {
    if ((this.#bytesLeft <= 0 || this.#unitsLeft <= 0) && !this.#grant()) return false;
    if (this.#syncs && this.#lastWasWrite && this.#prepareSync()) return true;
    const mix = this.#mix;
    for (;;) {
      const file = this.#turn.next();
      if (file === NO_FILE) {
        if (this.#aside.ready) return this.#swap();
        if (!this.#again()) return false;
        continue;
      }
      const direction = mix === undefined ? this.#only : mix.choose(file);
      if (this.#aside.ready && this.#aside.direction === direction) return this.#swap();
      if (this.#pick(file, direction)) return true;
    }
  }

  /** Finds the next unit in a file; false when that has nothing left in this round. */
  #pick(file: number, direction: number): boolean {
    const place = this.#places[file]!;
    const offset = place.pick(direction);
    if (offset === NONE_LEFT) {
      this.#turn.emptied(file);
      return false;
    }
    const coming = this.#coming;
    coming.ready = true;
    coming.direction = direction;
    coming.kind = WORK;
    coming.file = file;
    coming.offset = offset;
    coming.length = place.length;
    return true;
  }

  /** Lets the other side of the mix come first, unless it has nothing left in this round. */
  #turnTo(direction: number): void {
    if (this.#mix === undefined || this.#coming.direction === SYNC) return;
    this.#swap();
    if (this.#coming.ready) return;
    for (let file = this.#turn.next(); file !== NO_FILE; file = this.#turn.next()) {
      if (this.#pick(file, direction)) return;
    }
    this.#swap();
  }

  #swap(): true {
    const coming = this.#coming;
    this.#coming = this.#aside;
    this.#aside = coming;
    return true;
  }

  /** After every so many writes, counted over the whole job: a sync of the file just written. */
  #prepareSync(): boolean {
    const writes = this.#taken[WRITE]!;
    const coming = this.#coming;
    if (writes % this.#fsync === 0) coming.kind = FSYNC;
    else if (writes % this.#fdatasync === 0) coming.kind = FDATASYNC;
    else return false;
    coming.file = this.#lastFile;
    coming.direction = SYNC;
    coming.offset = 0;
    coming.length = 0;
    coming.ready = true;
    return true;
  }

  /** No file has anything left: a new round, if there may be one. */
  #again(): boolean {
    this.#settle();
    if (!this.#limits.another(true)) return false;
    this.#beginRound();
    return this.#grant();
  }

  /** Positions and maps start anew, and with them the streams of a job that repeats itself. */
  #beginRound(): void {
    this.#limits.beginRound();
    this.#mix?.reset();
    for (const stream of this.#repeating) stream.rewind();
    for (const place of this.#places) place.reset();
    this.#turn.reset();
  }
}
