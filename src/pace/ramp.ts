/** A ramp by amount (ramp_size): it is over once the job has moved so many bytes. */
import { TRIM } from "../base/direction.ts";
import type { Units } from "../io/units.ts";
import { Part } from "./part.ts";

export class RampSize extends Part {
  #left: number;
  #isOver = false;

  constructor(
    depth: number,
    private readonly units: Units,
    bytes: number,
    private readonly over: (now: number) => void,
  ) {
    super(depth);
    this.#left = bytes;
  }

  admit(direction: number): number {
    return direction;
  }

  override completed(unit: number, now: number): void {
    const { direction, length } = this.units;
    if (this.#isOver || direction[unit]! > TRIM) return;
    this.#left -= length[unit]!;
    if (this.#left > 0) return;
    this.#isOver = true;
    this.over(now);
  }
}
