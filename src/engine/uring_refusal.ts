/**
 * Why a kernel gives no io_uring, in a sentence that says what to do. The errno alone does not
 * tell: EPERM is the administrator's switch or a container's filter, ENOSYS an old kernel or
 * another container's filter.
 */
import { EMFILE, ENOMEM, ENOSYS, EPERM } from "../../ffi/errno.ts";
import { kernelRelease, smallFile } from "../../ffi/kernel.ts";

const SWITCH = "/proc/sys/kernel/io_uring_disabled";

/** What every sentence ends with. */
const INSTEAD = 'use ioengine = "libaio", or "psync" at iodepth = 1';

/** kernel.io_uring_disabled: 0, 1 or 2; 0 also where there is no such file (before Linux 6.6). */
function switchedOff(path: string): number {
  return Number.parseInt(smallFile(path) ?? "", 10) || 0;
}

/**
 * The sentence for a positive errno of io_uring_setup; undefined when it is about something else.
 */
export function whyNoRing(errno: number, path = SWITCH): string | undefined {
  switch (errno) {
    case ENOSYS:
      return (
        `this kernel (${kernelRelease()}) has no usable io_uring: it came with Linux 5.4, and a ` +
        `kernel can be built without it or a seccomp filter hide it; ${INSTEAD}`
      );
    case EPERM:
      return whyForbidden(switchedOff(path));
    case ENOMEM:
      return (
        "there is not enough locked memory for a ring: raise the limit (ulimit -l), which " +
        `kernels before 5.12 charge rings to; or ${INSTEAD}`
      );
    case EMFILE:
      return "this process has no file descriptor left for a ring: raise the limit (ulimit -n)";
    default:
      return undefined;
  }
}

function whyForbidden(disabled: number): string {
  if (disabled === 2) {
    return (
      "io_uring is switched off (kernel.io_uring_disabled = 2): as root run " +
      `sysctl -w kernel.io_uring_disabled=0, or ${INSTEAD}`
    );
  }
  if (disabled === 1) {
    return (
      "io_uring is for privileged users only (kernel.io_uring_disabled = 1): run as root or join " +
      `the group that kernel.io_uring_group names, or ${INSTEAD}`
    );
  }
  return (
    "io_uring is forbidden to this process, most likely by the seccomp filter of its container: " +
    `start the container with a profile that allows io_uring_setup, or ${INSTEAD}`
  );
}
