/**
 * The four directions of a unit, as small integers: they index columns, histograms and counters.
 * `trim` discards, `sync` is an fsync or one of its relatives and has statistics of its own.
 */
export const READ = 0;
export const WRITE = 1;
export const TRIM = 2;
export const SYNC = 3;

/** Names in the order of the numbers above. */
export const DIRECTIONS = ["read", "write", "trim", "sync"] as const;
export type DirectionName = (typeof DIRECTIONS)[number];

/** One value for each direction that moves or discards data. */
export interface PerDirection<T> {
  readonly read: T;
  readonly write: T;
  readonly trim: T;
}

/** Which call a unit of direction `sync` stands for. */
export const FSYNC = 0;
export const FDATASYNC = 1;
export const SYNCFS = 2;
export const FILE_RANGE = 3;
