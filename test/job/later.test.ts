import { expect, test } from "bun:test";
import { READ } from "../../src/base/direction.ts";
import { Units } from "../../src/io/units.ts";
import { JobControl } from "../../src/job/control.ts";
import { runLoop } from "../../src/job/loop.ts";
import { Phases } from "../../src/job/phases.ts";
import { Recorder } from "../../src/measure/recorder.ts";
import { STATS_DOUBLES } from "../../src/measure/statsblock.ts";
import { Part } from "../../src/pace/part.ts";
import { Unverified } from "../../src/verify/verifier.ts";
import { LATER, NOTHING, TAKEN, type Workload } from "../../src/workload/workload.ts";

/** Held its last unit a while ago. */
class Past extends Part {
  override wakeAt = 5;
  admit(direction: number): number {
    return direction;
  }
}

// With the instant of a pacer that let the unit go the wait was over before it began: a busy loop.
test("what the workload holds back is waited for, not until an instant that is over", () => {
  const units = new Units(2);
  const control = new JobControl(new Int32Array(16), 0);
  const recorder = new Recorder(new Float64Array(STATS_DOUBLES), units, {
    slat: "off",
    clat: "off",
    lat: "off",
  });
  const pacer = new Past(2);
  let left = 2;
  let inFlight = 0;
  const workload: Workload = {
    direction: () => (left === 0 ? NOTHING : READ),
    next: () => {
      if (inFlight > 0) return LATER;
      inFlight++;
      left--;
      return TAKEN;
    },
    completed: () => {
      inFlight--;
    },
    restart: () => {},
    forgive: () => {},
  };
  const waits: number[] = [];
  const engine = {
    queue: (unit: number) => {
      units.completed[0] = unit;
    },
    commit: () => {},
    getevents: (_min: number, _max: number, until: number) => {
      waits.push(until);
      return 1;
    },
    cancel: () => {},
    close: () => {},
  };
  const times = { startedAt: 1000, rampNs: 0, runtimeNs: 0, rampCounts: false };
  const phases = new Phases(times, { control, recorder, workload, pacer, measured: () => {} });
  runLoop({
    ...{ units, engine, workload, pacer, recorder, phases, control },
    filler: { fill: () => {} },
    verifier: new Unverified(),
    lingering: { givesUp: () => false },
    faults: { handle: () => 1, goOn: true, failure: undefined },
    now: () => 1000,
    sleepUntil: () => {},
    limits: { batch: 2, completeMin: 1, completeMax: 2, low: 2, polling: false },
  });
  expect(waits).toEqual([1000 + 100e6, 1000 + 100e6]);
});
