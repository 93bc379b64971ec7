/**
 * The vocabulary of traces: what a reader gives, one entry after the other, whatever the format it
 * reads. An entry is a few fields that the next one writes over, so that a trace of any length
 * costs no memory.
 */
import { FDATASYNC, FSYNC, READ, SYNC, TRIM, WRITE } from "../../base/direction.ts";

/** An entry's action: the unit's direction in two bits, above them which call a sync stands for. */
export const KIND_SHIFT = 2;
export const DIRECTION_MASK = 3;

export const ACTIONS = {
  read: READ,
  write: WRITE,
  trim: TRIM,
  sync: SYNC | (FSYNC << KIND_SHIFT),
  datasync: SYNC | (FDATASYNC << KIND_SHIFT),
} as const;

export abstract class TraceReader {
  /** ns; when it is, by the trace's own clock. Never less than that of the entry before. */
  time = 0;
  action = 0;
  /** Index into `names`. */
  file = 0;
  offset = 0;
  length = 0;
  /** Names that were met so far: paths, or `major:minor` where `numbered` says so. */
  readonly names: string[] = [];
  readonly numbered: boolean = false;
  /** The most units that were queued at a time, where the trace tells; 0 where it does not. */
  depth = 0;

  /** Whether there was one more entry; its fields are set then. Throws TraceMistake. */
  abstract next(): boolean;
}

/** A trace that cannot be understood; the message begins with file and line, or record. */
export class TraceMistake extends Error {
  override readonly name = "TraceMistake";
}

/** What the options make of a trace; plain data. */
export interface TraceShape {
  /** Bit of each direction whose units are left out. */
  readonly skip: number;
  /** What offsets are divided by. */
  readonly scale: number;
  /** What offsets are rounded down to; 0 for nothing. */
  readonly align: number;
  /** Percent of the trace's speed. */
  readonly timeScale: number;
  /** Whether the times are left out. */
  readonly noStall: boolean;
  /** Whether everything goes to one file. */
  readonly redirected: boolean;
}

/** Where a trace comes from; plain data. */
export interface TraceSource {
  /** One path; of a merge, several. `-` is stdin. */
  readonly paths: readonly string[];
  /** Percent of its time, and how many times over, for each path of a merge. */
  readonly merge?: { readonly scalars: readonly number[]; readonly iters: readonly number[] };
  readonly shape: TraceShape;
}
