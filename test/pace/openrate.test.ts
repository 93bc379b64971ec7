/** A rate with due times, in the real loop on a clock that does what it is told. */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { READ, SYNC, WRITE } from "../../src/base/direction.ts";
import { readLatency } from "../../src/measure/latency.ts";
import { sink } from "../../src/measure/sinks.ts";
import { countersAt, LAG, OWED_BYTES, OWED_UNITS, RESPONSE } from "../../src/measure/statsblock.ts";
import type { PacedPlace } from "../../src/pace/create.ts";
import { NEVER_DUE, OpenRate, ORDINARY_LATENESS } from "../../src/pace/openrate.ts";
import { Linear, Poisson, type Schedule } from "../../src/pace/schedule.ts";
import { type Course, type Drive, drive } from "./drive.ts";

interface Rates {
  /** Units a second. */
  readonly read?: number;
  readonly write?: number;
  readonly poisson?: boolean;
  readonly catchUp?: number;
  readonly spin?: number;
  readonly turns?: boolean;
}

function run(rates: Rates, course: Course): Drive {
  const { read, write, poisson = false, catchUp = 2, spin = 0, turns = false } = rates;
  const schedule = (iops: number | undefined, place: PacedPlace): Schedule | undefined => {
    if (iops === undefined) return undefined;
    const pace = { scale: 1e9 / iops, byBytes: false, block: 4096 };
    return poisson ? new Poisson(pace, place.gaps(READ), false) : new Linear(pace);
  };
  return drive(
    (place) =>
      new OpenRate({
        ...place,
        depth: course.depth,
        schedules: [schedule(read, place), schedule(write, place), undefined],
        turns,
        catchUp,
        spin,
        response: sink("histogram", place.stats, RESPONSE),
        lag: sink("histogram", place.stats, LAG),
      }),
    course,
  );
}

const owed = ({ stats }: Drive, direction = READ): number =>
  stats[countersAt(direction) + OWED_UNITS]!;

describe("a rate that the device can hold", () => {
  test("has every unit go at its due time or as late as the sleep ended, none sooner", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10, max: 20_000 }),
        fc.boolean(),
        fc.array(fc.integer({ min: 0, max: 200_000 }), { minLength: 1, maxLength: 20 }),
        (read, poisson, lates) => {
          const late = (n: number): number => lates[n % lates.length]!;
          const { issues } = run({ read, poisson }, { depth: 64, runtime: 50e6, late });
          for (const { dueAt, startedAt } of issues) {
            expect(startedAt).toBeGreaterThanOrEqual(dueAt);
            expect(startedAt - dueAt).toBeLessThan(250_000);
          }
        },
      ),
      { numRuns: 40 },
    );
  });

  test("does as many units as were due, whatever the sleeps' lateness", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100, max: 50_000 }),
        fc.integer({ min: 0, max: 300_000 }),
        (read, late) => {
          const runtime = 100e6;
          const result = run({ read }, { depth: 256, runtime, late: () => late });
          const due = Math.ceil((runtime * read) / 1e9);
          expect(result.issues.length + owed(result)).toBe(due);
          expect(owed(result) * (1e9 / read)).toBeLessThanOrEqual(late + 1e9 / read + 20_000);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("keeps several units in flight where a unit takes longer than the gap", () => {
    const { issues } = run({ read: 10_000 }, { depth: 32, runtime: 50e6, service: () => 500_000 });
    expect(issues).toHaveLength(500);
    for (const { dueAt, issuedAt } of issues) expect(issuedAt - dueAt).toBeLessThan(20_000);
  });
});

