/**
 * What is told of a direction whose units are due at instants: the rate that was asked for, how
 * late units went and came back, and what was still owed. Of one job, and of several together.
 */
import type { JobSpec } from "../options/options.ts";
import { latencies, latencyResult, readLatency } from "./latency.ts";
import type { DirectionResult, LatencyResult, PacedResult } from "./result.ts";
import { countersAt, LAG, OWED_BYTES, OWED_UNITS, RESPONSE, SCHEDULED } from "./statsblock.ts";

const NAMES = ["read", "write", "trim"] as const;

/** Null where no unit was due at any instant. */
export function pacedResult(
  spec: JobSpec,
  stats: Float64Array,
  direction: number,
): PacedResult | null {
  const at = countersAt(direction);
  if (stats[at + SCHEDULED] === 0) return null;
  const name = NAMES[direction]!;
  const show = (kind: number): LatencyResult | null => {
    const latency = readLatency(stats, direction, kind, true);
    return latency === undefined ? null : latencyResult(latency, spec.percentile_list);
  };
  return {
    asked_iops: spec.rate_iops[name] || null,
    asked_bandwidth_bytes_per_s: spec.rate[name] || null,
    response_ns: show(RESPONSE),
    lag_ns: show(LAG),
    backlog_ios: stats[at + OWED_UNITS]!,
    backlog_bytes: stats[at + OWED_BYTES]!,
  };
}

/**
 * Of those that have one. What was asked for is a sum where all of them have a rate of that kind,
 * and ran at the same time; else there is no such figure.
 */
export function pacedTogether(
  parts: readonly Pick<DirectionResult, "ios" | "paced">[],
  atOnce: boolean,
): PacedResult | null {
  const paced = parts.map((part) => part.paced).filter((part) => part !== null);
  if (paced.length === 0) return null;
  const free = parts.some((part) => part.paced === null && part.ios > 0);
  const asked = (of: (part: PacedResult) => number | null): number | null => {
    const rates = paced.map(of).filter((rate) => rate !== null);
    if (free || !atOnce || rates.length < paced.length) return null;
    return rates.reduce((sum, rate) => sum + rate, 0);
  };
  return {
    asked_iops: asked((part) => part.asked_iops),
    asked_bandwidth_bytes_per_s: asked((part) => part.asked_bandwidth_bytes_per_s),
    response_ns: latencies(paced.map((part) => part.response_ns)),
    lag_ns: latencies(paced.map((part) => part.lag_ns)),
    backlog_ios: paced.reduce((sum, part) => sum + part.backlog_ios, 0),
    backlog_bytes: paced.reduce((sum, part) => sum + part.backlog_bytes, 0),
  };
}
