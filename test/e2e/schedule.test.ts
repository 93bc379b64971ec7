/** When jobs run and how much they do: stages, groups, clones, delays, ramps, limits and passes. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { fathom, run } from "../support/binary.ts";
import { Ground } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("schedule");
const cwd = ground.root;
const target = ground.file("target", "x".repeat(2 ** 20));

const NULL = 'ioengine = "null"\nsize = "1m"\nwarmup = false\n';
const READS = [`--filename=${target}`, "--rw=randread", "--warmup=false"];
const MS = 1e6;

describe("stages and groups", () => {
  test("a stonewall waits for everything before it, and what follows waits too", async () => {
    const work = `[global]
filename = "walls"
rw = "write"
size = "64k"
[job.a]
buffer_pattern = '"a"'
startdelay = "300ms"
[job.b]
buffer_pattern = '"b"'
stonewall = true
startdelay = "100ms"
[job.c]
buffer_pattern = '"c"'
size = "32k"
stonewall = true
`;
    const { exit, document } = await run(work, { cwd });
    expect(exit).toBe(0);
    expect(document.jobs.map(({ stage, group }) => [stage, group])).toEqual([
      [0, 0],
      [1, 1],
      [2, 2],
    ]);
    expect(document.elapsed_ns).toBeGreaterThan(400 * MS);
    const half = 32 * 1024;
    expect(readFileSync(ground.path("walls"), "latin1")).toBe("c".repeat(half) + "b".repeat(half));
  });

  test("groups are parted by new_group and summed each for itself", async () => {
    const { document } = await run(
      `[global]\n${NULL}[job.a]\nnumber_ios = 3\n[job.b]\nnumber_ios = 4
[job.c]\nnew_group = true\nnumber_ios = 5\nnumjobs = 2\n`,
      { cwd },
    );
    expect(document.groups.map(({ name, jobs, read }) => [name, jobs, read.ios])).toEqual([
      ["a", [0, 1], 7],
      ["c", [2, 3], 10],
    ]);
    expect(document.jobs.map(({ stage }) => stage)).toEqual([0, 0, 0, 0]);
    expect(document.total.read.ios).toBe(17);
  });

  test("a job with stats = false is in no list and no sum", async () => {
    const work = `[global]\n${NULL}number_ios = 2\n[job.quiet]\nstats = false\n[job.loud]\n`;
    const { document } = await run(work, { cwd });
    expect(document.jobs.map(({ name }) => name)).toEqual(["loud"]);
    expect(document.total.read.ios).toBe(2);
  });
});

describe("clones", () => {
  test("work on one file that was named, and on a file each that was not", async () => {
    const clones = ["--rw=write", "--size=64k", "--numjobs=3"];
    const shared = await run(["--name=s", "--filename=shared", ...clones], { cwd });
    expect(shared.document.jobs.map(({ clone, files }) => [clone, files[0]!.path])).toEqual([
      [0, "shared"],
      [1, "shared"],
      [2, "shared"],
    ]);
    expect(shared.document.total.write.bytes).toBe(3 * 65_536);
    expect((await run(["--name=own", ...clones], { cwd })).exit).toBe(0);
    const own = readdirSync(cwd).filter((name) => name.startsWith("own"));
    expect(own.sort()).toEqual(["own.0.0", "own.1.0", "own.2.0"]);
  });

  test("share the blocks of an offset_increment without touching each other's", async () => {
    const { document } = await run(
      ["--filename=parts", "--rw=write", "--size=16k", "--offset_increment=16k", "--numjobs=4"],
      { cwd },
    );
    expect(document.jobs.map(({ files }) => files[0]!.offset_bytes)).toEqual(
      [0, 1, 2, 3].map((clone) => clone * 16_384),
    );
    expect(readFileSync(ground.path("parts"))).toHaveLength(65_536);
  });

  test("of a job hundreds of times run, each once", async () => {
    const words = ["--name=k", "--ioengine=null", "--size=1m"];
    const checked = await fathom(["check", ...words, "--numjobs=1000"], { cwd });
    expect(checked.exit).toBe(0);
    expect(checked.out).toStartWith("1000 jobs, 1 stage, 1 group; ");
    expect(checked.out).toContain("… and 992 more");
    const { exit, document } = await run(
      [...words, "--numjobs=300", "--number_ios=1", "--warmup=false", "--group_reporting"],
      { cwd, timeoutMs: 60_000 },
    );
    expect(exit).toBe(0);
    expect(document.jobs).toHaveLength(300);
    expect(document.total.read.ios).toBe(300);
  });
});

describe("time", () => {
  test("startdelay passes before a job begins and is in no figure of it", async () => {
    const { document } = await run(["--startdelay=400ms", "--number_ios=5", ...READS], { cwd });
    expect(document.elapsed_ns).toBeGreaterThan(400 * MS);
    expect(document.jobs[0]!.elapsed_ns).toBeLessThan(400 * MS);
  });

  test("of a range of startdelay each clone draws its own time", async () => {
    const words = ["--startdelay=0s-2s", "--numjobs=3", "--number_ios=5"];
    const { exit, document } = await run([...words, ...READS], { cwd });
    expect(exit).toBe(0);
    const starts = document.jobs.map(({ start_ns }) => start_ns! / MS);
    expect(Math.max(...starts) - Math.min(...starts)).toBeGreaterThan(500);
    const checked = await fathom(["check", ...words, ...READS], { cwd });
    expect(checked.out).toContain("starts after 0 s to 2 s");
  });

  test("time_based fills the runtime, over and over; runtime alone is a limit", async () => {
    const filled = await run([...READS, "--time_based", "--runtime=400ms"], { cwd });
    const [job] = filled.document.jobs;
    expect(job!.stopped).toBe("runtime");
    expect(job!.elapsed_ns).toBeWithin(400 * MS, 700 * MS);
    expect(job!.read.bytes).toBeGreaterThan(2 ** 20);
    const limited = await run([...READS, "--runtime=30s"], { cwd });
    expect(limited.document.jobs[0]).toMatchObject({ stopped: "bytes", read: { bytes: 2 ** 20 } });
  });

  test("a ramp is in no figure, and its units count for no limit", async () => {
    const { document } = await run([...READS, "--ramp_time=300ms", "--number_ios=77"], { cwd });
    const [job] = document.jobs;
    expect(job!.stopped).toBe("number_ios");
    expect(job!.ramp_ns).toBeWithin(300 * MS, 500 * MS);
    expect(job!.read).toMatchObject({ ios: 77, bytes: 77 * 4096, clat_ns: { count: 77 } });
    expect(job!.read.ramp_ios).toBeGreaterThan(1000);
    expect(job!.read.ramp_bytes).toBe(job!.read.ramp_ios * 4096);
    expect(job!.elapsed_ns).toBeLessThan(200 * MS);
  });

  test("a ramp comes before the runtime and longer than the work goes round", async () => {
    const words = ["--ramp_time=200ms", "--time_based", "--runtime=300ms", ...READS];
    const { document } = await run(words, { cwd });
    const [job] = document.jobs;
    expect(job!.ramp_ns).toBeWithin(200 * MS, 400 * MS);
    expect(job!.elapsed_ns).toBeWithin(300 * MS, 600 * MS);
    expect(document.elapsed_ns).toBeGreaterThan(500 * MS);
    const { iops, ios, runtime_ns } = job!.read;
    expect(iops).toBeCloseTo((ios / runtime_ns) * 1e9, 3);
  });
});

test("a direction that moved in the ramp alone has no time and no rate", async () => {
  const words = ["--rw=randrw", "--rwmixread=90", "--ramp_time=200ms", "--number_ios=1"];
  const { document } = await run([`--filename=${target}`, ...words], { cwd });
  const { read, write } = document.jobs[0]!;
  const [idle] = [read, write].filter(({ ios }) => ios === 0);
  expect(idle!.ramp_ios).toBeGreaterThan(0);
  expect(idle).toMatchObject({ runtime_ns: 0, iops: 0, bandwidth_bytes_per_s: 0 });
});

describe("amounts", () => {
  const reads = async (...words: readonly string[]) => {
    const { document } = await run([...READS, ...words], { cwd });
    const { stopped, read } = document.jobs[0]!;
    return { stopped, ios: read.ios, bytes: read.bytes };
  };

  test("a pass is the size of the file, number_ios ends it earlier, loops repeat it", async () => {
    expect(await reads()).toEqual({ stopped: "bytes", ios: 256, bytes: 2 ** 20 });
    expect(await reads("--number_ios=10")).toMatchObject({ stopped: "number_ios", ios: 10 });
    expect(await reads("--loops=3")).toMatchObject({ ios: 3 * 256 });
    expect(await reads("--loops=3", "--number_ios=10")).toMatchObject({ ios: 30 });
  });

  test("io_size ends a pass earlier or goes round again", async () => {
    expect(await reads("--io_size=64k")).toMatchObject({ ios: 16 });
    expect(await reads("--io_size=2560k")).toMatchObject({ ios: 640, bytes: 2.5 * 2 ** 20 });
    expect(await reads("--io_size=50%")).toMatchObject({ ios: 128 });
  });

  test("size, offset and percentages choose the part of the file", async () => {
    expect(await reads("--size=64k", "--offset=128k")).toMatchObject({ bytes: 65_536 });
    expect(await reads("--size=25%")).toMatchObject({ bytes: 2 ** 18 });
    expect(await reads("--offset=75%")).toMatchObject({ bytes: 2 ** 18 });
  });

  test("mixed jobs keep near their mix, and block sizes go by direction", async () => {
    const { document } = await run(
      [
        "--filename=mix",
        "--rw=randrw",
        "--rwmixread=75",
        "--norandommap",
        "--bs=4k,16k",
        "--size=8m",
        "--warmup=false",
      ],
      { cwd },
    );
    const { read, write } = document.total;
    expect(read.bytes).toBe(read.ios * 4096);
    expect(write.bytes).toBe(write.ios * 16_384);
    expect(read.ios / (read.ios + write.ios)).toBeWithin(0.68, 0.82);
  });
});

test("flags override every job of a file, and a job what is global", async () => {
  const work = `[global]\n${NULL}number_ios = 1\n[job.a]\nnumber_ios = 2\n[job.b]\nbs = "8k"\n`;
  const ios = async (...flags: string[]) => {
    const ended = await fathom(["run", "-", "--output-format=json", ...flags], {
      cwd,
      stdin: work,
    });
    const { jobs } = JSON.parse(ended.out);
    return jobs.map(({ read }: { read: { ios: number; bytes: number } }) => [read.ios, read.bytes]);
  };
  expect(await ios()).toEqual([
    [2, 8192],
    [1, 8192],
  ]);
  expect(await ios("--number_ios=3", "--bs=512")).toEqual([
    [3, 1536],
    [3, 1536],
  ]);
});

test("several files are one run, in order; the document names each with its hash", async () => {
  ground.file("one.toml", `[job.z]\n${NULL}`);
  ground.file("two.toml", `[global]\n${NULL}[job.2]\n[job.1]\n`);
  const { document } = await run(["one.toml", "two.toml"], { cwd });
  expect(document.jobs.map(({ name }) => name)).toEqual(["z", "2", "1"]);
  expect(document.environment.job_files).toEqual(
    ["one.toml", "two.toml"].map((name) => ({
      name,
      sha256: new Bun.CryptoHasher("sha256").update(readFileSync(ground.path(name))).digest("hex"),
    })),
  );
});
