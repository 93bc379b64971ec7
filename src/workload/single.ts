/**
 * The workload of most jobs: one file, blocks of one size, no syncs in between. How many units may
 * come before a limit or the round's end has to be looked at is known in advance, so a unit costs a
 * countdown and the choice of its place. Same units as `GeneralWork`, which a test holds it to.
 */
import { type Units, WORK } from "../io/units.ts";
import type { Limits } from "./limits.ts";
import type { Directions } from "./mix.ts";
import { NONE_LEFT, type Place } from "./places.ts";
import type { Random } from "./random.ts";
import { DONE, NOTHING, TAKEN, type Workload } from "./workload.ts";

/** Largest grant: a countdown that stays an int32 costs less, and Infinity cannot be counted. */
const LARGEST_GRANT = 2 ** 30;

export class SingleWork implements Workload {
  readonly #units: Units;
  readonly #place: Place;
  readonly #directions: Directions;
  /** Direction of the unit that comes next; NOTHING when it is not chosen yet. */
  #direction = NOTHING;
  readonly #block: number;
  readonly #limits: Limits;
  readonly #repeating: readonly Random[];
  /** Units that may still be taken before anything has to be looked at, and how many there were. */
  #left = 0;
  #granted = 0;
  /** Units the place still has in this round; NONE_LEFT once it was asked in vain. */
  #placeLeft: number;

  constructor(
    units: Units,
    place: Place,
    directions: Directions,
    /** A direction to ask the place's capacity for: of a mix, any of both. */
    private readonly asked: number,
    block: number,
    limits: Limits,
    /** Streams to begin again with every round. */
    repeating: readonly Random[],
  ) {
    this.#units = units;
    this.#place = place;
    this.#directions = directions;
    this.#block = block;
    this.#limits = limits;
    this.#repeating = repeating;
    this.#placeLeft = place.capacity(this.asked);
  }

  direction(): number {
    if (this.#left === 0 && !this.#grant()) return NOTHING;
    if (this.#direction === NOTHING) this.#direction = this.#directions.choose();
    return this.#direction;
  }

  next(unit: number, direction: number = this.direction()): typeof TAKEN | typeof DONE {
    if (direction === NOTHING) return DONE;
    this.#left--;
    this.#direction = NOTHING;
    this.#directions.took(direction);
    const units = this.#units;
    units.offset[unit] = this.#place.pick(direction);
    units.direction[unit] = direction;
    units.kind[unit] = WORK;
    units.file[unit] = 0;
    units.length[unit] = this.#block;
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
    const taken = this.#granted - this.#left;
    this.#limits.count(taken * this.#block, taken);
    if (this.#placeLeft !== NONE_LEFT) this.#placeLeft -= taken;
    this.#granted = 0;
    this.#left = 0;
  }

  /** Finds out how many units may come; false when the pass is at its end. */
  #grant(): boolean {
    this.#settle();
    const limits = this.#limits;
    if (limits.reached) return false;
    if (limits.roundOver || this.#exhausted()) {
      if (!limits.another(this.#placeLeft === NONE_LEFT)) return false;
      this.#beginRound();
    }
    const units = Math.min(Math.ceil(limits.bytesLeft / this.#block), limits.unitsLeft);
    this.#granted = Math.min(units, this.#placeLeft, LARGEST_GRANT);
    this.#left = this.#granted;
    return this.#left > 0;
  }

  /** Asks the place in vain, once: fio finds out by a draw, which later draws come after. */
  #exhausted(): boolean {
    if (this.#placeLeft === 0) this.#placeLeft = this.#place.pick(this.#directions.choose());
    return this.#placeLeft === NONE_LEFT;
  }

  #beginRound(): void {
    this.#limits.beginRound();
    this.#directions.reset();
    for (const stream of this.#repeating) stream.rewind();
    this.#place.reset();
    this.#placeLeft = this.#place.capacity(this.asked);
  }
}
