/**
 * Any workload with units that overlap one in flight held back until that is done, as fio's
 * serialize_overlap: what two writes of the same bytes leave behind is not defined while both are
 * under way. The order of the units stays what it was; one that waits holds up those behind it.
 */
import { SYNC } from "../base/direction.ts";
import type { Units } from "../io/units.ts";
import { LATER, TAKEN, type Workload } from "./workload.ts";

export class Serialized implements Workload {
  readonly #inner: Workload;
  readonly #units: Units;
  /** Rows that nobody has, filled in for each look. */
  readonly #isFree: Uint8Array;
  /** A unit that was decided and waits. */
  #isWaiting = false;
  #direction = 0;
  #kind = 0;
  #file = 0;
  #offset = 0;
  #length = 0;

  constructor(inner: Workload, units: Units) {
    this.#inner = inner;
    this.#units = units;
    this.#isFree = new Uint8Array(units.depth);
  }

  direction(): number {
    return this.#isWaiting ? this.#direction : this.#inner.direction();
  }

  next(unit: number, direction?: number): ReturnType<Workload["next"]> {
    const units = this.#units;
    if (this.#isWaiting) {
      units.direction[unit] = this.#direction;
      units.kind[unit] = this.#kind;
      units.file[unit] = this.#file;
      units.offset[unit] = this.#offset;
      units.length[unit] = this.#length;
    } else {
      const verdict = this.#inner.next(unit, direction);
      if (verdict !== TAKEN) return verdict;
    }
    this.#isWaiting = this.#overlaps(unit);
    if (!this.#isWaiting) return TAKEN;
    this.#direction = units.direction[unit]!;
    this.#kind = units.kind[unit]!;
    this.#file = units.file[unit]!;
    this.#offset = units.offset[unit]!;
    this.#length = units.length[unit]!;
    return LATER;
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

  /** Looks at every row, as fio does: reads that overlap reads are held back too. */
  #overlaps(unit: number): boolean {
    const { direction, file, offset, length, depth, free } = this.#units;
    if (direction[unit] === SYNC) return false;
    const isFree = this.#isFree;
    isFree.fill(0);
    for (let i = 0; i < free; i++) isFree[this.#units.freeRow(i)] = 1;
    const from = offset[unit]!;
    const to = from + length[unit]!;
    for (let row = 0; row < depth; row++) {
      if (isFree[row] === 1 || row === unit || file[row] !== file[unit]) continue;
      if (direction[row] === SYNC) continue;
      if (offset[row]! < to && from < offset[row]! + length[row]!) return true;
    }
    return false;
  }
}
