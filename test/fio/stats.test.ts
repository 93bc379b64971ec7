import { describe, expect, test } from "bun:test";
import { READ, WRITE } from "../../src/base/direction.ts";
import { fioJson } from "../../src/fio/json.ts";
import { fioNormal } from "../../src/fio/normal.ts";
import { type FioJob, fioGroups, fioJobs } from "../../src/fio/stats.ts";
import { fioTerse } from "../../src/fio/terse.ts";
import type { JobParts } from "../../src/measure/jobresult.ts";
import type { DirectionResult, RunResult, SamplesResult } from "../../src/measure/result.ts";
import { CLAT, countersAt, DEPTH_MAP, FAILURES } from "../../src/measure/statsblock.ts";
import {
  addLatency,
  addWork,
  emptyStats,
  outcomeOf,
  partsOf,
  planOf,
  specOf,
} from "../support/measured.ts";
import { runOf } from "../support/results.ts";

interface Work {
  readonly ios?: number;
  readonly runtimeNs?: number;
  readonly direction?: number;
  readonly latencies?: readonly number[];
  readonly failed?: number;
  readonly name?: string;
  readonly group?: number;
  readonly together?: boolean;
  readonly changes?: Partial<JobParts>;
}

function job(index: number, work: Work = {}): JobParts {
  const { ios = 1000, runtimeNs = 1e9, direction = READ, latencies = [5_000] } = work;
  const stats = emptyStats();
  if (ios > 0) addWork(stats, direction, { ios, bytes: ios * 4096, runtimeNs });
  addLatency(stats, direction, CLAT, latencies);
  stats[countersAt(direction) + FAILURES] = work.failed ?? 0;
  stats.set([ios], DEPTH_MAP);
  const spec = specOf({ name: work.name ?? `j${index}`, group_reporting: work.together ?? false });
  const plan = planOf({ spec, index, group: work.group ?? 0, synchronous: true, engine: "psync" });
  return partsOf({ stats, plan, ...work.changes });
}

function jobsOf(...parts: JobParts[]): FioJob[] {
  return fioJobs(runOf(parts));
}

describe("which jobs are reported together", () => {
  const names = (...works: Work[]): string[][] =>
    jobsOf(...works.map((work, index) => job(index, work))).map(({ members }) =>
      members.map(({ name }) => name),
    );

  test("those of a group that asked for it", () => {
    const together = { together: true };
    expect(names(together, together, { ...together, group: 1 })).toEqual([["j0", "j1"], ["j2"]]);
    expect(names({}, {})).toEqual([["j0"], ["j1"]]);
  });

  test("asked for by the second alone, it joins the first", () => {
    expect(names({}, { together: true }, { together: true })).toEqual([["j0", "j1", "j2"]]);
    expect(names({ together: true }, {})).toEqual([["j0"], ["j1"]]);
  });
});

