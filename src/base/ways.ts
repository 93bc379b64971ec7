/**
 * Where fio's ways and fathom's part while a job runs: carried in the plan, so that the thread side
 * knows which of two meanings an option has without knowing who wrote it.
 */

export interface Ways {
  /** A rate waits for what is in flight and forgets no delay (fio), or keeps due times (fathom). */
  readonly closedLoop: boolean;
  /** Whether the bytes and units of a ramp count towards size, io_size and number_ios. */
  readonly rampCounts: boolean;
  /** Whether a window that misses latency_percentile at depth 1 ends no job, as in fio. */
  readonly searchGoesOn: boolean;
  /** Whether what is read back to be verified counts as reads, in the report too. */
  readonly checksAreReads: boolean;
  /** Distributions by fio's formulas, hashed over the file, or by the mathematical ones. */
  readonly hashedDistributions: boolean;
}

export const NATIVE_WAYS: Ways = {
  closedLoop: false,
  rampCounts: false,
  searchGoesOn: false,
  checksAreReads: false,
  hashedDistributions: false,
};

export const FIO_WAYS: Ways = {
  closedLoop: true,
  rampCounts: true,
  searchGoesOn: true,
  checksAreReads: true,
  hashedDistributions: true,
};
