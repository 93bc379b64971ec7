import { expect, test } from "bun:test";
import { READ } from "../../src/base/direction.ts";
import { Units } from "../../src/io/units.ts";
import { Lingering } from "../../src/job/lingering.ts";
import type { JobFailure } from "../../src/measure/outcome.ts";

const SECOND = 1e9;

/** Three units of a file in flight, asked for every 100 ms. */
function rig(limit: number) {
  const units = new Units(4);
  for (const offset of [0, 4096, 8192]) {
    const unit = units.take();
    units.direction[unit] = READ;
    units.offset[unit] = offset;
    units.length[unit] = 4096;
  }
  const control = { stopped: false };
  const state = { expired: false, failure: undefined as JobFailure | undefined };
  const cancelled: number[] = [];
  const faults = {
    cancelling: false,
    cancelled: 0,
    giveUp: (failure: JobFailure) => {
      state.failure = failure;
    },
  };
  const lingering = new Lingering({
    units,
    targets: [{ path: "/f" }] as never,
    engine: { cancel: (unit) => cancelled.push(unit) },
    faults,
    control,
    expired: () => state.expired,
    sleepUntil: () => {},
    limit,
  });
  /** Seconds until it gives up, from an instant on; undefined when it has not within that time. */
  const wait = (from: number, seconds: number): number | undefined => {
    for (let time = from; time <= from + seconds * SECOND; time += SECOND / 10) {
      if (lingering.givesUp(time)) return (time - from) / SECOND;
    }
    return undefined;
  };
  return { units, control, state, cancelled, faults, lingering, wait };
}

test("units of a job that nobody told to end are waited for without limit", () => {
  const { wait, cancelled } = rig(2 * SECOND);
  expect(wait(0, 1000)).toBeUndefined();
  expect(cancelled).toEqual([]);
});

test("after a stop what is silent for 10 s is cancelled, and after stuck_timeout given up", () => {
  const { wait, control, cancelled, state, faults, lingering } = rig(300 * SECOND);
  control.stopped = true;
  expect(wait(0, 9.5)).toBeUndefined();
  expect(cancelled).toEqual([]);
  expect(wait(9.6 * SECOND, 1)).toBeUndefined();
  expect(cancelled).toEqual([0, 1, 2]);
  expect(faults.cancelling).toBe(true);
  expect(wait(10.7 * SECOND, 400)).toBeCloseTo(289.3, 0);
  expect(lingering.abandoned).toBe(true);
  expect(state.failure).toMatchObject({ call: "read", subject: "/f", offset: 0, length: 4096 });
  expect(state.failure!.message).toBe(
    "it is stuck in read /f at offset 0, 4096 bytes; read /f at offset 4096, 4096 bytes; " +
      "read /f at offset 8192, 4096 bytes: it was told to end, and nothing came back for 300 s",
  );
});

test("after the runtime units are cancelled at stuck_timeout, anew after each that comes", () => {
  const { wait, state, units, cancelled, lingering, faults } = rig(5 * SECOND);
  state.expired = true;
  expect(wait(0, 4)).toBeUndefined();
  units.give(0);
  expect(wait(4.1 * SECOND, 4)).toBeUndefined();
  expect(cancelled).toEqual([]);
  expect(wait(8.2 * SECOND, 10)).toBeGreaterThan(1.5);
  expect(cancelled).toEqual([1, 2]);
  faults.cancelled = 1;
  expect(lingering.notes).toEqual([
    "1 unit in flight did not come back at the end and had to be cancelled",
  ]);
});
