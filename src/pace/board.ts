/**
 * Where the jobs of a flow keep their counts: two doubles each, in memory that all of them see.
 * Apart from `flow.ts`, because every run has the memory and few have a flow.
 */

/** Of a job's place: the units it took, and its weight while it takes part. */
export const FLOW_COUNT = 0;
export const FLOW_WEIGHT = 1;

export interface FlowBoard {
  readonly doubles: Float64Array;
  /** Where this job's place begins, and those of all jobs of its flow, this one's among them. */
  readonly own: number;
  readonly all: Int32Array;
}
