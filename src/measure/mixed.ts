/** Reads, writes and trims of a job as the single direction unified_rw_reporting asks for. */
import { latencies } from "./latency.ts";
import { pacedTogether } from "./paced.ts";
import { mergedPriorities } from "./priorities.ts";
import type { DirectionResult, Unified } from "./result.ts";
import type { RateSamples } from "./samples.ts";

/**
 * The three as one, as fio sums them: the longest of the run times, and windows in which they were
 * added up as they ran. Null unless it was asked for.
 */
export function unified(
  word: Unified,
  { read, write, trim }: Readonly<Record<"read" | "write" | "trim", DirectionResult>>,
  sampled: () => RateSamples | undefined,
): DirectionResult | null {
  if (word === "none") return null;
  const all = [read, write, trim];
  const sum = (of: (direction: DirectionResult) => number): number =>
    all.reduce((total, direction) => total + of(direction), 0);
  const runtime = Math.max(...all.map(({ runtime_ns }) => runtime_ns));
  const ios = sum((direction) => direction.ios);
  const bytes = sum((direction) => direction.bytes);
  const samples = all.every(({ iops_samples }) => iops_samples !== null) ? sampled() : undefined;
  return {
    ios,
    bytes,
    runtime_ns: runtime,
    iops: runtime > 0 ? (ios / runtime) * 1e9 : 0,
    bandwidth_bytes_per_s: runtime > 0 ? (bytes / runtime) * 1e9 : 0,
    short_ios: sum(({ short_ios }) => short_ios),
    failed_ios: sum(({ failed_ios }) => failed_ios),
    ramp_ios: sum(({ ramp_ios }) => ramp_ios),
    ramp_bytes: sum(({ ramp_bytes }) => ramp_bytes),
    slat_ns: latencies(all.map(({ slat_ns }) => slat_ns)),
    clat_ns: latencies(all.map(({ clat_ns }) => clat_ns)),
    lat_ns: latencies(all.map(({ lat_ns }) => lat_ns)),
    paced: pacedTogether(all, true),
    iops_samples: samples?.iops ?? null,
    bandwidth_samples_bytes_per_s: samples?.bandwidth ?? null,
    priorities: mergedPriorities(all.map(({ priorities }) => priorities)),
  };
}
