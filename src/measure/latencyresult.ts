/** Latencies in the result of a run: part of `result.ts`, whose conventions hold here. */

/** Latency of one direction and kind, in ns. */
export interface LatencyResult {
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  /** Of the sample (n - 1), as fio's. */
  readonly stddev: number;
  /** By percentile as written, "99.9"; null where only the summary was kept. */
  readonly percentiles: Readonly<Record<string, number>> | null;
  /** [lowest ns, width in ns, count] of each bucket that is not empty; null with the former. */
  readonly histogram: readonly (readonly [number, number, number])[] | null;
}

/** Units of one I/O priority (ioprio_set(2)). */
export interface PriorityResult {
  /** 1 realtime, 2 best effort, 3 idle; 0 of units that were given none. */
  readonly class: number;
  readonly level: number;
  readonly hint: number;
  /** Which latency it is: clat, or lat where its percentiles were asked for. */
  readonly of: "clat" | "lat";
  readonly ns: LatencyResult;
}