describe("a merged report", () => {
  const samples = (min: number, max: number, mean: number, stddev: number): SamplesResult => ({
    window_ns: 5e8,
    count: 4,
    min,
    max,
    mean,
    stddev,
  });
  const merged = (): FioJob => {
    const both = runOf([
      job(0, { together: true, latencies: [1_000, 2_000], runtimeNs: 0.9e9 }),
      job(1, { together: true, latencies: [9_000], runtimeNs: 1.1e9 }),
    ]);
    const jobs = both.jobs.map((one, index) => {
      const read: DirectionResult = {
        ...one.read,
        iops_samples: samples(900.7, 1100.2, 1000, 50 + index * 50),
        bandwidth_samples_bytes_per_s: samples(3.5e6, 4.5e6, 4.096e6, 2e5),
      };
      return { ...one, read };
    });
    return fioJobs({ ...both, jobs } as RunResult)[0]!;
  };

  test("sums bytes and ios, and takes the longest run time", () => {
    const { read } = merged().directions;
    expect(read).toMatchObject({ bytes: 8_192_000, ios: 2000, runtimeMs: 1100 });
    expect(read.bandwidth).toBe(Math.floor((8_192_000 * 1000) / 1100));
    expect(read.iops).toBeCloseTo(2_000_000 / 1100, 9);
  });

  test("has the latencies of all samples together", () => {
    const { clat } = merged().directions.read;
    expect(clat).toMatchObject({ samples: 3, min: 1000, max: 9000, mean: 4000 });
    expect(clat.stddev).toBeCloseTo(Math.sqrt((9e6 + 4e6 + 25e6) / 2), 6);
  });

  test("sums the samples' extremes and means, as fio does", () => {
    const { iopsSamples, bandwidthSamples } = merged().directions.read;
    expect(iopsSamples).toMatchObject({ samples: 8, min: 1800, max: 2200, mean: 2000 });
    // The sums of squares are added: (3 · 50² + 3 · 100²) / 7.
    expect(iopsSamples.stddev).toBeCloseTo(Math.sqrt((3 * 2_500 + 3 * 10_000) / 7), 9);
    expect(bandwidthSamples).toMatchObject({ min: 2 * 3417, max: 2 * 4394, mean: 8000 });
  });

  test("sums the jobs' times, and has the CPU as a share of them", () => {
    expect(merged()).toMatchObject({ runtimeMs: 20_000, userPercent: 10, systemPercent: 20 });
    expect(merged()).toMatchObject({ switches: 2 * 21_328, minorFaults: 6, majorFaults: 0 });
  });
});

describe("a direction", () => {
  test("runs for every ms begun, and for one at least where it moved", () => {
    const runtime = (runtimeNs: number): number =>
      jobsOf(job(0, { runtimeNs }))[0]!.directions.read.runtimeMs;
    expect([130, 999_999, 1_000_999, 1_001_000].map(runtime)).toEqual([1, 1, 1, 2]);
    expect(jobsOf(job(0))[0]!.directions.write).toMatchObject({ runtimeMs: 0, iops: 0 });
  });

  test("counts units that failed: fio counts them as they are handed over", () => {
    const failed = jobsOf(job(0, { ios: 10, failed: 2 }))[0]!;
    expect(failed.directions.read.ios).toBe(12);
  });

  test("has no samples where nothing moved", () => {
    expect(jobsOf(job(0))[0]!.directions.write.bandwidthSamples.samples).toBe(0);
  });
});

describe("shares", () => {
  test("of depths are of all reads, writes and trims, syncs in the map or not", () => {
    const [one] = jobsOf(job(0));
    expect(one!.depth).toEqual([100, 0, 0, 0, 0, 0, 0]);
  });

  test("that are not nothing have a digit to show", () => {
    const latencies = [1, ...Array<number>(99_999).fill(60)];
    const [one] = jobsOf(job(0, { ios: 100_000, latencies }));
    expect(one!.latency.ns[0]).toBe(0.01);
    expect(one!.latency.ns[5]).toBeCloseTo(99.999, 9);
  });
});

describe("an error", () => {
  const failure = { call: "write", subject: "/data/f0", errno: 28, message: "the disk is full" };

  test("is that of the first job that failed", () => {
    const outcome = outcomeOf({ failure, stopped: "error" });
    const [group] = jobsOf(
      job(0, { together: true }),
      job(1, { together: true, changes: { outcome } }),
    );
    expect(group).toMatchObject({
      error: 28,
      errorText: "file:/data/f0, func=write, error=the disk is full",
    });
    expect(jobsOf(job(0))[0]).toMatchObject({ error: 0, errorText: "" });
  });

  test("without an errno is one all the same", () => {
    const outcome = outcomeOf({ failure: { ...failure, errno: 0 }, stopped: "error" });
    expect(jobsOf(job(0, { changes: { outcome } }))[0]!.error).toBe(5);
  });
});

