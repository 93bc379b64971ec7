/**
 * The place of jobs whose units are not all alike: lengths that are drawn, a share of random units
 * that go on in order, a new random place only every so many units, places passed over, blocks that
 * are trimmed and then written. fio's rules (get_next_offset, io_u.c), one file at a time. Loaded
 * by the jobs that have any of it; the places of the others are in `places.ts`.
 */
import { TRIM, WRITE } from "../base/direction.ts";
import { type BlockChoice, NO_BLOCK } from "./choice.ts";
import type { Coverage } from "./coverage.ts";
import { choices, NONE_LEFT, type Place, type Region } from "./places.ts";
import type { Random } from "./random.ts";
import type { Sizes } from "./sizes.ts";

/** When a random job goes to a new random place: one object for all files of a job. */
export class Sequencer {
  #left = 1;

  /** `every`: units from one new place to the next. */
  constructor(private readonly every: number) {}

  /** Whether this unit gets a new place. */
  step(): boolean {
    if (--this.#left > 0) return false;
    this.#left = this.every;
    return true;
  }
}

/** What a varied place is made of; arrays are indexed by direction. */
export interface VariedParts {
  readonly region: Region;
  readonly random: boolean;
  readonly sequencer: Sequencer;
  /** Between two random places: the same place again, not the next ones. */
  readonly identical: boolean;
  /** Bytes passed over after a unit; below zero it runs backwards. */
  readonly skip: number;
  /** Each block is trimmed and then written. */
  readonly rewrites: boolean;
  /** Lengths of units in order and of those at random places: alike but for bs_is_seq_rand. */
  readonly sequential: readonly Sizes[];
  readonly scattered: readonly Sizes[];
  readonly aligns: Float64Array;
  readonly choice: BlockChoice;
  /** Which random blocks were visited; undefined for no map. */
  readonly map: Coverage | undefined;
  /** Bytes of a bit of the map. */
  readonly grain: number;
  /** Percent of the units at random places, and the streams that decide. */
  readonly percent: Float64Array;
  readonly deciding: readonly Random[];
  /** A file whose random blocks were all visited begins again without the others. */
  readonly repeats: boolean;
  /** A direction that reaches the end in order begins again at once. */
  readonly wraps: boolean;
}

export class VariedPlace implements Place {
  length = 0;
  /** Trimmed, and not yet written. */
  trimmed = false;
  readonly #parts: VariedParts;
  readonly #map: Coverage | undefined;
  /** Aligned offsets of each direction's shortest unit. */
  readonly #choices: Float64Array;
  /** Where each direction's last unit began and ended, from the region's start; -1 for none. */
  readonly #began = new Float64Array(3).fill(-1);
  readonly #ended = new Float64Array(3);
  /** Whether the unit now being picked is at a new random place, and noted in a map. */
  #scattered = false;
  #mapped = false;

  constructor(parts: VariedParts) {
    this.#parts = parts;
    this.#map = parts.map;
    const { region, aligns } = parts;
    const shortest = parts.random ? parts.scattered : parts.sequential;
    this.#choices = aligns.map((align, way) => choices(region, shortest[way]!.least, align));
  }

