/**
 * Which of a file's blocks a random unit goes to: every one alike here. Distributions and other
 * generators are other implementations of the same interface, loaded by the jobs that have them.
 */
import type { Random } from "./random.ts";

/** `draw` when there is nothing more to draw in this round. */
export const NO_BLOCK = -1;

export interface BlockChoice {
  /** A block's number, from 0 to `choices` - 1, or NO_BLOCK. */
  draw(choices: number, direction: number): number;
  /** Draws of a round, of so many blocks, before NO_BLOCK; Infinity where it never comes. */
  capacity(choices: number): number;
  /** A new round over the file; the streams that repeat were rewound before. */
  reset(): void;
}

/** Every block is as likely as any other. */
export class Uniform implements BlockChoice {
  constructor(private readonly random: Random) {}

  draw(choices: number): number {
    return this.random.below(choices);
  }
  capacity(): number {
    return Number.POSITIVE_INFINITY;
  }
  reset(): void {}
}
