/** What the reports say of a replay: its trace, its lateness, and when that is worth a warning. */
import { expect, test } from "bun:test";
import type { ReplayPlan } from "../../src/io/trace/plan.ts";
import { BUCKETS, bucketOf } from "../../src/measure/histogram.ts";
import type { Latency } from "../../src/measure/latency.ts";
import type { Message, RunResult } from "../../src/measure/result.ts";
import { textReport } from "../../src/report/text.ts";
import { warnings } from "../../src/report/warnings.ts";
import { outcomeOf, partsOf, planOf, specOf } from "../support/measured.ts";
import { runOf } from "../support/results.ts";

const SHAPE = { skip: 0, scale: 1, align: 0, timeScale: 100, noStall: false, redirected: false };

function replayOf(lagNs: number | undefined, durationNs: number, readerWait = 0): RunResult {
  const replay: ReplayPlan = {
    source: { paths: ["a.trace"], shape: SHAPE },
    buffers: [],
    ring: undefined,
    units: 7,
    duration: durationNs,
    timed: lagNs !== undefined,
    mergedPath: undefined,
  };
  const outcome = { lag: lagNs === undefined ? undefined : always(lagNs), lastLag: 5, readerWait };
  const plan = planOf({ spec: specOf({ direct: true }), replay });
  return runOf([partsOf({ plan, outcome: outcomeOf({ replay: outcome }) })]);
}

/** Seven units, each so late. */
function always(ns: number): Latency {
  const buckets = new Float64Array(BUCKETS);
  buckets[bucketOf(ns)] = 7;
  return { count: 7, min: ns, max: ns, mean: ns, m2: 0, buckets };
}

const behind = (result: RunResult): Message[] =>
  warnings(result).filter(({ code }) => code === "replay_behind");

test("the result has the trace, its length and how late it went", () => {
  expect(replayOf(80_000, 3e9, 2e6).jobs[0]!.replay).toMatchObject({
    trace: ["a.trace"],
    ios: 7,
    duration_ns: 3e9,
    lag_ns: { count: 7, max: 80_000, percentiles: { "50": 80_000 } },
    last_lag_ns: 5,
    reader_wait_ns: 2e6,
  });
  expect(runOf([partsOf()]).jobs[0]!.replay).toBeNull();
});

test("the text says so in its own line, and nothing where no time was kept", () => {
  const text = (result: RunResult): string => textReport(result, { colour: false });
  expect(text(replayOf(80_000, 3e9))).toContain("replay of a.trace · ");
  expect(text(replayOf(80_000, 3e9))).toContain("80.00 µs behind the trace's time in the mean");
  expect(text(replayOf(undefined, 0))).not.toContain("behind");
});

test("a replay that fell behind is a warning, small lateness is not", () => {
  expect(behind(replayOf(5e6, 100e6))).toEqual([]);
  expect(behind(replayOf(50e6, 10e9))).toEqual([]);
  expect(behind(replayOf(undefined, 0))).toEqual([]);
  const [message] = behind(replayOf(500e6, 10e9));
  expect(message!.text).toContain("units went 500.0 ms after the trace's time in the mean;");
  expect(behind(replayOf(500e6, 10e9, 300e6))[0]!.text).toContain(
    "for 300.0 ms of it the trace was not read yet",
  );
});
