/**
 * Trims and syncs done by a plain call, at once: the only way of a synchronous engine, and the way
 * of an asynchronous one where the kernel has no asynchronous call for it. It knows the kinds of
 * target and nothing of queues.
 */
import { discard } from "../../ffi/block.ts";
import { FALLOC_KEEP_SIZE, FALLOC_PUNCH_HOLE } from "../../ffi/constants.ts";
import { errno } from "../../ffi/errno.ts";
import { libc } from "../../ffi/libc.ts";
import { FDATASYNC, FILE_RANGE, FSYNC, TRIM } from "../base/direction.ts";
import type { Target } from "../io/target.ts";
import type { Units } from "../io/units.ts";

const PUNCH = FALLOC_PUNCH_HOLE | FALLOC_KEEP_SIZE;

export class InlineCalls {
  /** 1 where a target is a block device. */
  readonly #device: Uint8Array;

  constructor(
    private readonly units: Units,
    private readonly files: Int32Array,
    targets: readonly Target[],
  ) {
    this.#device = Uint8Array.from(targets, ({ kind }) => (kind === "block" ? 1 : 0));
  }

  /** 0, or -errno, of the unit's trim or sync, which is over when this returns. */
  run(unit: number): number {
    return this.units.direction[unit] === TRIM ? this.#trim(unit) : this.#sync(unit);
  }

  /** A device discards the range; a regular file gets a hole there and keeps its size. */
  #trim(unit: number): number {
    const { units } = this;
    const file = units.file[unit]!;
    const descriptor = this.files[file]!;
    const moved = units.moved[unit]!;
    const offset = units.offset[unit]! + moved;
    const length = units.length[unit]! - moved;
    if (this.#device[file] === 1) return discard(descriptor, offset, length);
    return libc.fallocate(descriptor, PUNCH, offset, length) < 0 ? -errno[0]! : 0;
  }

  #syncRange(unit: number, descriptor: number): number {
    const { offset, length, rangeFlags } = this.units;
    return libc.sync_file_range(descriptor, offset[unit]!, length[unit]!, rangeFlags);
  }

  #sync(unit: number): number {
    const descriptor = this.files[this.units.file[unit]!]!;
    const kind = this.units.kind[unit]!;
    let result: number;
    if (kind === FSYNC) result = libc.fsync(descriptor);
    else if (kind === FILE_RANGE) result = this.#syncRange(unit, descriptor);
    else if (kind === FDATASYNC) result = libc.fdatasync(descriptor);
    else result = libc.syncfs(descriptor);
    return result < 0 ? -errno[0]! : 0;
  }
}
