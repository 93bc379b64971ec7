/**
 * Random bytes for buffers, fast: eight xorshift generators side by side (Marsaglia 2003, shifts
 * 13, 17, 5), one word of each in turn, and a counter that is xored into each (a Weyl sequence, as
 * in his xorwow). Without the counter all would begin again after 2^32 - 1 rounds, and every 128
 * GiB of a refilled job would be the same; with it after 2^64. Good enough that no device
 * compresses or deduplicates it, not good enough for anything secret. The rounds are a machine
 * routine where there is one, and the same in JavaScript elsewhere. Knows nothing of jobs.
 */
import { fastNoise, type NoiseFill } from "../../ffi/machine.ts";

/** Words written a round: one of each lane. */
const LANES = 8;
/** Bytes written a round. */
const ROUND = 4 * LANES;
/** Any odd number would do to part the lanes' seeds; this is 2^32 divided by the golden ratio. */
const STEP = 0x9e37_79b9;
/** The counter's step: odd, so that it comes by every word. */
const WEYL = 362_437;
const TWO_32 = 0x1_0000_0000;

export class Noise {
  /** What a page's number is mixed with for each lane, and for the counter. */
  readonly #keys: Int32Array;
  /** The lanes and the counter. */
  readonly #state = new Int32Array(new ArrayBuffer(4 * (LANES + 1)));
  #machine: NoiseFill | undefined;

  /** Two 32-bit words; every pair gives streams of its own. It begins as page 0. */
  constructor(high: number, low: number) {
    this.#keys = Int32Array.from({ length: LANES + 1 }, (_, lane) =>
      mix(mix(high + lane * STEP) ^ low),
    );
    this.page(0);
  }

  /** For one who fills a lot: from now on by the machine routine, which costs a page to have. */
  hasten(routine: NoiseFill | undefined = machine()): this {
    this.#machine = routine;
    return this;
  }

  /** A word of its own, for what else is to differ where the noise does. */
  get key(): number {
    return mix(this.#keys[LANES]!);
  }

  /** Goes to the start of one of 2^53 streams: the same bytes whenever the number is the same. */
  page(number: number): void {
    const keys = this.#keys;
    const state = this.#state;
    const word = (number | 0) ^ mix((number / TWO_32) | 0);
    // Zero is the one state that a xorshift never leaves.
    for (let lane = 0; lane < LANES; lane++) state[lane] = mix(word ^ keys[lane]!) || STEP;
    state[LANES] = mix(word ^ keys[LANES]!);
  }

  /** Fills `bytes` bytes, rounded up to 32, from the word `from` on; no more than the array has. */
  fill(words: Int32Array, bytes: number, from = 0): void {
    const rounds = Math.ceil(bytes / ROUND);
    if (rounds === 0) return;
    const fits = from + rounds * LANES <= words.length;
    if (fits && this.#machine !== undefined) {
      this.#machine(this.#state, words, from * 4, rounds * ROUND);
    } else {
      go(this.#state, words, from, from + rounds * LANES);
    }
  }
}

let routine: NoiseFill | false | undefined;

/** One routine a thread. */
function machine(): NoiseFill | undefined {
  routine ??= fastNoise() ?? false;
  return routine === false ? undefined : routine;
}

/** The rounds themselves, four lanes at a time: as many as there are registers for. */
function go(state: Int32Array, words: Int32Array, from: number, end: number): void {
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  let weyl = state[8]!;
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
    e ^= e << 13;
    f ^= f << 13;
    g ^= g << 13;
    h ^= h << 13;
    e ^= e >>> 17;
    f ^= f >>> 17;
    g ^= g >>> 17;
    h ^= h >>> 17;
    e ^= e << 5;
    f ^= f << 5;
    g ^= g << 5;
    h ^= h << 5;
    words[at + 4] = e ^ weyl;
    words[at + 5] = f ^ weyl;
    words[at + 6] = g ^ weyl;
    words[at + 7] = h ^ weyl;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
  state[4] = e;
  state[5] = f;
  state[6] = g;
  state[7] = h;
  state[8] = weyl;
}

/** A bijection of 32-bit words that spreads neighbours far apart (MurmurHash3's finalizer). */
export function mix(word: number): number {
  let mixed = word ^ (word >>> 16);
  mixed = Math.imul(mixed, 0x85eb_ca6b);
  mixed ^= mixed >>> 13;
  mixed = Math.imul(mixed, 0xc2b2_ae35);
  return mixed ^ (mixed >>> 16);
}
