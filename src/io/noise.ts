/**
 * Random bytes for buffers, fast: four xorshift generators side by side (Marsaglia 2003, shifts 13,
 * 17, 5), one word of each in turn, and a counter that is xored into each (a Weyl sequence, as in
 * his xorwow). Without the counter all would begin again after 2^32 - 1 rounds, and every 64 GiB of
 * a refilled job would be the same; with it after 2^64. Good enough that no device compresses or
 * deduplicates it, not good enough for anything secret. Knows nothing of jobs.
 */

/** Words written a round: one of each lane. */
const LANES = 4;
/** Any odd number would do to part the lanes' seeds; this is 2^32 divided by the golden ratio. */
const STEP = 0x9e37_79b9;
/** The counter's step: odd, so that it comes by every word. */
const WEYL = 362_437;
const TWO_32 = 0x1_0000_0000;

export class Noise {
  /** What a page's number is mixed with for each lane. */
  readonly #keys: Int32Array;
  #a = 0;
  #b = 0;
  #c = 0;
  #d = 0;
  #weyl = 0;

  /** Two 32-bit words; every pair gives streams of its own. It begins as page 0. */
  constructor(high: number, low: number) {
    this.#keys = Int32Array.from({ length: LANES + 1 }, (_, lane) =>
      mix(mix(high + lane * STEP) ^ low),
    );
    this.page(0);
  }

  /** A word of its own, for what else is to differ where the noise does. */
  get key(): number {
    return mix(this.#keys[LANES]!);
  }

  /** Goes to the start of one of 2^53 streams: the same bytes whenever the number is the same. */
  page(number: number): void {
    const keys = this.#keys;
    const low = number | 0;
    const high = mix((number / TWO_32) | 0);
    // Zero is the one state that a xorshift never leaves.
    this.#a = mix(low ^ high ^ keys[0]!) || STEP;
    this.#b = mix(low ^ high ^ keys[1]!) || STEP;
    this.#c = mix(low ^ high ^ keys[2]!) || STEP;
    this.#d = mix(low ^ high ^ keys[3]!) || STEP;
    this.#weyl = mix(low ^ high ^ keys[4]!);
  }

  /** Fills `bytes` bytes, rounded up to 16, from the word `from` on; the array has them. */
  fill(words: Int32Array, bytes: number, from = 0): void {
    const end = from + Math.ceil(bytes / (4 * LANES)) * LANES;
    let a = this.#a | 0;
    let b = this.#b | 0;
    let c = this.#c | 0;
    let d = this.#d | 0;
    let weyl = this.#weyl;
    for (let at = from; at < end; at += LANES) {
      weyl = (weyl + WEYL) | 0;
      a ^= a << 13;
      b ^= b << 13;
      c ^= c << 13;
      d ^= d << 13;
      a ^= a >>> 17;
      b ^= b >>> 17;
      c ^= c >>> 17;
      d ^= d >>> 17;
      a ^= a << 5;
      b ^= b << 5;
      c ^= c << 5;
      d ^= d << 5;
      words[at] = a ^ weyl;
      words[at + 1] = b ^ weyl;
      words[at + 2] = c ^ weyl;
      words[at + 3] = d ^ weyl;
    }
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#d = d;
    this.#weyl = weyl;
  }
}

/** A bijection of 32-bit words that spreads neighbours far apart (MurmurHash3's finalizer). */
export function mix(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85eb_ca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}