  pick(direction: number): number {
    const { region, rewrites, sequential, scattered } = this.#parts;
    const { start, length, end } = region;
    if (rewrites && direction === WRITE) return this.#rewrite();
    const at = this.#where(direction);
    if (at < 0 || at >= length) return NONE_LEFT;
    const sizes = (this.#scattered ? scattered : sequential)[direction]!;
    // A free block that not even the shortest unit fits into is visited by a shorter one.
    let bytes = this.#mapped ? sizes.draw(length - at) || sizes.least : sizes.draw(length - at);
    if (this.#mapped) bytes = this.#visit(at, bytes);
    if (bytes === 0 || start + at + bytes > end) return NONE_LEFT;
    this.#began[direction] = at;
    this.#ended[direction] = at + bytes;
    this.trimmed = direction === TRIM;
    this.length = bytes;
    return start + at;
  }

  capacity(): number {
    return Number.POSITIVE_INFINITY;
  }

  reset(): void {
    this.#began.fill(-1);
    this.#ended.fill(0);
    this.trimmed = false;
    this.#map?.reset();
    this.#parts.choice.reset();
  }

  /** The block that was just trimmed, whole. */
  #rewrite(): number {
    if (this.#parts.random) this.#parts.sequencer.step();
    const at = this.#began[TRIM]!;
    this.trimmed = false;
    this.#began[WRITE] = at;
    this.#ended[WRITE] = this.#ended[TRIM]!;
    this.length = this.#ended[TRIM]! - at;
    return this.#parts.region.start + at;
  }

  /** From the region's start; below zero when nothing is left. Says whether it is scattered. */
  #where(direction: number): number {
    const { random, sequencer, identical } = this.#parts;
    this.#scattered = false;
    this.#mapped = false;
    if (!random) return this.#inOrder(direction);
    if (sequencer.step()) {
      if (this.#decide(direction)) return this.#anywhere(direction);
    } else if (identical) {
      return Math.max(0, this.#began[direction]!);
    }
    const at = this.#inOrder(direction);
    // As with fio, such a unit draws a free block and does not note that it was visited.
    return at === NONE_LEFT ? this.#free(direction) : at;
  }

  #decide(direction: number): boolean {
    const percent = this.#parts.percent[direction]!;
    return percent === 100 || this.#parts.deciding[direction]!.below(100) < percent;
  }

  /** Where the direction's last unit ended; NONE_LEFT at the end. */
  #inOrder(direction: number): number {
    const { region, wraps, skip, random, sequential } = this.#parts;
    const at = this.#ended[direction]!;
    if (skip < 0) return this.#backwards(direction);
    if (at >= region.length) return wraps ? 0 : NONE_LEFT;
    if (skip > 0) return this.#skipping(direction);
    // fio lets a random job end here, when what is left is shorter than a block.
    return random && at + sequential[direction]!.least > region.length ? NONE_LEFT : at;
  }

  /** Passed over, the end leads to the start; a unit that ended there was the last. */
  #skipping(direction: number): number {
    const { region, skip } = this.#parts;
    const ended = this.#ended[direction]!;
    return ended > 0 && ended + skip < region.length ? ended + skip : 0;
  }

  /** From the last whole block on; fio passes over that one and visits the first one twice. */
  #backwards(direction: number): number {
    const { region, sequential, skip } = this.#parts;
    const at = this.#began[direction]! < 0 ? -1 : this.#ended[direction]! + skip;
    if (at >= 0) return at;
    const { least } = sequential[direction]!;
    return Math.floor((region.length - least) / least) * least;
  }

  #anywhere(direction: number): number {
    this.#scattered = true;
    this.#mapped = this.#map !== undefined;
    return this.#free(direction);
  }

  #free(direction: number): number {
    const block = this.#block(direction);
    if (block >= 0 || !this.#parts.repeats) return block;
    this.#map?.reset();
    this.#parts.choice.reset();
    return this.#block(direction);
  }

  /** An offset that the map has free, where there is a map; NONE_LEFT when there is none. */
  #block(direction: number): number {
    const { choice, aligns, grain } = this.#parts;
    const count = this.#choices[direction]!;
    if (count === 0) return NONE_LEFT;
    const block = choice.draw(count, direction);
    if (block === NO_BLOCK) return NONE_LEFT;
    const at = block * aligns[direction]!;
    if (this.#map === undefined) return at;
    const free = this.#map.free(at / grain);
    return free < 0 ? NONE_LEFT : free * grain;
  }

  /** Notes the grains that the unit visits, and cuts it where it meets one visited before. */
  #visit(at: number, bytes: number): number {
    const { grain } = this.#parts;
    const taken = this.#map!.takeRun(at / grain, Math.ceil(bytes / grain));
    return Math.min(bytes, taken * grain);
  }
}

/** Trims and writes in turn, file by file. */
export class Rewriting {
  constructor(private readonly places: readonly { readonly trimmed: boolean }[]) {}

  choose(file: number): number {
    return this.places[file]!.trimmed ? WRITE : TRIM;
  }
  reset(): void {}
}
