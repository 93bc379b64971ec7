/**
 * A rate that is kept as an open system keeps it: every unit is due at an instant of a schedule
 * that does not wait for the device. What goes late goes late with its due time unchanged, so that
 * the response (due to done) has in it what a client would have waited; nothing is drained to wait,
 * and after a stall what is owed goes out at a bounded speed.
 */
import { SYNC } from "../base/direction.ts";
import { CHECK, type Units } from "../io/units.ts";
import type { Sink } from "../measure/sinks.ts";
import { countersAt, OWED_BYTES, OWED_UNITS, SCHEDULED } from "../measure/statsblock.ts";
import { Part } from "./part.ts";
import type { Schedule } from "./schedule.ts";

/** `units.dueAt` of a unit that is due at no instant. */
export const NEVER_DUE = -1;

/**
 * A unit that goes up to this much late is no stall, 1 ms: a thread that has to share its CPU is
 * stopped for as long. What fell due meanwhile goes at once, and so does what fell due in a sleep
 * that ended late.
 */
export const ORDINARY_LATENESS = 1e6;

export interface OpenRateParts {
  readonly units: Units;
  readonly stats: Float64Array;
  readonly now: () => number;
  readonly depth: number;
  /** One a direction; undefined where it has no rate. */
  readonly schedules: readonly (Schedule | undefined)[];
  /** Whether reads may go in place of writes and the other way round. */
  readonly turns: boolean;
  /** What is owed goes so many times as fast as the rate; at least 1. */
  readonly catchUp: number;
  /** ns before a due time from which on the thread does not sleep. */
  readonly spin: number;
  readonly response: Sink;
  readonly lag: Sink;
}

/** A direction's schedule, and how soon its next unit may go when it catches up. */
class Lane {
  earliestAt = 0;

  constructor(
    readonly direction: number,
    readonly schedule: Schedule,
  ) {}

  get goAt(): number {
    const { dueAt } = this.schedule;
    return Math.max(dueAt, this.earliestAt);
  }
}

export class OpenRate extends Part {
  readonly #units: Units;
  readonly #stats: Float64Array;
  readonly #now: () => number;
  readonly #lanes: readonly (Lane | undefined)[];
  readonly #turns: boolean;
  readonly #catchUp: number;
  readonly #spin: number;
  readonly #response: Sink;
  readonly #lag: Sink;
  /** Until when a unit was held back that nobody asked for since; 0 for none. */
  #heldUntil = 0;
  /** By how much the last such wait ended late: that is the machine's doing, and no stall. */
  #overslept = 0;

  constructor(parts: OpenRateParts) {
    super(parts.depth);
    const { stats, schedules } = parts;
    this.#units = parts.units;
    this.#stats = stats;
    this.#now = parts.now;
    this.#lanes = schedules.map((schedule, direction) =>
      schedule === undefined ? undefined : new Lane(direction, schedule),
    );
    this.#turns = parts.turns;
    this.#catchUp = parts.catchUp;
    this.#spin = parts.spin;
    this.#response = parts.response;
    this.#lag = parts.lag;
    for (const lane of this.#lanes) {
      if (lane !== undefined) stats[countersAt(lane.direction) + SCHEDULED] = 1;
    }
  }

  /** The end of a ramp begins the schedule anew: what was owed then was never to be measured. */
  override begin(now: number): void {
    this.#heldUntil = 0;
    this.#overslept = 0;
    for (const lane of this.#lanes) {
      lane?.schedule.begin(now);
      if (lane !== undefined) lane.earliestAt = now;
    }
  }

  admit(direction: number, now: number, inFlight: number): number {
    if (direction === SYNC) return direction;
    if (this.#heldUntil > 0 && now >= this.#heldUntil) {
      this.#overslept = now - this.#heldUntil;
      this.#heldUntil = 0;
    }
    const chosen = this.#turns ? this.#chosen(direction, now) : direction;
    const lane = this.#lanes[chosen];
    if (lane === undefined) return chosen;
    const { goAt } = lane;
    return now >= goAt || this.#awaited(goAt, now, inFlight) ? chosen : -1;
  }

  /** Of a mix, what has been due for longest goes first; what has no rate, when nothing is due. */
  #chosen(direction: number, now: number): number {
    const other = direction ^ 1;
    const own = this.#lanes[direction];
    const opposite = this.#lanes[other];
    if (own === undefined)
      return opposite !== undefined && opposite.goAt <= now ? other : direction;
    if (opposite === undefined) return own.goAt <= now ? direction : other;
    return sooner(opposite, own, now) ? other : direction;
  }

  /** Whether it is time now; spins to it when nothing is in flight, else looks for completions. */
  #awaited(goAt: number, now: number, inFlight: number): boolean {
    const spinFrom = goAt - this.#spin;
    if (now < spinFrom || inFlight > 0) {
      this.wakeAt = Math.max(now, spinFrom);
      this.#heldUntil = goAt;
      return false;
    }
    const clock = this.#now;
    let time = clock();
    while (time < goAt) time = clock();
    this.#overslept = time - goAt;
    this.#heldUntil = 0;
    return true;
  }

  override queued(unit: number): void {
    const units = this.#units;
    const direction = units.direction[unit]!;
    const lane =
      direction === SYNC || units.kind[unit] === CHECK ? undefined : this.#lanes[direction];
    if (lane === undefined) {
      units.dueAt[unit] = NEVER_DUE;
      return;
    }
    const { schedule } = lane;
    const due = schedule.dueAt;
    units.dueAt[unit] = due;
    schedule.took(units.length[unit]!);
    const inTime = units.startedAt[unit]! - this.#overslept - ORDINARY_LATENESS;
    const from = Math.max(lane.earliestAt, inTime);
    lane.earliestAt = from + (schedule.dueAt - due) / this.#catchUp;
  }

  override completed(unit: number, now: number): void {
    const units = this.#units;
    const due = units.dueAt[unit]!;
    if (due === NEVER_DUE) return;
    const direction = units.direction[unit]!;
    this.#response.add(direction, now - due);
    this.#lag.add(direction, units.issuedAt[unit]! - due);
  }

  /** All that is still to come is due later: a pause was no time in which units were owed. */
  postpone(ns: number): void {
    for (const lane of this.#lanes) {
      lane?.schedule.postpone(ns);
      if (lane !== undefined) lane.earliestAt += ns;
    }
  }

  /** Work that is finished owes nothing. */
  override close(now: number, finished: boolean): void {
    if (finished) return;
    for (const lane of this.#lanes) {
      if (lane === undefined) continue;
      const { units, bytes } = lane.schedule.owed(now);
      const at = countersAt(lane.direction);
      this.#stats[at + OWED_UNITS] = units;
      this.#stats[at + OWED_BYTES] = bytes;
    }
  }
}

/** Of two that may both go now, the one due for longer; else the one that may go first. */
function sooner(one: Lane, other: Lane, now: number): boolean {
  const at = one.goAt;
  const otherAt = other.goAt;
  if (at <= now && otherAt <= now) return one.schedule.dueAt < other.schedule.dueAt;
  return at < otherAt;
}
