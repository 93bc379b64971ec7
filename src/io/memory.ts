/**
 * Buffers of other memory than the usual: shared mappings, files, huge pages, System V segments,
 * at a distance from a page, and memory that is only there to be locked. Loaded by the jobs that
 * have such. What is made for a job goes with it, also when its process is killed: a segment is
 * marked for removal, and a file that was made loses its name, as soon as they are mapped.
 */
import { O } from "../../ffi/constants.ts";
import { EINVAL, ENOSYS, EOPNOTSUPP, failure } from "../../ffi/errno.ts";
import { errnoOfCall, lengthOf, openFile, removeFile } from "../../ffi/file.ts";
import { libc } from "../../ffi/libc.ts";
import {
  attachSegment,
  detachSegment,
  free,
  type HugePage,
  lockedMemory,
  mapBuffers,
} from "../../ffi/memory.ts";
import type { Buffers } from "./buffers.ts";

/** What the plan decided of a job's memory. */
export interface MemoryPlan {
  readonly kind: "mmap" | "mmapshared" | "mmaphuge" | "shm" | "shmhuge";
  /** The file that is mapped; undefined for none. */
  readonly file: { readonly path: string; readonly regular: boolean } | undefined;
  /** All that is allocated: the buffers, the alignment, rounded up to whole pages of the kind. */
  readonly bytes: number;
  /** Bytes of a huge page, where the buffers are of such, and what the kernel is told of it. */
  readonly hugePage: { readonly bytes: number; readonly asked: number } | undefined;
  /** Bytes between a page and the first buffer. */
  readonly align: number;
  /** Bytes that are locked beside the buffers. */
  readonly locked: number;
  /** What the report should say. */
  readonly note: string | undefined;
}

/** Memory for as many rows as the job has units. Throws SystemError. */
export function allocateSpecial(
  { bufferBytes }: { readonly bufferBytes: number },
  memory: MemoryPlan,
): Buffers {
  const locked = memory.locked > 0 ? lockedMemory(memory.locked) : 0;
  const unlock = (): void => {
    if (locked !== 0) free(locked, memory.locked);
  };
  try {
    const { address, release } = piece(memory);
    return {
      base: address + memory.align,
      bytes: bufferBytes,
      free: () => {
        release();
        unlock();
      },
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

interface Piece {
  readonly address: number;
  release(): void;
}

function piece({ kind, file, bytes, hugePage }: MemoryPlan): Piece {
  const page = hugePage?.asked;
  if (kind === "shm" || kind === "shmhuge") {
    const address = attachSegment(bytes, page);
    return { address, release: () => detachSegment(address) };
  }
  // As in fio, huge pages of a file are those that the file has.
  const shared = kind === "mmapshared" || (kind === "mmaphuge" && file !== undefined);
  const address =
    file === undefined ? mapBuffers(bytes, shared, -1, page) : mapFile(file, bytes, shared, page);
  return { address, release: () => free(address, bytes) };
}

const EEXIST = 17;

function mapFile(
  { path, regular }: NonNullable<MemoryPlan["file"]>,
  bytes: number,
  shared: boolean,
  page: HugePage,
): number {
  const { fd, made } = openOrMake(path);
  try {
    if (regular) extend(fd, path, bytes, shared);
    return mapBuffers(bytes, shared, fd, page);
  } catch (error) {
    if (page === undefined || !(error instanceof Error && "errno" in error)) throw error;
    if (error.errno !== EINVAL) throw error;
    throw failure("mmap", path, EINVAL, "huge pages are of a file in a mounted hugetlbfs");
  } finally {
    libc.close(fd);
    if (made) removeFile(path);
  }
}

function openOrMake(path: string): { readonly fd: number; readonly made: boolean } {
  try {
    return { fd: openFile(path, O.RDWR | O.CREAT | O.EXCL), made: true };
  } catch (error) {
    if (!(error instanceof Error && "errno" in error && error.errno === EEXIST)) throw error;
    return { fd: openFile(path, O.RDWR), made: false };
  }
}

/**
 * A file is made no shorter. Space is set aside where it is written into: a page that finds none
 * later is no error but a signal that ends the process.
 */
function extend(fd: number, path: string, bytes: number, shared: boolean): void {
  let errno = 0;
  if (lengthOf(fd, path) < bytes) errno = errnoOfCall(() => libc.ftruncate(fd, bytes));
  if (errno !== 0) throw failure("ftruncate", path, errno);
  if (!shared) return;
  errno = errnoOfCall(() => libc.fallocate(fd, 0, 0, bytes));
  const cannot = errno === EOPNOTSUPP || errno === ENOSYS || errno === EINVAL;
  if (errno !== 0 && !cannot) throw failure("fallocate", path, errno);
}
