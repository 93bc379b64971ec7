/**
 * Which blocks fio's formulas give, against the trace of the installed fio, unit by unit: all cases
 * are jobs of one run, so each has the seeds of another clone.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PerDirection } from "../../src/base/direction.ts";
import type { Distribution } from "../../src/base/distribution.ts";
import type { Option } from "../../src/base/option.ts";
import { FIO_WAYS, NATIVE_WAYS } from "../../src/base/ways.ts";
import { Units } from "../../src/io/units.ts";
import { translate } from "../../src/jobfile/fio/values.ts";
import { OPTIONS } from "../../src/options/options.ts";
import { createWorkload } from "../../src/workload/create.ts";
import { distributedChoice } from "../../src/workload/distributed.ts";
import { workloadOf } from "../../src/workload/load.ts";
import { BLOCK, Streams, streamsOf } from "../../src/workload/streams.ts";
import { type JobOf, type Taken, take, workOf } from "./support.ts";

const FIO = Bun.env["FATHOM_TEST_FIO"] ?? "fio";
const K = 1024;
const M = 1024 * K;

interface Case extends JobOf {
  readonly how: string;
  readonly filename?: readonly string[];
}

/** As fio reads it. */
function distributionOf(text: string): PerDirection<Distribution> {
  const option = OPTIONS.random_distribution;
  return option.parse(translate(option as Option<unknown>, text, 1024)!, false);
}

const randread = { rw: "randread", size: 4 * M } as const;

const CASES: Readonly<Record<string, Case>> = {
  zipf: { ...randread, how: "zipf:1.2" },
  "zipf below 1": { ...randread, how: "zipf:0.6" },
  "zipf with a large theta": { ...randread, how: "zipf:2.5" },
  "zipf with a centre": { ...randread, how: "zipf:1.2:0.25" },
  "zipf over no power of two": { ...randread, how: "zipf:1.1", size: 3_002_368 },
  "zipf over 2^28 blocks of a sector": {
    ...randread,
    how: "zipf:0.9",
    size: 2 ** 37,
    number_ios: 500,
    bs: { read: 512, write: 512, trim: 512 },
  },
  "zipf of a file with a long name": {
    ...randread,
    how: "zipf:1.2",
    filename: ["a name of more than twelve characters"],
  },
  "zipf of a name of twelve": { ...randread, how: "zipf:1.2", filename: ["twelve chars"] },
  "zipf over loops": { ...randread, how: "zipf:1.2", size: 128 * K, loops: 3 },
  "zipf with a seed": { ...randread, how: "zipf:1.2", randseed: 7 },
  "zipf with a seed over loops": {
    ...randread,
    how: "zipf:1.2",
    size: 128 * K,
    randseed: 7,
    loops: 2,
  },
  "zipf of several files": { ...randread, how: "zipf:1.2", filename: ["a", "b", "c"], size: 3 * M },
  "zipf, a mix": { ...randread, rw: "randrw", how: "zipf:1.2" },
  "zipf, random writes over size": {
    ...randread,
    rw: "randwrite",
    how: "zipf:1.2",
    size: 128 * K,
    io_size: 300 * K,
  },
  pareto: { ...randread, how: "pareto:0.2" },
  "pareto with a centre": { ...randread, how: "pareto:0.4:0.9" },
  "pareto, trims": { ...randread, rw: "randtrim", how: "pareto:0.1" },
  normal: { ...randread, how: "normal:10" },
  "normal without a deviation": { ...randread, how: "normal:0" },
  "normal of a wide deviation": { ...randread, how: "normal:99", size: 200 * K, io_size: 2 * M },
  "normal with a low centre": { ...randread, how: "normal:30:0.25" },
  "normal with a high centre": { ...randread, how: "normal:30:0.9", size: 3_002_368 },
  zoned: { ...randread, how: "zoned:60/10:30/20:8/30:2/40" },
  "zoned over no power of two": { ...randread, how: "zoned:50/5:30/15:20/80", size: 3_002_368 },
  "zoned over loops": { ...randread, how: "zoned:60/10:40/90", size: 256 * K, loops: 2 },
  "zoned with a share left out": { ...randread, how: "zoned:60/10:20/20:20" },
  "zoned, several files": {
    ...randread,
    how: "zoned:60/10:40/90",
    filename: ["a", "b"],
    randseed: 3,
  },
  zoned_abs: { ...randread, how: "zoned_abs:60/64k:40/2m" },
};

