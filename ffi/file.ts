/**
 * Files by descriptor, for the cold paths around a run: opening, allocating, dropping what is
 * cached, asking what direct I/O needs. Looking at a file system (stat, readlink, readdir) is
 * node:fs; this file has what node:fs cannot say, with errors that name call and path.
 */
import { FADVISE, O, SEEK, SYS } from "./constants.ts";
import { EINTR, ENOENT, errnoOf, failure } from "./errno.ts";
import { cString, libc } from "./libc.ts";

/** ioctl numbers of block devices, linux/fs.h. */
const BLKFLSBUF = 0x1261;

/** fcntl(2), linux/fcntl.h: F_LINUX_SPECIFIC_BASE (1024) + 12 and 14. */
const F_SET_RW_HINT = 1036;
const F_SET_FILE_RW_HINT = 1038;
/** RWH_WRITE_LIFE_*, linux/fcntl.h; 0 is "not set". */
const LIFETIMES = { none: 1, short: 2, medium: 3, long: 4, extreme: 5 } as const;

/** statx(2), linux/stat.h and asm/unistd.h; STATX_DIOALIGN is answered since Linux 6.1. */
const SYS_STATX = process.arch === "arm64" ? 291 : 332;
const AT_FDCWD = -100;
const STATX_DIOALIGN = 0x2000;
/** Answered since Linux 6.11. */
const STATX_WRITE_ATOMIC = 0x10000;
const STATX_BYTES = 256;
const DIO_MEMORY_WORD = 152 / 4;
const DIO_OFFSET_WORD = 156 / 4;
const ATOMIC_MIN_WORD = 168 / 4;
const ATOMIC_MAX_WORD = 172 / 4;

/** What to do about a failed call, one sentence by errno; empty when nothing better is known. */
export type Hint = (errno: number) => string;

const noHint: Hint = () => "";

/** Runs a call again while a signal interrupts it; errno of the failure, or 0. */
export function errnoOfCall(call: () => number): number {
  for (;;) {
    if (call() >= 0) return 0;
    const errno = errnoOf();
    if (errno !== EINTR) return errno;
  }
}

/** Descriptor of the file, close-on-exec; a file it makes gets mode 0644. Throws SystemError. */
export function openFile(path: string, flags: number, hint = noHint): number {
  const name = cString(path);
  let fd = -1;
  const errno = errnoOfCall(() => {
    fd = libc.open(name, flags | O.CLOEXEC, 0o644);
    return fd;
  });
  if (errno !== 0) throw failure("open", path, errno, hint(errno));
  return fd;
}

/** errno of removing a name, or 0 also when it was not there. unlinkat(2). */
export function removeFile(path: string): number {
  const name = cString(path);
  const errno = errnoOfCall(() => libc.syscall(SYS.unlinkat, AT_FDCWD, name, 0, 0, 0, 0));
  return errno === ENOENT ? 0 : errno;
}

/** Bytes up to the end of a regular file or block device. Throws SystemError. */
export function lengthOf(fd: number, path: string): number {
  const length = libc.lseek(fd, 0, SEEK.END);
  if (length < 0) throw failure("lseek", path, errnoOf());
  return length;
}

/** errno of dropping the clean cached pages of a range, or 0. posix_fadvise(2). */
export function dropCached(fd: number, offset: number, length: number): number {
  return libc.posix_fadvise(fd, offset, length, FADVISE.DONTNEED);
}

/** errno of writing back and dropping all that is cached of a block device, or 0; needs root. */
export function flushBlockDevice(fd: number): number {
  return errnoOfCall(() => libc.ioctl(fd, BLKFLSBUF, null));
}

/**
 * errno of telling the kernel how long what is written will live, or 0. Of direct I/O the open file
 * is told where the kernel keeps a hint for it (Linux 4.13 to 5.16), else the inode, as fio does.
 */
export function setWriteHint(fd: number, life: keyof typeof LIFETIMES, direct: boolean): number {
  const value = new Uint32Array(new ArrayBuffer(8));
  value[0] = LIFETIMES[life];
  const tell = (command: number): number => errnoOfCall(() => libc.fcntl(fd, command, value));
  if (direct && tell(F_SET_FILE_RW_HINT) === 0) return 0;
  return tell(F_SET_RW_HINT);
}

/** What a file wants of direct I/O, in bytes; zeros when it does none at all. */
export interface DirectAlignment {
  readonly memory: number;
  readonly offset: number;
}

/** Alignment of direct I/O on a file that is there; undefined when the kernel does not say. */
export function directAlignment(path: string): DirectAlignment | undefined {
  const words = statx(path, STATX_DIOALIGN);
  if (words === undefined) return undefined;
  return { memory: words[DIO_MEMORY_WORD]!, offset: words[DIO_OFFSET_WORD]! };
}

/** Bytes that one write may have to be done whole or not at all. */
export interface AtomicBytes {
  readonly least: number;
  readonly most: number;
}

/** Undefined where there are no such writes, or the kernel knows none. */
export function atomicBytes(path: string): AtomicBytes | undefined {
  const words = statx(path, STATX_WRITE_ATOMIC);
  const most = words?.[ATOMIC_MAX_WORD] ?? 0;
  return most === 0 ? undefined : { least: words![ATOMIC_MIN_WORD]!, most };
}

/** struct statx, or undefined when the kernel did not fill in what `mask` asks for. */
function statx(path: string, mask: number): Uint32Array | undefined {
  const words = new Uint32Array(new ArrayBuffer(STATX_BYTES));
  const failed = libc.syscall(SYS_STATX, AT_FDCWD, cString(path), 0, mask, words, 0);
  return failed !== 0 || (words[0]! & mask) === 0 ? undefined : words;
}
