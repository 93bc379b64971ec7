/**
 * The workload of any job: several files in turn, a mix of directions, syncs between the writes.
 * It always knows the next unit whole before anybody asks for its direction, because whether a file
 * has anything left is only known once a place was picked there.
 */
import { FDATASYNC, FSYNC, SYNC, WRITE } from "../base/direction.ts";
import { type Units, WORK } from "../io/units.ts";
import type { Limits } from "./limits.ts";
import type { Mix } from "./mix.ts";
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
  readonly mix: Mix | undefined;
  /** Units taken, a direction: the mix looks at it. */
  readonly taken: Float64Array;
  /** Writes between two fsyncs, and between two fdatasyncs; Infinity for none. */
  readonly fsync: number;
  readonly fdatasync: number;
  /** Streams to begin again with every round. */
  readonly repeating: readonly Random[];
}

/** Largest grant: Infinity cannot be counted down. */
const LARGEST_GRANT = 2 ** 50;

export class GeneralWork implements Workload {
  readonly #units: Units;
  readonly #places: readonly Place[];
  readonly #turn: FileTurn;
  readonly #limits: Limits;
  readonly #only: number;
  readonly #mix: Mix | undefined;
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
  /** The unit that comes next, when `#ready`. */
  #ready = false;
  #direction = NOTHING;
  #kind = WORK;
  #file = 0;
  #offset = 0;
  #length = 0;

  constructor(parts: Parts) {
    this.#units = parts.units;
    this.#places = parts.places;
    this.#turn = parts.turn;
    this.#limits = parts.limits;
    this.#only = parts.direction;
    this.#mix = parts.mix;
    this.#taken = parts.taken;
    this.#syncs = Number.isFinite(Math.min(parts.fsync, parts.fdatasync));
    this.#fsync = parts.fsync;
    this.#fdatasync = parts.fdatasync;
    this.#syncing = Math.min(parts.fsync, parts.fdatasync) < Number.POSITIVE_INFINITY;
    this.#repeating = parts.repeating;
  }

  direction(): number {
    return this.#ready || this.#prepare() ? this.#direction : NOTHING;
  }

  next(unit: number): typeof TAKEN | typeof DONE {
    if (!this.#ready && !this.#prepare()) return DONE;
    this.#ready = false;
    const direction = this.#direction;
    const length = this.#length;
    const units = this.#units;
    units.direction[unit] = direction;
    units.kind[unit] = this.#kind;
    units.file[unit] = this.#file;
    units.offset[unit] = this.#offset;
    units.length[unit] = length;
    this.#lastWasWrite = this.#syncing && direction === WRITE;
    if (direction !== SYNC) {
      this.#taken[direction] = this.#taken[direction]! + 1;
      this.#bytesLeft -= length;
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
        if (!this.#again()) return false;
        continue;
      }
      const direction = mix === undefined ? this.#only : mix.choose();
      const place = this.#places[file]!;
      const offset = place.pick(direction);
      if (offset !== NONE_LEFT) {
        this.#direction = direction;
        this.#kind = WORK;
        this.#file = file;
        this.#offset = offset;
        this.#length = place.length;
        this.#ready = true;
        return true;
      }
      this.#turn.emptied(file);
    }
  }

  /** After every so many writes, counted over the whole job: a sync of the file just written. */
  #prepareSync(): boolean {
    const writes = this.#taken[WRITE]!;
    if (writes % this.#fsync === 0) this.#kind = FSYNC;
    else if (writes % this.#fdatasync === 0) this.#kind = FDATASYNC;
    else return false;
    this.#direction = SYNC;
    this.#offset = 0;
    this.#length = 0;
    this.#ready = true;
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
