/**
 * The open files of a job: one descriptor a target, opened and given back whole. A writer's file is
 * made here; filling is the layout's. Knows nothing of engines: they get the descriptors.
 */
import { SEEK } from "../../ffi/constants.ts";
import { errnoText, failure } from "../../ffi/errno.ts";
import { dropCached, errnoOfCall, flushBlockDevice, removeFile } from "../../ffi/file.ts";
import { libc } from "../../ffi/libc.ts";
import type { SystemError } from "../base/errors.ts";
import type { JobSpec } from "../options/options.ts";
import { type OpeningSpec, openTarget, writes } from "./opening.ts";
import type { Target } from "./target.ts";

/** What a job says about its files. */
export interface FilesOf {
  readonly spec: OpeningSpec & Pick<JobSpec, "fsync_on_close" | "unlink">;
  readonly targets: readonly Target[];
}

const EACCES = 13;

export class OpenFiles {
  /** Descriptors in the order of the targets; -1 of a target that is no file. */
  readonly descriptors: Int32Array;
  /** Why a file could not be opened while the job ran. */
  refusal: SystemError | undefined;
  #closed = false;

  protected constructor(protected readonly job: FilesOf) {
    const bytes = job.targets.length * Int32Array.BYTES_PER_ELEMENT;
    this.descriptors = new Int32Array(new ArrayBuffer(bytes)).fill(-1);
  }

  /** Opens every target of the job, or none. Throws SystemError with the path. */
  static open(job: FilesOf): OpenFiles {
    const files = new OpenFiles(job);
    files.openAll();
    return files;
  }

  /** The descriptor of a target that is no `none`; nothing is in flight. */
  descriptorOf(file: number): number {
    return this.descriptors[file]!;
  }

  protected openAll(): void {
    const { spec, targets } = this.job;
    try {
      for (const [index, target] of targets.entries()) {
        if (target.kind !== "none") this.descriptors[index] = openTarget(target, spec);
      }
    } catch (error) {
      this.closeAll();
      throw error;
    }
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
    const first = this.syncAndClose();
    if (this.job.spec.unlink) this.remove();
    return first;
  }

  /** Closes and removes the regular files and opens them anew: what unlink_each_loop is. */
  renew(): SystemError | undefined {
    // An engine that reads where the file stands finds it standing where it left it.
    const stood = Array.from(this.descriptors, (fd) => libc.lseek(fd, 0, SEEK.CUR));
    const lost = this.syncAndClose();
    this.remove();
    this.openAll();
    for (const [file, at] of stood.entries()) {
      if (at > 0 && this.descriptors[file]! >= 0) libc.lseek(this.descriptors[file]!, at, SEEK.SET);
    }
    return lost;
  }

  protected syncAndClose(): SystemError | undefined {
    const { spec, targets } = this.job;
    let first: SystemError | undefined;
    if (spec.fsync_on_close && writes(spec)) {
      for (const [index, fd] of this.descriptors.entries()) {
        if (fd < 0) continue;
        const errno = errnoOfCall(() => libc.fsync(fd));
        if (errno !== 0) first ??= failure("fsync", targets[index]!.path, errno);
      }
    }
    this.closeAll();
    return first;
  }

  protected remove(): void {
    for (const { kind, path } of this.job.targets) if (kind === "regular") removeFile(path);
  }

  protected closeAll(): void {
    for (const [index, fd] of this.descriptors.entries()) {
      if (fd < 0) continue;
      libc.close(fd);
      this.descriptors[index] = -1;
    }
  }
}