describe("after a stall", () => {
  /** One unit of many takes long, and there is room for one only. */
  const stalled = (n: number): number => (n === 50 ? 20e6 : 5_000);

  test("no due time is dropped or moved: they are those of the schedule in turn", () => {
    const { issues } = run({ read: 10_000 }, { depth: 1, runtime: 100e6, service: stalled });
    expect(issues.map(({ dueAt }) => Math.round(dueAt))).toEqual(issues.map((_, n) => n * 100_000));
    expect(issues.length).toBe(1000);
  });

  test("the response has the wait of those that came late, the service has not", () => {
    const course = { depth: 1, runtime: 100e6, service: stalled };
    const { issues, stats } = run({ read: 10_000 }, course);
    const late = issues[51]!;
    expect(late.startedAt - late.dueAt).toBeGreaterThan(19e6);
    expect(late.finishedAt - late.issuedAt).toBeLessThan(20_000);
    const response = readLatency(stats, READ, RESPONSE, true)!;
    const lag = readLatency(stats, READ, LAG, true)!;
    expect(response.count).toBe(issues.length);
    expect(response.max).toBeGreaterThan(19e6);
    expect(lag.max).toBeGreaterThan(19e6);
    const sum = issues.reduce((total, { dueAt, finishedAt }) => total + finishedAt - dueAt, 0);
    // The loop's clock is read once more before a unit is settled.
    expect(Math.abs(response.mean - sum / issues.length)).toBeLessThan(1000);
  });

  test("what is owed goes at the speed of catching up, and no faster in any window", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.boolean(),
        fc.integer({ min: 2_000, max: 40_000 }),
        (catchUp, poisson, read) => {
          const course = { depth: 4, runtime: 100e6, service: stalled };
          const { issues } = run({ read, poisson, catchUp }, course);
          for (let from = 0; from < issues.length; from++) {
            for (let to = from + 1; to < Math.min(issues.length, from + 100); to++) {
              const [first, last] = [issues[from]!, issues[to]!];
              const schedule = (last.dueAt - first.dueAt) / catchUp;
              expect(last.startedAt - first.startedAt + ORDINARY_LATENESS).toBeGreaterThan(
                schedule - 1,
              );
            }
          }
        },
      ),
      { numRuns: 25 },
    );
  });

  test("a catch-up of 100 % keeps the distance it has, a larger one closes it", () => {
    const course = { depth: 1, runtime: 200e6, service: stalled };
    const lag = (catchUp: number): number => {
      const { issues } = run({ read: 10_000, catchUp }, course);
      const { startedAt, dueAt } = issues.at(-1)!;
      return startedAt - dueAt;
    };
    expect(lag(1)).toBeGreaterThan(18e6);
    expect(lag(2)).toBeLessThan(100_000);
  });
});

test("what fell due in a sleep that ended late goes at once, and the next unit in time", () => {
  const course = { depth: 64, runtime: 100e6, service: () => 1_000 };
  const { issues } = run({ read: 10_000 }, { ...course, late: (n) => (n === 30 ? 20e6 : 0) });
  const late = issues.filter(({ startedAt, dueAt }) => startedAt - dueAt > 50_000);
  expect(late.length).toBeGreaterThan(198);
  const first = Math.min(...late.map(({ startedAt }) => startedAt));
  const last = Math.max(...late.map(({ startedAt }) => startedAt));
  expect(last - first).toBeLessThan(50_000);
  expect(issues).toHaveLength(1000);
});

describe("a rate that the device cannot hold", () => {
  const slow = { depth: 2, runtime: 100e6, service: () => 1e6 };

  test("is owed to the unit at the end", () => {
    const result = run({ read: 10_000 }, slow);
    // Two at a time, a millisecond each.
    expect(Math.abs(result.issues.length - 200)).toBeLessThanOrEqual(2);
    expect(result.issues.length + owed(result)).toBe(1000);
    expect(result.stats[countersAt(READ) + OWED_BYTES]).toBe(owed(result) * 4096);
  });

  test("keeps the queue full", () => {
    const { refusals, sleeps } = run({ read: 10_000 }, slow);
    expect(sleeps.length).toBeLessThanOrEqual(1);
    expect(refusals.length).toBeLessThan(10);
  });

  test("owes nothing when the work is finished", () => {
    const result = run({ read: 10_000 }, { ...slow, most: 50 });
    expect(result.issues).toHaveLength(50);
    expect(owed(result)).toBe(0);
  });
});

