/**
 * A rate as fio keeps it: counted from the start, so that after a stall the job goes at full speed
 * until it has caught up, and with nothing in flight while it waits (save of io_submit_mode =
 * offload, which is there to avoid that).
 */
import { SYNC } from "../base/direction.ts";
import { CHECK, type Units } from "../io/units.ts";
import { Part } from "./part.ts";
import type { Schedule } from "./schedule.ts";

/** What the job is about: taking units, emptying the queue before a pause, or the pause. */
const TAKING = 0;
const DRAINING = 1;
const PAUSING = 2;

export interface ClosedRateParts {
  readonly units: Units;
  readonly depth: number;
  /** One a direction; undefined where it has no rate. */
  readonly schedules: readonly (Schedule | undefined)[];
  /** Whether reads may go in place of writes and the other way round. */
  readonly turns: boolean;
  /** Whether the queue is emptied before a pause: not where other threads do the units (fio). */
  readonly drains: boolean;
}

export class ClosedRate extends Part {
  readonly #units: Units;
  readonly #schedules: readonly (Schedule | undefined)[];
  readonly #turns: boolean;
  readonly #drains: boolean;
  #state: typeof TAKING | typeof DRAINING | typeof PAUSING = TAKING;
  /** ns of the pause, known before the queue is empty: fio does not look at the clock again. */
  #pause = 0;

  constructor(parts: ClosedRateParts) {
    super(parts.depth);
    this.#units = parts.units;
    this.#schedules = parts.schedules;
    this.#turns = parts.turns;
    this.#drains = parts.drains;
  }

  override begin(now: number): void {
    for (const schedule of this.#schedules) schedule?.begin(now);
    this.#state = TAKING;
  }

  admit(direction: number, now: number, inFlight: number): number {
    if (direction === SYNC) return direction;
    if (this.#state === PAUSING && now >= this.wakeAt) this.#state = TAKING;
    if (this.#state === TAKING) {
      if (this.#dueAt(direction) <= now) return direction;
      if (this.#turns && this.#dueAt(direction ^ 1) <= now) return direction ^ 1;
      this.#pause = this.#soonest(direction) - now;
      this.#state = DRAINING;
      this.wakeAt = Number.POSITIVE_INFINITY;
    }
    if (this.#state === DRAINING && (inFlight === 0 || !this.#drains)) {
      this.#state = PAUSING;
      this.wakeAt = now + this.#pause;
    }
    return -1;
  }

  override queued(unit: number): void {
    const units = this.#units;
    const direction = units.direction[unit]!;
    if (direction === SYNC || units.kind[unit] === CHECK) return;
    this.#schedules[direction]?.took(units.length[unit]!);
  }

  /** All that is still to come is due later: a pause was no time in which units were owed. */
  postpone(ns: number): void {
    for (const schedule of this.#schedules) schedule?.postpone(ns);
  }

  /** A direction without a rate is always due. */
  #dueAt(direction: number): number {
    return this.#schedules[direction]?.dueAt ?? 0;
  }

  #soonest(direction: number): number {
    const own = this.#dueAt(direction);
    return this.#turns ? Math.min(own, this.#dueAt(direction ^ 1)) : own;
  }
}
