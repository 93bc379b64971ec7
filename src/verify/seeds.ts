/**
 * The seeds of blocks. A seed goes into the header and decides the block's data. fathom's follow
 * from the number of the write, so that no two are alike; fio's are drawn one after the other, so
 * that a job that reads in the same order knows them.
 */
import { mix } from "../io/noise.ts";

export interface Seeds {
  /** The seed of the last `next`, in two words. */
  readonly low: number;
  readonly high: number;
  /** `offset` is where the block goes. */
  next(sequence: number, offset: number): void;
  /** A new pass: seeds that repeat begin again. */
  restart(): void;
}

const TWO_32 = 0x1_0000_0000;

export class NumberedSeeds implements Seeds {
  low = 0;
  high = 0;

  /** Two words that no other job of the run has. */
  constructor(
    private readonly ownLow: number,
    private readonly ownHigh: number,
  ) {}

  next(sequence: number): void {
    this.low = mix(mix(sequence | 0) ^ this.ownLow) >>> 0;
    this.high = mix(mix(Math.floor(sequence / TWO_32) ^ this.low) ^ this.ownHigh) >>> 0;
  }

  restart(): void {}
}

/** fio's: the product of two draws of 32 bits (fill_random_buf). */
export class DrawnSeeds implements Seeds {
  low = 0;
  high = 0;

  /** `draw` gives the next 32 bits of the stream FIO_RAND_VER; `rewind` begins it again. */
  constructor(
    private readonly draw: () => number,
    private readonly rewind: (() => void) | undefined,
  ) {}

  restart(): void {
    this.rewind?.();
  }

  next(): void {
    const a = this.draw();
    const b = this.draw();
    const low = (a & 0xffff) * (b >>> 16) + (a >>> 16) * (b & 0xffff);
    const product = (a & 0xffff) * (b & 0xffff) + (low % 0x1_0000) * 0x1_0000;
    this.low = product >>> 0;
    this.high =
      ((a >>> 16) * (b >>> 16) + Math.floor(low / 0x1_0000) + Math.floor(product / TWO_32)) >>> 0;
  }
}

/** Of blocks without headers: where the block begins, which its pattern depends on. */
export class PlaceSeeds implements Seeds {
  low = 0;
  high = 0;

  next(_sequence: number, offset: number): void {
    this.low = offset % TWO_32;
    this.high = Math.floor(offset / TWO_32);
  }

  restart(): void {}
}
