/**
 * random_generator = lfsr: a linear feedback shift register whose states are block numbers, so that
 * every block comes once before any comes again, without a map. fio's register (lfsr.c) and seed.
 * Of its spin there is nothing here: no option of fio sets it.
 */
import { type BlockChoice, NO_BLOCK } from "./choice.ts";

/**
 * Tap positions of a register of maximal length, by its bits; from 3 up to 53, which is all that a
 * file's offsets need (Xilinx XAPP 052, table 3).
 */
const TAPS: Readonly<Record<number, readonly number[]>> = {
  3: [3, 2],
  4: [4, 3],
  5: [5, 3],
  6: [6, 5],
  7: [7, 6],
  8: [8, 6, 5, 4],
  9: [9, 5],
  10: [10, 7],
  11: [11, 9],
  12: [12, 6, 4, 1],
  13: [13, 4, 3, 1],
  14: [14, 5, 3, 1],
  15: [15, 14],
  16: [16, 15, 13, 4],
  17: [17, 14],
  18: [18, 11],
  19: [19, 6, 2, 1],
  20: [20, 17],
  21: [21, 19],
  22: [22, 21],
  23: [23, 18],
  24: [24, 23, 22, 17],
  25: [25, 22],
  26: [26, 6, 2, 1],
  27: [27, 5, 2, 1],
  28: [28, 25],
  29: [29, 27],
  30: [30, 6, 4, 1],
  31: [31, 28],
  32: [32, 31, 29, 1],
  33: [33, 20],
  34: [34, 27, 2, 1],
  35: [35, 33],
  36: [36, 25],
  37: [37, 5, 4, 3, 2, 1],
  38: [38, 6, 5, 1],
  39: [39, 35],
  40: [40, 38, 21, 19],
  41: [41, 38],
  42: [42, 41, 20, 19],
  43: [43, 42, 38, 37],
  44: [44, 43, 18, 17],
  45: [45, 44, 42, 41],
  46: [46, 45, 26, 25],
  47: [47, 42],
  48: [48, 47, 21, 20],
  49: [49, 40],
  50: [50, 49, 24, 23],
  51: [51, 50, 36, 35],
  52: [52, 49],
  53: [53, 52, 38, 37],
};
const FEWEST_BITS = 3;
const TWO_32 = 0x1_0000_0000;

export class Lfsr implements BlockChoice {
  /** The state in two words, and the state it begins with. */
  #low: number;
  #high: number;
  readonly #startLow: number;
  readonly #startHigh: number;
  /** Bits that a step turns over, and the one that comes in at the top. */
  readonly #maskLow: number;
  readonly #maskHigh: number;
  readonly #topLow: number;
  readonly #topHigh: number;
  #left: number;
  /** Nothing was drawn yet. */
  #fresh = true;

  /** `blocks`: how many numbers there are, 2^53 at most. */
  constructor(
    private readonly blocks: number,
    seed: bigint,
    /** Whether it begins again at its end instead of saying so. */
    private readonly repeats: boolean,
  ) {
    const bits = bitsFor(blocks);
    let mask = 0n;
    for (const tap of TAPS[bits]!) mask |= 1n << BigInt(tap - 1);
    const top = 1n << BigInt(bits - 1);
    const all = 2n * top - 1n;
    // The state of all ones never changes; fio refuses the job where the seed is that.
    const start = (seed & all) === all ? 0n : seed & all;
    [this.#maskLow, this.#maskHigh] = words(mask);
    [this.#topLow, this.#topHigh] = words(top);
    [this.#startLow, this.#startHigh] = words(start);
    this.#low = this.#startLow;
    this.#high = this.#startHigh;
    this.#left = blocks;
  }

  /** Of a direction with fewer `choices` than there are blocks, numbers beyond are passed over. */
  draw(choices: number): number {
    for (;;) {
      if (this.#left === 0) {
        if (!this.repeats) return NO_BLOCK;
        this.reset();
      }
      this.#left--;
      if (this.#fresh) this.#skipOne();
      let block = this.#step();
      while (block >= this.blocks) block = this.#step();
      if (block < choices) return block;
    }
  }

  capacity(choices: number): number {
    return this.repeats ? Number.POSITIVE_INFINITY : Math.min(choices, this.blocks);
  }

  reset(): void {
    this.#low = this.#startLow;
    this.#high = this.#startHigh;
    this.#left = this.blocks;
  }

  /** fio's register makes two steps for its first number, and never again. */
  #skipOne(): void {
    this.#fresh = false;
    this.#step();
  }

  /** The next state: shifted down, and turned over at the taps when a zero fell out. */
  #step(): number {
    const low = this.#low;
    const high = this.#high;
    const turn = (low & 1) - 1;
    this.#low = ((low >>> 1) | (high << 31) | this.#topLow) ^ (turn & this.#maskLow);
    this.#high = ((high >>> 1) | this.#topHigh) ^ (turn & this.#maskHigh);
    return (this.#high >>> 0) * TWO_32 + (this.#low >>> 0);
  }
}

/** The fewest bits whose states hold all numbers and the one state that is not used. */
function bitsFor(blocks: number): number {
  let bits = FEWEST_BITS;
  while (2 ** bits <= blocks) bits++;
  return bits;
}

/** Low and high 32 bits, signed. */
function words(value: bigint): [low: number, high: number] {
  return [Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n))];
}