const names = Object.keys(CASES);

function argumentsOf({ how, synchronous: _, ...job }: Case, trace: string): string[] {
  const texts = Object.entries({ filename: ["f"], ...job }).map(([name, value]) => {
    const all = typeof value === "object" ? Object.values(value as object) : [value];
    return `--${name}=${all.join(name === "filename" ? ":" : ",")}`;
  });
  return [...texts, "--ioengine=null", `--random_distribution=${how}`, `--write_iolog=${trace}`];
}

/** As in `parity.test.ts`: fio 3.33 seeds block numbers with a constant. */
function streamsLike({ randseed }: Case, thread: number, constant: boolean): Streams {
  const streams = streamsOf({ randseed, randrepeat: true }, thread);
  if (!constant) return streams;
  const seeds = streams.seeds.slice();
  seeds[BLOCK] = 0xb189_9bedn * BigInt(thread);
  return new Streams(seeds, streams.repeats);
}

function planOf({ how, filename = ["f"], ...job }: Case, index = 0): ReturnType<typeof workOf> {
  const random_distribution = distributionOf(how);
  const options = { ...job, random_distribution, norandommap: true, nrfiles: filename.length };
  const plan = workOf(options, index);
  return { ...plan, targets: plan.targets.map((target, i) => ({ ...target, path: filename[i]! })) };
}

/** As `run` of the support, with choices of blocks. */
function run(plan: ReturnType<typeof workOf>, streams?: Streams, most = 1e6): Taken[] {
  const units = new Units(1);
  const workload = createWorkload(plan, units, streams, { choiceOf: distributedChoice() });
  const list = take(workload, units, most);
  for (let pass = 1; pass < plan.spec.loops && list.length < most; pass++) {
    workload.restart();
    list.push(...take(workload, units, most - list.length));
  }
  return list;
}

function unitsOf(trace: string): string[] {
  const files = new Map<string, number>();
  const units: string[] = [];
  const lines = readFileSync(trace, "utf8").trim().split("\n").slice(1);
  for (const line of lines) {
    // A file's name may have spaces.
    const found = /^\d+ (.*) (add|open|close|read|write|trim)(?: (\d+ \d+))?$/.exec(line);
    const [, file = "", action, at] = found ?? [];
    if (action === "add") files.set(file, files.size);
    else if (at !== undefined) units.push(`${action} ${files.get(file)} ${at}`);
  }
  return units;
}

function textOf({ direction, file, offset, length }: Taken): string {
  return `${direction} ${file} ${offset} ${length}`;
}

const version = /fio-(\d+)\.(\d+)/.exec(
  Bun.spawnSync(["sh", "-c", `${FIO} --version`]).stdout.toString(),
);
const constant = version !== null && Number(version[1]) === 3 && Number(version[2]) < 36;

describe.skipIf(version === null)("blocks come in the order of fio", () => {
  let directory = "";

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "fathom-distributed-"));
    const jobs = names.flatMap((name, index) => [
      `--name=j${index}`,
      ...argumentsOf(CASES[name]!, join(directory, `${index}.log`)),
    ]);
    const { stderr, exitCode } = Bun.spawnSync([FIO, "--output=out", ...jobs], { cwd: directory });
    if (exitCode !== 0) throw new Error(stderr.toString());
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  names.forEach((name, index) => {
    test(name, () => {
      const job = CASES[name]!;
      const theirs = unitsOf(join(directory, `${index}.log`));
      const streams = streamsLike(job, index + 1, constant);
      const units = run(planOf(job, index), streams).map(textOf);
      expect(theirs.length).toBeGreaterThan(30);
      const apart = theirs.findIndex((unit, i) => unit !== units[i]);
      expect([apart, units[apart]]).toEqual([-1, undefined]);
      expect(units.length).toBe(theirs.length);
    });
  });
});

/** Blocks of the units of one direction. */
function blocksOf(units: readonly Taken[], direction: string): number[] {
  return units.filter((unit) => unit.direction === direction).map(({ offset }) => offset / 4096);
}

function natively(job: Case, index = 0, most = 20_000): Taken[] {
  return run(planOf({ time_based: true, ways: NATIVE_WAYS, ...job }, index), undefined, most);
}

