/**
 * What a verified block holds besides headers: bytes that follow from its seed and its place, so
 * that whoever finds something else can make them again; or a pattern. A piece is what lies between
 * two headers, and is made without the pieces around it.
 */
import { fillPattern, type Pattern } from "../base/filling.ts";
import { mix, Noise } from "../io/noise.ts";
import type { Row } from "./row.ts";

export interface Content {
  /** Fills row[from, to), which goes to `offset` of the file; 15 bytes behind `to` may change. */
  fill(row: Row, from: number, to: number, offset: number, seedLow: number, seedHigh: number): void;
}

const TWO_32 = 0x1_0000_0000;
/** Keys of the noise: any two words, the same for ever, so that old files can be made again. */
const KEY_HIGH = 0x6661_7468;
const KEY_LOW = 0x6f6d_7631;

/** Random bytes of a seed and a place. */
export class SeededNoise implements Content {
  readonly #noise = new Noise(KEY_HIGH, KEY_LOW);
  /** Where a piece is made that begins between two words; empty until there is one. */
  #aside = new Int32Array(0);

  fill(row: Row, from: number, to: number, offset: number, seedLow: number, seedHigh: number) {
    const place = mix((offset % TWO_32) ^ mix(Math.floor(offset / TWO_32)));
    const low = (seedLow ^ place) >>> 0;
    const high = (mix(seedHigh) ^ place) >>> 11;
    this.#noise.page(high * TWO_32 + low);
    if ((from & 3) === 0) this.#noise.fill(row.words, to - from, from >>> 2);
    else this.#fillAside(row, from, to);
  }

  #fillAside(row: Row, from: number, to: number): void {
    const words = Math.ceil((to - from) / 16) * 4;
    if (this.#aside.length < words) this.#aside = new Int32Array(words);
    this.#noise.fill(this.#aside, to - from);
    row.bytes.set(new Uint8Array(this.#aside.buffer, 0, to - from), from);
  }
}

/** The pattern, begun anew in every piece, with the piece's offset for %o. */
export class PatternContent implements Content {
  constructor(
    private readonly pattern: Pattern,
    /** Bytes after which the pattern begins again; 0 for the piece's end. */
    private readonly every: number,
  ) {}

  fill(row: Row, from: number, to: number, offset: number): void {
    fillAnew(row.bytes, from, to, this.pattern, offset, this.every);
  }
}

/**
 * The pattern alone, begun anew in every block: where the block began is what stands for its seed,
 * so that a part of it can be made without the rest.
 */
export class BlockPattern implements Content {
  constructor(
    private readonly pattern: Pattern,
    private readonly every: number,
  ) {}

  fill(row: Row, from: number, to: number, offset: number, seedLow: number, seedHigh: number) {
    const { pattern, every } = this;
    const start = seedLow + seedHigh * TWO_32;
    if (start === offset) {
      fillAnew(row.bytes, from, to, pattern, offset, every);
      return;
    }
    const before = offset - start;
    const whole = new Uint8Array(before + to - from);
    fillAnew(whole, 0, whole.length, pattern, start, every);
    row.bytes.set(whole.subarray(before), from);
  }
}

function fillAnew(
  into: Uint8Array,
  from: number,
  to: number,
  pattern: Pattern,
  offset: number,
  every: number,
): void {
  const step = every === 0 ? to - from : every;
  for (let at = from; at < to; at += step) {
    fillPattern(into, pattern, offset + at - from, at, Math.min(to, at + step));
  }
}
