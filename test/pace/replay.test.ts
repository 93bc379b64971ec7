/** When units of a replay go, and what is said of how late they were; on a clock of the test's. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { READ, SYNC, WRITE } from "../../src/base/direction.ts";
import { Schedule, UNREAD } from "../../src/io/trace/schedule.ts";
import { Units } from "../../src/io/units.ts";
import { readLatency } from "../../src/measure/latency.ts";
import { sink } from "../../src/measure/sinks.ts";
import {
  countersAt,
  LAG,
  RESPONSE,
  SCHEDULED,
  STATS_DOUBLES,
} from "../../src/measure/statsblock.ts";
import { GO_ON, type Pacer, Unpaced } from "../../src/pace/pacer.ts";
import { ReplayPacer } from "../../src/pace/replay.ts";
import { drive } from "./drive.ts";

function rig(timed = true, behind: Pacer = new Unpaced(4)) {
  const units = new Units(4);
  const schedule = new Schedule(timed);
  const stats = new Float64Array(STATS_DOUBLES);
  const response = sink("histogram", stats, RESPONSE);
  const lag = sink("histogram", stats, LAG);
  const pacer = new ReplayPacer(units, schedule, behind, { stats, response, lag });
  pacer.begin(0, true);
  const go = (startedAt: number): void => {
    units.startedAt[0] = startedAt;
    pacer.queued(0);
  };
  return { units, schedule, pacer, go, stats };
}

test("a unit goes when it is due, counted from the first time of asking", () => {
  const { schedule, pacer } = rig();
  schedule.due = 500;
  expect(pacer.admit(0, 10_000, 0)).toBe(-1);
  expect(pacer.wakeAt).toBe(10_500);
  expect(pacer.admit(0, 10_499, 0)).toBe(-1);
  expect(pacer.admit(0, 10_500, 0)).toBe(0);
});

test("a unit that was late makes those after it no later", () => {
  const { schedule, pacer, go } = rig();
  schedule.due = 0;
  expect(pacer.admit(0, 1000, 0)).toBe(0);
  go(1000);
  schedule.due = 100;
  expect(pacer.admit(0, 1700, 0)).toBe(0);
  go(1700);
  schedule.due = 650;
  expect(pacer.admit(0, 1700, 0)).toBe(0);
  go(1710);
  schedule.due = 900;
  expect(pacer.admit(0, 1720, 0)).toBe(-1);
  expect(pacer.wakeAt).toBe(1900);
  const { lag, lastLag } = pacer;
  expect([lag!.count, lag!.min, lag!.max, lastLag]).toEqual([3, 0, 600, 60]);
  expect(lag!.mean).toBe(220);
  expect(lag!.buckets!.reduce((sum, count) => sum + count, 0)).toBe(3);
});

test("the due time of a unit is in its row", () => {
  const { units, schedule, pacer, go } = rig();
  schedule.due = 40;
  pacer.admit(0, 1000, 0);
  pacer.admit(0, 1040, 0);
  go(1050);
  expect(units.dueAt[0]).toBe(1040);
});

test("response and lag of each direction are kept from the due time on, syncs left out", () => {
  const { units, schedule, pacer, go, stats } = rig();
  for (const direction of [WRITE, SYNC]) {
    schedule.due = 100;
    pacer.admit(direction, 1000, 0);
    pacer.admit(direction, 1150, 0);
    units.direction[0] = direction;
    go(1160);
    units.issuedAt[0] = 1170;
    pacer.completed(0, 1500);
  }
  expect(readLatency(stats, WRITE, RESPONSE, true)).toMatchObject({ count: 1, min: 400 });
  expect(readLatency(stats, WRITE, LAG, true)).toMatchObject({ count: 1, min: 70 });
  expect(readLatency(stats, SYNC, LAG, true)).toBeUndefined();
  expect([WRITE, READ].map((way) => stats[countersAt(way) + SCHEDULED])).toEqual([1, 0]);
});

test("a new pass begins when it is asked for", () => {
  const { schedule, pacer } = rig();
  schedule.due = 100;
  pacer.admit(0, 1000, 0);
  schedule.begun = false;
  expect(pacer.admit(0, 5000, 0)).toBe(-1);
  expect(pacer.wakeAt).toBe(5100);
});

test("a trace that is not read yet is looked at again after 1 ms, and the time is told", () => {
  const { schedule, pacer } = rig();
  schedule.due = UNREAD;
  expect(pacer.admit(0, 100, 0)).toBe(-1);
  expect(pacer.wakeAt).toBe(100 + 1e6);
  pacer.admit(0, 3e6, 0);
  schedule.due = 0;
  expect(pacer.admit(0, 4e6, 0)).toBe(0);
  expect(pacer.readerWait).toBe(4e6 - 100);
});

test("without the trace's times there is nothing to be late for", () => {
  const { schedule, pacer, go } = rig(false);
  schedule.due = 0;
  pacer.admit(0, 1000, 0);
  go(9000);
  expect(pacer.lag).toBeUndefined();
  expect(pacer.lastLag).toBe(0);
});

test("what was late in a ramp is no figure", () => {
  const { schedule, pacer, go } = rig();
  schedule.due = 0;
  pacer.admit(0, 1000, 0);
  go(9000);
  pacer.begin(9500, true);
  expect(pacer.lag).toBeUndefined();
});

test("another pacer behind it holds units back too, and its verdict counts", () => {
  const behind = Object.assign(new Unpaced(2), { wakeAt: 7777, verdict: -5 });
  behind.admit = () => -1;
  const { schedule, pacer } = rig(true, behind);
  schedule.due = 0;
  expect(pacer.admit(0, 1000, 0)).toBe(-1);
  expect([pacer.wakeAt, pacer.depth, pacer.verdict]).toEqual([7777, 2, -5]);
});

test("a trace that cannot be read any further ends the job with the reason", () => {
  const { schedule, pacer } = rig();
  expect(pacer.verdict).toBe(GO_ON);
  schedule.failure = "read /t: EIO (input/output error)";
  expect(pacer.verdict).toBe(-5);
  expect(pacer.failure?.message).toBe("read /t: EIO (input/output error)");
});

test("in the loop no unit goes early, and lateness does not add up", () => {
  const course = fc.record({
    gaps: fc.array(fc.nat({ max: 200_000 }), { minLength: 1, maxLength: 60 }),
    late: fc.nat({ max: 100_000 }),
    service: fc.nat({ max: 5_000 }),
  });
  const property = fc.property(course, ({ gaps, late, service }) => {
    const due = gaps.map((_, n) => gaps.slice(0, n + 1).reduce((sum, gap) => sum + gap, 0));
    const schedule = new Schedule(true);
    schedule.due = due[0]!;
    let taken = 0;
    class Fed extends ReplayPacer {
      override queued(unit: number): void {
        super.queued(unit);
        schedule.due = due[++taken] ?? 0;
      }
    }
    const { issues, pacer } = drive(
      ({ units, stats }) => {
        const off = sink("off", stats, LAG);
        return new Fed(units, schedule, new Unpaced(64), { stats, response: off, lag: off });
      },
      { depth: 64, most: gaps.length, runtime: 0, service: () => service, late: () => late },
    );
    // The first instant it was asked at: that of the loop's first look at the clock.
    const begin = issues[0]!.dueAt - due[0]!;
    for (const [n, { startedAt, dueAt }] of issues.entries()) {
      expect(dueAt - begin).toBe(due[n]!);
      expect(startedAt).toBeGreaterThanOrEqual(dueAt);
      // One late sleep or wait, and what was in its way: never the sum of those before it.
      expect(startedAt - dueAt).toBeLessThanOrEqual(late + service + 60 * 100);
    }
    expect((pacer as ReplayPacer).lag!.count).toBe(gaps.length);
  });
  fc.assert(property, { seed: 4, numRuns: 100 });
});
