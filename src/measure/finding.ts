/**
 * One piece of a file that is not what it ought to be, as plain data: what was looked at, what is
 * wrong first, and what it looks like. Made where blocks are verified, shown by every report.
 */

/** What was looked at, in this order; the first that is wrong is named. */
export type CheckName =
  | "magic"
  | "kind"
  | "length"
  | "seed"
  | "offset"
  | "sequence"
  | "header"
  | "checksum"
  | "pattern"
  | "zeros"
  | "missing";

/** What the damage looks like. */
export type Look =
  /** Zeros where data was: never written, trimmed, or dropped. */
  | "zeros"
  /** An intact block that belongs to another place. */
  | "shifted"
  /** An intact block of this place from an earlier write. */
  | "stale"
  /** A few bits differ. */
  | "bit_flip"
  /** Some sectors are right and whole others are not. */
  | "torn"
  /** The file ends before it. */
  | "truncated"
  /** None of these. */
  | "other";

export interface Finding {
  readonly path: string;
  /** Of the piece, in the file, in bytes. */
  readonly offset: number;
  readonly length: number;
  /** The unit that was read, whose piece this is. */
  readonly block: { readonly offset: number; readonly length: number };
  readonly check: CheckName;
  readonly look: Look;
  /** What was expected and what was found, of the check that failed; as one would say it. */
  readonly expected: string;
  readonly got: string;
  /** Offsets in the file of the first and last wrong byte; null where they cannot be known. */
  readonly firstWrong: number | null;
  readonly lastWrong: number | null;
  readonly wrongBits: number | null;
  /** A sentence without a full stop. */
  readonly explanation: string;
  /** Who wrote what stands there, by its header; null where that is not to be believed. */
  readonly writer: {
    /** fio's thread_number: clones of all jobs, from 1. */
    readonly job: number;
    readonly sequence: number;
    /** Time of day, ISO 8601; null when the header's clock is another. */
    readonly at: string | null;
  } | null;
  /** 64 bytes around the first wrong one, as hex: from which offset, what was expected, found. */
  readonly dump: {
    readonly offset: number;
    readonly expected: string;
    readonly got: string;
  } | null;
}
