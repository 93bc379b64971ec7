/**
 * Random numbers of a job, bit for bit those of fio: L'Ecuyer's combined Tausworthe generators
 * taus88 (32 bits) and taus258 (64 bits), fio's way of seeding them, and its way of making a block
 * number or a percentage of a draw. The same job visits the same blocks in the same order under
 * both programs. Knows nothing of files or blocks; `streams.ts` says who gets which seed.
 */

/** A stream of draws. */
export interface Random {
  /**
   * floor(count · draw / 2^bits), from 0 to count - 1. In double arithmetic, as fio does it: of a
   * million draws over 2^37 blocks five differ from the exact product, below 2^21 blocks none.
   */
  below(count: number): number;
  /** A draw as it is, from 0 to `span` - 1; above 2^53 rounded to a double. */
  next(): number;
  /** How many different draws there are: 2^32 or 2^64. */
  readonly span: number;
  /** The next draw is the first one again. */
  rewind(): void;
}

const TWO_32 = 0x1_0000_0000;
const PART_OF_32 = 1 / TWO_32;
const PART_OF_64 = PART_OF_32 * PART_OF_32;
/** Draws that are thrown away after seeding. */
const WARM_UP = 6;
/** Start of the seeding chain. In fio's C the three powers are XORs: 2^31 is 29, and so on. */
const CHAIN_START = 53;

/** Three 32-bit words, 32 bits a draw, period about 2^88. */
export class Taus88 implements Random {
  readonly span = TWO_32;
  #s1: number;
  #s2: number;
  #s3: number;
  /** The words after warm-up. */
  readonly #start: readonly [number, number, number];

  /** Takes the low 32 bits of the seed. */
  constructor(seed: bigint) {
    const low = Number(seed & 0xffff_ffffn);
    this.#s1 = link32(CHAIN_START, low, 1);
    this.#s2 = link32(this.#s1, low, 7);
    this.#s3 = link32(this.#s2, low, 15);
    for (let draw = 0; draw < WARM_UP; draw++) this.next();
    this.#start = [this.#s1, this.#s2, this.#s3];
  }

  rewind(): void {
    this.#s1 = this.#start[0];
    this.#s2 = this.#start[1];
    this.#s3 = this.#start[2];
  }

  /** A draw, from 0 to 2^32 - 1. */
  next(): number {
    const s1 = this.#s1;
    const s2 = this.#s2;
    const s3 = this.#s3;
    this.#s1 = ((s1 & -2) << 12) ^ (((s1 << 13) ^ s1) >>> 19);
    this.#s2 = ((s2 & -8) << 4) ^ (((s2 << 2) ^ s2) >>> 25);
    this.#s3 = ((s3 & -16) << 17) ^ (((s3 << 3) ^ s3) >>> 11);
    return (this.#s1 ^ this.#s2 ^ this.#s3) >>> 0;
  }

  below(count: number): number {
    return Math.floor(count * (this.next() * PART_OF_32));
  }
}

/** One step of the seeding chain: a linear congruence, never below the component's least seed. */
function link32(previous: number, seed: number, least: number): number {
  const value = (Math.imul(previous, 69069) ^ seed) >>> 0;
  return (value < least ? value + least : value) | 0;
}

/** Each word's smallest seed: below it the component would be stuck at zero. */
const LEAST_SEEDS = [1n, 7n, 15n, 33n, 49n];

/** Five 64-bit words, 64 bits a draw, period about 2^258: for files of more than 2^32 blocks. */
export class Taus258 implements Random {
  readonly span = TWO_32 * TWO_32;
  /** Low and high half of each word. */
  readonly #halves = new Int32Array(10);
  /** The words after warm-up. */
  readonly #start: Int32Array;
  /** The draw that `#turn` gathers. */
  #low = 0;
  #high = 0;

  constructor(seed: bigint) {
    let previous = BigInt(CHAIN_START);
    LEAST_SEEDS.forEach((least, word) => {
      previous = link64(previous, seed, least);
      this.#halves[2 * word] = Number(BigInt.asIntN(32, previous));
      this.#halves[2 * word + 1] = Number(BigInt.asIntN(32, previous >> 32n));
    });
    for (let draw = 0; draw < WARM_UP; draw++) this.next();
    this.#start = this.#halves.slice();
  }

  rewind(): void {
    this.#halves.set(this.#start);
  }

  /** A draw, from 0 to 2^64 - 1, rounded to a double. */
  next(): number {
    this.#low = 0;
    this.#high = 0;
    this.#turn(0, 1, 53, 10, 1);
    this.#turn(2, 24, 50, 5, 9);
    this.#turn(4, 3, 23, 29, 12);
    this.#turn(6, 5, 24, 23, 17);
    this.#turn(8, 3, 33, 8, 23);
    return (this.#high >>> 0) * TWO_32 + (this.#low >>> 0);
  }

  below(count: number): number {
    const block = Math.floor(count * (this.next() * PART_OF_64));
    // The largest draws round up to 2^64.
    return block < count ? block : count - 1;
  }

  /** s = ((s with its low `clear` bits zero) << d) ^ (((s << a) ^ s) >> b), all below 2^64. */
  #turn(at: number, a: number, b: number, d: number, clear: number): void {
    const halves = this.#halves;
    const low = halves[at]!;
    const high = halves[at + 1]!;
    const mixedLow = (low << a) ^ low;
    const mixedHigh = ((high << a) | (low >>> (32 - a))) ^ high;
    const shifts = b < 32;
    const rightLow = shifts ? (mixedLow >>> b) | (mixedHigh << (32 - b)) : mixedHigh >>> (b - 32);
    const rightHigh = shifts ? mixedHigh >>> b : 0;
    const kept = low & (-1 << clear);
    const nextLow = (kept << d) ^ rightLow;
    const nextHigh = ((high << d) | (kept >>> (32 - d))) ^ rightHigh;
    halves[at] = nextLow;
    halves[at + 1] = nextHigh;
    this.#low ^= nextLow;
    this.#high ^= nextHigh;
  }
}

/** As `link32`, in 64 bits. */
function link64(previous: bigint, seed: bigint, least: bigint): bigint {
  const value = BigInt.asUintN(64, previous * 6_906_969_069n) ^ seed;
  return value < least ? value + least : value;
}
