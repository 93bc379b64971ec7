/** What a unit carries and whether it came back right. The null verifier trusts everything. */

/** The unit is free again; it is still needed; what it carried is wrong. */
export const RELEASED = 0;
export const KEPT = 1;
export const FAILED = 2;

export interface Verifier {
  /**
   * Called after the workload chose the unit and before it is queued: fills or marks its buffer.
   */
  stamp(unit: number): void;
  /** Called with a unit that came back whole. FAILED ends the job. */
  check(unit: number): typeof RELEASED | typeof KEPT | typeof FAILED;
  /** Called with a unit that was given up: nobody knows what stands there. */
  lost(unit: number): void;
}

export class Unverified implements Verifier {
  stamp(): void {}
  check(): typeof RELEASED {
    return RELEASED;
  }
  lost(): void {}
}
