/**
 * First code of a process that runs one job: maps the run's shared memory, becomes the job's user,
 * and runs the same life as in a Worker. It says how it went over the pipe it was started with, and
 * whoever started it ends it then. It ends with its parent, however that ends.
 */
import { O } from "../../ffi/constants.ts";
import { openFile } from "../../ffi/file.ts";
import { become, endWithParent } from "../../ffi/identity.ts";
import { libc } from "../../ffi/libc.ts";
import { mapAllocated } from "../../ffi/memory.ts";
import { threadFailure } from "./failure.ts";
import type { FromThread, JobLaunch, ProcessLaunch, SharedPlace } from "./launch.ts";

export function serveProcess(): void {
  const say = (message: FromThread): void => {
    process.send?.(message);
  };
  process.once("message", async ({ launch, place }: ProcessLaunch) => {
    try {
      endWithParent();
      // It may have ended before it was asked for.
      if (process.ppid !== place.pid) process.exit(1);
      const here = mapped(launch, place);
      const { uid, gid } = launch.plan.spec;
      become(uid, gid);
      endWithParent();
      const { runJob } = await import("./life.ts");
      say({ kind: "ended", outcome: await runJob(here, () => say({ kind: "ready" })) });
    } catch (error) {
      say({ kind: "failed", failure: threadFailure(error) });
    }
  });
  say({ kind: "up" });
}

/** The launch with addresses of this process. Throws SystemError. */
function mapped(launch: JobLaunch, { pid, fd, address, bytes }: SharedPlace): JobLaunch {
  const own = openFile(`/proc/${pid}/fd/${fd}`, O.RDWR);
  const moved = mapAllocated(own, bytes) - address;
  libc.close(own);
  const { controlAddress, statsAddress, locksAddress, timeAddress } = launch;
  return {
    ...launch,
    controlAddress: controlAddress + moved,
    statsAddress: statsAddress + moved,
    locksAddress: locksAddress === 0 ? 0 : locksAddress + moved,
    timeAddress: timeAddress === 0 ? 0 : timeAddress + moved,
  };
}
