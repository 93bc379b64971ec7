/**
 * Orders to a block device that have no other call: ioctls of linux/fs.h. Knows nothing of files,
 * jobs or safety: who may discard what was decided before a descriptor was open.
 */
import { errno } from "./errno.ts";
import { libc } from "./libc.ts";

/** Request number, linux/fs.h; the same on x86-64 and arm64. */
const BLKDISCARD = 0x1277;

/** Its argument: start and length, 64 bits each. */
const range = new Uint32Array(new ArrayBuffer(16));

/**
 * 0, or -errno, of a synchronous discard of [offset, offset + length), both multiples of the
 * sector. Cached pages of the range are dropped by the kernel. EOPNOTSUPP: it does not discard.
 */
export function discard(fd: number, offset: number, length: number): number {
  range[0] = offset;
  range[1] = offset / 2 ** 32;
  range[2] = length;
  range[3] = length / 2 ** 32;
  return libc.ioctl(fd, BLKDISCARD, range) < 0 ? -errno[0]! : 0;
}
