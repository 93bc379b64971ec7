/**
 * The real loop over a clock that only moves when somebody reads it, sleeps or waits, and over an
 * engine whose units take as long as they are told to: what a pacer does with a job, to the ns.
 */
import { READ } from "../../src/base/direction.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { Units, WORK } from "../../src/io/units.ts";
import { JobControl } from "../../src/job/control.ts";
import { runLoop } from "../../src/job/loop.ts";
import { Phases, Turning } from "../../src/job/phases.ts";
import { Recorder } from "../../src/measure/recorder.ts";
import { STATS_DOUBLES } from "../../src/measure/statsblock.ts";
import type { PacedPlace } from "../../src/pace/create.ts";
import { GO_ON, type Pacer } from "../../src/pace/pacer.ts";
import { Unverified } from "../../src/verify/verifier.ts";
import { Taus88 } from "../../src/workload/random.ts";
import { DONE, NOTHING, TAKEN, type Workload } from "../../src/workload/workload.ts";

export interface Course {
  readonly depth: number;
  /** Units the job has; without it the run time ends it. */
  readonly most?: number;
  /** ns; the job begins at an instant that is not 0. */
  readonly runtime: number;
  readonly ramp?: number;
  /** Of the n-th unit that is taken; by default reads of 4 KiB that take 10 µs. */
  readonly direction?: (n: number) => number;
  readonly length?: (n: number) => number;
  readonly service?: (n: number) => number;
  /** ns by which the n-th sleep or timed wait ends late. */
  readonly late?: (n: number) => number;
  /** Told to the job when the clock has come this far. */
  readonly stopAt?: number;
}

export interface Issue {
  readonly direction: number;
  readonly length: number;
  readonly dueAt: number;
  readonly startedAt: number;
  issuedAt: number;
  finishedAt: number;
}

export interface Drive {
  readonly startedAt: number;
  readonly endedAt: number;
  /** In the order they were taken; ns from `startedAt` on. */
  readonly issues: readonly Issue[];
  readonly pacer: Pacer;
  readonly stats: Float64Array;
  /** Sleeps with nothing in flight, as [from, to], and refusals of the pacer. */
  readonly sleeps: readonly (readonly [number, number])[];
  readonly refusals: readonly Refusal[];
}

export interface Refusal {
  readonly at: number;
  readonly wakeAt: number;
  readonly inFlight: number;
}

/** When a job begins: some time after the epoch. */
const BEGIN = 5e9;
/** Every look at the clock moves it. */
const TICK = 20;

class FakeClock {
  at = BEGIN;
  readonly now = (): number => {
    this.at += TICK;
    return this.at;
  };
  passTo(instant: number): void {
    this.at = Math.max(this.at, instant);
  }
}

/** A place whose clock stands still and whose job has no phases. */
export function stillPlace(units: Units): PacedPlace {
  const stats = new Float64Array(STATS_DOUBLES);
  return { units, stats, now: () => 1e9, phases: new Turning(), gaps: () => new Taus88(1n) };
}

/** Runs a job to its end; `make` gives its pacer. */
export function drive(make: (place: PacedPlace) => Pacer, course: Course): Drive {
  const { depth, runtime, late = () => 0 } = course;
  const clock = new FakeClock();
  const units = new Units(depth);
  const stats = new Float64Array(STATS_DOUBLES);
  const turning = new Turning();
  const pacer = make({ units, stats, now: clock.now, phases: turning, gaps: () => new Taus88(1n) });
  const control = new JobControl(new Int32Array(16), 0);
  const recorder = new Recorder(stats, units, { slat: "off", clat: "off", lat: "off" });
  const workload = new Queue(units, course);
  const engine = new Latent(units, clock, course);
  const sleeps: [number, number][] = [];
  const refusals: Refusal[] = [];
  const startedAt = clock.at;
  const phases = new Phases(
    { startedAt, rampNs: course.ramp ?? 0, runtimeNs: runtime, rampCounts: false },
    { control, recorder, workload, pacer, measured: () => {} },
  );
  turning.phases = phases;
  runLoop({
    units,
    engine,
    workload,
    pacer: watched(pacer, engine, units, refusals),
    filler: { fill: () => {} },
    verifier: new Unverified(),
    lingering: { givesUp: () => false },
    recorder,
    faults: { handle: () => 1, goOn: false, failure: undefined },
    phases,
    control,
    now: () => {
      if (clock.at >= (course.stopAt ?? Number.POSITIVE_INFINITY)) control.stop();
      return clock.now();
    },
    sleepUntil: (instant) => {
      const from = clock.at;
      clock.passTo(instant);
      clock.at += late(engine.waits++);
      sleeps.push([from, clock.at]);
    },
    limits: { batch: depth, completeMin: 1, completeMax: depth, low: depth, polling: false },
  });
  const cutShort = phases.expired || control.stopped || pacer.verdict !== GO_ON;
  pacer.close(phases.expired ? phases.nextAt : clock.at, !cutShort);
  return { startedAt, endedAt: clock.at, issues: engine.issues, pacer, stats, sleeps, refusals };
}

