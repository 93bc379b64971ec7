/**
 * The longest a unit may take (max_latency): the first one that takes longer ends the job. From the
 * moment it was taken to the moment it was reaped, which is what the report calls lat. A ramp is
 * not judged.
 */
import type { PerDirection } from "../base/direction.ts";
import { ETIMEDOUT, lateUnit, spell, type UnitsOf } from "./late.ts";
import { Part } from "./part.ts";

export class LongestLatency extends Part {
  /** ns by direction; a sync has none. */
  readonly #limits: Float64Array;
  #isMeasured = false;

  /** ns; 0 for no limit. */
  constructor(
    depth: number,
    private readonly of: UnitsOf,
    { read, write, trim }: PerDirection<number>,
  ) {
    super(depth);
    const limits = [read, write, trim, 0].map((ns) => (ns === 0 ? Number.POSITIVE_INFINITY : ns));
    this.#limits = Float64Array.from(limits);
  }

  override begin(_now: number, measured: boolean): void {
    this.#isMeasured = measured;
  }

  admit(direction: number): number {
    return direction;
  }

  override completed(unit: number, now: number): void {
    const { units } = this.of;
    const took = now - units.startedAt[unit]!;
    const limit = this.#limits[units.direction[unit]!]!;
    if (took <= limit || !this.#isMeasured || this.failure !== undefined) return;
    this.verdict = -ETIMEDOUT;
    const beyond = `, and max_latency is ${spell(limit)}`;
    this.failure = lateUnit(this.of, unit, took, "max_latency", beyond);
  }
}