describe("a run status group", () => {
  test("has the range of its reports, and leaves out who did not go that way", () => {
    const jobs = jobsOf(
      job(0, { ios: 1000, runtimeNs: 1e9 }),
      job(1, { ios: 1000, runtimeNs: 2e9 }),
      job(2, { direction: WRITE }),
      job(3, { group: 1, ios: 0, latencies: [] }),
    );
    const [first, second] = fioGroups(jobs);
    expect(first!.directions.get("read")).toEqual({
      bytes: 8_192_000,
      bandwidth: 4_096_000,
      least: 2_048_000,
      most: 4_096_000,
      shortestMs: 1000,
      longestMs: 2000,
    });
    expect([...first!.directions.keys()]).toEqual(["read", "write"]);
    expect(second).toMatchObject({ id: 1, directions: new Map() });
  });

  test("gives each job's share of it, never more than all", () => {
    const [slow, fast] = jobsOf(
      job(0, { ios: 1000, runtimeNs: 1e9 }),
      job(1, { ios: 3000, runtimeNs: 1e9 }),
    );
    const { mean } = slow!.directions.read.bandwidthSamples;
    expect(slow!.directions.read.groupPercent).toBeCloseTo((mean * 100) / 16_000, 9);
    expect(fast!.directions.read.groupPercent).toBeLessThanOrEqual(100);
  });
});

describe("unified_rw_reporting", () => {
  function mixedJob(word: "mixed" | "both", ios: number): JobParts {
    const stats = emptyStats();
    addWork(stats, READ, { ios, bytes: ios * 4096, runtimeNs: 1e9 });
    addWork(stats, WRITE, { ios: 300, bytes: 300 * 4096, runtimeNs: 2e9 });
    addLatency(stats, READ, CLAT, [100, 100, 100]);
    addLatency(stats, WRITE, CLAT, [400]);
    const spec = specOf({ unified_rw_reporting: word, significant_figures: 6 });
    return partsOf({ stats, plan: planOf({ spec }) });
  }

  test("mixed is shown instead of the directions, and sums them over the longest time", () => {
    const run = runOf([mixedJob("mixed", 100)]);
    const [only] = fioJobs(run);
    expect([...only!.shown.keys()]).toEqual(["mixed"]);
    const mixed = only!.shown.get("mixed")!;
    expect(mixed).toMatchObject({ ios: 400, bytes: 400 * 4096, runtimeMs: 2000, iops: 200 });
    expect(mixed.clat).toMatchObject({ samples: 4, min: 100, max: 400, mean: 175 });
    const { jobs } = JSON.parse(fioJson(run, { plus: false }));
    expect(Object.keys(jobs[0])).toContain("mixed");
    expect(jobs[0]).not.toContainAnyKeys(["read", "write", "trim", "sync"]);
    expect(fioTerse(run, 3).split(";").length).toBe(80);
    expect([...fioGroups(fioJobs(run))[0]!.directions.keys()]).toEqual(["mixed"]);
  });

  test("both has it behind the directions, and their extremes in the group", () => {
    const run = runOf([mixedJob("both", 900)]);
    const { jobs } = JSON.parse(fioJson(run, { plus: false }));
    const keys = Object.keys(jobs[0]).filter((key) => typeof jobs[0][key] === "object");
    expect(keys.slice(0, 6).join()).toContain("read,write,trim,sync,mixed");
    expect(fioTerse(run, 3).split(";").length).toBe(162);
    const { directions } = fioGroups(fioJobs(run))[0]!;
    expect(directions.get("mixed")).toMatchObject({
      bandwidth: 600 * 4096,
      least: 150 * 4096,
      most: 900 * 4096,
      shortestMs: 2000,
    });
  });

  test("significant_figures is how many digits the normal output has", () => {
    const text = fioNormal(runOf([mixedJob("both", 1_234_567)]));
    expect(text).toContain("read: IOPS=1234.6k, BW=4822.5MiB/s (5056.8MB/s)");
    expect(text).toContain("mixed: IOPS=617433, BW=2411.8MiB/s");
  });
});
