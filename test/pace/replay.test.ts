/** When units of a replay go, and what is said of how late they were; on a clock of the test's. */
import { expect, test } from "bun:test";
import { Schedule, UNREAD } from "../../src/io/trace/schedule.ts";
import { Units } from "../../src/io/units.ts";
import { GO_ON, type Pacer, Unpaced } from "../../src/pace/pacer.ts";
import { ReplayPacer } from "../../src/pace/replay.ts";

function rig(timed = true, behind: Pacer = new Unpaced(4)) {
  const units = new Units(4);
  const schedule = new Schedule(timed);
  const pacer = new ReplayPacer(units, schedule, behind);
  pacer.begin(0, true);
  const go = (startedAt: number): void => {
    units.startedAt[0] = startedAt;
    pacer.queued(0);
  };
  return { units, schedule, pacer, go };
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
