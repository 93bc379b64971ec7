/** The I/O priority of a job's thread, and of those that work for it. */
import { EPERM, failure } from "../../ffi/errno.ts";
import { setIoPriority } from "../../ffi/thread.ts";
import { jobPriority } from "../base/priority.ts";
import type { JobPlan } from "./jobplan.ts";

/** Of the thread's I/O, before anything is opened. Throws SystemError when the kernel refuses. */
export function givePriority({ spec }: Pick<JobPlan, "spec">): void {
  const priority = jobPriority(spec);
  if (priority === 0) return;
  const errno = setIoPriority(priority);
  if (errno === 0) return;
  const hint = errno === EPERM ? "prioclass = 1 is for root (CAP_SYS_NICE)" : "";
  throw failure("ioprio_set", "", errno, hint);
}
