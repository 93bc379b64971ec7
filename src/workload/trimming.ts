/**
 * trim_percentage: a share of the blocks that any workload writes is trimmed after a while. Which
 * ones is drawn when they are written; every `backlog` of them some or all are trimmed before
 * anything else goes, and what is left when the work is at its end as well. Trims count for none
 * of the work's limits.
 */
import { TRIM, WRITE } from "../base/direction.ts";
import { type Units, WORK } from "../io/units.ts";
import type { Random } from "./random.ts";
import { NOTHING, TAKEN, type Workload } from "./workload.ts";

export interface Trimming {
  /** Share of the written blocks, 1 to 100. */
  readonly percent: number;
  /** Blocks that are waited for, and how many of them are trimmed then. */
  readonly backlog: number;
  readonly batch: number;
}

export class TrimmingWork implements Workload {
  /** The blocks to be trimmed, the oldest first, from `#first` on around the end. */
  readonly #file: Uint32Array;
  readonly #offset: Float64Array;
  readonly #length: Float64Array;
  #first = 0;
  #count = 0;
  /** Trims that go before anything else. */
  #due = 0;

  constructor(
    private readonly inner: Workload,
    private readonly units: Units,
    private readonly random: Random,
    private readonly trimming: Trimming,
  ) {
    // Those in flight when the backlog is full may still be added to it.
    const most = trimming.backlog + units.depth;
    this.#file = new Uint32Array(most);
    this.#offset = new Float64Array(most);
    this.#length = new Float64Array(most);
  }

  direction(): number {
    if (this.#due > 0) return TRIM;
    const next = this.inner.direction();
    if (next !== NOTHING || this.#count === 0) return next;
    this.#due = this.#count;
    return TRIM;
  }

  next(unit: number, direction?: number): ReturnType<Workload["next"]> {
    if (this.#due === 0) return this.inner.next(unit, direction);
    const { units } = this;
    const at = this.#first;
    units.direction[unit] = TRIM;
    units.kind[unit] = WORK;
    units.file[unit] = this.#file[at]!;
    units.offset[unit] = this.#offset[at]!;
    units.length[unit] = this.#length[at]!;
    this.#first = (at + 1) % this.#file.length;
    this.#count--;
    this.#due--;
    return TAKEN;
  }

  completed(unit: number): void {
    const { units, trimming } = this;
    if (units.direction[unit] === TRIM) return;
    this.inner.completed(unit);
    if (units.direction[unit] !== WRITE || this.random.below(100) >= trimming.percent) return;
    const at = (this.#first + this.#count) % this.#file.length;
    this.#file[at] = units.file[unit]!;
    this.#offset[at] = units.offset[unit]!;
    this.#length[at] = units.length[unit]!;
    this.#count++;
    if (this.#count >= trimming.backlog) this.#due = Math.min(trimming.batch, this.#count);
  }

  restart(): void {
    this.inner.restart();
  }
  forgive(): void {
    this.inner.forgive();
  }
}
