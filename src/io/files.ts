/**
 * The open files of a job: opened as its options say, one descriptor a target, and given back
 * whole. A writer's file is made and its space set aside here; filling is the layout's. Knows
 * nothing of engines: they get the descriptors.
 */
import { FADVISE, O } from "../../ffi/constants.ts";
import { EINVAL, errnoText, failure } from "../../ffi/errno.ts";
import {
  dropCached,
  errnoOfCall,
  flushBlockDevice,
  lengthOf,
  openFile,
  removeFile,
} from "../../ffi/file.ts";
import { libc } from "../../ffi/libc.ts";
import type { SystemError } from "../base/errors.ts";
import type { JobSpec } from "../options/options.ts";
import { reserve } from "./layout.ts";
import type { Target } from "./target.ts";

/** What a job says about opening its files. */
export interface FilesOf {
  readonly spec: Pick<
    JobSpec,
    "rw" | "direct" | "sync" | "fallocate" | "fsync_on_close" | "unlink"
  >;
  readonly targets: readonly Target[];
}

const EACCES = 13;
const EMFILE = 24;
const ETXTBSY = 26;

export class OpenFiles {
  /** Descriptors in the order of the targets; -1 of a target that is no file. */
  readonly descriptors: Int32Array;
  #closed = false;

  private constructor(private readonly job: FilesOf) {
    const bytes = job.targets.length * Int32Array.BYTES_PER_ELEMENT;
    this.descriptors = new Int32Array(new ArrayBuffer(bytes)).fill(-1);
  }

  /** Opens every target of the job, or none. Throws SystemError with the path. */
  static open(job: FilesOf): OpenFiles {
    const files = new OpenFiles(job);
    try {
      for (const [index, target] of job.targets.entries()) {
        if (target.kind !== "none") files.descriptors[index] = openTarget(target, job.spec);
      }
    } catch (error) {
      files.#closeAll();
      throw error;
    }
    return files;
  }

  /**
   * Drops what is cached of the targets; what went wrong, in sentences for the report. Only clean
   * pages can be dropped from a regular file; a block device is written back first.
   */
  invalidate(): readonly string[] {
    const notes: string[] = [];
    for (const [index, { kind, path, offset, length }] of this.job.targets.entries()) {
      const fd = this.descriptors[index]!;
      let errno = 0;
      if (kind === "regular") errno = dropCached(fd, offset, length);
      else if (kind === "block") errno = flushBlockDevice(fd);
      if (errno === EACCES) {
        notes.push(`the cache of ${path} was not dropped: only root may flush a block device`);
      } else if (errno !== 0) {
        notes.push(`the cache of ${path} was not dropped: ${errnoText(errno)}`);
      }
    }
    return notes;
  }

  /**
   * Closes every file, after an fsync of a writer's when `fsync_on_close` says so, and removes the
   * regular ones when `unlink` does. The first failure, or undefined; all files are closed either
   * way, and a second call does nothing.
   */
  close(): SystemError | undefined {
    if (this.#closed) return undefined;
    this.#closed = true;
    const { spec, targets } = this.job;
    let first: SystemError | undefined;
    if (spec.fsync_on_close && writes(spec.rw)) {
      for (const [index, fd] of this.descriptors.entries()) {
        if (fd < 0) continue;
        const errno = errnoOfCall(() => libc.fsync(fd));
        if (errno !== 0) first ??= failure("fsync", targets[index]!.path, errno);
      }
    }
    this.#closeAll();
    if (spec.unlink) {
      for (const { kind, path } of targets) if (kind === "regular") removeFile(path);
    }
    return first;
  }

  #closeAll(): void {
    for (const [index, fd] of this.descriptors.entries()) {
      if (fd < 0) continue;
      libc.close(fd);
      this.descriptors[index] = -1;
    }
  }
}

function openTarget(target: Target, spec: FilesOf["spec"]): number {
  const { path, kind } = target;
  const writing = writes(spec.rw);
  let flags: number = writing ? O.RDWR : O.RDONLY;
  if (writing && kind === "regular") flags |= O.CREAT;
  if (spec.direct && kind !== "pipe") flags |= O.DIRECT;
  if (spec.sync === "sync") flags |= O.SYNC;
  if (spec.sync === "dsync") flags |= O.DSYNC;
  const fd = openFile(path, flags, (errno) => hint(errno, spec.direct));
  try {
    prepare(fd, target, spec);
  } catch (error) {
    libc.close(fd);
    throw error;
  }
  return fd;
}

/** Sets a writer's space aside and tells the kernel what is to come, as fio's fadvise_hint does. */
function prepare(fd: number, { path, kind, offset, length }: Target, spec: FilesOf["spec"]): void {
  if (kind === "regular" && writes(spec.rw) && lengthOf(fd, path) < offset + length) {
    reserve(fd, path, spec.fallocate, offset + length);
  }
  if (kind === "regular" || kind === "block") {
    const advice = spec.rw.startsWith("rand") ? FADVISE.RANDOM : FADVISE.SEQUENTIAL;
    libc.posix_fadvise(fd, offset, length, advice);
  }
}

function writes(rw: JobSpec["rw"]): boolean {
  return !rw.endsWith("read");
}

function hint(errno: number, direct: boolean): string {
  if (errno === EINVAL && direct) {
    return "this file system or device does no direct I/O: use direct = false";
  }
  if (errno === EMFILE) return "raise it with ulimit -n, or use fewer files or jobs";
  if (errno === ETXTBSY) return "it is in use as swap or as a running program";
  return "";
}
