/**
 * How long the next unit is, where that is drawn: from a range, or from sizes with shares. fio's
 * way of both, draw by draw. Loaded by the jobs that have such sizes.
 */
import type { BlockRange, BlockShare } from "../base/blocks.ts";
import type { Random } from "./random.ts";

export interface Sizes {
  readonly least: number;
  readonly most: number;
  /** Bytes, `room` at most; 0 when not even the least has room. */
  draw(room: number): number;
}

/** Always the same: nothing is drawn, and room is not looked at, as with fio. */
export class OneSize implements Sizes {
  readonly most: number;

  constructor(readonly least: number) {
    this.most = least;
  }
  draw(): number {
    return this.least;
  }
}

/**
 * least + most · u, cut to a multiple of the least and to the most. So the largest sizes of a range
 * come more often than the others where the most is no multiple of the least.
 */
export class RangeOfSizes implements Sizes {
  readonly least: number;
  readonly most: number;

  /** `grain`: what sizes are cut to a multiple of; 1 for none. */
  constructor(
    { least, most }: BlockRange,
    private readonly grain: number,
    private readonly random: Random,
  ) {
    this.least = least;
    this.most = most;
  }

  draw(room: number): number {
    const { least, most, grain, random } = this;
    if (room < least) return 0;
    for (;;) {
      const drawn = least + random.below(most);
      const size = Math.min(drawn - (drawn % grain), most);
      if (size <= room) return size;
    }
  }
}

/** Sizes with shares of the units; one without room is passed over for the next, then redrawn. */
export class SharesOfSizes implements Sizes {
  readonly least: number;
  readonly most: number;
  readonly #sizes: Float64Array;
  /** A draw below its limit takes the size; the shares are added up. */
  readonly #limits: Float64Array;

  constructor(
    shares: readonly BlockShare[],
    { least, most }: BlockRange,
    /** What sizes are cut to a multiple of; 1 for none. */
    private readonly grain: number,
    private readonly random: Random,
  ) {
    this.least = least;
    this.most = most;
    const used = shares.filter(({ percent }) => percent > 0);
    this.#sizes = Float64Array.from(used, ({ bytes }) => bytes);
    // fio divides the draw by the sum of the shares, in whole numbers, and compares that with a
    // hundredth of the largest draw.
    const hundredth = Math.floor((random.span - 1) / 100);
    let sum = 0;
    this.#limits = Float64Array.from(used, ({ percent }) => {
      sum += percent;
      return (hundredth + 1) * sum;
    });
  }

  draw(room: number): number {
    if (room < this.least) return 0;
    const sizes = this.#sizes;
    const limits = this.#limits;
    for (;;) {
      const drawn = this.random.next();
      let at = 0;
      while (at < sizes.length - 1 && !(drawn < limits[at]! && sizes[at]! <= room)) at++;
      const bytes = sizes[at]!;
      const size = Math.min(bytes - (bytes % this.grain), this.most);
      if (size <= room) return size;
    }
  }
}
