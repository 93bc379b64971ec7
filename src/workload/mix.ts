/**
 * Which direction comes next in a mix of reads and writes: fio's rule, which keeps the ratio in the
 * long run without strict alternation. A direction is drawn anew once the units of the present one
 * reach a mark; the mark moves when the direction changes.
 */
import { READ, WRITE } from "../base/direction.ts";
import type { Random } from "./random.ts";

/** Says which direction the next unit of a file has. */
export interface FileDirections {
  choose(file: number): number;
  reset(): void;
}

/** Says which direction comes next. */
export interface Directions {
  /** The direction of the next unit; asked again without a unit taken, it may draw again. */
  choose(): number;
  took(direction: number): void;
  /** A new round: the next unit is drawn. */
  reset(): void;
}

/** Every unit goes the same way. */
export class OneDirection implements Directions {
  constructor(private readonly direction: number) {}

  choose(): number {
    return this.direction;
  }
  took(): void {}
  reset(): void {}
}

export class Mix implements Directions {
  #direction = READ;
  /** Units of the present direction at which the next draw is due. */
  #mark = 0;
  readonly #random: Random;
  readonly #readPercent: number;
  readonly #taken: Float64Array;

  /** `taken`: units taken so far, a direction; never reset. */
  constructor(random: Random, readPercent: number, taken: Float64Array) {
    this.#random = random;
    this.#readPercent = readPercent;
    this.#taken = taken;
  }

  choose(): number {
    const present = this.#direction;
    if (this.#taken[present]! < this.#mark) return present;
    const drawn = this.#random.below(100) < this.#readPercent ? READ : WRITE;
    if (drawn !== present) this.#change(drawn);
    return drawn;
  }

  /** The mark is the new direction's share of the units taken in the old one. */
  #change(drawn: number): void {
    const share = drawn === READ ? this.#readPercent : 100 - this.#readPercent;
    this.#mark = Math.floor((this.#taken[this.#direction]! * share) / 100);
    this.#direction = drawn;
  }

  took(direction: number): void {
    this.#taken[direction] = this.#taken[direction]! + 1;
  }

  reset(): void {
    this.#mark = 0;
  }
}