/** The pacer itself, with its refusals and the units it let go written down. */
function watched(pacer: Pacer, engine: Latent, units: Units, refusals: Refusal[]): Pacer {
  return {
    begin: (now, measured) => pacer.begin(now, measured),
    admit: (direction, now, inFlight) => {
      const answer = pacer.admit(direction, now, inFlight);
      if (answer < 0) refusals.push({ at: now, wakeAt: pacer.wakeAt, inFlight });
      return answer;
    },
    get wakeAt() {
      return pacer.wakeAt;
    },
    get depth() {
      return pacer.depth;
    },
    get verdict() {
      return pacer.verdict;
    },
    get failure() {
      return pacer.failure;
    },
    queued: (unit) => {
      pacer.queued(unit);
      engine.taken(unit, units.dueAt[unit]!);
    },
    completed: (unit, now) => pacer.completed(unit, now),
    close: (now, finished) => pacer.close(now, finished),
  };
}

/** So many units, of which each may be turned into another direction. */
class Queue implements Workload {
  #count = 0;
  readonly #most: number;

  constructor(
    private readonly units: Units,
    private readonly course: Course,
  ) {
    this.#most = course.most ?? Number.POSITIVE_INFINITY;
  }

  direction(): number {
    if (this.#count >= this.#most) return NOTHING;
    return this.course.direction?.(this.#count) ?? READ;
  }
  next(unit: number, direction = this.direction()): typeof TAKEN | typeof DONE {
    if (direction === NOTHING) return DONE;
    this.units.direction[unit] = direction;
    this.units.kind[unit] = WORK;
    this.units.length[unit] = this.course.length?.(this.#count) ?? 4096;
    this.#count++;
    return TAKEN;
  }
  completed(): void {}
  restart(): void {}
  forgive(): void {}
}

class Latent implements Engine {
  readonly issues: Issue[] = [];
  /** Sleeps and timed waits so far. */
  waits = 0;
  readonly #queued: number[] = [];
  readonly #busy = new Map<number, number>();
  readonly #issueOf = new Map<number, Issue>();

  constructor(
    private readonly units: Units,
    private readonly clock: FakeClock,
    private readonly course: Course,
  ) {}

  queue(unit: number): void {
    this.#queued.push(unit);
  }

  /** The pacer was told of the unit, which is not committed yet. */
  taken(unit: number, dueAt: number): void {
    const { units } = this;
    const issue: Issue = {
      direction: units.direction[unit]!,
      length: units.length[unit]!,
      dueAt: dueAt - BEGIN,
      startedAt: units.startedAt[unit]! - BEGIN,
      issuedAt: Number.NaN,
      finishedAt: Number.NaN,
    };
    this.issues.push(issue);
    this.#issueOf.set(unit, issue);
  }

  commit(): void {
    const { units, course, clock } = this;
    const time = clock.now();
    for (const unit of this.#queued.splice(0)) {
      const issue = this.#issueOf.get(unit)!;
      units.issuedAt[unit] = time;
      issue.issuedAt = time - BEGIN;
      const service = course.service?.(this.issues.indexOf(issue)) ?? 10_000;
      this.#busy.set(unit, time + service);
    }
  }

  getevents(min: number, max: number, until: number): number {
    const { clock, course, units } = this;
    const ends = [...this.#busy.values()].sort((a, b) => a - b);
    const enough = ends[min - 1] ?? 0;
    if (min > 0 && clock.at < enough) {
      if (until < enough) {
        clock.passTo(until);
        clock.at += course.late?.(this.waits++) ?? 0;
      } else {
        clock.passTo(enough);
      }
    }
    let found = 0;
    for (const [unit, end] of this.#busy) {
      if (end > clock.at || found === max) continue;
      this.#busy.delete(unit);
      units.result[unit] = units.direction[unit]! < 2 ? units.length[unit]! : 0;
      this.#issueOf.get(unit)!.finishedAt = clock.at - BEGIN;
      units.completed[found++] = unit;
    }
    return found;
  }

  cancel(): void {}
  close(): void {}
}
