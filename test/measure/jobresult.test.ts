import { describe, expect, test } from "bun:test";
import { READ, SYNC, TRIM, WRITE } from "../../src/base/direction.ts";
import { type JobParts, jobResult } from "../../src/measure/jobresult.ts";
import type { JobResult } from "../../src/measure/result.ts";
import { RunSampler } from "../../src/measure/samples.ts";
import {
  CLAT,
  countersAt,
  DEPTH_MAP,
  FAILURES,
  LAT,
  RAMP_BYTES,
  RAMP_UNITS,
  SHORT,
  SLAT,
  SUBMIT_MAP,
  SYNC_MAP,
} from "../../src/measure/statsblock.ts";
import {
  addLatency,
  addWork,
  emptyStats,
  outcomeOf,
  partsOf,
  planOf,
  specOf,
} from "../support/measured.ts";

function resultOf(changes: Partial<JobParts> = {}): JobResult {
  const sampler = new RunSampler([{ group: 0 }]);
  return jobResult(partsOf(changes), (direction) => sampler.job(0, direction));
}

describe("rates", () => {
  test("are units and bytes by the direction's own run time", () => {
    const stats = emptyStats();
    addWork(stats, READ, { ios: 1_000, bytes: 4_096_000, runtimeNs: 2e9 });
    addWork(stats, TRIM, { ios: 10, bytes: 10 * 2 ** 20, runtimeNs: 4e9 });
    const { read, trim, write } = resultOf({ stats });
    expect(read).toMatchObject({ iops: 500, bandwidth_bytes_per_s: 2_048_000, runtime_ns: 2e9 });
    expect(trim).toMatchObject({ ios: 10, iops: 2.5, bandwidth_bytes_per_s: 2.5 * 2 ** 20 });
    expect(write).toMatchObject({ ios: 0, iops: 0, runtime_ns: 0, clat_ns: null });
  });

  test("use the elapsed time when the job did not close the direction's", () => {
    const stats = emptyStats();
    addWork(stats, WRITE, { ios: 100, bytes: 0, runtimeNs: 0 });
    expect(resultOf({ stats }).write).toMatchObject({ runtime_ns: 10e9, iops: 10 });
  });

  test("of a job that was given up are of the time since it was let go", () => {
    const stats = emptyStats();
    addWork(stats, WRITE, { ios: 100, bytes: 0, runtimeNs: 0 });
    const { write } = resultOf({ stats, outcome: undefined, ranNs: 4e9 });
    expect(write).toMatchObject({ runtime_ns: 4e9, iops: 25 });
  });

  test("are 0, not NaN, when the job ended before any time passed", () => {
    const stats = emptyStats();
    addWork(stats, WRITE, { ios: 1, bytes: 4096, runtimeNs: 0 });
    const { write, cpu } = resultOf({ stats, outcome: outcomeOf({ elapsedNs: 0 }) });
    expect(write).toMatchObject({ iops: 0, bandwidth_bytes_per_s: 0 });
    expect(cpu).toMatchObject({ user_percent: 0, system_percent: 0 });
  });
});

test("mishaps and the ramp have counts of their own", () => {
  const stats = emptyStats();
  const at = countersAt(WRITE);
  stats[at + SHORT] = 3;
  stats[at + FAILURES] = 2;
  stats[at + RAMP_UNITS] = 70;
  stats[at + RAMP_BYTES] = 70 * 4096;
  expect(resultOf({ stats }).write).toMatchObject({
    short_ios: 3,
    failed_ios: 2,
    ramp_ios: 70,
    ramp_bytes: 70 * 4096,
    ios: 0,
  });
});

describe("latencies", () => {
  const stats = emptyStats();
  addLatency(stats, READ, SLAT, [1_000, 3_000]);
  addLatency(stats, READ, CLAT, [10_000, 30_000]);
  addLatency(stats, READ, LAT, [11_000, 33_000]);

  test("of an asynchronous engine are three, with percentiles where asked for", () => {
    const { read } = resultOf({ stats });
    expect(read.slat_ns).toMatchObject({ mean: 2_000, percentiles: null, histogram: null });
    expect(read.clat_ns).toMatchObject({ mean: 20_000, max: 30_000 });
    expect(read.clat_ns?.percentiles?.["99.99"]).toBe(30_000);
    expect(read.lat_ns).toMatchObject({ mean: 22_000, percentiles: null });
  });

  test("of a synchronous engine have no slat, and the lat is the clat", () => {
    const spec = specOf({ lat_percentiles: true, clat_percentiles: false });
    const { read } = resultOf({ stats, plan: planOf({ spec, synchronous: true }) });
    expect(read.slat_ns).toBeNull();
    expect(read.clat_ns).toMatchObject({ mean: 20_000, percentiles: null });
    expect(read.lat_ns).toMatchObject({ mean: 20_000, percentiles: { "50": 10_016 } });
  });

  test("that were switched off are absent", () => {
    const off = (changes: Parameters<typeof specOf>[0]) =>
      resultOf({ stats, plan: planOf({ spec: specOf(changes) }) }).read;
    expect(off({ disable_slat: true })).toMatchObject({ slat_ns: null, lat_ns: { count: 2 } });
    expect(off({ disable_clat: true })).toMatchObject({ clat_ns: null, lat_ns: { count: 2 } });
    expect(off({ disable_lat: true })).toMatchObject({ lat_ns: null, clat_ns: { count: 2 } });
    expect(off({ gtod_reduce: true })).toMatchObject({
      slat_ns: null,
      clat_ns: null,
      lat_ns: null,
    });
  });
});

