/** Sleeping: never early, at once when it is over, and with the thread's slack set to 1 ns. */
import { expect, test } from "bun:test";
import { monotonicClock, monotonicSecond } from "../../ffi/clock.ts";
import { libc } from "../../ffi/libc.ts";
import { sleepFor, sleepUntil } from "../../ffi/sleep.ts";

/** prctl(2). */
const PR_GET_TIMERSLACK = 30;
const epoch = monotonicSecond();
const now = monotonicClock(epoch);

test("sleeps to the instant and no less", () => {
  for (const ns of [20e3, 1e6, 30e6]) {
    const due = now() + ns;
    sleepUntil(due, epoch);
    expect(now()).toBeGreaterThanOrEqual(Math.floor(due));
  }
});

test("crosses a whole second", () => {
  const next = Math.ceil(now() / 1e9) * 1e9;
  sleepUntil(next - 1e6, epoch);
  sleepUntil(next + 1e6, epoch);
  expect(now()).toBeGreaterThanOrEqual(next + 1e6);
});

test("an instant that is over, or before the epoch, does not sleep", () => {
  const before = now();
  for (const instant of [before - 1e6, 0, -5e9]) sleepUntil(instant, epoch);
  expect(now() - before).toBeLessThan(50e6);
});

test("refuses to sleep for ever", () => {
  expect(() => sleepUntil(Number.POSITIVE_INFINITY, epoch)).toThrow("no instant");
});

test("sleeps for a while", () => {
  const before = now();
  sleepFor(5e6);
  expect(now() - before).toBeGreaterThanOrEqual(5e6);
});

test("the first sleep sets this thread's timer slack to 1 ns", () => {
  sleepUntil(0, epoch);
  expect(libc.prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0)).toBe(1);
});
