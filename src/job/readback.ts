/** The workload of a pass that reads back: what a verifier wants to see, until it has seen it. */
import { READ } from "../base/direction.ts";
import { DONE, TAKEN, type Workload } from "../workload/workload.ts";

/** Says what is to be read next. */
export interface Wanted {
  /** Fills in the row for at most so many bytes; false when there is nothing more. */
  nextCheck(unit: number, most: number): boolean;
}

export class ReadBack implements Workload {
  constructor(
    private readonly wanted: Wanted,
    /** Bytes of a unit's buffer. */
    private readonly most: number,
  ) {}

  direction(): number {
    return READ;
  }
  next(unit: number): typeof TAKEN | typeof DONE {
    return this.wanted.nextCheck(unit, this.most) ? TAKEN : DONE;
  }
  completed(): void {}
  restart(): void {}
  forgive(): void {}
}
