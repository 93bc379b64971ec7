import { describe, expect, test } from "bun:test";
import { READ, WRITE } from "../../src/base/direction.ts";
import type { JobParts } from "../../src/measure/jobresult.ts";
import type { DiskResult, Message } from "../../src/measure/result.ts";
import { CLAT, countersAt, LAT, RAMP_BYTES } from "../../src/measure/statsblock.ts";
import { warnings, withWarnings } from "../../src/report/warnings.ts";
import {
  addLatency,
  addWork,
  emptyStats,
  fileOf,
  latenciesOf,
  outcomeOf,
  partsOf,
  planOf,
  specOf,
} from "../support/measured.ts";
import { diskOf, runOf } from "../support/results.ts";

const MIB = 2 ** 20;

/** A job without a fault: 200,000 direct reads of 4 KiB, which the disk delivered. */
function job(changes: Partial<JobParts> = {}, mib = 100, direction = READ): JobParts {
  const stats = emptyStats();
  const ios = (mib * MIB) / 4096;
  addWork(stats, direction, { ios, bytes: mib * MIB, runtimeNs: 9e9 });
  const spec = specOf({ direct: true });
  return partsOf({ stats, plan: planOf({ spec }), ...changes });
}

const delivered = (mib: number, changes: Partial<DiskResult> = {}): DiskResult =>
  diskOf({ read: { ios: 1, bytes: mib * MIB, merges: 0, busy_ns: 0 }, ...changes });

function found(jobs: JobParts[], disks: DiskResult[] = [delivered(100)]): Message[] {
  return warnings(runOf(jobs, { disks }));
}

const codes = (messages: Message[]): string[] => messages.map(({ code }) => code);

const buffered = planOf({ spec: specOf({ direct: false }) });

test("a run without a fault has none", () => {
  expect(found([job()])).toEqual([]);
});

test("a CPU that is busy waiting for due times was asked to", () => {
  const cpu = { ...outcomeOf().cpu, userNs: 9.9e9, systemNs: 0 };
  const busy = job({ outcome: outcomeOf({ cpu }) });
  expect(codes(found([busy]))).toContain("cpu_saturated");
  expect(codes(found([{ ...busy, options: { rate_spin: "100us" } }]))).toEqual([]);
});

test("an engine that was chosen is said with its reason", () => {
  const [message] = found([
    job({ plan: planOf({ engineReason: "depth above 1", spec: specOf({ direct: true }) }) }),
  ]);
  expect(message).toMatchObject({ severity: "note", code: "engine_chosen", job: 0 });
  expect(message?.text).toContain("depth above 1");
});

test("a depth that a synchronous engine cannot use is warned of", () => {
  const spec = specOf({ iodepth: 32, direct: true });
  const deep = planOf({ spec, engine: "psync", synchronous: true });
  expect(codes(found([job({ plan: deep })]))).toEqual(["synchronous_depth"]);
  const shallow = planOf({ spec: specOf({ direct: true }), engine: "psync", synchronous: true });
  expect(found([job({ plan: shallow })])).toEqual([]);
});

test("what the plan said of a job is not said again of its clones", () => {
  const deep = (name: string, index: number): JobParts => {
    const spec = specOf({ name, iodepth: 32, direct: true });
    return job({ plan: planOf({ spec, engine: "psync", synchronous: true, index }) });
  };
  const said = { severity: "warning", code: "synchronous_depth", text: "no use", job: 0 } as const;
  const run = runOf([deep("a", 0), deep("a", 1), deep("b", 2)], {
    disks: [delivered(300)],
    messages: [said],
  });
  expect(withWarnings(run).messages.map(({ code, job: index }) => [code, index])).toEqual([
    ["synchronous_depth", 0],
    ["synchronous_depth", 2],
  ]);
});

