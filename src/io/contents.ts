/**
 * What the buffers of writes hold, as objects that the loop calls before a unit is queued. One for
 * each way; which one a job gets is decided in `buffers.ts`.
 */
import { READ, WRITE } from "../base/direction.ts";
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

/** Words of 512 bytes, the piece that is made unique; of a cache line; and where the mark lies. */
const PIECE = 128;
const LINE = 16;
const LINES = PIECE / LINE;
const MARK = 12;
const TWO_32 = 0x1_0000_0000;

/**
 * scramble_buffers: a little of each 512 bytes differs in every write. As fio does it, the piece's
 * offset goes to the start of one of its eight cache lines and a mark to bytes 48 to 63. fio's mark
 * is the time; here it is 64 bits of the job's own and a count of its writes, which costs no clock
 * and cannot come twice.
 */
export class Scrambling implements BufferFiller {
  #writesLow = 0;
  #writesHigh = 0;

  constructor(
    private readonly units: Units,
    private readonly rows: readonly Int32Array[],
    /** Two words that no other job of this or another run has. */
    private readonly own: Int32Array,
  ) {}

  fill(unit: number): void {
    const { units } = this;
    if (units.direction[unit] !== WRITE) return;
    const words = this.rows[unit]!;
    const offset = units.offset[unit]!;
    const ownLow = this.own[0]!;
    const ownHigh = this.own[1]!;
    const count = (this.#writesLow + 1) | 0;
    if (count === 0) this.#writesHigh++;
    this.#writesLow = count;
    const countHigh = this.#writesHigh;
    const line = (count & (LINES - 1)) * LINE;
    let low = offset | 0;
    let high = (offset / TWO_32) | 0;
    const end = Math.floor(units.length[unit]! / 512) * PIECE;
    for (let at = 0; at < end; at += PIECE) {
      words[at + line] = low;
      words[at + line + 1] = high;
      words[at + MARK] = ownLow;
      words[at + MARK + 1] = ownHigh;
      words[at + MARK + 2] = count;
      words[at + MARK + 3] = countHigh;
      low = (low + 512) | 0;
      if (low >= 0 && low < 512) high++;
    }
  }
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

/** Fills the bytes with the pattern, over and over from their start. */
export function repeat(bytes: Uint8Array, pattern: Uint8Array): void {
  bytes.set(pattern.subarray(0, bytes.length));
  for (let done = pattern.length; done < bytes.length; done *= 2) {
    bytes.copyWithin(done, 0, Math.min(done, bytes.length - done));
  }
}
