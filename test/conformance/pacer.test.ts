/** What every pacer owes the loop, whatever it paces by: one suite for all of them. */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { READ, SYNC } from "../../src/base/direction.ts";
import { TraceLog } from "../../src/io/trace/log.ts";
import { Schedule as Due } from "../../src/io/trace/schedule.ts";
import { Units } from "../../src/io/units.ts";
import { sink } from "../../src/measure/sinks.ts";
import { LAG, RESPONSE } from "../../src/measure/statsblock.ts";
import { ClosedRate } from "../../src/pace/closedrate.ts";
import { Combined } from "../../src/pace/combined.ts";
import type { PacedPlace } from "../../src/pace/create.ts";
import { Flow } from "../../src/pace/flow.ts";
import { LeastRate } from "../../src/pace/leastrate.ts";
import { LoggedPacer } from "../../src/pace/logged.ts";
import { LongestLatency } from "../../src/pace/longest.ts";
import { OpenRate } from "../../src/pace/openrate.ts";
import { GO_ON, type Pacer, Unpaced } from "../../src/pace/pacer.ts";
import { Part } from "../../src/pace/part.ts";
import { RampSize } from "../../src/pace/ramp.ts";
import { ReplayPacer } from "../../src/pace/replay.ts";
import { Linear, type Pace, Poisson, type Schedule } from "../../src/pace/schedule.ts";
import { LatencyTarget } from "../../src/pace/target.ts";
import { Thinkcycles, type Thinking, Thinktime } from "../../src/pace/think.ts";
import { boardOf } from "../pace/board.ts";
import { drive, stillPlace } from "../pace/drive.ts";

const DEPTH = 8;

/** A unit every so many ns. */
class Spaced extends Part {
  #next = 0;

  constructor(
    depth: number,
    private readonly gap: number,
  ) {
    super(depth);
  }
  override begin(now: number): void {
    this.#next = now;
  }
  admit(direction: number, now: number): number {
    this.wakeAt = this.#next;
    return now < this.#next ? -1 : direction;
  }
  override queued(): void {
    this.#next += this.gap;
  }
}

/** One unit after the other. */
class Alone extends Part {
  admit(direction: number, _now: number, inFlight: number): number {
    return inFlight > 0 ? -1 : direction;
  }
}

/** A replay of a unit every 30 µs, in bursts of three. */
class Fed extends ReplayPacer {
  readonly #schedule: Due;
  #count = 0;

  constructor({ units, stats }: PacedPlace, behind: Pacer = new Unpaced(DEPTH)) {
    const schedule = new Due(true);
    const off = sink("off", stats, LAG);
    super(units, schedule, behind, { stats, response: off, lag: off });
    this.#schedule = schedule;
  }
  override queued(unit: number): void {
    super.queued(unit);
    this.#schedule.due = Math.floor(++this.#count / 3) * 90_000;
  }
}

interface Subject {
  readonly name: string;
  readonly make: (place: PacedPlace) => Pacer;
}

/** 20,000 units a second. */
const PACE: Pace = { scale: 50_000, byBytes: false, block: 4096 };

function open(schedule: Schedule, place: PacedPlace): Pacer {
  return new OpenRate({
    ...place,
    depth: DEPTH,
    schedules: [schedule, undefined, undefined],
    turns: false,
    catchUp: 2,
    spin: 0,
    response: sink("off", place.stats, RESPONSE),
    lag: sink("off", place.stats, LAG),
  });
}
const THINKING: Thinking = {
  pause: 30_000,
  spin: 0,
  blocks: 3,
  counts: "complete",
  ioTime: Number.POSITIVE_INFINITY,
};
const think = ({ units, now }: PacedPlace, changes: Partial<Thinking> = {}): Pacer =>
  new Thinktime(DEPTH, units, now, { ...THINKING, ...changes });

