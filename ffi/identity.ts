/**
 * Whose a process is: that it ends with its parent, and the user and group it runs as. All of it
 * is the whole process's (glibc changes every thread), so a Worker must not call it.
 */
import { errnoOf, failure } from "./errno.ts";
import { libc } from "./libc.ts";

/** prctl(2). */
const PR_SET_PDEATHSIG = 1;
const SIGKILL = 9;

/**
 * The kernel ends this process when the thread that started it does; a change of user undoes it.
 * prctl(2).
 */
export function endWithParent(): void {
  libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
}

/** First the group, which the user may not change any more. Throws SystemError. */
export function become(user: number | undefined, group: number | undefined): void {
  const hint = "another user or group is for root (CAP_SETUID, CAP_SETGID)";
  if (group !== undefined && libc.setgid(group) !== 0) {
    throw failure("setgid", String(group), errnoOf(), hint);
  }
  if (user !== undefined && libc.setuid(user) !== 0) {
    throw failure("setuid", String(user), errnoOf(), hint);
  }
}
