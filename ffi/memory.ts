/**
 * Memory that the kernel or another thread keeps an address of: rings, buffers, control and stats
 * blocks. It comes from mmap, is seen through `toArrayBuffer`, and stays until `free`. A small
 * typed array moves when the JIT likes; its address must never be kept.
 */
import { type Pointer, toArrayBuffer } from "bun:ffi";
import { errnoOf, failure } from "./errno.ts";
import { cString, libc } from "./libc.ts";

const PROT_READ_WRITE = 3;
const MAP_SHARED = 0x01;
const MAP_PRIVATE = 0x02;
const MAP_ANONYMOUS = 0x20;
const MAP_POPULATE = 0x8000;
const MAP_HUGETLB = 0x40000;
/** Where the flags of mmap(2) and shmget(2) have the binary logarithm of a huge page's size. */
const HUGE_SHIFT = 26;

/** shmget(2) and shmctl(2); linux/ipc.h, linux/shm.h. */
const IPC_PRIVATE = 0;
const IPC_CREAT = 0o1000;
const IPC_RMID = 0;
const SHM_HUGETLB = 0o4000;
const OWNER = 0o600;

export const PAGE = 4096;

/** Rounded up to whole pages. */
export function pages(bytes: number): number {
  return Math.ceil(bytes / PAGE) * PAGE;
}

/** A view of memory that somebody mapped; at most 4 GiB, the longest ArrayBuffer. */
export function view(address: number, bytes: number): ArrayBuffer {
  return toArrayBuffer(address as Pointer, 0, bytes);
}

function map(bytes: number, flags: number, fd: number, offset: number, hint = ""): number {
  const address = libc.mmap(0, bytes, PROT_READ_WRITE, flags, fd, offset);
  if (address === -1 || !Number.isSafeInteger(Number(address))) {
    throw failure("mmap", `${bytes} bytes`, errnoOf(), hint);
  }
  return address;
}

/** Address of `bytes` zeroed, page-aligned bytes of this process. Throws SystemError. */
export function allocate(bytes: number): number {
  return map(pages(bytes), MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/** Address of a shared mapping of a file, memfd or ring. Throws SystemError. */
export function mapShared(fd: number, bytes: number, offset = 0): number {
  return map(bytes, MAP_SHARED | MAP_POPULATE, fd, offset);
}

/**
 * Address of zeroed memory that all threads (and children that inherit it) share. Throws
 * SystemError.
 */
export function allocateShared(bytes: number): number {
  return map(pages(bytes), MAP_SHARED | MAP_ANONYMOUS, -1, 0);
}

/** memfd_create(2), linux/memfd.h. */
const MFD_CLOEXEC = 1;

/**
 * Address of zeroed memory that other processes can map too, by the descriptor beside it. Throws
 * SystemError.
 */
export function allocateMapped(bytes: number): { readonly address: number; readonly fd: number } {
  const fd = libc.memfd_create(cString("fathom"), MFD_CLOEXEC);
  if (fd < 0) throw failure("memfd_create", "", errnoOf());
  if (libc.ftruncate(fd, pages(bytes)) !== 0) {
    throw failure("ftruncate", `${bytes} bytes of shared memory`, errnoOf());
  }
  return { address: map(pages(bytes), MAP_SHARED, fd, 0), fd };
}

/** Address of the same memory in another process. Throws SystemError. */
export function mapAllocated(fd: number, bytes: number): number {
  return map(pages(bytes), MAP_SHARED, fd, 0);
}

/** Huge pages of a size that this system has; 0 for its usual one, undefined for common pages. */
export type HugePage = number | undefined;

function hugeFlags(flag: number, page: HugePage): number {
  if (page === undefined) return 0;
  return page === 0 ? flag : flag | (Math.log2(page) << HUGE_SHIFT);
}

const NO_HUGE_PAGE = "HugePages_Free of /proc/meminfo says how many huge pages there are";

function hugeHint(page: HugePage): string {
  return page === undefined ? "" : NO_HUGE_PAGE;
}

/**
 * Address of a mapping for buffers: whole pages of the kind asked for, of a file or (fd -1) of no
 * file. `free` unmaps it. Throws SystemError.
 */
export function mapBuffers(bytes: number, shared: boolean, fd: number, page: HugePage): number {
  const sharing = shared ? MAP_SHARED : MAP_PRIVATE;
  const flags = sharing | (fd < 0 ? MAP_ANONYMOUS : 0) | hugeFlags(MAP_HUGETLB, page);
  return map(bytes, flags, fd, 0, hugeHint(page));
}

/**
 * Address of a System V segment of that many bytes, already marked for removal: it goes with the
 * last process that has it, however that ends. Throws SystemError.
 */
export function attachSegment(bytes: number, page: HugePage): number {
  const what = `${bytes} bytes`;
  const flags = IPC_CREAT | OWNER | hugeFlags(SHM_HUGETLB, page);
  const segment = libc.shmget(IPC_PRIVATE, bytes, flags);
  if (segment < 0) throw failure("shmget", what, errnoOf(), hugeHint(page));
  const address = libc.shmat(segment, 0, 0);
  const errno = errnoOf();
  libc.shmctl(segment, IPC_RMID, 0);
  if (!Number.isSafeInteger(Number(address)) || address < 0) throw failure("shmat", what, errno);
  return address;
}

export function detachSegment(address: number): void {
  libc.shmdt(address);
}

/** Address of memory that stays where it is, in RAM. Throws SystemError. */
export function lockedMemory(bytes: number): number {
  const address = allocate(bytes);
  if (libc.mlock(address, pages(bytes)) === 0) return address;
  const errno = errnoOf();
  free(address, bytes);
  const hint = "ulimit -l says how much memory a process may lock";
  throw failure("mlock", `${bytes} bytes`, errno, hint);
}

export function free(address: number, bytes: number): void {
  libc.munmap(address, pages(bytes));
}
