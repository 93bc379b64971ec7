/**
 * How long a clone waits before it starts, where startdelay is a range: a draw from a stream of its
 * own, so that the same job file starts its clones at the same times under fio and under fathom.
 */
import type { JobSpec } from "../options/options.ts";
import { START_DELAY, streamsOf } from "../workload/streams.ts";

/** ns; `index` is the clone's position among all clones of all jobs. */
export function startDelayOf(
  spec: Pick<JobSpec, "startdelay" | "randseed" | "randrepeat">,
  index: number,
): number {
  const { least, most } = spec.startdelay;
  if (least === most) return least;
  return (
    least +
    streamsOf(spec, index + 1)
      .stream(START_DELAY)
      .below(most - least)
  );
}
