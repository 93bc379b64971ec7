/**
 * The layout thread: lays out every file of the run that needs it, one after the other, before any
 * job starts. It says how far it is in two doubles of shared memory and looks at the jobs' stop
 * words between blocks.
 */
import { view } from "../../ffi/memory.ts";
import { layOut, layoutsOf } from "../io/layout.ts";
import { Control } from "./control.ts";
import { threadFailure } from "./failure.ts";
import type { LayoutFailure, LayoutLaunch } from "./launch.ts";

const DONE = 0;
const ALL = 1;

/** The files that could not be made, each with the reason. */
export function layOutAll(launch: LayoutLaunch): readonly LayoutFailure[] {
  const control = new Control(
    view(launch.controlAddress, launch.controlBytes),
    launch.controlAddress,
  );
  const progress = new Float64Array(view(launch.progressAddress, 16));
  const jobs = launch.plans.map((plan) => control.job(plan.index));
  const stopped = (): boolean => jobs.some((job) => job.stopped);
  const layouts = layoutsOf(launch.plans);
  progress[ALL] = layouts.reduce((sum, layout) => sum + layout.bytes, 0);
  const moved = (bytes: number): void => {
    progress[DONE] = progress[DONE]! + bytes;
  };
  const failures: LayoutFailure[] = [];
  for (const { target, spec } of layouts) {
    try {
      if (!layOut(target, spec, moved, stopped)) break;
    } catch (error) {
      failures.push({ path: target.path, failure: threadFailure(error) });
    }
  }
  return failures;
}
