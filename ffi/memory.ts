/**
 * Memory that the kernel or another thread keeps an address of: rings, buffers, control and stats
 * blocks. It comes from mmap, is seen through `toArrayBuffer`, and stays until `free`. A small
 * typed array moves when the JIT likes; its address must never be kept.
 */
import { type Pointer, toArrayBuffer } from "bun:ffi";
import { errnoOf, failure } from "./errno.ts";
import { libc } from "./libc.ts";

const PROT_READ_WRITE = 3;
const MAP_SHARED = 0x01;
const MAP_PRIVATE = 0x02;
const MAP_ANONYMOUS = 0x20;
const MAP_POPULATE = 0x8000;

export const PAGE = 4096;

/** Rounded up to whole pages. */
export function pages(bytes: number): number {
  return Math.ceil(bytes / PAGE) * PAGE;
}

/** A view of memory that somebody mapped; at most 4 GiB, the longest ArrayBuffer. */
export function view(address: number, bytes: number): ArrayBuffer {
  return toArrayBuffer(address as Pointer, 0, bytes);
}

function map(bytes: number, flags: number, fd: number, offset: number): number {
  const address = libc.mmap(0, bytes, PROT_READ_WRITE, flags, fd, offset);
  if (address === -1 || !Number.isSafeInteger(Number(address))) {
    throw failure("mmap", `${bytes} bytes`, errnoOf());
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

export function free(address: number, bytes: number): void {
  libc.munmap(address, pages(bytes));
}
