/**
 * libc, as typed functions. Every 64-bit value (size, offset, address) is declared `ptr`: a double
 * up to 2^53 passes exactly and the call costs 2 ns instead of 7 to 17. Results are i32, which
 * read(2) and its relatives always fit (the kernel caps a transfer at 0x7ffff000 bytes).
 */
import { dlopen, FFIType } from "bun:ffi";

const { i32, u32, i64_fast, ptr } = FFIType;

/** Memory a call only borrows may be passed as the typed array itself. */
export type Borrowed = number | NodeJS.TypedArray | null;

interface Libc {
  /** Bytes read, or -1 with errno set. pread(2). */
  pread(fd: number, address: number, length: number, offset: number): number;
  /** Bytes written, or -1 with errno set. pwrite(2). */
  pwrite(fd: number, address: number, length: number, offset: number): number;
  /** Bytes read from the file's own position, or -1. read(2). */
  read(fd: number, address: Borrowed, length: number): number;
  /** Bytes written at the file's own position, or -1. write(2). */
  write(fd: number, address: Borrowed, length: number): number;
  /** New position, or -1. lseek(2). */
  lseek(fd: number, offset: number, whence: number): number;
  /** Bytes read into `count` iovecs, or -1. preadv(2). */
  preadv(fd: number, iovecs: number, count: number, offset: number): number;
  /** Bytes written from `count` iovecs, or -1. pwritev(2). */
  pwritev(fd: number, iovecs: number, count: number, offset: number): number;
  /** Descriptor, or -1. open(2). */
  open(path: Borrowed, flags: number, mode: number): number;
  close(fd: number): number;
  fsync(fd: number): number;
  fdatasync(fd: number): number;
  syncfs(fd: number): number;
  ftruncate(fd: number, length: number): number;
  fallocate(fd: number, mode: number, offset: number, length: number): number;
  /** errno value itself, not -1. posix_fallocate(3). */
  posix_fallocate(fd: number, offset: number, length: number): number;
  /** errno value itself, not -1. posix_fadvise(2). */
  posix_fadvise(fd: number, offset: number, length: number, advice: number): number;
  ioctl(fd: number, request: number, argument: Borrowed): number;
  fcntl(fd: number, command: number, argument: Borrowed): number;
  /** Writes a range of the page cache back, or waits for that. sync_file_range(2). */
  sync_file_range(fd: number, offset: number, length: number, flags: number): number;
  /** Any system call of up to six arguments; 2.3 ns with this signature. syscall(2). */
  syscall(
    number: number,
    a: Borrowed,
    b: Borrowed,
    c: Borrowed,
    d: Borrowed,
    e: Borrowed,
    f: Borrowed,
  ): number;
  /** Address, or -1. mmap(2). */
  mmap(
    address: number,
    length: number,
    protection: number,
    flags: number,
    fd: number,
    offset: number,
  ): number;
  munmap(address: number, length: number): number;
  mprotect(address: number, length: number, protection: number): number;
  madvise(address: number, length: number, advice: number): number;
  mlock(address: number, length: number): number;
  /** Number of a System V segment, or -1. shmget(2). */
  shmget(key: number, bytes: number, flags: number): number;
  /** Address, or -1. shmat(2). */
  shmat(segment: number, address: number, flags: number): number;
  shmdt(address: number): number;
  shmctl(segment: number, command: number, buffer: number): number;
  /** Descriptor of an anonymous file, or -1. memfd_create(2). */
  memfd_create(name: Borrowed, flags: number): number;
  clock_gettime(clock: number, timespec: number): number;
  /** errno value itself. clock_nanosleep(2). */
  clock_nanosleep(clock: number, flags: number, timespec: number, remaining: number): number;
  gettimeofday(timeval: number, zone: number): number;
  getrusage(who: number, usage: Borrowed): number;
  setgid(group: number): number;
  setuid(user: number): number;
  prctl(option: number, a: Borrowed, b: number, c: number, d: number): number;
  sched_setscheduler(pid: number, policy: number, parameter: Borrowed): number;
  sched_setaffinity(pid: number, bytes: number, mask: Borrowed): number;
  /** Address of this thread's errno; constant for the life of the thread. */
  __errno_location(): number;
}

