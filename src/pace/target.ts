/**
 * The search for the greatest depth that keeps a latency (latency_target and its relatives), by
 * fio's rules (lat_target_*, io_u.c): from depth 1 on, a window of time is tried at each depth; it
 * is doubled while the latency is kept, halved towards the last good one when it is not. A depth
 * that stays the same is the answer: everything is forgotten and one more window is measured at it.
 */
import { TRIM } from "../base/direction.ts";
import { ETIMEDOUT, lateUnit, spell, type UnitsOf } from "./late.ts";
import { END } from "./pacer.ts";
import { Part } from "./part.ts";

export interface LatencyGoal {
  /** ns from taken to reaped. */
  readonly target: number;
  /** ns that a depth is tried. */
  readonly window: number;
  /** Percent of the units that must keep the target; of 100 the first miss counts at once. */
  readonly percentile: number;
  /** Go on searching for ever. */
  readonly forever: boolean;
  /** Whether a window that misses at depth 1 is no failure, as under fio. */
  readonly lenient: boolean;
}

/** fio raises the upper bound by one after as many good windows below it. */
const STABLE = 3;

export class LatencyTarget extends Part {
  readonly #of: UnitsOf;
  readonly #goal: LatencyGoal;
  /** The greatest depth that was kept, and the least that was not (at first iodepth). */
  #low = 1;
  #high: number;
  #stable = 0;
  #windowFrom = 0;
  #units = 0;
  #missed = 0;
  #isMeasured = false;
  /** Nothing goes before the queue is empty; then a window begins. */
  #isDraining = false;
  /** The depth is found: what follows is what the report shows. */
  #isFound = false;
  #isRestarting = false;

  constructor(
    private readonly most: number,
    of: UnitsOf,
    goal: LatencyGoal,
    /** Everything before `now` was search and no figure. */
    private readonly measureFrom: (now: number) => void,
  ) {
    super(1);
    this.#of = of;
    this.#goal = goal;
    this.#high = most;
  }

  /** The search begins with what is measured. */
  override begin(now: number, measured: boolean): void {
    this.#isMeasured = measured;
    if (!this.#isFound) {
      this.depth = 1;
      this.#low = 1;
      this.#high = this.most;
    }
    this.#newWindow(now);
  }

  admit(direction: number, now: number, inFlight: number): number {
    if (!this.#isDraining) return direction;
    if (inFlight > 0) return -1;
    this.#isDraining = false;
    if (this.#isRestarting) {
      this.#isRestarting = false;
      this.measureFrom(now);
    } else {
      this.#newWindow(now);
    }
    return direction;
  }

  override completed(unit: number, now: number): void {
    const { units } = this.#of;
    if (!this.#isMeasured || this.#isDraining || units.direction[unit]! > TRIM) return;
    const { target, window, percentile } = this.#goal;
    const took = now - units.startedAt[unit]!;
    this.#units++;
    if (took > target) {
      this.#missed++;
      if (percentile === 100) {
        this.#lower(unit, took);
        return;
      }
    }
    if (now - this.#windowFrom < window) return;
    const kept = ((this.#units - this.#missed) / this.#units) * 100;
    if (kept >= percentile) this.#raise(now);
    else this.#lower(unit, took, kept);
  }

  #newWindow(now: number): void {
    this.#windowFrom = now;
    this.#units = 0;
    this.#missed = 0;
  }

  /** `kept`: percent, where a whole window was judged. */
  #lower(unit: number, took: number, kept?: number): void {
    if (this.depth === 1) {
      if (kept === undefined || !this.#goal.lenient) this.#giveUp(unit, took, kept);
      return;
    }
    this.#high = this.depth;
    if (this.depth === this.#low) this.#low--;
    this.depth = Math.floor((this.depth + this.#low) / 2);
    this.#stable = 0;
    this.#isDraining = true;
  }

  #giveUp(unit: number, took: number, kept: number | undefined): void {
    const { target, percentile } = this.#goal;
    const wanted = `latency_target = ${spell(target)}`;
    this.verdict = -ETIMEDOUT;
    const failure = lateUnit(
      this.#of,
      unit,
      took,
      "latency_target",
      `: one unit at a time does not keep ${wanted}`,
    );
    if (kept === undefined) {
      this.failure = failure;
      return;
    }
    const share = `${Number(kept.toPrecision(3))} % of the units kept ${wanted}`;
    const { call, subject, errno } = failure;
    const message = `one at a time ${share}, and latency_percentile is ${percentile}`;
    this.failure = { call, subject, errno, message };
  }

  #raise(now: number): void {
    const { depth, most } = this;
    this.#low = depth;
    if (depth + 1 === this.#high && ++this.#stable >= STABLE) {
      this.#high++;
      this.#stable = 0;
    }
    const next = this.#high === most ? depth * 2 : Math.floor((depth + this.#high) / 2);
    this.depth = Math.min(next, most);
    if (this.depth === depth && !this.#goal.forever) {
      if (this.#isFound) {
        this.verdict = END;
      } else {
        this.#isFound = true;
        this.#isRestarting = true;
        this.#isDraining = true;
      }
      return;
    }
    this.#newWindow(now);
  }
}
