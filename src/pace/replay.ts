/**
 * Holds each unit of a replay back until it is due, and keeps how late each went: a trace's times
 * are kept from the begin of the pass on, so that what was late does not make the rest late too.
 * (fio counts each gap from the unit before, which adds every lateness up.) Another pacer may stand
 * behind it: a unit goes when both let it.
 */
import { SYNC } from "../base/direction.ts";
import { type Schedule, UNREAD } from "../io/trace/schedule.ts";
import type { Units } from "../io/units.ts";
import { BUCKETS, bucketOf } from "../measure/histogram.ts";
import type { Latency } from "../measure/latency.ts";
import type { JobFailure } from "../measure/outcome.ts";
import type { Sink } from "../measure/sinks.ts";
import { countersAt, SCHEDULED } from "../measure/statsblock.ts";
import type { Pacer } from "./pacer.ts";

/** errno(3). */
const EIO = 5;

/** Between two looks at a trace that is not read yet: 1 ms in ns. */
const LOOK_AGAIN = 1e6;

/** Where the latencies from the due time on are kept, by direction. */
export interface DueLatencies {
  /** The job's stats block. */
  readonly stats: Float64Array;
  /** Due to reaped, and due to issued. */
  readonly response: Sink;
  readonly lag: Sink;
}

export class ReplayPacer implements Pacer {
  wakeAt = 0;
  readonly #units: Units;
  readonly #schedule: Schedule;
  readonly #behind: Pacer;
  readonly #stats: Float64Array;
  readonly #response: Sink;
  readonly #lagOf: Sink;
  readonly #buckets = new Float64Array(BUCKETS);
  #begin = 0;
  #due = 0;
  #count = 0;
  #sum = 0;
  #squares = 0;
  #min = 0;
  #max = 0;
  #last = 0;
  /** When the trace was first found not to be read far enough; negative while it is. */
  #unreadSince = -1;
  #waited = 0;

  constructor(units: Units, schedule: Schedule, behind: Pacer, latencies: DueLatencies) {
    this.#units = units;
    this.#stats = latencies.stats;
    this.#response = latencies.response;
    this.#lagOf = latencies.lag;
    this.#schedule = schedule;
    this.#behind = behind;
  }

  admit(direction: number, now: number, inFlight: number): number {
    const schedule = this.#schedule;
    if (schedule.due === UNREAD) {
      if (this.#unreadSince < 0) this.#unreadSince = now;
      this.wakeAt = now + LOOK_AGAIN;
      return -1;
    }
    if (this.#unreadSince >= 0) {
      this.#waited += now - this.#unreadSince;
      this.#unreadSince = -1;
    }
    if (!schedule.begun) {
      schedule.begun = true;
      this.#begin = now;
    }
    const due = this.#begin + schedule.due;
    if (due > now) {
      this.wakeAt = due;
      return -1;
    }
    this.#due = due;
    const admitted = this.#behind.admit(direction, now, inFlight);
    if (admitted < 0) this.wakeAt = this.#behind.wakeAt;
    return admitted;
  }

  queued(unit: number): void {
    const units = this.#units;
    const lag = units.startedAt[unit]! - this.#due;
    units.dueAt[unit] = this.#due;
    if (this.#count === 0) this.#min = lag;
    this.#count++;
    this.#sum += lag;
    this.#squares += lag * lag;
    if (lag < this.#min) this.#min = lag;
    if (lag > this.#max) this.#max = lag;
    this.#last = lag;
    const bucket = bucketOf(lag);
    this.#buckets[bucket] = this.#buckets[bucket]! + 1;
    this.#behind.queued(unit);
  }

  completed(unit: number, now: number): void {
    const units = this.#units;
    const direction = units.direction[unit]!;
    if (direction !== SYNC) {
      const due = units.dueAt[unit]!;
      this.#response.add(direction, now - due);
      this.#lagOf.add(direction, units.issuedAt[unit]! - due);
      this.#stats[countersAt(direction) + SCHEDULED] = 1;
    }
    this.#behind.completed(unit, now);
  }

  get depth(): number {
    return this.#behind.depth;
  }

  get verdict(): number {
    return this.#schedule.failure === undefined ? this.#behind.verdict : -EIO;
  }

  get failure(): JobFailure | undefined {
    const message = this.#schedule.failure;
    if (message === undefined) return this.#behind.failure;
    return { call: "read_iolog", subject: "", errno: EIO, message };
  }

  close(now: number, finished: boolean): void {
    this.#behind.close(now, finished);
  }

  /** What was late in a ramp is no figure. */
  begin(now: number, measured: boolean): void {
    this.#behind.begin(now, measured);
    this.#buckets.fill(0);
    this.#count = 0;
    this.#sum = 0;
    this.#squares = 0;
    this.#min = 0;
    this.#max = 0;
    this.#last = 0;
    this.#waited = 0;
  }

  /** How late units went, in ns; undefined where there was no time to keep, or no unit. */
  get lag(): Latency | undefined {
    if (!this.#schedule.timed || this.#count === 0) return undefined;
    return {
      count: this.#count,
      min: this.#min,
      max: this.#max,
      mean: this.#sum / this.#count,
      m2: Math.max(0, this.#squares - (this.#sum * this.#sum) / this.#count),
      buckets: this.#buckets,
    };
  }

  /** How late the last unit went, ns. */
  get lastLag(): number {
    return this.#schedule.timed ? this.#last : 0;
  }

  /** ns in which the trace was not read far enough. */
  get readerWait(): number {
    return this.#waited;
  }
}
