/**
 * Rows of an asynchronous engine that are over although the kernel's queue never had them: done by
 * a plain call, or refused. They wait here, first in first out, for the next reap.
 */
import type { Units } from "../io/units.ts";

export class Finished {
  /** Rows that wait. */
  count = 0;
  readonly #rows: Uint32Array;

  constructor(private readonly units: Units) {
    this.#rows = new Uint32Array(units.depth);
  }

  add(unit: number, result: number): void {
    this.units.result[unit] = result;
    this.#rows[this.count++] = unit;
  }

  /** Puts them behind the `already` reported ones, up to `max`: how many are reported now. */
  take(already: number, max: number): number {
    const rows = this.#rows;
    const count = Math.min(this.count, max - already);
    for (let i = 0; i < count; i++) this.units.completed[already + i] = rows[i]!;
    rows.copyWithin(0, count, this.count);
    this.count -= count;
    return already + count;
  }
}
