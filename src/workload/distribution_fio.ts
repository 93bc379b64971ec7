/**
 * Distributions by fio's formulas, bit for bit: the same seeds give the same blocks. They are kept
 * with their faults, which natively are not there: the zeta sum of zipf ends at ten million terms,
 * the hash that spreads hot blocks over the file hits no more than 40 % of the blocks where their
 * number is no power of two, and normal is flat over the file. Facts from fio 3.33 and 3.42.
 */
import type { Zone } from "../base/distribution.ts";
import type { Draws } from "./draws.ts";
import { type Random, Taus88 } from "./random.ts";

/** fio sums this many terms at most (ZIPF_MAX_GEN): above, zipf is less skewed than it says. */
const MOST_TERMS = 10_000_000;
/** FRAND32_MAX: what zipf and pareto divide a draw by, so that 1 is reached. */
const MOST_DRAWN = 0xffff_ffff;
const TWO_32 = 0x1_0000_0000;

/** Sums are dear and a job needs each twice, for its warm-up and for itself. */
const sums = new Map<string, number>();

/** Generalised harmonic number, the terms added from the largest on. */
function zeta(blocks: number, theta: number): number {
  const terms = Math.min(blocks, MOST_TERMS);
  const key = `${terms} ${theta}`;
  const known = sums.get(key);
  if (known !== undefined) return known;
  let sum = 0;
  for (let term = 1; term <= terms; term++) sum += (1 / term) ** theta;
  sums.set(key, sum);
  return sum;
}

/** Where in the file a rank goes: fio's hash of 64 bits, an offset, and the remainder. */
class Scatter {
  /** Low and high half of the offset, both below 2^32. */
  readonly #low: number;
  readonly #high: number;
  /** Bits that can stand behind a remainder without leaving the doubles' 53. */
  readonly #step: number;
  readonly #blocks: number;

  constructor(blocks: number, offset: number) {
    this.#blocks = blocks;
    this.#low = offset % TWO_32;
    this.#high = Math.floor(offset / TWO_32);
    this.#step = Math.min(32, 53 - Math.ceil(Math.log2(blocks + 1)));
  }

  /** (rank · 0x61C8864680B583EB + offset) mod 2^64 mod blocks. */
  place(rank: number): number {
    const rankLow = rank >>> 0;
    const rankHigh = (rank / TWO_32) >>> 0;
    // 32 × 32 bits in halves of 16, of which no sum passes 2^53.
    const a = rankLow & 0xffff;
    const b = rankLow >>> 16;
    const middle = a * 0x80b5 + b * 0x83eb;
    const low = a * 0x83eb + (middle & 0xffff) * 0x1_0000 + this.#low;
    const carry = Math.floor(middle / 0x1_0000) + Math.floor(low / TWO_32) + b * 0x80b5;
    const crossed = Math.imul(rankLow, 0x61c8_8646) + Math.imul(rankHigh, 0x80b5_83eb);
    return this.#remainder((carry + crossed + this.#high) >>> 0, low >>> 0);
  }

  /** high · 2^32 + low, a few bits at a time. */
  #remainder(high: number, low: number): number {
    const blocks = this.#blocks;
    const step = this.#step;
    let rest = high % blocks;
    for (let bits = 32; bits > 0; bits -= step) {
      const taken = Math.min(step, bits);
      const digit = (low >>> (bits - taken)) & (taken === 32 ? -1 : (1 << taken) - 1);
      rest = (rest * 2 ** taken + (digit >>> 0)) % blocks;
    }
    return rest;
  }
}

/** What a file's distribution begins with. */
export interface FioSeed {
  readonly blocks: number;
  /** The low 32 bits count. */
  readonly seed: bigint;
  /** From 0 to 1. */
  readonly centre: number | undefined;
  /** Ranks are places, as where files are chosen; else they are hashed over the file. */
  readonly unhashed?: boolean;
}

interface Placing {
  place(rank: number): number;
}

/** Where a rank goes that is not hashed. */
class Shift implements Placing {
  readonly #blocks: number;
  readonly #offset: number;

  constructor(blocks: number, offset: number) {
    this.#blocks = blocks;
    this.#offset = offset;
  }

  place(rank: number): number {
    return (rank + this.#offset) % this.#blocks;
  }
}

function placingOf({ blocks, unhashed }: FioSeed, offset: number): Placing {
  return unhashed === true ? new Shift(blocks, offset) : new Scatter(blocks, offset);
}

/** zipf and pareto begin at a random block, or at the centre. */
function startOf({ blocks, centre }: FioSeed, random: Taus88): number {
  const drawn = random.next();
  return centre === undefined ? drawn : Math.trunc(blocks * centre);
}

/** The approximation of Gray et al. (1994). */
export class FioZipf implements Draws {
  readonly #random: Taus88;
  readonly #scatter: Placing;
  readonly #blocks: number;
  readonly #zeta: number;
  readonly #second: number;
  readonly #alpha: number;
  readonly #eta: number;