test("syncs are a direction of their own, told apart by their call", () => {
  const stats = emptyStats();
  addWork(stats, SYNC, { ios: 5, bytes: 0, runtimeNs: 1e9 });
  addLatency(stats, SYNC, LAT, [1e6, 2e6, 3e6, 4e6, 5e6]);
  stats.set([3, 1, 1], SYNC_MAP);
  expect(resultOf({ stats }).sync).toMatchObject({
    ios: 5,
    fsync_ios: 3,
    fdatasync_ios: 1,
    syncfs_ios: 1,
    sync_file_range_ios: 0,
    iops: 5,
    lat_ns: { count: 5, mean: 3e6, max: 5e6, percentiles: { "50": 3_006_464 } },
  });
});

test("maps are shares of what was counted, by class", () => {
  const stats = emptyStats();
  stats.set([10, 0, 20, 0, 0, 0, 10], DEPTH_MAP);
  stats.set([0, 3, 0, 0, 0, 0, 1], SUBMIT_MAP);
  const { depth, submit, complete } = resultOf({ stats });
  expect(depth.counts).toEqual({ "1": 10, "2": 0, "4": 20, "8": 0, "16": 0, "32": 0, ">=64": 10 });
  expect(depth.percent).toMatchObject({ "1": 25, "4": 50, ">=64": 25 });
  expect(submit.percent).toMatchObject({ "0": 0, "1-4": 75, ">=65": 25 });
  expect(Object.values(complete.percent).every((share) => share === 0)).toBe(true);
});

test("CPU time is a share of the measured time", () => {
  const { cpu } = resultOf();
  expect(cpu).toMatchObject({ user_percent: 10, system_percent: 20, involuntary_switches: 12 });
});

test("samples are absent where bandwidth measurement was switched off", () => {
  const spec = specOf({ disable_bw_measurement: true });
  expect(resultOf().read.iops_samples).not.toBeNull();
  expect(resultOf({ plan: planOf({ spec }) }).read).toMatchObject({
    iops_samples: null,
    bandwidth_samples_bytes_per_s: null,
  });
});

describe("why a job stopped", () => {
  const none = { outcome: undefined };
  const failure = { call: "open", subject: "/f", errno: 2, message: "open /f: ENOENT" };

  test("is what its outcome says", () => {
    expect(resultOf({ outcome: outcomeOf({ stopped: "number_ios" }) }).stopped).toBe("number_ios");
  });

  test("without an outcome is its failure, its create_only, or that it never started", () => {
    expect(resultOf({ ...none, failure })).toMatchObject({
      stopped: "error",
      elapsed_ns: 0,
      error: { call: "open", errno: 2, text: "open /f: ENOENT", direction: null },
    });
    const plan = planOf({ spec: specOf({ create_only: true }) });
    expect(resultOf({ ...none, plan }).stopped).toBe("created");
    expect(resultOf(none).stopped).toBe("not_started");
  });

  test("carries direction, offset and length of a failed unit", () => {
    const unit = { ...failure, direction: "write", offset: 8192, length: 4096 };
    const outcome = outcomeOf({ stopped: "error", failure: unit });
    expect(resultOf({ outcome }).error).toMatchObject({
      direction: "write",
      offset_bytes: 8192,
      length_bytes: 4096,
    });
  });
});

test("the work is told by plan and spec", () => {
  const spec = specOf({ rw: "randrw", rwmixread: 70, iodepth: 32, direct: true });
  const plan = planOf({ spec, depth: 1, synchronous: true, engine: "psync", engineReason: "" });
  expect(resultOf({ plan })).toMatchObject({
    engine: "psync",
    engine_reason: null,
    work: {
      rw: "randrw",
      read_percent: 70,
      iodepth: 32,
      depth: 1,
      synchronous: true,
      direct: true,
    },
  });
  expect(resultOf().work.read_percent).toBeNull();
});
