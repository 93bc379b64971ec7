/**
 * Distributions as their names say: every block can be hit, with the probability of the formula.
 * Each draw takes a time that does not depend on the number of blocks, and no table. fio's own
 * formulas are in `distribution_fio.ts`.
 */
import type { Zone } from "../base/distribution.ts";
import type { Draws } from "./draws.ts";
import type { Random } from "./random.ts";
import type { Placing } from "./scatter.ts";

const TWO_26 = 2 ** 26;
const TWO_27 = 2 ** 27;
const PART_OF_53 = 2 ** -53;

/** Uniform in [0, 1), all 53 bits of it: 32 bits would not reach the blocks of a large file. */
function uniform(random: Random): number {
  return (random.below(TWO_26) * TWO_27 + random.below(TWO_27)) * PART_OF_53;
}

/**
 * Rank k, from 0 on, with a probability in proportion to (k + 1)^-theta: rejection-inversion of
 * Hörmann and Derflinger (1996), which needs about 1.1 tries a draw whatever theta and the number
 * of ranks.
 */
export class ZipfRanks {
  readonly #random: Random;
  readonly #ranks: number;
  readonly #theta: number;
  /** Integral of the hat at its left end, and its length: to the left of it is less. */
  readonly #first: number;
  readonly #span: number;
  /** A candidate this near above its real value needs no closer look. */
  readonly #near: number;

  constructor(random: Random, ranks: number, theta: number) {
    this.#random = random;
    this.#ranks = ranks;
    this.#theta = theta;
    const last = this.#integral(ranks + 0.5);
    this.#first = last;
    this.#span = this.#integral(1.5) - 1 - last;
    this.#near = 2 - this.#inverse(this.#integral(2.5) - this.#height(2));
  }