describe("the page cache", () => {
  test("is seen when the device delivered less than was read", () => {
    const [message] = found([job({ plan: buffered })], [delivered(8)]);
    expect(message).toMatchObject({ severity: "warning", code: "page_cache_reads", job: 0 });
    expect(message?.text).toContain("92.0 % of the 100 MiB");
    expect(message?.text).toContain("sda delivered 8 MiB");
    expect(message?.text).toContain("direct = true");
  });

  test("is not suspected over a few percent, nor when the device read ahead", () => {
    expect(found([job({ plan: buffered })], [delivered(96)])).toEqual([]);
    expect(found([job({ plan: buffered })], [delivered(300)])).toEqual([]);
  });

  test("is seen under direct reads too, where a file system serves them from it", () => {
    const [message] = found([job()], [delivered(0)]);
    expect(message?.code).toBe("page_cache_reads");
    expect(message?.text).not.toContain("direct = true");
  });

  test("is not charged with what direct readers of the stage took from the device", () => {
    const cached = planOf({ spec: specOf({ direct: false }), index: 1 });
    const messages = found([job(), job({ plan: cached })], [delivered(101)]);
    expect(messages.map(({ code, job: index }) => [code, index])).toEqual([
      ["page_cache_reads", 1],
    ]);
  });

  test("is judged stage by stage", () => {
    const second = planOf({ spec: specOf({ direct: false }), index: 1, stage: 1 });
    const disks = [delivered(100), delivered(0, { stage: 1 })];
    const messages = found([job({ plan: buffered }), job({ plan: second })], disks);
    expect(messages.map(({ job: index }) => index)).toEqual([1]);
  });

  test("is judged with the ramp's bytes, which the device delivered too", () => {
    const parts = job({ plan: buffered });
    parts.stats[countersAt(READ) + RAMP_BYTES] = 100 * MIB;
    expect(codes(found([parts], [delivered(100)]))).toEqual(["page_cache_reads"]);
    expect(found([parts], [delivered(200)])).toEqual([]);
  });

  test("is not blamed for holes", () => {
    const files = [fileOf({ hole_share: 0.5 })];
    expect(codes(found([job({ plan: buffered, files })], [delivered(50)]))).toEqual([
      "reads_from_holes",
    ]);
  });

  test("is judged by the files' shares when they lie on two disks", () => {
    const files = [fileOf(), fileOf({ path: "/other/f", device: "sdb" })];
    const disks = [delivered(50), delivered(0, { name: "sdb" })];
    const [message] = found([job({ plan: buffered, files })], disks);
    expect(message?.text).toContain("about 50.0 %");
    expect(message?.text).toContain("sda, sdb delivered 50 MiB");
  });

  test("holds what was written and not yet taken by the device", () => {
    const spec = specOf({ rw: "write", direct: false });
    const taken = diskOf({ write: { ios: 1, bytes: 25 * MIB, merges: 0, busy_ns: 0 } });
    const [message] = found([job({ plan: planOf({ spec }) }, 100, WRITE)], [taken]);
    expect(message?.code).toBe("page_cache_writes");
    expect(message?.text).toContain("about 75.0 % of the 100 MiB it wrote");
    expect(found([job({}, 100, WRITE)], [taken])).toEqual([]);
  });

  test("is unknown where a file has no device of its own", () => {
    const files = [fileOf({ device: null, file_system: "nfs4" })];
    const [message] = found([job({ plan: buffered, files })], []);
    expect(message).toMatchObject({ severity: "note", code: "page_cache_unknown" });
    expect(message?.text).toContain("nfs4");
    expect(found([job({ files })], [])).toEqual([]);
  });

  test("is all there is of a file system in memory", () => {
    const files = [fileOf({ device: null, file_system: "tmpfs" })];
    expect(codes(found([job({ files })], []))).toEqual(["memory_file_system"]);
  });

  test("has no part in an engine without files", () => {
    const files = [fileOf({ kind: "none", device: null, file_system: null })];
    expect(found([job({ files, plan: planOf({ spec: specOf(), engine: "null" }) })], [])).toEqual(
      [],
    );
  });
});

