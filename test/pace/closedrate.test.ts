/** fio's way of keeping a rate: counted from the start, and with an empty queue while it waits. */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { READ, SYNC, WRITE } from "../../src/base/direction.ts";
import { countersAt, OWED_UNITS, SCHEDULED } from "../../src/measure/statsblock.ts";
import { ClosedRate } from "../../src/pace/closedrate.ts";
import { Linear, type Schedule } from "../../src/pace/schedule.ts";
import { type Course, type Drive, drive } from "./drive.ts";

interface Rates {
  /** Units a second of 4 KiB. */
  readonly read?: number;
  readonly write?: number;
  readonly turns?: boolean;
  readonly drains?: boolean;
}

function run({ read, write, turns = false, drains = true }: Rates, course: Course): Drive {
  const schedule = (iops: number | undefined): Schedule | undefined =>
    iops === undefined
      ? undefined
      : new Linear({ scale: 1e9 / (iops * 4096), byBytes: true, block: 4096 });
  return drive(({ units }) => {
    const schedules = [schedule(read), schedule(write), undefined];
    return new ClosedRate({ units, depth: course.depth, schedules, turns, drains });
  }, course);
}

test("it waits with nothing in flight, whatever the depth", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 500, max: 20_000 }),
      fc.integer({ min: 1_000, max: 400_000 }),
      (read, service) => {
        const course = { depth: 16, runtime: 50e6, service: () => service };
        const { issues, sleeps } = run({ read }, course);
        const flying = (at: number): number =>
          issues.filter(({ issuedAt, finishedAt }) => issuedAt < at && finishedAt > at).length;
        for (const [from] of sleeps) expect(flying(from - 5e9)).toBe(0);
        if (read * service < 0.5e9) expect(sleeps.length).toBeGreaterThan(0);
      },
    ),
    { numRuns: 40 },
  );
});

test("where other threads do the units, it waits with units in flight", () => {
  const course = { depth: 16, runtime: 50e6, service: () => 3e6 };
  const most = (drains: boolean): number => {
    const { issues } = run({ read: 2_000, drains }, course);
    const flying = (at: number): number =>
      issues.filter(({ issuedAt, finishedAt }) => issuedAt <= at && finishedAt > at).length;
    return Math.max(...issues.slice(20).map(({ issuedAt }) => flying(issuedAt)));
  };
  // 2000 a second of 3 ms each are 6 at a time, when nobody waits for the last of them.
  expect(most(false)).toBeGreaterThanOrEqual(6);
  expect(most(false)).toBeLessThanOrEqual(8);
});

test("it does as many units as the rate has from the start, as long as the device can", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 500, max: 10_000 }),
      fc.integer({ min: 0, max: 150_000 }),
      (read, late) => {
        const course = { depth: 32, runtime: 100e6, service: () => 20_000, late: () => late };
        const due = (100e6 * read) / 1e9;
        const behind = ((late + 100_000) * read) / 1e9 + 1;
        expect(Math.abs(run({ read }, course).issues.length - due)).toBeLessThanOrEqual(behind);
      },
    ),
    { numRuns: 40 },
  );
});

test("after a stall it catches up as fast as the device goes", () => {
  const course = {
    depth: 1,
    runtime: 100e6,
    service: (n: number) => (n === 100 ? 20e6 : 1_000),
  };
  const { issues } = run({ read: 10_000 }, course);
  const resumed = issues[101]!.startedAt;
  const inOneMs = issues.filter(
    ({ startedAt }) => startedAt >= resumed && startedAt < resumed + 1e6,
  );
  expect(inOneMs.length).toBeGreaterThan(190);
  expect(issues.length).toBeGreaterThanOrEqual(999);
});

test("once it waits for the queue to empty, what falls due meanwhile does not go", () => {
  // The gap is 100 µs, the first unit takes 350: the second follows when it is back, and a pause.
  const course = { depth: 4, runtime: 5e6, service: () => 350_000 };
  const { issues } = run({ read: 10_000 }, course);
  expect(issues[1]!.startedAt).toBeGreaterThan(350_000);
});

test("it has no due times, and owes nothing", () => {
  const course = { depth: 1, runtime: 20e6, service: () => 1e6 };
  const { stats } = run({ read: 10_000 }, course);
  expect(stats[countersAt(READ) + SCHEDULED]).toBe(0);
  expect(stats[countersAt(READ) + OWED_UNITS]).toBe(0);
});

describe("a mix", () => {
  const mixed = { depth: 1, runtime: 100e6, service: () => 1_000 };

  test("does the other direction when the drawn one is not due", () => {
    const course = { ...mixed, direction: () => READ };
    const { issues } = run({ read: 2_000, write: 500, turns: true }, course);
    const of = (way: number): number => issues.filter(({ direction }) => direction === way).length;
    expect([of(READ), of(WRITE)]).toEqual([200, 50]);
  });

  test("does not when it may not turn", () => {
    const course = { ...mixed, direction: () => READ };
    const { issues } = run({ read: 2_000, write: 500 }, course);
    expect(issues.every(({ direction }) => direction === READ)).toBe(true);
  });

  test("lets a direction without a rate go on as it likes", () => {
    const course = { ...mixed, runtime: 10e6, direction: () => READ };
    const { issues } = run({ read: 1_000, turns: true }, course);
    expect(issues.filter(({ direction }) => direction === READ)).toHaveLength(10);
    expect(issues.length).toBeGreaterThan(1000);
  });
});

test("a sync is no unit of a rate", () => {
  const direction = (n: number): number => (n % 2 === 0 ? READ : SYNC);
  const { issues } = run({ read: 1_000 }, { depth: 1, runtime: 20e6, direction });
  expect(issues.filter((issue) => issue.direction === READ)).toHaveLength(20);
});

test("the end of a ramp begins the count anew", () => {
  const service = (n: number): number => (n === 5 ? 45e6 : 1_000);
  const course = { depth: 1, ramp: 50e6, runtime: 50e6, service };
  const { issues } = run({ read: 1_000 }, course);
  const measured = issues.filter(({ startedAt }) => startedAt >= 50e6);
  expect(Math.abs(measured.length - 50)).toBeLessThanOrEqual(1);
});