  draw(): number {
    for (;;) {
      const area = this.#first + uniform(this.#random) * this.#span;
      const value = this.#inverse(area);
      const rank = Math.min(this.#ranks, Math.max(1, Math.floor(value + 0.5)));
      if (rank - value <= this.#near) return rank - 1;
      if (area >= this.#integral(rank + 0.5) - this.#height(rank)) return rank - 1;
    }
  }

  #height(x: number): number {
    return Math.exp(-this.#theta * Math.log(x));
  }

  /** Of x^-theta from 1 to x, also near theta = 1, where it is the logarithm. */
  #integral(x: number): number {
    const log = Math.log(x);
    const exponent = (1 - this.#theta) * log;
    return Math.abs(exponent) < TINY
      ? log * (1 + exponent / 2)
      : (log * Math.expm1(exponent)) / exponent;
  }

  #inverse(area: number): number {
    const scaled = Math.max(-1, area * (1 - this.#theta));
    const ratio = Math.abs(scaled) < TINY ? 1 - scaled / 2 : Math.log1p(scaled) / scaled;
    return Math.exp(ratio * area);
  }
}

/** Below it a series of two terms is as exact as a double. */
const TINY = 1e-8;

export class Zipf implements Draws {
  readonly #ranks: ZipfRanks;
  readonly #placing: Placing;

  constructor(random: Random, blocks: number, theta: number, placing: Placing) {
    this.#ranks = new ZipfRanks(random, blocks, theta);
    this.#placing = placing;
  }

  draw(): number {
    return this.#placing.place(this.#ranks.draw());
  }
  rewind(): void {}
}

/** A share of h of the blocks gets a share of 1 - h of the accesses, and so on within it. */
export class ParetoRanks {
  readonly #random: Random;
  readonly #ranks: number;
  readonly #power: number;

  constructor(random: Random, ranks: number, h: number) {
    this.#random = random;
    this.#ranks = ranks;
    this.#power = Math.log(h) / Math.log1p(-h);
  }

  draw(): number {
    return Math.floor(this.#ranks * uniform(this.#random) ** this.#power);
  }
}

export class Pareto implements Draws {
  readonly #ranks: ParetoRanks;
  readonly #placing: Placing;

  constructor(random: Random, blocks: number, h: number, placing: Placing) {
    this.#ranks = new ParetoRanks(random, blocks, h);
    this.#placing = placing;
  }

  draw(): number {
    return this.#placing.place(this.#ranks.draw());
  }
  rewind(): void {}
}

/** Deviation when none is written, in percent: that of the mean of twelve uniform draws. */
const USUAL_DEVIATION = 100 / 12;

/** A bell over the file, cut off at its ends. */
export class Normal implements Draws {
  readonly #random: Random;
  readonly #blocks: number;
  readonly #mean: number;
  readonly #deviation: number;
  /** Normal draws come in pairs; NaN when there is none left. */
  #spare = Number.NaN;

  /** `percent` of the file is the standard deviation. */
  constructor(random: Random, blocks: number, percent: number, centre = 0.5) {
    this.#random = random;
    this.#blocks = blocks;
    this.#mean = blocks * centre;
    this.#deviation = (blocks * (percent || USUAL_DEVIATION)) / 100;
  }

  draw(): number {
    for (;;) {
      const block = Math.floor(this.#mean + this.#deviation * this.#normal());
      if (block >= 0 && block < this.#blocks) return block;
    }
  }

  rewind(): void {
    this.#spare = Number.NaN;
  }

  /** The polar method of Marsaglia (1964). */
  #normal(): number {
    const spare = this.#spare;
    if (!Number.isNaN(spare)) {
      this.#spare = Number.NaN;
      return spare;
    }
    for (;;) {
      const x = 2 * uniform(this.#random) - 1;
      const y = 2 * uniform(this.#random) - 1;
      const square = x * x + y * y;
      if (square >= 1 || square === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = y * scale;
      return x * scale;
    }
  }
}

/** Zones one after another: each has its share of the accesses, evenly within it. */
export class Zoned implements Draws {
  readonly #random: Random;
  /** Shares up to and including each zone; the last is 1. */
  readonly #upTo: Float64Array;
  readonly #starts: Float64Array;
  readonly #lengths: Float64Array;

  /** `ends`: the block behind each zone. One too small for a block has that it begins in. */
  constructor(random: Random, zones: readonly Zone[], ends: readonly number[]) {
    this.#random = random;
    const used = zones.map((zone, i) => ({ ...zone, end: ends[i]!, start: ends[i - 1] ?? 0 }));
    let sum = 0;
    this.#upTo = Float64Array.from(used, ({ share }) => {
      sum += share;
      return sum / 100;
    });
    // What binary fractions lose must not fall behind the last zone that is hit at all.
    this.#upTo.fill(
      1,
      used.findLastIndex(({ share }) => share > 0),
    );
    const last = Math.max(0, ends.at(-1)! - 1);
    this.#starts = Float64Array.from(used, ({ start }) => Math.min(start, last));
    this.#lengths = Float64Array.from(used, ({ start, end }) => Math.max(1, end - start));
  }

  draw(): number {
    const share = uniform(this.#random);
    let zone = 0;
    while (share >= this.#upTo[zone]!) zone++;
    return this.#starts[zone]! + this.#random.below(this.#lengths[zone]!);
  }
  rewind(): void {}
}

/** Blocks in the order given, again and again; with a stride each time further by their span. */
export class Sequence implements Draws {
  #next = 0;
  #moved = 0;
  readonly #stride: number;

  constructor(
    private readonly list: readonly number[],
    private readonly blocks: number,
    stride: boolean,
  ) {
    this.#stride = stride ? Math.max(...list) - Math.min(...list) + 1 : 0;
  }

  /** What lies behind the end goes on at the start. */
  draw(): number {
    const block = (this.list[this.#next]! + this.#moved) % this.blocks;
    if (++this.#next === this.list.length) {
      this.#next = 0;
      this.#moved = (this.#moved + this.#stride) % this.blocks;
    }
    return block;
  }

  rewind(): void {
    this.#next = 0;
    this.#moved = 0;
  }
}

/** Every block alike: for a direction beside another that has a distribution. */
export class Uniform implements Draws {
  constructor(
    private readonly random: Random,
    private readonly blocks: number,
  ) {}

  draw(): number {
    return this.random.below(this.blocks);
  }
  rewind(): void {}
}
