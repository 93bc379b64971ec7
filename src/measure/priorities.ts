/** Latencies of each I/O priority as a result shows them, and those of several jobs made one. */
import { priorityParts } from "../base/priority.ts";
import type { JobSpec } from "../options/options.ts";
import { latencies, latencyResult } from "./latency.ts";
import type { JobOutcome } from "./outcome.ts";
import type { PriorityResult } from "./result.ts";

/** Null of a job whose units have no priorities. */
export function prioritiesOf(
  outcome: JobOutcome | undefined,
  direction: number,
  spec: JobSpec,
): readonly PriorityResult[] | null {
  const own = outcome?.priorities?.filter((one) => one.direction === direction) ?? [];
  if (own.length === 0) return null;
  const withBuckets = spec.lat_percentiles || spec.clat_percentiles;
  return own.map(({ priority, latency }) => ({
    ...priorityParts(priority),
    of: spec.lat_percentiles ? "lat" : "clat",
    ns: latencyResult(
      withBuckets ? latency : { ...latency, buckets: undefined },
      spec.percentile_list,
    ),
  }));
}

/** The same priority of several is one, where it is of the same latency. */
export function mergedPriorities(
  parts: readonly (readonly PriorityResult[] | null)[],
): readonly PriorityResult[] | null {
  const all = parts.flatMap((part) => part ?? []);
  if (all.length === 0) return null;
  const same = Map.groupBy(all, (one) => [one.class, one.level, one.hint, one.of].join());
  return [...same.values()].map((ones) => ({
    ...ones[0]!,
    ns: latencies(ones.map(({ ns }) => ns))!,
  }));
}
