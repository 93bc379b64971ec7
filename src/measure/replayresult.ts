/** A replay as the report shows it: of which trace, and how it kept the trace's times. */
import type { ReplayPlan } from "../io/trace/plan.ts";
import { latencyResult } from "./latency.ts";
import type { ReplayOutcome } from "./outcome.ts";
import type { LatencyResult } from "./result.ts";

export interface ReplayResult {
  /** Files the trace was read from; several were joined into one. */
  readonly trace: readonly string[];
  /** Units of one pass over the trace. */
  readonly ios: number;
  /** When the last unit of a pass is due by the trace, scaled as asked; 0 without its times. */
  readonly duration_ns: number;
  /** How late units were taken, against the trace's time; null where no time was to be kept. */
  readonly lag_ns: LatencyResult | null;
  /** Of the last unit. */
  readonly last_lag_ns: number;
  /** Time in which the trace was not read far enough; 0 of one that was read before. */
  readonly reader_wait_ns: number;
}

/** Null of a job that replays nothing. */
export function replayResult(
  plan: ReplayPlan | undefined,
  outcome: ReplayOutcome | undefined,
  percentiles: readonly number[],
): ReplayResult | null {
  if (plan === undefined) return null;
  const lag = outcome?.lag;
  return {
    trace: plan.source.paths,
    ios: plan.units,
    duration_ns: plan.duration,
    lag_ns: lag === undefined ? null : latencyResult(lag, percentiles),
    last_lag_ns: outcome?.lastLag ?? 0,
    reader_wait_ns: outcome?.readerWait ?? 0,
  };
}