const SUBJECTS: readonly Subject[] = [
  { name: "a rate with due times", make: (place) => open(new Linear(PACE), place) },
  {
    name: "a rate with random due times",
    make: (place) => open(new Poisson(PACE, place.gaps(READ), false), place),
  },
  {
    name: "a rate as fio keeps it",
    make: ({ units }) => {
      const schedules = [new Linear(PACE), undefined, undefined];
      return new ClosedRate({ units, depth: DEPTH, schedules, turns: false, drains: true });
    },
  },
  {
    name: "a least rate",
    make: ({ units }) => {
      const none = [0, 0, 0];
      return new LeastRate({ units, depth: DEPTH, bytes: none, ios: none, cycle: 1e9 });
    },
  },
  { name: "a trace's times", make: (place) => new Fed(place) },
  {
    name: "a trace's times, a rate behind them, and all of it written down",
    make: (place) => {
      const log = new TraceLog("/dev/null", ["f"], true);
      return new LoggedPacer(place.units, log, new Fed(place, open(new Linear(PACE), place)));
    },
  },
  { name: "no pacing", make: () => new Unpaced(DEPTH) },
  { name: "a pause after every few units", make: (place) => think(place) },
  {
    name: "a pause after every issue",
    make: (place) => think(place, { counts: "issue", blocks: 1 }),
  },
  {
    name: "a pause after some time",
    make: (place) => think(place, { blocks: Number.POSITIVE_INFINITY, ioTime: 50_000 }),
  },
  { name: "turns after every unit", make: ({ units }) => new Thinkcycles(DEPTH, units, 10) },
  { name: "a flow alone", make: () => new Flow(DEPTH, boardOf([1])[0]!, 1, 0) },
  {
    name: "latencies that are kept",
    make: ({ units }) =>
      new LongestLatency(DEPTH, { units, targets: [] }, { read: 1e9, write: 1e9, trim: 1e9 }),
  },
  {
    name: "a search that goes on",
    make: ({ units }) =>
      new LatencyTarget(
        DEPTH,
        { units, targets: [] },
        { target: 1e9, window: 40_000, percentile: 90, forever: true, lenient: false },
        () => {},
      ),
  },
  {
    name: "a ramp by amount",
    make: ({ units, phases }) => new RampSize(DEPTH, units, 8192, (at) => phases.endRamp(at)),
  },
  {
    name: "a gap and a lesser depth together",
    make: () => new Combined([new Alone(DEPTH), new Spaced(4, 50_000)]),
  },
];

const course = fc.record({
  service: fc.integer({ min: 0, max: 300_000 }),
  late: fc.integer({ min: 0, max: 100_000 }),
  most: fc.integer({ min: 1, max: 200 }),
});

describe.each(SUBJECTS)("$name", ({ make }) => {
  test("a refusal waits for something: an instant to come, or a unit in flight", () => {
    fc.assert(
      fc.property(course, ({ service, late, most }) => {
        const settings = { depth: DEPTH, most, runtime: 1e9 };
        const { refusals } = drive(make, {
          ...settings,
          service: () => service,
          late: () => late,
        });
        for (const { at, wakeAt, inFlight } of refusals) {
          expect(wakeAt).toBeGreaterThan(at);
          if (inFlight === 0) expect(wakeAt).toBeLessThan(Number.POSITIVE_INFINITY);
        }
      }),
      { numRuns: 30 },
    );
  });

  test("every unit of the job goes in the end, and none beyond the depth", () => {
    fc.assert(
      fc.property(course, ({ service, late, most }) => {
        const settings = { depth: DEPTH, most, runtime: 0 };
        const { issues, pacer } = drive(make, {
          ...settings,
          service: () => service,
          late: () => late,
        });
        expect(issues.length).toBe(most);
        expect(pacer.depth).toBeGreaterThanOrEqual(1);
        expect(pacer.depth).toBeLessThanOrEqual(DEPTH);
        expect(pacer.verdict).toBe(GO_ON);
        expect(pacer.failure).toBeUndefined();
      }),
      { numRuns: 30 },
    );
  });

  test("to ask is not to take: the same question at the same instant has the same answer", () => {
    const units = new Units(DEPTH);
    const pacer = make(stillPlace(units));
    pacer.begin(1e9, true);
    for (let taken = 0; taken < 20; taken++) {
      const answer = pacer.admit(READ, 1e9, 0);
      for (let again = 0; again < 3; again++) expect(pacer.admit(READ, 1e9, 0)).toBe(answer);
      if (answer < 0) break;
      const unit = units.take();
      units.direction[unit] = READ;
      units.length[unit] = 4096;
      pacer.queued(unit);
      pacer.completed(unit, 1e9);
      units.give(unit);
    }
  });

  test("a sync stays a sync", () => {
    const units = new Units(DEPTH);
    const pacer = make(stillPlace(units));
    pacer.begin(1e9, true);
    expect([SYNC, -1]).toContain(pacer.admit(SYNC, 1e9, 0));
  });
});
