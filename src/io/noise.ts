/**
 * Random bytes for buffers, fast: four xorshift generators side by side (Marsaglia 2003, shifts 13,
 * 17, 5), one word of each in turn. Good enough that no device compresses or deduplicates it, not
 * good enough for anything secret. Knows nothing of jobs.
 */

/** Words written a round: one of each lane. */
const LANES = 4;
/** Any odd number would do to part the lanes' seeds; this is 2^32 divided by the golden ratio. */
const STEP = 0x9e37_79b9;

export class Noise {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** Two 32-bit words; every pair gives a stream of its own. */
  constructor(high: number, low: number) {
    let state = mix(high) ^ low;
    const lane = (): number => {
      state = (state + STEP) | 0;
      // Zero is the one state that a xorshift never leaves.
      return mix(state) || STEP | 0;
    };
    this.#a = lane();
    this.#b = lane();
    this.#c = lane();
    this.#d = lane();
  }

  /** Fills the first `bytes` bytes, rounded up to 16; the array has them. */
  fill(words: Int32Array, bytes: number): void {
    const end = Math.ceil(bytes / (4 * LANES)) * LANES;
    let a = this.#a;
    let b = this.#b;
    let c = this.#c;
    let d = this.#d;
    for (let at = 0; at < end; at += LANES) {
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
      words[at] = a;
      words[at + 1] = b;
      words[at + 2] = c;
      words[at + 3] = d;
    }
    this.#a = a;
    this.#b = b;
    this.#c = c;
    this.#d = d;
  }
}

/** A bijection of 32-bit words that spreads neighbours far apart (MurmurHash3's finalizer). */
function mix(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85eb_ca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}