describe("a mix", () => {
  const mixed = { depth: 8, runtime: 100e6, direction: (n: number) => n % 2 };

  test("does each direction at its own rate, whatever it draws", () => {
    const { issues } = run(
      { read: 10_000, write: 1_000, turns: true },
      { ...mixed, direction: () => READ },
    );
    expect(issues.filter(({ direction }) => direction === READ)).toHaveLength(1000);
    expect(issues.filter(({ direction }) => direction === WRITE)).toHaveLength(100);
  });

  test("takes what has been due for longest first", () => {
    const course = { ...mixed, depth: 1, service: (n: number) => (n === 10 ? 10e6 : 1000) };
    const { issues } = run({ read: 5_000, write: 5_000, turns: true }, course);
    // A unit may overtake one that catching up holds back, by what is no stall.
    for (const [n, { dueAt }] of issues.entries()) {
      const before = issues.slice(0, n).map((issue) => issue.dueAt);
      expect(dueAt).toBeGreaterThan(Math.max(0, ...before) - 1e6);
    }
  });

  test("lets a direction without a rate have the time that is left, due at no instant", () => {
    const course = { ...mixed, depth: 1, runtime: 20e6, service: () => 10_000 };
    const { issues } = run({ read: 1_000, turns: true }, course);
    const writes = issues.filter(({ direction }) => direction === WRITE);
    expect(issues.filter(({ direction }) => direction === READ)).toHaveLength(20);
    expect(writes.length).toBeGreaterThan(1500);
    expect(new Set(writes.map(({ dueAt }) => dueAt + 5e9))).toEqual(new Set([NEVER_DUE]));
  });
});

test("a sync goes when it comes and is due at no instant", () => {
  const course = { depth: 1, runtime: 20e6, direction: (n: number) => (n % 3 === 0 ? SYNC : READ) };
  const { issues, stats } = run({ read: 1_000 }, course);
  expect(issues.filter(({ direction }) => direction === READ)).toHaveLength(20);
  expect(issues.filter(({ direction }) => direction === SYNC).length).toBeGreaterThanOrEqual(10);
  expect(readLatency(stats, READ, RESPONSE, false)!.count).toBe(20);
  expect(readLatency(stats, SYNC, RESPONSE, false)).toBeUndefined();
});

describe("a spin before the due time", () => {
  test("has units go at their due time although every sleep ends late", () => {
    const course = { depth: 1, runtime: 50e6, late: () => 60_000, service: () => 1_000 };
    const { issues, sleeps } = run({ read: 1_000, spin: 100_000 }, course);
    expect(issues.length).toBeGreaterThanOrEqual(50);
    for (const { startedAt, dueAt } of issues.slice(1)) expect(startedAt - dueAt).toBeLessThan(100);
    // It sleeps up to the spin, and not into it.
    for (const [from] of sleeps) expect(Math.abs((from - 5e9) % 1e6)).toBeLessThan(950_000);
  });

  test("still looks for completions while units are in flight", () => {
    const course = { depth: 4, runtime: 20e6, service: () => 1_950_000 };
    const { issues } = run({ read: 1_000, spin: 100_000 }, course);
    for (const { finishedAt, issuedAt } of issues) {
      expect(finishedAt - issuedAt).toBeLessThan(1_960_000);
    }
  });
});

test("the end of a ramp begins the schedule anew, and owes nothing of the ramp", () => {
  const course = { depth: 1, ramp: 50e6, runtime: 50e6, service: () => 1_000 };
  const stalls = { ...course, service: (n: number) => (n === 10 ? 48e6 : 1_000) };
  const result = run({ read: 10_000 }, stalls);
  expect(owed(result)).toBeLessThanOrEqual(1);
  const measured = result.issues.filter(({ startedAt }) => startedAt > 50.2e6);
  for (const { startedAt, dueAt } of measured) expect(startedAt - dueAt).toBeLessThan(10_000);
  expect(readLatency(result.stats, READ, LAG, false)!.max).toBeLessThan(48e6);
});
