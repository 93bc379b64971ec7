/** Rates and shares of plain counts, as results of one job and of several show them. */
import type { CpuUsage } from "./outcome.ts";
import type { CpuResult, DistributionResult } from "./result.ts";

/** Per second; 0 of no time. */
export function rate(amount: number, ns: number): number {
  return ns > 0 ? (amount / ns) * 1e9 : 0;
}

/** `elapsedNs` of several jobs is the sum of theirs. */
export function cpuResult(usage: CpuUsage, elapsedNs: number): CpuResult {
  return {
    user_ns: usage.userNs,
    system_ns: usage.systemNs,
    user_percent: percent(usage.userNs, elapsedNs),
    system_percent: percent(usage.systemNs, elapsedNs),
    voluntary_switches: usage.voluntarySwitches,
    involuntary_switches: usage.involuntarySwitches,
    major_faults: usage.majorFaults,
    minor_faults: usage.minorFaults,
  };
}

function percent(part: number, whole: number): number {
  return whole > 0 ? (part / whole) * 100 : 0;
}

export function distributionOf(counts: readonly (readonly [string, number])[]): DistributionResult {
  const all = counts.reduce((sum, [, count]) => sum + count, 0);
  return {
    counts: Object.fromEntries(counts),
    percent: Object.fromEntries(counts.map(([name, count]) => [name, percent(count, all)])),
  };
}
