/**
 * What the buffers of writes hold, as objects that the loop calls before a unit is queued. One for
 * each way; which one a job gets is decided in `buffers.ts`.
 */
import { READ, WRITE } from "../base/direction.ts";
import { repeat } from "../base/filling.ts";
import type { Noise } from "./noise.ts";
import type { Units } from "./units.ts";

export interface BufferFiller {
  /** Called when a unit's direction, offset and length are known, before it is queued. */
  fill(unit: number): void;
}

/** Buffers stay as they are. */
export class Untouched implements BufferFiller {
  fill(): void {}
}

/** refill_buffers: new random bytes for every write. */
export class Refilling implements BufferFiller {
  constructor(
    private readonly units: Units,
    private readonly rows: readonly Int32Array[],
    private readonly noise: Noise,
  ) {}

  fill(unit: number): void {
    const { units } = this;
    if (units.direction[unit] !== WRITE) return;
    this.noise.fill(this.rows[unit]!, units.length[unit]!);
  }
}

/** Eight-byte words of 512 bytes, the piece that is made unique; and of a cache line. */
const PIECE = 64;
const LINE = 8;
const LINES = PIECE / LINE;
/** Where in its line the mark lies. */
const MARK = 6;

/**
 * A whole number times this is a double whose eight bytes are that number, for every number below
 * 2^53: what is below 2^52 are the subnormal doubles, spaced by the smallest of them.
 */
const AS_BITS = Number.MIN_VALUE;

/**
 * scramble_buffers: a little of each 512 bytes differs in every write. One of the piece's eight
 * cache lines gets the piece's offset at its start, as in fio, and a mark at its end. fio's mark is
 * the time; here it is 63 bits of the job's own and a count of its writes, which costs no clock and
 * cannot come twice. All are stored as doubles, eight bytes at a time, and none is a NaN, whose
 * bits the compiler may change: 40 % less time than words of four bytes on two lines.
 */
export class Scrambling implements BufferFiller {
  #writes = 0;
  readonly #own: number;

  constructor(
    private readonly units: Units,
    private readonly rows: readonly Float64Array[],
    /** Two words that no other job of this or another run has. */
    own: readonly [number, number],
  ) {
    this.#own = markOf(own);
  }

  fill(unit: number): void {
    const { units } = this;
    if (units.direction[unit] !== WRITE) return;
    const row = this.rows[unit]!;
    const own = this.#own;
    const count = this.#writes + 1;
    this.#writes = count;
    const line = (count % LINES) * LINE;
    const end = line + Math.floor(units.length[unit]! / 512) * PIECE;
    let offset = units.offset[unit]! * AS_BITS;
    for (let at = line; at < end; at += PIECE) {
      row[at] = offset;
      row[at + MARK] = own;
      row[at + MARK + 1] = count;
      offset += 512 * AS_BITS;
    }
  }
}

/** A number with these 64 bits but one, the highest of the exponent: no NaN has it off. */
export function markOf([low, high]: readonly [number, number]): number {
  const words = Int32Array.of(low, high & ~0x4000_0000);
  return new Float64Array(words.buffer)[0]!;
}

/**
 * zero_buffers and buffer_pattern in a job that also reads: a buffer that a read has been in gets
 * its contents back before it is written.
 */
export class Restoring implements BufferFiller {
  readonly #dirty: Uint8Array;

  constructor(
    private readonly units: Units,
    private readonly rows: readonly Uint8Array[],
    private readonly contents: Uint8Array,
  ) {
    this.#dirty = new Uint8Array(units.depth);
  }

  fill(unit: number): void {
    const direction = this.units.direction[unit]!;
    if (direction === READ) this.#dirty[unit] = 1;
    if (direction !== WRITE || this.#dirty[unit] === 0) return;
    this.#dirty[unit] = 0;
    repeat(this.rows[unit]!, this.contents);
  }
}
