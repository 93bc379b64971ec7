import { expect, test } from "bun:test";
import { READ, SYNC, WRITE } from "../../src/base/direction.ts";
import { Units } from "../../src/io/units.ts";
import type { JobOutcome } from "../../src/measure/outcome.ts";
import { mergedPriorities, prioritiesOf } from "../../src/measure/priorities.ts";
import { PriorityRecorder } from "../../src/measure/prioritized.ts";
import { STATS_DOUBLES } from "../../src/measure/statsblock.ts";
import { specOf } from "../workload/support.ts";

const RT = 0x2000;
const FINE = { slat: "summary", clat: "histogram", lat: "summary" } as const;

function recorderOf(whole: boolean) {
  const units = new Units(1);
  const stats = new Float64Array(STATS_DOUBLES);
  const recorder = new PriorityRecorder(stats, units, FINE, whole, [0, RT, RT]);
  const unit = (direction: number, priority: number, ns: number): void => {
    units.direction[0] = direction;
    units.priority[0] = priority;
    units.startedAt[0] = 1000;
    units.issuedAt[0] = 1100;
    recorder.completed(0, 1100 + ns);
  };
  return { recorder, unit };
}

const outcome = (priorities: JobOutcome["priorities"]) => ({ priorities }) as JobOutcome;

test("each priority has its own latencies, by direction, and syncs have none", () => {
  const { recorder, unit } = recorderOf(false);
  for (const ns of [10, 20, 30]) unit(READ, 0, ns);
  unit(READ, RT, 5);
  unit(WRITE, RT, 7);
  unit(SYNC, RT, 9);
  const spec = specOf({ percentile_list: [50] });
  const ended = outcome(recorder.priorities);
  expect(prioritiesOf(ended, READ, spec)).toEqual([
    {
      ...{ class: 0, level: 0, hint: 0, of: "clat" },
      ns: expect.objectContaining({ count: 3, min: 10, max: 30, percentiles: { "50": 20 } }),
    },
    {
      ...{ class: 1, level: 0, hint: 0, of: "clat" },
      ns: expect.objectContaining({ count: 1, min: 5 }),
    },
  ]);
  expect(prioritiesOf(ended, WRITE, spec)).toHaveLength(1);
  expect(prioritiesOf(undefined, READ, spec)).toBeNull();
});

test("they are of lat where its percentiles are asked for", () => {
  const { recorder, unit } = recorderOf(true);
  unit(READ, RT, 50);
  const [one] = prioritiesOf(
    outcome(recorder.priorities),
    READ,
    specOf({ lat_percentiles: true }),
  )!;
  expect([one!.of, one!.ns.min]).toEqual(["lat", 150]);
});

test("without percentiles a summary is shown", () => {
  const { recorder, unit } = recorderOf(false);
  unit(READ, RT, 50);
  const spec = specOf({ clat_percentiles: false });
  const [one] = prioritiesOf(outcome(recorder.priorities), READ, spec)!;
  expect(one!.ns).toMatchObject({ mean: 50, percentiles: null, histogram: null });
});

test("what the ramp took is forgotten", () => {
  const { recorder, unit } = recorderOf(false);
  unit(READ, RT, 50);
  recorder.reset();
  unit(READ, 0, 20);
  expect(recorder.priorities.map(({ priority }) => priority)).toEqual([0]);
});

test("the same priority of several jobs is one", () => {
  const results = [10, 30].map((ns) => {
    const { recorder, unit } = recorderOf(false);
    unit(READ, RT, ns);
    return prioritiesOf(outcome(recorder.priorities), READ, specOf({}));
  });
  const merged = mergedPriorities([...results, null])!;
  expect(merged).toHaveLength(1);
  expect(merged[0]!.ns).toMatchObject({ count: 2, min: 10, max: 30, mean: 20 });
  expect(mergedPriorities([null, null])).toBeNull();
});
