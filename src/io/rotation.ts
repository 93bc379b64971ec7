/**
 * The files of a job that has not all of them open: one is opened when a unit turns to it, and for
 * that the one that is open longest and has nothing in flight is closed. Knows files and how many
 * units each has in flight; who waits when none can be closed is not known here.
 */
import { O, SEEK } from "../../ffi/constants.ts";
import { errnoText, failure } from "../../ffi/errno.ts";
import { dropCached, errnoOfCall, flushBlockDevice, openFile } from "../../ffi/file.ts";
import { libc } from "../../ffi/libc.ts";
import { SystemError } from "../base/errors.ts";
import { type FilesOf, OpenFiles } from "./files.ts";
import { openTarget, writes } from "./opening.ts";

export class Rotation extends OpenFiles {
  readonly #most: number;
  readonly #inFlight: Uint32Array;
  /** Files that are open, in the order in which they were opened. */
  readonly #order: number[] = [];
  /** Where a file stood when it was closed: engines that read on from there find it there. */
  readonly #stood: Float64Array;
  #lost: SystemError | undefined;

  constructor(job: FilesOf, most: number) {
    super(job);
    this.#most = most;
    this.#inFlight = new Uint32Array(job.targets.length);
    this.#stood = new Float64Array(job.targets.length);
  }

  /**
   * Whether a unit may go to the file now; false while all that are open have units in flight. A
   * file that cannot be opened is `refusal`, and its units fail on descriptor -1.
   */
  ready(file: number): boolean {
    if (this.descriptors[file]! >= 0 || this.job.targets[file]!.kind === "none") return true;
    if (this.#order.length >= this.#most && !this.#closeOne()) return false;
    try {
      const fd = openTarget(this.job.targets[file]!, this.job.spec);
      this.descriptors[file] = fd;
      this.#order.push(file);
      if (this.#stood[file]! > 0) libc.lseek(fd, this.#stood[file]!, SEEK.SET);
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      this.refusal ??= error;
    }
    return true;
  }

  took(file: number): void {
    this.#inFlight[file] = this.#inFlight[file]! + 1;
  }
  gave(file: number): void {
    this.#inFlight[file] = this.#inFlight[file]! - 1;
  }

  override descriptorOf(file: number): number {
    this.ready(file);
    return this.descriptors[file]!;
  }

  /** Each by a descriptor of its own, so that none counts as open. */
  override invalidate(): readonly string[] {
    return this.job.targets.flatMap(({ kind, path, offset, length, exists, layout }) => {
      if ((kind !== "regular" && kind !== "block") || (!exists && layout === 0)) return [];
      const fd = openFile(path, O.RDONLY);
      const errno = kind === "block" ? flushBlockDevice(fd) : dropCached(fd, offset, length);
      libc.close(fd);
      return errno === 0 ? [] : [`the cache of ${path} was not dropped: ${errnoText(errno)}`];
    });
  }

  override close(): SystemError | undefined {
    const last = super.close();
    return this.#lost ?? last;
  }

  /** None is opened before a unit turns to it. */
  protected override openAll(): void {}

  protected override closeAll(): void {
    for (const file of this.#order) this.#stood[file] = positionOf(this.descriptors[file]!);
    super.closeAll();
    this.#order.length = 0;
  }

  #closeOne(): boolean {
    const at = this.#order.findIndex((file) => this.#inFlight[file] === 0);
    if (at < 0) return false;
    const [file] = this.#order.splice(at, 1) as [number];
    const { spec, targets } = this.job;
    const fd = this.descriptors[file]!;
    this.#stood[file] = positionOf(fd);
    if (spec.fsync_on_close && writes(spec)) {
      const errno = errnoOfCall(() => libc.fsync(fd));
      if (errno !== 0) this.#lost ??= failure("fsync", targets[file]!.path, errno);
    }
    libc.close(fd);
    this.descriptors[file] = -1;
    return true;
  }
}

/** 0 of what cannot seek. */
function positionOf(fd: number): number {
  return Math.max(0, libc.lseek(fd, 0, SEEK.CUR));
}
