/**
 * From a rank to a place in the file, every rank to a place of its own: how often which blocks are
 * hit says a distribution, which blocks these are says this file. Either all over the file, or
 * around a centre.
 */

export interface Placing {
  /** The block of a rank; a bijection of 0 to blocks - 1. */
  place(rank: number): number;
}

/** Rounds of the network: with three it is a good permutation (Luby and Rackoff 1988), one more. */
const ROUNDS = 4;

/**
 * Ranks all over the file: a Feistel network over the next power of two, gone through again as long
 * as the result lies beyond the file, which is less than twice on average.
 */
export class Scattered implements Placing {
  readonly #blocks: number;
  /** Values of the two halves: powers of two, at most 2^27. */
  readonly #low: number;
  readonly #high: number;
  readonly #keys: Int32Array;

  /** The same blocks and key give the same places. */
  constructor(blocks: number, key: number) {
    this.#blocks = blocks;
    const bits = Math.ceil(Math.log2(Math.max(2, blocks)));
    this.#low = 2 ** (bits >> 1);
    this.#high = 2 ** (bits - (bits >> 1));
    this.#keys = Int32Array.from({ length: ROUNDS }, (_, round) => mix(key + round, 0x9e37_79b9));
  }

  place(rank: number): number {
    let block = rank;
    do block = this.#once(block);
    while (block >= this.#blocks);
    return block;
  }

  #once(value: number): number {
    const low = this.#low;
    const keys = this.#keys;
    const lowMask = low - 1;
    const highMask = this.#high - 1;
    let high = Math.floor(value / low) | 0;
    let rest = (value - high * low) | 0;
    for (let round = 0; round < ROUNDS; round += 2) {
      rest ^= mix(high, keys[round]!) & lowMask;
      high ^= mix(rest, keys[round + 1]!) & highMask;
    }
    return high * low + rest;
  }
}

/** A word that depends on every bit of both: the finalizer of MurmurHash3. */
function mix(value: number, key: number): number {
  let word = (value ^ key) | 0;
  word = Math.imul(word ^ (word >>> 16), 0x85eb_ca6b);
  word = Math.imul(word ^ (word >>> 13), 0xc2b2_ae35);
  return word ^ (word >>> 16);
}

/** The first rank at the centre, the others to its right and left in turn. */
export class Centred implements Placing {
  readonly #centre: number;
  /** Ranks that have room on both sides. */
  readonly #both: number;
  /** Whether what is left over lies to the right. */
  readonly #right: boolean;

  /** `centre`: from 0 to 1. */
  constructor(blocks: number, centre: number) {
    this.#centre = Math.min(blocks - 1, Math.floor(blocks * centre));
    const right = blocks - 1 - this.#centre;
    this.#right = right > this.#centre;
    this.#both = 2 * Math.min(right, this.#centre);
  }

  place(rank: number): number {
    const centre = this.#centre;
    const away = Math.ceil(rank / 2);
    if (rank <= this.#both) return rank % 2 === 1 ? centre + away : centre - away;
    const beyond = rank - this.#both / 2;
    return this.#right ? centre + beyond : centre - beyond;
  }
}
