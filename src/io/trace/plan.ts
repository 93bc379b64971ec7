/**
 * What a job's thread is told of the trace it replays: plain data that a structured clone carries,
 * its columns in memory that both threads share.
 */
import type { TraceSource } from "./trace.ts";

export interface ReplayPlan {
  readonly source: TraceSource;
  /** The whole trace, from `PieceWriter`; empty when it is read while it runs. */
  readonly buffers: readonly SharedArrayBuffer[];
  /** Memory of the ring when it is read while it runs. */
  readonly ring: SharedArrayBuffer | undefined;
  /** Units of one pass. */
  readonly units: number;
  /** When the last unit is due, ns after the first instant. */
  readonly duration: number;
  /** Whether units wait until they are due. */
  readonly timed: boolean;
  /** Where the merged trace is to be written. */
  readonly mergedPath: string | undefined;
}
