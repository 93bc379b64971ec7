/**
 * Lays files out: gives a file the bytes a job must find, before any clock runs. Knows one target
 * at a time and the few options that say how; which file needs it is the plan's decision, in
 * which thread it happens the coordinator's. What an interrupted layout made is taken back, so that
 * a file of the right size is always a file that is filled.
 */
import { O } from "../../ffi/constants.ts";
import { EIO, failure } from "../../ffi/errno.ts";
import { errnoOfCall, lengthOf, openFile, removeFile } from "../../ffi/file.ts";
import { libc } from "../../ffi/libc.ts";
import { allocate as allocateMemory, free, view } from "../../ffi/memory.ts";
import { type BlockOptions, blocksOf } from "../base/blocks.ts";
import { fillPattern } from "../base/filling.ts";
import type { JobSpec } from "../options/options.ts";
import { isPaged } from "./buffers.ts";
import { Noise } from "./noise.ts";
import { choosePages, PageMaker, type PageSpec } from "./pages.ts";
import { full, reserve } from "./reserve.ts";
import type { Target } from "./target.ts";

/** A write of a layout: large enough that the device, not the call, sets the pace. */
const BLOCK = 1 << 20;

const EEXIST = 17;

/** The options a layout obeys. */
export type LayoutSpec = PageSpec &
  BlockOptions &
  Pick<JobSpec, "fallocate" | "create_fsync" | "zero_buffers">;

/** One file to lay out. */
export interface Layout {
  readonly target: Target;
  readonly spec: LayoutSpec;
  /** Bytes that will be written. */
  readonly bytes: number;
}

/** The files that need a layout, each once however many jobs share it, in the order of the jobs. */
export function layoutsOf(
  jobs: readonly { readonly spec: LayoutSpec; readonly targets: readonly Target[] }[],
): readonly Layout[] {
  const layouts = new Map<string, Layout>();
  for (const { spec, targets } of jobs) {
    for (const target of targets) {
      if (target.layout === 0 || target.layout <= (layouts.get(target.path)?.target.layout ?? 0)) {
        continue;
      }
      const bytes = Math.max(0, target.layout - target.size);
      layouts.set(target.path, { target, spec, bytes });
    }
  }
  return [...layouts.values()];
}

/**
 * Gives the file its `layout` bytes: what is there stays, the rest is filled. `onProgress` hears
 * the bytes of each block after it was written; `stopped` is asked before each. False when it was
 * stopped: the file is then as it was before. Throws SystemError that names the file; likewise.
 */
export function layOut(
  target: Target,
  spec: LayoutSpec,
  onProgress: (bytes: number) => void,
  stopped: () => boolean,
): boolean {
  if (target.layout === 0) return true;
  const { path } = target;
  const { fd, made } = openOrMake(path);
  let before = 0;
  let whole = false;
  try {
    before = made ? 0 : lengthOf(fd, path);
    if (before >= target.layout) {
      whole = true;
      return true;
    }
    reserve(fd, path, spec.fallocate, target.layout, true);
    whole = fill({ fd, path, from: before, to: target.layout }, spec, onProgress, stopped);
    if (whole && spec.create_fsync) {
      const errno = errnoOfCall(() => libc.fsync(fd));
      if (errno !== 0) {
        whole = false;
        throw failure("fsync", path, errno);
      }
    }
    return whole;
  } finally {
    if (!whole) takeBack(fd, path, made, before);
    libc.close(fd);
  }
}

function openOrMake(path: string): { readonly fd: number; readonly made: boolean } {
  try {
    return { fd: openFile(path, O.RDWR | O.CREAT | O.EXCL), made: true };
  } catch (error) {
    if (!(error instanceof Error && "errno" in error && error.errno === EEXIST)) throw error;
    return { fd: openFile(path, O.RDWR | O.CREAT), made: false };
  }
}

function takeBack(fd: number, path: string, made: boolean, before: number): void {
  if (made) removeFile(path);
  else errnoOfCall(() => libc.ftruncate(fd, before));
}

interface Range {
  readonly fd: number;
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/** Writes the range in large blocks; false when it was stopped on the way. */
function fill(
  range: Range,
  spec: LayoutSpec,
  onProgress: (bytes: number) => void,
  stopped: () => boolean,
): boolean {
  const { fd, path, from, to } = range;
  const block = blockOf(spec);
  const address = allocateMemory(block);
  try {
    const next = contentOf(spec, view(address, block), range);
    let at = from;
    while (at < to) {
      if (stopped()) return false;
      const start = at - (at % block);
      next(start);
      const length = Math.min(start + block, to) - at;
      for (let done = 0; done < length; ) {
        let moved = 0;
        const errno = errnoOfCall(() => {
          moved = libc.pwrite(fd, address + at - start + done, length - done, at + done);
          return moved;
        });
        if (errno !== 0) throw failure("pwrite", path, errno, full(errno));
        if (moved === 0) throw failure("pwrite", path, EIO, "not one byte was written");
        done += moved;
      }
      at += length;
      onProgress(length);
    }
    return true;
  } finally {
    free(address, block);
  }
}

/** Bytes made at a time: whole blocks of the job, where it matters where a block begins. */
function blockOf(spec: LayoutSpec): number {
  if (spec.buffer_pattern === undefined && !isPaged(spec)) return BLOCK;
  const block = blocksOf(spec, "write").most;
  return Math.max(1, Math.floor(BLOCK / block)) * block;
}

/**
 * A function that puts what belongs at a file offset, a multiple of the block, into the block. What
 * is random differs between all that are filled, and repeats when the same is filled again.
 */
function contentOf(
  spec: LayoutSpec,
  block: ArrayBuffer,
  { path, from, to }: Range,
): (offset: number) => void {
  const { buffer_pattern: pattern } = spec;
  const bytes = new Uint8Array(block);
  const length = blocksOf(spec, "write").most;
  const noise = new Noise(Bun.hash.crc32(`${path} ${from}`), spec.randseed ?? 0).hasten();
  if (isPaged(spec)) {
    const scratch = new ArrayBuffer(Math.ceil(length / 32) * 32);
    const words = new Int32Array(scratch);
    const page = new Uint8Array(scratch, 0, length);
    const choice = choosePages(spec, noise, to / length, []);
    const maker = new PageMaker(spec, length);
    return (offset) => {
      for (let at = 0; at < bytes.length; at += length) {
        maker.make(page, words, length, offset + at, choice.next());
        bytes.set(page, at);
      }
    };
  }
  if (pattern !== undefined) {
    return (offset) => {
      for (let at = 0; at < bytes.length; at += length) {
        fillPattern(bytes, pattern, offset + at, at, at + length);
      }
    };
  }
  if (spec.zero_buffers) return () => {};
  const words = new Int32Array(block);
  return () => noise.fill(words, block.byteLength);
}
