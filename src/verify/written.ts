/**
 * Who wrote what last: one record for each grain of a target, so that random writes that come
 * again, blocks of several sizes and a run that was cut short are read back for what they are. A
 * grain is the largest piece that all blocks and their places are multiples of. Fourteen bytes a
 * grain, in memory that costs nothing until it is touched. Knows offsets, not what lies there.
 */

/** What is known of a grain. */
export const UNTOUCHED = 0;
/** A write or trim of it is on its way. */
export const FLYING = 1;
export const WRITTEN = 2;
export const TRIMMED = 3;
/** A write of it failed: it may hold anything. */
export const UNKNOWN = 4;

/** Bytes a grain takes. */
export const GRAIN_BYTES = 14;

const TWO_32 = 0x1_0000_0000;

/** The columns of the records, each as long as there are grains. */
export interface WrittenMemory {
  readonly state: Uint8Array;
  /** Number of the write, in a low and a high part (2^40 writes). */
  readonly sequence: Uint32Array;
  readonly sequenceHigh: Uint8Array;
  readonly seedLow: Uint32Array;
  readonly seedHigh: Uint32Array;
}

/** Where the columns lie in `GRAIN_BYTES * grains` bytes; `at` gives a view of a part of them. */
export function layOutColumns(
  grains: number,
  at: (offset: number, bytes: number) => ArrayBuffer,
): WrittenMemory {
  const words = grains * 4;
  return {
    sequence: new Uint32Array(at(0, words)),
    seedLow: new Uint32Array(at(words, words)),
    seedHigh: new Uint32Array(at(2 * words, words)),
    state: new Uint8Array(at(3 * words, grains)),
    sequenceHigh: new Uint8Array(at(3 * words + grains, grains)),
  };
}

/** Stretch of a target that one write left, or one trim; found by `Written.find`. */
export class Run {
  offset = 0;
  length = 0;
  /** WRITTEN or TRIMMED. */
  state = UNTOUCHED;
  sequence = 0;
  seedLow = 0;
  seedHigh = 0;
}

export class Written {
  readonly #memory: WrittenMemory;

  constructor(
    memory: WrittenMemory,
    /** Offset of the first grain in the file. */
    private readonly start: number,
    private readonly grain: number,
    private readonly grains: number,
  ) {
    this.#memory = memory;
  }

  /** Whether any part of the stretch is on its way. */
  busy(offset: number, length: number): boolean {
    const { state } = this.#memory;
    const end = this.#end(offset, length);
    for (let at = this.#at(offset); at < end; at++) if (state[at] === FLYING) return true;
    return false;
  }

  /** A write of the stretch is on its way. */
  begin(offset: number, length: number, sequence: number, seedLow: number, seedHigh: number): void {
    const memory = this.#memory;
    const high = Math.floor(sequence / TWO_32);
    const end = this.#end(offset, length);
    for (let at = this.#at(offset); at < end; at++) {
      memory.state[at] = FLYING;
      memory.sequence[at] = sequence;
      memory.sequenceHigh[at] = high;
      memory.seedLow[at] = seedLow;
      memory.seedHigh[at] = seedHigh;
    }
  }

  /** It has come to its end: what the stretch is now. */
  end(offset: number, length: number, state: number): void {
    this.#memory.state.fill(state, this.#at(offset), this.#end(offset, length));
  }

  /** Nothing of it is written. */
  clear(): void {
    this.#memory.state.fill(UNTOUCHED);
  }

  /** State of the grain at an offset. */
  stateAt(offset: number): number {
    return this.#memory.state[this.#at(offset)]!;
  }

  /**
   * The first stretch at `from` or behind it that was written or trimmed, of one write and of at
   * most `most` bytes; false when there is none.
   */
  find(from: number, most: number, run: Run): boolean {
    const memory = this.#memory;
    const { state } = memory;
    let first = Math.max(0, this.#at(from));
    while (first < this.grains && state[first] !== WRITTEN && state[first] !== TRIMMED) first++;
    if (first >= this.grains) return false;
    this.#read(first, run);
    const longest = Math.max(1, Math.floor(most / this.grain));
    let last = first + 1;
    while (last < this.grains && last - first < longest && this.#same(first, last)) last++;
    run.offset = this.start + first * this.grain;
    run.length = (last - first) * this.grain;
    return true;
  }

  /** What was written at an offset, for whoever found something else there. */
  at(offset: number, run: Run): void {
    this.#read(this.#at(offset), run);
    run.offset = offset;
    run.length = this.grain;
  }

  #read(at: number, run: Run): void {
    const memory = this.#memory;
    run.state = memory.state[at]!;
    run.sequence = memory.sequence[at]! + memory.sequenceHigh[at]! * TWO_32;
    run.seedLow = memory.seedLow[at]!;
    run.seedHigh = memory.seedHigh[at]!;
  }

  #same(a: number, b: number): boolean {
    const { state, sequence, sequenceHigh } = this.#memory;
    return (
      state[a] === state[b] && sequence[a] === sequence[b] && sequenceHigh[a] === sequenceHigh[b]
    );
  }

  #at(offset: number): number {
    return Math.floor((offset - this.start) / this.grain);
  }

  #end(offset: number, length: number): number {
    return Math.min(this.grains, Math.ceil((offset + length - this.start) / this.grain));
  }
}
