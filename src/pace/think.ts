/**
 * Thinking between units, as an application that works on what it has read: a pause after so many
 * units or so much time (thinktime and its relatives), or turns of an empty loop after each unit
 * (thinkcycles). A pause begins when nothing is in flight any more; a time limit of the job cuts it
 * short, because the loop waits no longer than that.
 */
import { TRIM } from "../base/direction.ts";
import { type Units, WORK } from "../io/units.ts";
import { Part } from "./part.ts";

export interface Thinking {
  /** Length of a pause, and the part of it at its begin that burns CPU; ns. */
  readonly pause: number;
  readonly spin: number;
  /** Units between two pauses; Infinity when only time brings one. */
  readonly blocks: number;
  /** Which units count: those that were taken, or those that are done. */
  readonly counts: "issue" | "complete";
  /** Time of work between two pauses, ns; Infinity when only units bring one. */
  readonly ioTime: number;
}

/** Who plans ahead, and must hear that time has passed in which nothing was owed. */
export interface Postponed {
  postpone(ns: number): void;
}

/** Looks at the clock before the loop is let go on: 20,000 of 25 ns see a stop within a ms. */
const LOOKS = 20_000;

export class Thinktime extends Part {
  readonly #units: Units;
  readonly #now: () => number;
  readonly #thinking: Thinking;
  readonly #countsIssues: boolean;
  #counted = 0;
  /** The count at which the next pause is due. */
  #due: number;
  #isDue = false;
  /** When the last pause ended; NaN before the job began. */
  #resumedAt = Number.NaN;
  /** Begin and end of the pause that goes on; NaN when there is none. */
  #pausedAt = Number.NaN;
  #pauseEnds = Number.NaN;

  constructor(
    depth: number,
    units: Units,
    now: () => number,
    thinking: Thinking,
    /** Told of every pause. */
    private readonly postponed: readonly Postponed[] = [],
  ) {
    super(depth);
    this.#units = units;
    this.#now = now;
    this.#thinking = thinking;
    this.#countsIssues = thinking.counts === "issue";
    this.#due = thinking.blocks;
  }

  /** The end of a ramp is no reason to stop thinking, nor to begin counting anew. */
  override begin(now: number): void {
    if (Number.isNaN(this.#resumedAt)) this.#resumedAt = now;
  }

  admit(direction: number, now: number, inFlight: number): number {
    if (!this.#isDue && !this.#becomesDue(now)) return direction;
    if (Number.isNaN(this.#pausedAt)) {
      if (inFlight > 0) {
        this.wakeAt = Number.POSITIVE_INFINITY;
        return -1;
      }
      const { pause, spin } = this.#thinking;
      this.#pausedAt = now;
      this.#pauseEnds = now + Math.max(pause, spin);
    }
    if (now >= this.#pauseEnds) {
      this.#resume(now);
      return direction;
    }
    const spinEnds = this.#pausedAt + this.#thinking.spin;
    this.wakeAt = now < spinEnds ? this.#spin(now, spinEnds) : this.#pauseEnds;
    return -1;
  }

  override queued(unit: number): void {
    if (this.#countsIssues) this.#count(unit);
  }
  override completed(unit: number): void {
    if (!this.#countsIssues) this.#count(unit);
  }

  /** Syncs and the reads of a verification are no blocks. */
  #count(unit: number): void {
    const { direction, kind } = this.#units;
    if (direction[unit]! <= TRIM && kind[unit] === WORK) this.#counted++;
  }

  /** What is counted from here on, also while the queue drains, counts for the next pause (fio). */
  #becomesDue(now: number): boolean {
    const { blocks, ioTime } = this.#thinking;
    if (this.#counted < this.#due && now - this.#resumedAt < ioTime) return false;
    this.#isDue = true;
    this.#due = this.#counted + blocks;
    return true;
  }

  #resume(now: number): void {
    for (const other of this.postponed) other.postpone(now - this.#pausedAt);
    this.#isDue = false;
    this.#pausedAt = Number.NaN;
    this.#resumedAt = now;
  }

  /** Burns CPU until an instant, but not for long at once; the instant that was reached. */
  #spin(now: number, until: number): number {
    let time = now;
    for (let look = 0; look < LOOKS && time < until; look++) time = this.#now();
    return Math.max(time, now + 1);
  }
}

/** After each unit so many turns of a loop that does nothing else; fio's are as cheap. */
export class Thinkcycles extends Part {
  #isOwed = false;
  /** What the turns add up to: a loop without an effect would be compiled away. */
  #turned = 0;

  constructor(
    depth: number,
    private readonly units: Units,
    private readonly cycles: number,
  ) {
    super(depth);
  }

  /** Here and not when the unit is queued: what is in flight would seem to take longer. */
  admit(direction: number): number {
    if (this.#isOwed) {
      this.#isOwed = false;
      let turned = this.#turned;
      for (let cycle = this.cycles; cycle > 0; cycle--) turned = (turned + cycle) | 0;
      this.#turned = turned;
    }
    return direction;
  }

  override queued(unit: number): void {
    if (this.units.direction[unit]! <= TRIM) this.#isOwed = true;
  }
}
