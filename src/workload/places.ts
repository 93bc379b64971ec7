/**
 * Where in one file the next unit goes: sequential, or random with a map or without. A place knows
 * its region and its blocks; it knows nothing of other files, of limits or of when a round ends.
 * Everything is indexed by direction.
 */
import { type BlockChoice, NO_BLOCK } from "./choice.ts";
import type { Coverage } from "./coverage.ts";
import type { Random } from "./random.ts";

/** `pick` when the file has nothing left in this round. */
export const NONE_LEFT = -1;

export interface Place {
  /** Offset in bytes from the start of the file, or NONE_LEFT. */
  pick(direction: number): number;
  /** Bytes of the unit just picked. */
  readonly length: number;
  /** Units of this direction alone that a round has; Infinity where it never runs out. */
  capacity(direction: number): number;
  /** A new round over the file. */
  reset(): void;
}

/** Part of a file: the job works in [start, start + length), the file has `end` bytes. */
export interface Region {
  readonly start: number;
  readonly length: number;
  readonly end: number;
}

/** Block after block, each direction from a position of its own. */
export class SequentialPlace implements Place {
  length = 0;
  /** Where each direction stands, from the region's start. */
  readonly #next = new Float64Array(3);
  readonly #region: Region;
  readonly #blocks: Float64Array;
  readonly #wraps: boolean;

  /** `wraps`: a direction that reaches the end begins again without waiting for the round's end. */
  constructor(region: Region, blocks: Float64Array, wraps: boolean) {
    this.#region = region;
    this.#blocks = blocks;
    this.#wraps = wraps;
  }

  /**
   * A last block that is cut by the region's end is taken whole where the file has it, and is not
   * there where the file ends too: fio's rule.
   */
  pick(direction: number): number {
    const { start, length, end } = this.#region;
    const block = this.#blocks[direction]!;
    let at = this.#next[direction]!;
    if (at >= length) {
      if (!this.#wraps) return NONE_LEFT;
      at = 0;
    }
    if (start + at + block > end) return NONE_LEFT;
    this.#next[direction] = at + block;
    this.length = block;
    return start + at;
  }

  capacity(direction: number): number {
    const { start, length, end } = this.#region;
    const block = this.#blocks[direction]!;
    const whole = Math.floor(length / block);
    const cut = whole * block < length;
    const fits = start + (whole + 1) * block <= end;
    if (this.#wraps && (!cut || fits)) return Number.POSITIVE_INFINITY;
    return cut && fits ? whole + 1 : whole;
  }

  reset(): void {
    this.#next.fill(0);
  }
}

/** Any aligned block at any time, some twice and some never: norandommap. */
export class UnmappedPlace implements Place {
  length = 0;
  readonly #start: number;
  readonly #blocks: Float64Array;
  readonly #aligns: Float64Array;
  /** Aligned offsets a block can have. */
  readonly #choices: Float64Array;
  readonly #choice: BlockChoice;

  constructor(region: Region, blocks: Float64Array, aligns: Float64Array, choice: BlockChoice) {
    this.#start = region.start;
    this.#blocks = blocks;
    this.#aligns = aligns;
    this.#choices = blocks.map((block, direction) => choices(region, block, aligns[direction]!));
    this.#choice = choice;
  }

  pick(direction: number): number {
    this.length = this.#blocks[direction]!;
    const block = this.#choice.draw(this.#choices[direction]!, direction);
    if (block === NO_BLOCK) return NONE_LEFT;
    return this.#start + block * this.#aligns[direction]!;
  }

  capacity(direction: number): number {
    return this.#choice.capacity(this.#choices[direction]!);
  }

  reset(): void {
    this.#choice.reset();
  }
}

/** Aligned offsets at which a block lies whole in the region; fio's last_block (io_u.c). */
export function choices({ length }: Region, block: number, align: number): number {
  return Math.floor((length - Math.max(0, block - align)) / align);
}

/** Every block once a round. Blocks of two sizes share a map of the grain that divides both. */
export class MappedPlace implements Place {
  length = 0;
  readonly #start: number;
  readonly #blocks: Float64Array;
  readonly #choices: Float64Array;
  /** Grains a block has. */
  readonly #spans: Float64Array;
  readonly #random: Random;
  readonly #map: Coverage;
  readonly #grain: number;
  readonly #repeats: boolean;

  /** `repeats`: a file whose blocks were all visited begins again without the others. */
  constructor(
    region: Region,
    blocks: Float64Array,
    random: Random,
    map: Coverage,
    grain: number,
    repeats: boolean,
  ) {
    this.#start = region.start;
    this.#blocks = blocks;
    this.#choices = blocks.map((block) => Math.floor(region.length / block));
    this.#spans = blocks.map((block) => block / grain);
    this.#random = random;
    this.#map = map;
    this.#grain = grain;
    this.#repeats = repeats;
  }

  /** A block of several grains is cut short where it meets one that was visited, as fio does it. */
  pick(direction: number): number {
    const map = this.#map;
    const span = this.#spans[direction]!;
    const drawn = this.#random.below(this.#choices[direction]!);
    let grain = map.take(drawn * span);
    if (grain < 0) {
      if (!this.#repeats) return NONE_LEFT;
      map.reset();
      grain = map.take(this.#random.below(this.#choices[direction]!) * span);
    }
    const block = this.#blocks[direction]!;
    this.length = span === 1 ? block : (1 + map.takeRun(grain + 1, span - 1)) * this.#grain;
    return this.#start + grain * this.#grain;
  }

  capacity(direction: number): number {
    return this.#repeats ? Number.POSITIVE_INFINITY : this.#choices[direction]!;
  }

  reset(): void {
    this.#map.reset();
  }
}

/** Most blocks of a `BlockPlace`: their numbers fit a signed 32-bit word. */
export const MOST_SMALL_BLOCKS = 2 ** 31 - 1;

/** The `MappedPlace` of nearly every job: one block size, and a map that is small. */
export class BlockPlace implements Place {
  readonly length: number;
  readonly #start: number;
  readonly #random: Random;
  readonly #map: Coverage;
  readonly #blocks: number;
  readonly #repeats: boolean;

  /** `repeats`: a file whose blocks were all visited begins again without the others. */
  constructor(region: Region, block: number, random: Random, map: Coverage, repeats: boolean) {
    this.length = block;
    this.#start = region.start;
    this.#random = random;
    this.#map = map;
    this.#blocks = map.blocks;
    this.#repeats = repeats;
  }

  pick(): number {
    const map = this.#map;
    let block = map.takeSmall(this.#random.below(this.#blocks));
    if (block < 0) {
      if (!this.#repeats) return NONE_LEFT;
      map.reset();
      block = map.takeSmall(this.#random.below(this.#blocks));
    }
    return this.#start + block * this.length;
  }

  capacity(): number {
    return this.#repeats ? Number.POSITIVE_INFINITY : this.#blocks;
  }

  reset(): void {
    this.#map.reset();
  }
}
