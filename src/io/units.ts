/**
 * Units as columns. A unit (one I/O; fio's io_u) is a row number, and that number is what a ring
 * carries as user_data. Nothing here allocates after construction, and nothing here knows what a
 * unit is for: the workload fills a row, the engine moves it, the loop gives it back.
 */

/** Which stage of a job made the unit; check units are outside byte limits, counts and rates. */
export const WORK = 0;
export const CHECK = 1;

export class Units {
  /** READ, WRITE, TRIM or SYNC. */
  readonly direction: Uint8Array;
  /** WORK or CHECK; for a sync, which call: FSYNC, FDATASYNC, SYNCFS, FILE_RANGE. */
  readonly kind: Uint8Array;
  /** Index into the job's targets. */
  readonly file: Uint32Array;
  /** Bytes from the start of the file. */
  readonly offset: Float64Array;
  /** Bytes asked for; 0 for a sync of a whole file. */
  readonly length: Float64Array;
  /** Where the unit's buffer lies; set once, a buffer belongs to its row. */
  readonly address: Float64Array;
  /** Bytes done by earlier calls of this unit: a retry continues there, offset and length stay. */
  readonly moved: Float64Array;
  /** Bytes of the last call, or -errno; 0 is success for a sync or a trim. */
  readonly result: Int32Array;
  /** Instants in ns since the run's epoch: owed, taken, handed to the kernel, reaped. */
  readonly dueAt: Float64Array;
  readonly startedAt: Float64Array;
  readonly issuedAt: Float64Array;
  readonly finishedAt: Float64Array;
  /** I/O priority as ioprio_set(2) has it; 0 for none. Of engines that can tell the kernel. */
  readonly priority: Uint16Array;
  /** Rows that `getevents` reports, in [0, n). */
  readonly completed: Uint32Array;

  /** What sync_file_range(2) is told by every unit of that kind. */
  rangeFlags = 0;

  readonly #free: Uint32Array;
  #freeCount: number;

  constructor(readonly depth: number) {
    this.direction = new Uint8Array(depth);
    this.kind = new Uint8Array(depth);
    this.file = new Uint32Array(depth);
    this.offset = new Float64Array(depth);
    this.length = new Float64Array(depth);
    this.address = new Float64Array(depth);
    this.moved = new Float64Array(depth);
    this.result = new Int32Array(depth);
    this.dueAt = new Float64Array(depth);
    this.startedAt = new Float64Array(depth);
    this.issuedAt = new Float64Array(depth);
    this.finishedAt = new Float64Array(depth);
    this.priority = new Uint16Array(depth);
    this.completed = new Uint32Array(depth);
    this.#free = Uint32Array.from({ length: depth }, (_, row) => depth - 1 - row);
    this.#freeCount = depth;
  }

  /** Rows that can be taken. */
  get free(): number {
    return this.#freeCount;
  }

  /** One of the rows that can be taken; `i` from 0 to `free` - 1. */
  freeRow(i: number): number {
    return this.#free[i]!;
  }

  /** The row given back last, so that hot buffers are used again (fio does the same). */
  take(): number {
    if (this.#freeCount === 0) throw new Error("no free unit: the loop took more than the depth");
    return this.#free[--this.#freeCount]!;
  }

  give(unit: number): void {
    if (this.#freeCount === this.depth) throw new Error(`unit ${unit} was given back twice`);
    this.#free[this.#freeCount++] = unit;
  }
}
