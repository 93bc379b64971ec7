/** Which unit comes next: direction, file, offset and length. Plugged into the loop. */

/** A unit was filled in; nothing may be taken before a completion; the work is at its end. */
export const TAKEN = 0;
export const LATER = 1;
export const DONE = 2;

/** `direction()` when the work is at its end. */
export const NOTHING = -1;

export interface Workload {
  /** Direction of what comes next, without taking it; NOTHING when the work is at its end. */
  direction(): number;
  /**
   * Fills the row's direction, kind, file, offset and length. A pacer may want the other direction
   * of a mix than the announced one: then that side of the mix comes first, where it has anything.
   */
  next(unit: number, direction?: number): typeof TAKEN | typeof LATER | typeof DONE;
  /** The unit is done, whole; called once a unit. */
  completed(unit: number): void;
  /** Allows one more pass after DONE. A round over the files that was not at its end goes on. */
  restart(): void;
  /**
   * What was taken so far counts for no limit; positions and map stay. After DONE the work goes on:
   * a ramp calls it at its end, and whenever the work ends before the ramp does.
   */
  forgive(): void;
}
