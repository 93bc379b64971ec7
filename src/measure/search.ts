/** What the search for the greatest depth that keeps a latency came to: options and outcome. */
import type { JobSpec } from "../options/options.ts";

/** The search for the greatest depth that keeps a latency. */
export interface SearchResult {
  readonly target_ns: number;
  readonly window_ns: number;
  /** Of the units that had to keep the target. */
  readonly kept_percent: number;
  /** The answer when the job stopped by "latency_target", else where the search was. */
  readonly depth: number;
}

/** `depth`: where the search was when the job ended. Null of a job that searched none. */
export function searchResult(spec: JobSpec, depth: number): SearchResult | null {
  const { latency_target: target_ns, latency_window: window_ns, latency_percentile } = spec;
  if (target_ns === 0) return null;
  return { target_ns, window_ns, kept_percent: latency_percentile, depth };
}
