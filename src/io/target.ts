/**
 * A target: one file or device as a job sees it, decided by the plan before anything is opened.
 */

/** `none`: the engine moves no data of a file (null). */
export type TargetKind = "regular" | "block" | "character" | "pipe" | "none";

export interface Target {
  readonly path: string;
  readonly kind: TargetKind;
  /** Whether it was there when the plan was made. */
  readonly exists: boolean;
  /** Bytes it had then; 0 when it was not there. */
  readonly size: number;
  /** The job works in [offset, offset + length), in bytes. */
  readonly offset: number;
  readonly length: number;
  /** Bytes the file must have, filled, before the clock starts; 0 when no layout is needed. */
  readonly layout: number;
  /** lockfile: position among the locks of the run; absent without. */
  readonly lock?: number;
}
