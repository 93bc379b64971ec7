/** The clock of a job's thread, and of those that work for it: read, or kept by somebody else. */
import { createClock, type NamedClock } from "../../ffi/clock.ts";
import type { JobLaunch } from "./launch.ts";

type ClockLaunch = Pick<JobLaunch, "plan" | "epoch" | "calibration" | "timeAddress">;

export async function clockOf({
  plan,
  epoch,
  calibration,
  timeAddress,
}: ClockLaunch): Promise<NamedClock> {
  if (timeAddress === 0) return createClock(plan.spec.clocksource, epoch, calibration);
  return (await import("./timekeeper.ts")).keptClock(timeAddress);
}
