/** Sets space aside for a file, before its layout fills it or a writer does. */
import { FALLOC_KEEP_SIZE } from "../../ffi/constants.ts";
import { EDQUOT, EINTR, EINVAL, ENOSPC, ENOSYS, EOPNOTSUPP, failure } from "../../ffi/errno.ts";
import { errnoOfCall, lengthOf } from "../../ffi/file.ts";
import { libc } from "../../ffi/libc.ts";
import type { JobSpec } from "../options/options.ts";

/**
 * Sets `bytes` of space aside in the way the option `fallocate` says; a file is never made shorter.
 * `native` does without where the file system cannot, and where `filling` leaves the size alone, so
 * that a layout that is killed leaves a file that is visibly short. Throws SystemError.
 */
export function reserve(
  fd: number,
  path: string,
  way: JobSpec["fallocate"],
  bytes: number,
  filling = false,
): void {
  if (way === "none") return;
  let call = "fallocate";
  let errno = 0;
  if (way === "truncate") {
    call = "ftruncate";
    if (lengthOf(fd, path) < bytes) errno = errnoOfCall(() => libc.ftruncate(fd, bytes));
  } else if (way === "posix") {
    call = "posix_fallocate";
    do errno = libc.posix_fallocate(fd, 0, bytes);
    while (errno === EINTR);
  } else {
    const mode = way === "keep" || filling ? FALLOC_KEEP_SIZE : 0;
    errno = errnoOfCall(() => libc.fallocate(fd, mode, 0, bytes));
  }
  const cannot = errno === EOPNOTSUPP || errno === ENOSYS || errno === EINVAL;
  if (errno === 0 || (way === "native" && cannot)) return;
  throw failure(call, path, errno, cannot ? 'fallocate = "none" asks nothing of it' : full(errno));
}

/** What to do when there is no room. */
export function full(errno: number): string {
  if (errno === ENOSPC) return "free some space or ask for a smaller size";
  return errno === EDQUOT ? "raise the quota or ask for a smaller size" : "";
}
