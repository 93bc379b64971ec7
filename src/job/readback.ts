/** The workload of a pass that reads back: what a verifier wants to see, until it has seen it. */
import { READ } from "../base/direction.ts";
import type { Units } from "../io/units.ts";
import { DONE, LATER, TAKEN, type Workload } from "../workload/workload.ts";

/** Says what is to be read next. */
export interface Wanted {
  /** Fills in the row for at most so many bytes; false when there is nothing more. */
  nextCheck(unit: number, most: number): boolean;
  /** The row's stretch is not read now: it is the next one again. */
  putBack(unit: number): void;
}

export class ReadBack implements Workload {
  constructor(
    private readonly wanted: Wanted,
    /** Bytes of a unit's buffer. */
    private readonly most: number,
    private readonly units: Units,
    /** Whether a unit may go to the file now, or has to wait for a completion. */
    private readonly ready: (file: number) => boolean,
  ) {}

  direction(): number {
    return READ;
  }
  next(unit: number): typeof TAKEN | typeof LATER | typeof DONE {
    if (!this.wanted.nextCheck(unit, this.most)) return DONE;
    if (this.ready(this.units.file[unit]!)) return TAKEN;
    this.wanted.putBack(unit);
    return LATER;
  }
  completed(): void {}
  restart(): void {}
  forgive(): void {}
}
