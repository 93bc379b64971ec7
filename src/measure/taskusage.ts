/**
 * CPU time, switches and faults of another thread, of this process or of another, from /proc: for
 * the report of a job that still runs. Times are in the kernel's ticks, so exact to 10 ms; the
 * job's own figures at its end are finer (`cpu.ts`).
 */
import { readFileSync } from "node:fs";
import type { CpuUsage } from "./outcome.ts";

/** USER_HZ: 100 on every Linux, whatever its own clock is (proc(5), time(7)). */
const TICK_NS = 1e9 / 100;

/** Fields of /proc/PID/task/TID/stat from the third on, behind the name; proc(5). */
const MINOR_FAULTS = 10 - 3;
const MAJOR_FAULTS = 12 - 3;
const USER_TICKS = 14 - 3;
const SYSTEM_TICKS = 15 - 3;

/** Totals of the thread since it began; undefined when there is none of that id. */
export function taskUsage(thread: number): CpuUsage | undefined {
  try {
    const stat = readFileSync(`/proc/${thread}/task/${thread}/stat`, "utf8");
    const status = readFileSync(`/proc/${thread}/task/${thread}/status`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const field = (index: number): number => Number(fields[index] ?? 0);
    const switches = (name: string): number =>
      Number(new RegExp(`^${name}_ctxt_switches:\\s*(\\d+)`, "m").exec(status)?.[1] ?? 0);
    return {
      userNs: field(USER_TICKS) * TICK_NS,
      systemNs: field(SYSTEM_TICKS) * TICK_NS,
      voluntarySwitches: switches("voluntary"),
      involuntarySwitches: switches("nonvoluntary"),
      majorFaults: field(MAJOR_FAULTS),
      minorFaults: field(MINOR_FAULTS),
    };
  } catch {
    return undefined;
  }
}

/** What came to it since; nothing of a thread that was not there at either time. */
export function usageSince(
  before: CpuUsage | undefined,
  now: CpuUsage | undefined,
): CpuUsage | undefined {
  if (before === undefined || now === undefined) return undefined;
  const keys = Object.keys(now) as (keyof CpuUsage)[];
  const entries = keys.map((key) => [key, Math.max(0, now[key] - before[key])] as const);
  return Object.fromEntries(entries) as unknown as CpuUsage;
}
