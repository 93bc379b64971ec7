/** What is told of a rate: in the result, of a group, in the text report, and as doubts. */
import { describe, expect, test } from "bun:test";
import { READ, WRITE } from "../../src/base/direction.ts";
import type { JobParts } from "../../src/measure/jobresult.ts";
import type { RunResult } from "../../src/measure/result.ts";
import {
  CLAT,
  countersAt,
  LAG,
  OWED_BYTES,
  OWED_UNITS,
  RESPONSE,
  SCHEDULED,
} from "../../src/measure/statsblock.ts";
import type { JobSpec } from "../../src/options/options.ts";
import { textReport } from "../../src/report/text.ts";
import { warnings } from "../../src/report/warnings.ts";
import { addLatency, addWork, emptyStats, partsOf, planOf, specOf } from "../support/measured.ts";
import { runOf } from "../support/results.ts";
import { schemaErrors } from "../support/schema.ts";

const none = { read: 0, write: 0, trim: 0 };

interface Paced {
  readonly rate_iops?: number;
  readonly rate?: number;
  readonly owed?: number;
  readonly direction?: number;
  readonly scheduled?: boolean;
  readonly options?: Readonly<Record<string, string>>;
  readonly stage?: number;
  readonly index?: number;
}

/** A job that did 10,000 units in 10 s, each 100 µs late. */
function paced(job: Paced): JobParts {
  const { owed = 0, direction = READ, scheduled = true, options = {} } = job;
  const { stage = 0, index = 0 } = job;
  const stats = emptyStats();
  addWork(stats, direction, { ios: 10_000, bytes: 10_000 * 4096, runtimeNs: 10e9 });
  const each = (ns: number): number[] => Array.from({ length: 10_000 }, () => ns);
  addLatency(stats, direction, CLAT, each(50_000));
  if (scheduled) {
    const at = countersAt(direction);
    stats[at + SCHEDULED] = 1;
    stats[at + OWED_UNITS] = owed;
    stats[at + OWED_BYTES] = owed * 4096;
    addLatency(stats, direction, LAG, each(100_000));
    addLatency(stats, direction, RESPONSE, each(150_000));
  }
  const name = direction === READ ? "read" : "write";
  const rates: Partial<JobSpec> = {
    rate: { ...none, [name]: job.rate ?? 0 },
    rate_iops: { ...none, [name]: job.rate_iops ?? 0 },
    rw: direction === READ ? "randread" : "randwrite",
    direct: true,
    group_reporting: true,
  };
  const plan = planOf({ spec: specOf(rates), stage, index });
  return partsOf({ stats, plan, options });
}

const run = (...jobs: Paced[]): RunResult =>
  runOf(jobs.map((job, index) => paced({ index, ...job })));

const codes = (result: RunResult): string[] =>
  warnings(result)
    .map(({ code }) => code)
    .filter((code) => code.startsWith("rate_"));

describe("a direction with due times", () => {
  test("has lag and response beside the service, and what was owed", () => {
    const { jobs } = run({ rate_iops: 1000, owed: 7 });
    expect(jobs[0]!.read.paced).toMatchObject({
      asked_iops: 1000,
      asked_bandwidth_bytes_per_s: null,
      lag_ns: { count: 10_000, min: 100_000 },
      response_ns: { count: 10_000, max: 150_000 },
      backlog_ios: 7,
      backlog_bytes: 7 * 4096,
    });
    expect(jobs[0]!.read.clat_ns?.max).toBe(50_000);
    expect(jobs[0]!.write.paced).toBeNull();
  });

  test("is nothing of a job whose units are due at no instant", () => {
    expect(run({ rate_iops: 1000, scheduled: false }).jobs[0]!.read.paced).toBeNull();
  });

  test("fits the schema of results", () => {
    expect(schemaErrors(JSON.stringify(run({ rate: 4_096_000, owed: 3 })))).toEqual([]);
  });

  test("is asked for as many units by a group as by its jobs together, if they ran at once", () => {
    const { groups } = run({ rate_iops: 1000, owed: 7 }, { rate_iops: 500, owed: 1 });
    expect(groups[0]!.read.paced).toMatchObject({
      asked_iops: 1500,
      backlog_ios: 8,
      lag_ns: { count: 20_000 },
    });
    const { total } = run({ rate_iops: 1000 }, { rate_iops: 500, stage: 1 });
    expect(total.read.paced?.asked_iops).toBeNull();
    const half = run({ rate_iops: 1000 }, { scheduled: false }).total.read.paced;
    expect(half).toMatchObject({ asked_iops: null, lag_ns: { count: 10_000 } });
    const mixed = run({ rate_iops: 1000 }, { rate: 4_096_000 }).total.read.paced;
    expect(mixed).toMatchObject({ asked_iops: null, asked_bandwidth_bytes_per_s: null });
  });
});

test("the text report has both latencies, the lag, and what was asked and owed", () => {
  const text = textReport(run({ rate_iops: 1000, owed: 7 }), { colour: false });
  expect(text).toMatch(/read +clat +µs/);
  expect(text).toMatch(/lag +µs +100\.0 +100\.0/);
  expect(text).toMatch(/resp +µs +150\.0 +150\.0/);
  expect(text).toContain("read asked for 1,000 IOPS, 7 units (28 KiB) owed at the end");
  const bytes = textReport(run({ rate: 2 ** 20, direction: WRITE }), { colour: false });
  expect(bytes).toContain("write asked for 1 MiB/s, nothing owed at the end");
  for (const line of text.split("\n")) expect(line.length).toBeLessThanOrEqual(100);
});

describe("a rate", () => {
  test("that was not held is warned of with the rate reached", () => {
    const result = run({ rate_iops: 2000, owed: 10_000 });
    expect(codes(result)).toEqual(["rate_not_held"]);
    const [message] = warnings(result).filter(({ code }) => code === "rate_not_held");
    expect(message?.text).toContain("asked for 2,000 IOPS and reached 1,000 IOPS");
    expect(message?.text).toContain("10,000 units due in the last 5.000 s");
    expect(message?.severity).toBe("warning");
  });

  test("in bytes is warned of in bytes", () => {
    const [message] = warnings(run({ rate: 8_192_000, owed: 10_000 }));
    expect(message?.text).toContain("asked for 7.813 MiB a second and reached 3.906 MiB a second");
  });

  test("that owes less than a hundredth of its time was held", () => {
    expect(codes(run({ rate_iops: 1000, owed: 99 }))).toEqual([]);
    expect(codes(run({ rate_iops: 1000, owed: 101 }))).toEqual(["rate_not_held"]);
  });

  test("closer than a sleep is long goes out in bursts, unless the thread spins", () => {
    expect(codes(run({ rate_iops: 20_001 }))).toEqual(["rate_in_bursts"]);
    expect(codes(run({ rate_iops: 20_000 }))).toEqual([]);
    expect(codes(run({ rate: 20_001 * 4096 }))).toEqual(["rate_in_bursts"]);
    expect(codes(run({ rate_iops: 50_000, options: { rate_spin: "100us" } }))).toEqual([]);
  });
});
