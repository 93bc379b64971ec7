import { describe, expect, test } from "bun:test";
import { READ, SYNC } from "../../src/base/direction.ts";
import { jobResult, type MeasuredPlan } from "../../src/measure/jobresult.ts";
import { groupResults, totalResult } from "../../src/measure/merge.ts";
import type { JobResult } from "../../src/measure/result.ts";
import { RunSampler } from "../../src/measure/samples.ts";
import { CLAT, DEPTH_MAP, LAT, SYNC_MAP } from "../../src/measure/statsblock.ts";
import {
  addLatency,
  addWork,
  emptyStats,
  outcomeOf,
  partsOf,
  planOf,
  specOf,
} from "../support/measured.ts";

const sampler = new RunSampler([{ group: 0 }, { group: 1 }]);
const total = (jobs: readonly JobResult[]) => totalResult(jobs, (d) => sampler.total(d));

function job(
  runtimeNs: number,
  latencies: readonly number[],
  plan: Partial<MeasuredPlan> = {},
): JobResult {
  const stats = emptyStats();
  const ios = latencies.length;
  addWork(stats, READ, { ios, bytes: ios * 4096, runtimeNs });
  addLatency(stats, READ, CLAT, latencies);
  addWork(stats, SYNC, { ios: 1, bytes: 0, runtimeNs });
  addLatency(stats, SYNC, LAT, [latencies.length * 1_000]);
  stats.set([1], SYNC_MAP);
  stats.set([ios, 0, 2], DEPTH_MAP);
  const outcome = outcomeOf({ elapsedNs: runtimeNs });
  const parts = partsOf({ stats, plan: planOf(plan), outcome });
  return jobResult(parts, (direction) => sampler.job(0, direction));
}

describe("jobs that ran together", () => {
  const both = total([job(2e9, [100, 200]), job(4e9, [50, 300, 350, 400], { index: 1, clone: 1 })]);

  test("have the sum of units and bytes over the longest run time", () => {
    expect(both).toMatchObject({ jobs: [0, 1], failed_jobs: 0, elapsed_ns: 4e9 });
    expect(both.read).toMatchObject({ ios: 6, bytes: 6 * 4096, runtime_ns: 4e9, iops: 1.5 });
    expect(both.read.bandwidth_bytes_per_s).toBe((6 * 4096) / 4);
  });

  test("have the latencies of all their samples", () => {
    const { clat_ns } = both.read;
    expect(clat_ns).toMatchObject({ count: 6, min: 50, max: 400 });
    expect(clat_ns?.mean).toBeCloseTo(1400 / 6, 9);
    expect(clat_ns?.percentiles).toMatchObject({ "50": 200, "99.99": 400 });
    expect(clat_ns?.histogram?.map(([, , count]) => count)).toEqual([1, 1, 1, 1, 1, 1]);
  });

  test("have the syncs of all", () => {
    expect(both.sync).toMatchObject({ ios: 2, fsync_ios: 2, lat_ns: { min: 2_000, max: 4_000 } });
  });

  test("have CPU time as a share of the sum of their times, and summed switches", () => {
    expect(both.cpu).toMatchObject({ user_ns: 2e9, involuntary_switches: 24 });
    expect(both.cpu.user_percent).toBeCloseTo((2 / 6) * 100, 9);
  });

  test("have depths weighted by units", () => {
    expect(both.depth.counts).toMatchObject({ "1": 6, "4": 4 });
    expect(both.depth.percent).toMatchObject({ "1": 60, "4": 40 });
  });
});

test("jobs that ran one after the other add their times: rates are not those of a moment", () => {
  const result = total([job(2e9, [1, 2]), job(4e9, [3, 4, 5, 6], { index: 1, stage: 1 })]);
  expect(result).toMatchObject({ elapsed_ns: 6e9, read: { runtime_ns: 6e9, iops: 1 } });
});

test("a group is made of its own jobs, in the order of the groups", () => {
  const jobs = [
    job(1e9, [1, 2]),
    job(1e9, [3], { index: 1, group: 1, spec: specOf({ name: "other" }) }),
    job(1e9, [9], { index: 2 }),
  ];
  const groups = groupResults(jobs, (group, direction) => sampler.group(group, direction));
  expect(groups.map(({ group, name, jobs: members }) => [group, name, members])).toEqual([
    [0, "job", [0, 2]],
    [1, "other", [1]],
  ]);
  expect(groups[0]?.read.clat_ns).toMatchObject({ count: 3, max: 9 });
});

test("percentiles of a group are those that any of its jobs asked for", () => {
  const few = job(1e9, [1, 2], { spec: specOf({ percentile_list: [50] }) });
  const other = job(1e9, [3, 4], { spec: specOf({ percentile_list: [99.9] }), index: 1 });
  expect(total([few, other]).read.clat_ns?.percentiles).toEqual({ "50": 2, "99.9": 4 });
});

test("there are no percentiles when one job kept only the summary", () => {
  const bare = job(1e9, [1, 2], { spec: specOf({ clat_percentiles: false }) });
  const result = total([bare, job(1e9, [3], { index: 1 })]);
  expect(result.read.clat_ns).toMatchObject({ count: 3, percentiles: null, histogram: null });
});

test("a job that moved nothing in a direction does not weaken the others' latency", () => {
  const idle = jobResult(partsOf(), (direction) => sampler.job(0, direction));
  expect(total([idle, job(1e9, [7])]).read.clat_ns).toMatchObject({ count: 1, percentiles: {} });
});

test("samples are absent when one job did not take part", () => {
  const off = job(1e9, [1], { spec: specOf({ disable_bw_measurement: true }) });
  expect(total([job(1e9, [1])]).read.iops_samples).not.toBeNull();
  expect(total([off, job(1e9, [1])]).read.iops_samples).toBeNull();
});

test("failed jobs are counted", () => {
  const failure = { call: "open", subject: "", errno: 2, message: "open: ENOENT" };
  const failed = jobResult(partsOf({ outcome: undefined, failure }), (d) => sampler.job(0, d));
  expect(total([failed, job(1e9, [1])]).failed_jobs).toBe(1);
});

test("no jobs make zeros and nulls", () => {
  expect(total([])).toMatchObject({
    jobs: [],
    elapsed_ns: 0,
    read: { ios: 0, iops: 0, clat_ns: null, iops_samples: null },
    cpu: { user_percent: 0 },
  });
});
