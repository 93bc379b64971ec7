/** What is decided of a job's verification before it runs; plain data of its plan. */
import type { Pattern } from "../base/filling.ts";
import type { ChecksumName } from "./checksums.ts";
import type { Until } from "./state.ts";

/** How a block shows that it is the one that was written. */
export type VerifyKind = ChecksumName | "pattern" | "null";

export interface VerifyPlan {
  readonly kind: VerifyKind;
  /** Version byte of the headers that are written: 0x81, or the one before, called 5. */
  readonly headerVersion: 0x81 | 5;
  /** Bytes from one header to the next; without headers more than any block has. */
  readonly interval: number;
  /** Where in an interval its header stands. */
  readonly headerAt: number;
  /** What all blocks and their places are multiples of, from the start of a target's region. */
  readonly grain: number;
  /** Grains of each target that are recorded; empty for a job that writes nothing. */
  readonly grains: readonly number[];
  /** What blocks hold instead of random bytes. */
  readonly pattern: Pattern | undefined;
  /** Bytes after which the pattern begins again; 0 for the interval. */
  readonly patternInterval: number;
  readonly checksSeed: boolean;
  readonly checksSequence: boolean;
  /** Whether what was written is read back, and whether a trim must read as zeros. */
  readonly readsBack: boolean;
  readonly trimsToZero: boolean;
  /** Whether the first wrong piece ends the job. */
  readonly fatal: boolean;
  /** Where its state is saved at its end; undefined for nowhere. */
  readonly statePath: string | undefined;
  /** Up to where it reads; undefined for everything. */
  readonly until: Until | undefined;
}