  constructor(start: FioSeed, theta: number) {
    const { blocks, seed } = start;
    this.#random = new Taus88(seed);
    this.#scatter = placingOf(start, startOf(start, this.#random));
    this.#blocks = blocks;
    this.#zeta = zeta(blocks, theta);
    this.#second = 1 + 0.5 ** theta;
    this.#alpha = 1 / (1 - theta);
    this.#eta = (1 - (2 / blocks) ** (1 - theta)) / (1 - (1 + 0.5 ** theta) / this.#zeta);
  }

  draw(): number {
    const share = this.#random.next() / MOST_DRAWN;
    const sum = share * this.#zeta;
    if (sum < 1) return this.#scatter.place(0);
    if (sum < this.#second) return this.#scatter.place(1);
    const base = this.#eta * share - this.#eta + 1;
    return this.#scatter.place(Math.trunc(this.#blocks * base ** this.#alpha));
  }

  rewind(): void {}
}

export class FioPareto implements Draws {
  readonly #random: Taus88;
  readonly #scatter: Placing;
  readonly #last: number;
  readonly #power: number;

  constructor(start: FioSeed, h: number) {
    this.#random = new Taus88(start.seed);
    this.#scatter = placingOf(start, startOf(start, this.#random));
    this.#last = start.blocks - 1;
    this.#power = Math.log(h) / Math.log(1 - h);
  }

  draw(): number {
    const share = this.#random.next() / MOST_DRAWN;
    return this.#scatter.place(Math.trunc(this.#last * share ** this.#power));
  }

  rewind(): void {}
}

/** Draws that make one of fio's normal (GAUSS_ITERS). */
const SUMMANDS = 12;

/** The mean of twelve uniform draws, moved a little. */
export class FioNormal implements Draws {
  readonly #random: Taus88;
  readonly #scatter: Placing;
  readonly #blocks: number;
  /** Blocks; fio's "deviation" is how far a uniform draw moves the mean. */
  readonly #spread: number;

  constructor(start: FioSeed, percent: number) {
    const { blocks, seed, centre } = start;
    this.#random = new Taus88(seed);
    // fio keeps the offset in 32 bits without sign, also where the centre makes it negative.
    const offset = centre === undefined ? 0 : Math.trunc(blocks * (centre - 0.5)) >>> 0;
    this.#scatter = placingOf(start, offset);
    this.#blocks = blocks;
    this.#spread = Math.min(Math.ceil((blocks * percent) / 100), Math.floor(blocks / 2));
  }

  draw(): number {
    const random = this.#random;
    let sum = 0;
    for (let i = 0; i < SUMMANDS; i++) sum += random.next() % (this.#blocks + 1);
    let block = Math.floor((sum + SUMMANDS - 1) / SUMMANDS);
    if (this.#spread > 0) {
      let by = random.below(this.#spread) - Math.floor(this.#spread / 2);
      // Below zero is above the end: in fio's C the sum has no sign.
      while (block + by >= this.#blocks || block + by < 0) by = Math.trunc(by / 2);
      block += by;
    }
    return this.#scatter.place(block);
  }

  rewind(): void {}
}

/** Zones by whole percents of the accesses, drawn from 1 to 100. */
export class FioZoned implements Draws {
  readonly #which: Taus88;
  readonly #random: Random;
  readonly #repeats: boolean;
  /** Of each percent: where its zone begins, and its blocks. */
  readonly #starts = new Float64Array(100);
  readonly #lengths = new Float64Array(100);

  /** `spans`: first block and blocks of each zone. `repeats`: every round draws the same zones. */
  constructor(
    which: Taus88,
    random: Random,
    repeats: boolean,
    zones: readonly Zone[],
    spans: readonly (readonly [number, number])[],
  ) {
    this.#which = which;
    this.#random = random;
    this.#repeats = repeats;
    let from = 0;
    let upTo = 0;
    zones.forEach(({ share }, zone) => {
      upTo += share;
      const [start, length] = spans[zone]!;
      this.#starts.fill(start, Math.round(from), Math.round(upTo));
      this.#lengths.fill(length, Math.round(from), Math.round(upTo));
      from = upTo;
    });
  }

  draw(): number {
    const percent = this.#which.below(100);
    return this.#starts[percent]! + this.#random.below(this.#lengths[percent]!);
  }

  rewind(): void {
    if (this.#repeats) this.#which.rewind();
  }
}