const SIGNATURES = {
  pread: { args: [i32, ptr, ptr, ptr], returns: i32 },
  pwrite: { args: [i32, ptr, ptr, ptr], returns: i32 },
  read: { args: [i32, ptr, ptr], returns: i32 },
  write: { args: [i32, ptr, ptr], returns: i32 },
  lseek: { args: [i32, ptr, i32], returns: i64_fast },
  preadv: { args: [i32, ptr, i32, ptr], returns: i32 },
  pwritev: { args: [i32, ptr, i32, ptr], returns: i32 },
  open: { args: [ptr, i32, i32], returns: i32 },
  close: { args: [i32], returns: i32 },
  fsync: { args: [i32], returns: i32 },
  fdatasync: { args: [i32], returns: i32 },
  syncfs: { args: [i32], returns: i32 },
  ftruncate: { args: [i32, ptr], returns: i32 },
  fallocate: { args: [i32, i32, ptr, ptr], returns: i32 },
  posix_fallocate: { args: [i32, ptr, ptr], returns: i32 },
  posix_fadvise: { args: [i32, ptr, ptr, i32], returns: i32 },
  ioctl: { args: [i32, ptr, ptr], returns: i32 },
  fcntl: { args: [i32, i32, ptr], returns: i32 },
  sync_file_range: { args: [i32, ptr, ptr, u32], returns: i32 },
  syscall: { args: [ptr, ptr, ptr, ptr, ptr, ptr, ptr], returns: i32 },
  mmap: { args: [ptr, ptr, i32, i32, i32, ptr], returns: i64_fast },
  munmap: { args: [ptr, ptr], returns: i32 },
  mprotect: { args: [ptr, ptr, i32], returns: i32 },
  madvise: { args: [ptr, ptr, i32], returns: i32 },
  mlock: { args: [ptr, ptr], returns: i32 },
  shmget: { args: [i32, ptr, i32], returns: i32 },
  shmat: { args: [i32, ptr, i32], returns: i64_fast },
  shmdt: { args: [ptr], returns: i32 },
  shmctl: { args: [i32, i32, ptr], returns: i32 },
  memfd_create: { args: [ptr, u32], returns: i32 },
  clock_gettime: { args: [i32, ptr], returns: i32 },
  clock_nanosleep: { args: [i32, i32, ptr, ptr], returns: i32 },
  gettimeofday: { args: [ptr, ptr], returns: i32 },
  getrusage: { args: [i32, ptr], returns: i32 },
  setgid: { args: [u32], returns: i32 },
  setuid: { args: [u32], returns: i32 },
  prctl: { args: [i32, ptr, ptr, ptr, ptr], returns: i32 },
  sched_setscheduler: { args: [i32, i32, ptr], returns: i32 },
  sched_setaffinity: { args: [i32, ptr, ptr], returns: i32 },
  __errno_location: { args: [], returns: i64_fast },
} as const satisfies Record<keyof Libc, { args: readonly FFIType[]; returns: FFIType }>;

type Name = keyof Libc;

/** musl names its libc by architecture; glibc's name is fixed. */
const GLIBC = "libc.so.6";
const MUSL = `libc.musl-${process.arch === "arm64" ? "aarch64" : "x86_64"}.so.1`;

let library = GLIBC;

function bind(name: Name): unknown {
  const signature = { [name]: SIGNATURES[name] };
  try {
    return dlopen(library, signature).symbols[name];
  } catch (error) {
    if (library === MUSL) throw error;
    const symbol = dlopen(MUSL, signature).symbols[name];
    library = MUSL;
    return symbol;
  }
}

/**
 * A function is bound when it is first asked for: each costs a thread 10 KB, and a job needs a few.
 * After that it is a plain property.
 */
function lazily(): Libc {
  const all = {} as Libc;
  for (const name of Object.keys(SIGNATURES) as Name[]) {
    const get = (): unknown => {
      const value = bind(name);
      Object.defineProperty(all, name, { value });
      return value;
    };
    Object.defineProperty(all, name, { get, configurable: true });
  }
  return all;
}

export const libc = lazily();

/** A path or name as the NUL-terminated bytes that libc borrows for one call. */
export function cString(text: string): Uint8Array {
  return new Uint8Array(new TextEncoder().encode(`${text}\0`).slice().buffer);
}
