/**
 * Questions and orders to a block device that have no other call: ioctls of linux/fs.h. Knows
 * nothing of files, jobs or safety: who may discard what was decided before a descriptor was open.
 */
import { errno, errnoOf, failure } from "./errno.ts";
import { libc } from "./libc.ts";
import { allocate, PAGE, view } from "./memory.ts";

/** Request numbers, linux/fs.h; the same on x86-64 and arm64. */
const BLKROGET = 0x125e;
const BLKFLSBUF = 0x1261;
const BLKSSZGET = 0x1268;
const BLKDISCARD = 0x1277;
const BLKPBSZGET = 0x127b;
/** _IOR(0x12, 114, size_t): the top bit is set, so as an int it is negative. */
const BLKGETSIZE64 = 0x80081272 | 0;

/** Argument of every call here: up to two 64-bit words; one page a thread. */
const argument = allocate(PAGE);
const words = new Uint32Array(view(argument, 16));

function ask(name: string, request: number, fd: number, path: string): void {
  words.fill(0);
  if (libc.ioctl(fd, request, argument) < 0) throw failure(name, path, errnoOf());
}

/** Bytes of the device. Throws SystemError; ENOTTY when `fd` is no block device. */
export function deviceBytes(fd: number, path: string): number {
  ask("ioctl BLKGETSIZE64", BLKGETSIZE64, fd, path);
  return words[1]! * 2 ** 32 + words[0]!;
}

/** Bytes of a logical sector: direct I/O must be aligned to it. Throws SystemError. */
export function sectorBytes(fd: number, path: string): number {
  ask("ioctl BLKSSZGET", BLKSSZGET, fd, path);
  return words[0]!;
}

/** Bytes of a physical sector: smaller writes make the device read first. Throws SystemError. */
export function physicalSectorBytes(fd: number, path: string): number {
  ask("ioctl BLKPBSZGET", BLKPBSZGET, fd, path);
  return words[0]!;
}

/** Whether the device refuses writes. Throws SystemError. */
export function deviceIsReadOnly(fd: number, path: string): boolean {
  ask("ioctl BLKROGET", BLKROGET, fd, path);
  return words[0] !== 0;
}

/**
 * Writes the device's cached pages back and drops them. Needs CAP_SYS_ADMIN. Throws SystemError.
 */
export function flushDevice(fd: number, path: string): void {
  ask("ioctl BLKFLSBUF", BLKFLSBUF, fd, path);
}

/**
 * 0, or -errno, of a synchronous discard of [offset, offset + length), both multiples of the
 * sector. Cached pages of the range are dropped by the kernel. EOPNOTSUPP: it does not discard.
 */
export function discard(fd: number, offset: number, length: number): number {
  words[0] = offset;
  words[1] = offset / 2 ** 32;
  words[2] = length;
  words[3] = length / 2 ** 32;
  return libc.ioctl(fd, BLKDISCARD, argument) < 0 ? -errno[0]! : 0;
}