test("reads from holes are warned of from one percent on", () => {
  const share = (hole_share: number) => job({ files: [fileOf({ hole_share })] });
  expect(found([share(0.005)])).toEqual([]);
  const [message] = found([share(0.38)], [delivered(62)]);
  expect(message).toMatchObject({ code: "reads_from_holes", severity: "warning" });
  expect(message?.text).toContain("38.0 % of the region it read was never written (/data/f0)");
});

describe("percentiles with few samples above them", () => {
  const samples = (count: number, spec = {}, index = 0): JobParts => {
    const parts = job({ plan: planOf({ spec: specOf({ direct: true, ...spec }), index }) });
    addLatency(parts.stats, READ, CLAT, latenciesOf(count, 100_000));
    return parts;
  };

  test("are named from the first of them on", () => {
    const [message] = found([samples(17_892)]);
    expect(message).toMatchObject({ severity: "note", code: "few_samples", job: 0 });
    expect(message?.text).toContain("read from 99.95 % up (17,892 samples)");
  });

  test("are none when exactly ten are above", () => {
    expect(found([samples(100_000)])).toEqual([]);
    expect(codes(found([samples(99_999)]))).toEqual(["few_samples"]);
  });

  test("are judged for the group where the group is what is shown", () => {
    const spec = { group_reporting: true };
    expect(found([samples(60_000, spec), samples(60_000, spec, 1)], [delivered(200)])).toEqual([]);
    const [message] = found([samples(600, spec), samples(600, spec, 1)], [delivered(200)]);
    expect(message).toMatchObject({ job: null });
    expect(message?.text).toContain("group 0: ");
    expect(message?.text).toContain("(1,200 samples)");
  });

  test("are no matter where no percentiles were asked for", () => {
    expect(found([samples(10, { clat_percentiles: false })])).toEqual([]);
  });
});

test("fathom's own work is warned of above a tenth of the mean latency", () => {
  const parts = (overheadNs: number): JobParts => {
    const own = job({ outcome: outcomeOf({ overheadNs }) });
    addLatency(
      own.stats,
      READ,
      LAT,
      Array.from({ length: 100_000 }, () => 1_000),
    );
    return own;
  };
  expect(found([parts(100)])).toEqual([]);
  const [message] = found([parts(101)]);
  expect(message?.code).toBe("tool_overhead");
  expect(message?.text).toContain("101 ns a unit, 10.1 % of the mean latency (1.000 µs)");
  // Between its units a job that pauses sleeps, and its own work is in no unit's way.
  expect(found([{ ...parts(101), options: { thinktime: "1ms" } }])).toEqual([]);
});

test("a busy CPU is warned of from 95 % on, but not of the null engine", () => {
  const busy = (userNs: number, engine = "io_uring"): JobParts =>
    job({
      outcome: outcomeOf({ cpu: { ...outcomeOf().cpu, userNs, systemNs: 5e9 } }),
      plan: planOf({ engine, spec: specOf({ direct: true }) }),
    });
  expect(found([busy(4.4e9)])).toEqual([]);
  expect(codes(found([busy(4.5e9)]))).toEqual(["cpu_saturated"]);
  expect(found([busy(5e9, "null")])).toEqual([]);
});

test("a short run is noted, unless it failed or measured nothing", () => {
  const short = (stopped: "bytes" | "error" | "created"): JobParts =>
    job({
      outcome: outcomeOf({
        elapsedNs: 0.9e9,
        stopped,
        cpu: { ...outcomeOf().cpu, userNs: 0, systemNs: 0 },
      }),
    });
  expect(codes(found([short("bytes")]))).toEqual(["short_run"]);
  expect(found([short("error")])).toEqual([]);
  expect(found([short("created")])).toEqual([]);
});