test("each direction has its own zones", () => {
  for (const ways of [NATIVE_WAYS, FIO_WAYS]) {
    const job = { ...randread, rw: "randrw", how: "zoned:90/10:10/90,20/10:80/90" } as const;
    const units = run(planOf({ ...job, time_based: true, ways }), undefined, 20_000);
    const share = (direction: string): number => {
      const blocks = blocksOf(units, direction);
      return blocks.filter((block) => block < 102).length / blocks.length;
    };
    expect(share("read")).toBeCloseTo(0.9, 1);
    expect(share("write")).toBeCloseTo(0.2, 1);
  }
});

test("natively every block is hit, also where their number is no power of two", () => {
  for (const how of ["zipf:0.5", "pareto:0.4", "normal:40", "zoned:30/10:70/90"]) {
    const units = natively({ ...randread, size: 300 * 4096, how });
    expect([how, new Set(blocksOf(units, "read")).size]).toEqual([how, 300]);
  }
});

test("natively clones on one file have the same hot blocks, and other files have others", () => {
  const hottest = (job: Case, index: number): number => {
    const counts = Map.groupBy(blocksOf(natively(job, index), "read"), (block) => block);
    return [...counts].sort(([, a], [, b]) => b.length - a.length)[0]![0];
  };
  const job = { ...randread, how: "zipf:1.2" };
  expect(hottest(job, 0)).toBe(hottest(job, 5));
  expect(hottest({ ...job, filename: ["g"] }, 0)).not.toBe(hottest(job, 0));
  expect(hottest({ ...job, randseed: 8 }, 0)).not.toBe(hottest(job, 0));
});

test("natively a centre is where the hottest blocks are", () => {
  const blocks = blocksOf(natively({ ...randread, how: "pareto:0.1:0.75" }), "read");
  const near = blocks.filter((block) => Math.abs(block - 768) <= 52).length / blocks.length;
  expect(near).toBeCloseTo(0.9, 1);
});

test("blocks of two sizes lie in the file, whatever the formula counts in", () => {
  for (const ways of [NATIVE_WAYS, FIO_WAYS]) {
    const bs = { read: 4 * K, write: 16 * K, trim: 4 * K };
    const job = { ...randread, rw: "randrw", how: "zipf:0.8", size: 1_000_000, bs } as const;
    const units = run(planOf({ ...job, blockalign: bs, time_based: true, ways }), undefined, 5000);
    expect(units.length).toBe(5000);
    expect(units.every(({ offset, length }) => offset + length <= 1_000_000)).toBe(true);
  }
});

test("rounds of a job that repeats itself draw the same, and with a seed go on", () => {
  for (const how of ["zipf:1.2", "normal:10", "zoned:60/10:40/90", "sequence:3:1:2"]) {
    const job = { ...randread, how, size: 64 * K, loops: 2, time_based: false, synchronous: false };
    const blocks = blocksOf(natively(job), "read");
    expect(blocks.slice(16)).toEqual(blocks.slice(0, 16));
    const seeded = blocksOf(natively({ ...job, randseed: 3 }), "read");
    if (how !== "sequence:3:1:2") expect(seeded.slice(16)).not.toEqual(seeded.slice(0, 16));
  }
});

test.skipIf(version === null)("lengths that are drawn leave the blocks as they are", async () => {
  const directory = mkdtempSync(join(tmpdir(), "fathom-distributed-"));
  try {
    const sizes = "4k/60:16k/40";
    const job = { ...randread, how: "zipf:1.2", size: 4 * M, bssplit: sizes, name: "j0" };
    const trace = join(directory, "log");
    const words = argumentsOf(job as unknown as Case, trace);
    const { stderr, exitCode } = Bun.spawnSync([FIO, "--output=out", ...words], { cwd: directory });
    if (exitCode !== 0) throw new Error(stderr.toString());
    const bssplit = OPTIONS.bssplit.parse(sizes, true)!;
    const plan = planOf({ ...randread, how: "zipf:1.2", bssplit });
    const units = new Units(1);
    const streams = streamsLike(plan.spec as unknown as Case, 1, constant);
    const workload = await workloadOf(plan, units, streams);
    expect(take(workload, units).map(textOf).slice(0, 300)).toEqual(unitsOf(trace).slice(0, 300));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
