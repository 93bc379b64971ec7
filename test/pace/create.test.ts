/** Which pacer a job's options make, and that a warm-up is not held by any of them. */
import { describe, expect, test } from "bun:test";
import { everywhere } from "../../src/base/option.ts";
import { FIO_WAYS, NATIVE_WAYS, type Ways } from "../../src/base/ways.ts";
import { Units } from "../../src/io/units.ts";
import { Turning } from "../../src/job/phases.ts";
import { STATS_DOUBLES } from "../../src/measure/statsblock.ts";
import type { JobSpec } from "../../src/options/options.ts";
import { createPacer, type PacedJob } from "../../src/pace/create.ts";
import { hurried, isPaced, type Pacer } from "../../src/pace/pacer.ts";
import { Taus88 } from "../../src/workload/random.ts";
import { specOf } from "../workload/support.ts";
import { drive } from "./drive.ts";

const rate = (read: number, write = read): JobSpec["rate"] => ({ read, write, trim: 0 });

function made(changes: Partial<JobSpec>, ways = NATIVE_WAYS): Pacer {
  const place = {
    units: new Units(4),
    stats: new Float64Array(STATS_DOUBLES),
    now: () => 1e9,
    gaps: () => new Taus88(1n),
    phases: new Turning(),
  };
  return createPacer({ spec: specOf(changes), ways, depth: 4, index: 0, targets: [] }, place);
}

const job = (spec: JobSpec, ways: Ways): PacedJob => ({
  spec,
  ways,
  depth: 8,
  index: 0,
  targets: [],
});

const kind = (changes: Partial<JobSpec>, ways = NATIVE_WAYS): string =>
  made(changes, ways).constructor.name;

describe("a job's pacer", () => {
  test("keeps due times natively and fio's rule under fio", () => {
    expect(kind({ rate_iops: rate(100) })).toBe("OpenRate");
    expect(kind({ rate: rate(4096) })).toBe("OpenRate");
    expect(kind({ rate_iops: rate(100) }, FIO_WAYS)).toBe("ClosedRate");
    expect(kind({ rate: rate(4096) }, FIO_WAYS)).toBe("ClosedRate");
  });

  test("is several in one where several things are asked for", () => {
    expect(kind({ rate_iops: rate(100), rate_iops_min: rate(50) })).toBe("Combined");
    expect(kind({ rate_iops_min: rate(50) })).toBe("LeastRate");
    expect(kind({ rate_min: rate(50) })).toBe("LeastRate");
  });

  test("is none where the rate is of a direction that the job does not go in", () => {
    expect(kind({ rw: "read", rate: rate(0, 4096) })).toBe("Unpaced");
    expect(kind({ rw: "randrw", rwmixread: 100, rate: rate(0, 4096) })).toBe("Unpaced");
    expect(kind({ rw: "trim", rate: { ...rate(0), trim: 4096 } })).toBe("OpenRate");
  });

  test("is loaded only by a job that asks for one", () => {
    expect(isPaced(specOf({}))).toBe(false);
    for (const option of ["rate", "rate_iops", "rate_min", "rate_iops_min"] as const) {
      expect(isPaced(specOf({ [option]: rate(0, 1) }))).toBe(true);
    }
  });
});

describe.each([
  ["natively", NATIVE_WAYS],
  ["under fio", FIO_WAYS],
])("%s", (_name, ways) => {
  test("a rate of one unit an hour does not hold a warm-up", () => {
    const slow = specOf({ rate_iops: everywhere(1), rate_iops_min: everywhere(1) });
    const spec = { ...slow, ...hurried(slow) };
    const { issues, startedAt, endedAt } = drive(
      (place) => createPacer({ spec, ways, depth: 1, index: 0, targets: [] }, place),
      { depth: 1, most: 1000, runtime: 0, service: () => 100 },
    );
    expect(issues).toHaveLength(1000);
    expect(endedAt - startedAt).toBeLessThan(2e6);
  });

  test("of blocks of several lengths fio's units a second are the bytes of the shortest", () => {
    const bsrange = { read: { least: 4096, most: 8192 }, write: undefined, trim: undefined };
    const spec = specOf({ rate_iops: rate(1000), bsrange });
    const course = { depth: 8, runtime: 100e6, length: () => 8192, service: () => 1_000 };
    const { issues } = drive((place) => createPacer(job(spec, ways), place), course);
    expect(issues).toHaveLength(ways.closedLoop ? 50 : 100);
  });

  test("a rate catches up after pauses, or owes nothing for them", () => {
    const units = (rate_ignore_thinktime: boolean): number => {
      const thinking = { thinktime: 5e6, thinktime_blocks: 10, rate_ignore_thinktime };
      const spec = specOf({ rate_iops: rate(1000), ...thinking });
      const course = { depth: 8, runtime: 300e6, service: () => 1_000 };
      return drive((place) => createPacer(job(spec, ways), place), course).issues.length;
    };
    expect(Math.abs(units(false) - 300)).toBeLessThanOrEqual(10);
    // Ten units in ten ms, and a pause of five.
    expect(Math.abs(units(true) - 200)).toBeLessThanOrEqual(20);
  });

  test("bytes and units a second are the same rate where blocks are alike", () => {
    const times = (changes: Partial<JobSpec>): number[] =>
      drive(
        (place) =>
          createPacer({ spec: specOf(changes), ways, depth: 8, index: 0, targets: [] }, place),
        {
          depth: 8,
          runtime: 20e6,
        },
      ).issues.map(({ startedAt }) => Math.round(startedAt / 100));
    expect(times({ rate: rate(4096 * 5000) })).toEqual(times({ rate_iops: rate(5000) }));
  });

  test("a Poisson process does about as many units, at other times", () => {
    const course = { depth: 8, runtime: 1e9, service: () => 1_000 };
    const spec = specOf({ rate_iops: rate(5000), rate_process: "poisson" });
    const { issues } = drive(
      (place) => createPacer({ spec, ways, depth: 8, index: 0, targets: [] }, place),
      course,
    );
    // 5,000 units of a Poisson process deviate by 71.
    expect(Math.abs(issues.length - 5000)).toBeLessThan(300);
    const gaps = new Set(issues.slice(1).map((issue, n) => issue.startedAt - issues[n]!.startedAt));
    expect(gaps.size).toBeGreaterThan(1000);
  });
});
