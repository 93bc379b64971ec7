/**
 * sync_file_range: after every so many writes of any workload, a sync of what was written to the
 * file of the last one since its last such sync. Counted over the whole job, as fsync is.
 */
import { FILE_RANGE, SYNC, WRITE } from "../base/direction.ts";
import type { RangeSync } from "../base/rangesync.ts";
import type { Units } from "../io/units.ts";
import { TAKEN, type Workload } from "./workload.ts";

const NOTHING_WRITTEN = Number.POSITIVE_INFINITY;

export class RangeSyncs implements Workload {
  readonly #inner: Workload;
  readonly #units: Units;
  readonly #every: number;
  /** Writes until the next sync. */
  #left: number;
  #due = false;
  #file = 0;
  /** What was written to each file: from, and up to. */
  readonly #from: Float64Array;
  readonly #to: Float64Array;

  constructor(inner: Workload, units: Units, files: number, { flags, every }: RangeSync) {
    this.#inner = inner;
    this.#units = units;
    this.#every = every;
    this.#left = every;
    this.#from = new Float64Array(files).fill(NOTHING_WRITTEN);
    this.#to = new Float64Array(files);
    units.rangeFlags = flags;
  }

  direction(): number {
    return this.#due ? SYNC : this.#inner.direction();
  }

  next(unit: number, direction?: number): ReturnType<Workload["next"]> {
    if (this.#due) return this.#sync(unit);
    const verdict = this.#inner.next(unit, direction);
    if (verdict === TAKEN && this.#units.direction[unit] === WRITE) this.#wrote(unit);
    return verdict;
  }

  completed(unit: number): void {
    this.#inner.completed(unit);
  }
  restart(): void {
    this.#inner.restart();
  }
  forgive(): void {
    this.#inner.forgive();
  }

  #wrote(unit: number): void {
    const units = this.#units;
    const file = units.file[unit]!;
    const offset = units.offset[unit]!;
    this.#from[file] = Math.min(this.#from[file]!, offset);
    this.#to[file] = Math.max(this.#to[file]!, offset + units.length[unit]!);
    if (--this.#left > 0) return;
    this.#left = this.#every;
    this.#due = true;
    this.#file = file;
  }

  #sync(unit: number): typeof TAKEN {
    const units = this.#units;
    const file = this.#file;
    const from = this.#from[file]!;
    units.direction[unit] = SYNC;
    units.kind[unit] = FILE_RANGE;
    units.file[unit] = file;
    units.offset[unit] = from;
    units.length[unit] = this.#to[file]! - from;
    this.#from[file] = NOTHING_WRITTEN;
    this.#to[file] = 0;
    this.#due = false;
    return TAKEN;
  }
}
