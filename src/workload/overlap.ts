/**
 * Any workload with units that overlap one in flight held back until that is done, as fio's
 * serialize_overlap: what two writes of the same bytes leave behind is not defined while both are
 * under way. The order of the units stays what it was; one that waits holds up those behind it.
 */
import { SYNC } from "../base/direction.ts";
import type { Units } from "../io/units.ts";
import { HoldingWork } from "./holding.ts";
import type { Workload } from "./workload.ts";

export class Serialized extends HoldingWork {
  /** Rows that nobody has, filled in for each look. */
  readonly #isFree: Uint8Array;

  constructor(inner: Workload, units: Units) {
    super(inner, units);
    this.#isFree = new Uint8Array(units.depth);
  }

  /** Looks at every row, as fio does: reads that overlap reads are held back too. */
  protected override mayGo(unit: number): boolean {
    const { direction, file, offset, length, depth, free } = this.units;
    if (direction[unit] === SYNC) return true;
    const isFree = this.#isFree;
    isFree.fill(0);
    for (let i = 0; i < free; i++) isFree[this.units.freeRow(i)] = 1;
    const from = offset[unit]!;
    const to = from + length[unit]!;
    for (let row = 0; row < depth; row++) {
      if (isFree[row] === 1 || row === unit || file[row] !== file[unit]) continue;
      if (direction[row] === SYNC) continue;
      if (offset[row]! < to && from < offset[row]! + length[row]!) return false;
    }
    return true;
  }
}
