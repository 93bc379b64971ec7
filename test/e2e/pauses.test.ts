/** What holds units back, on the binary: pauses, shares, ramps by amount, latencies to be kept. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { fathom, run } from "../support/binary.ts";
import { Ground } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("pauses");
const cwd = ground.root;
const target = ground.file("target", "x".repeat(2 ** 20));

const NULL = ["--name=n", "--ioengine=null", "--size=1m", "--warmup=false"];
const READS = ["--name=r", `--filename=${target}`, "--rw=randread", "--warmup=false"];
const MS = 1e6;

describe("thinktime", () => {
  const elapsed = async (...words: readonly string[]): Promise<number> => {
    const { exit, document } = await run([...NULL, ...words], { cwd });
    expect(exit).toBe(0);
    return document.jobs[0]!.elapsed_ns / MS;
  };

  test("pauses between units, and is in no latency", async () => {
    const words = [...NULL, "--number_ios=11", "--thinktime=20ms"];
    const { document } = await run(words, { cwd });
    const [job] = document.jobs;
    expect(job!.elapsed_ns / MS).toBeWithin(200, 400);
    expect(job!.read.ios).toBe(11);
    expect(job!.read.lat_ns!.max).toBeLessThan(10 * MS);
    expect(job!.cpu.user_percent).toBeLessThan(20);
  });

  test("pauses after blocks, after time, and burns CPU as it is told", async () => {
    expect(await elapsed("--number_ios=32", "--thinktime=20ms", "--thinktime_blocks=8")).toBeWithin(
      60,
      200,
    );
    const byTime = ["--time_based", "--runtime=500ms", "--thinktime=80ms"];
    const { document } = await run([...NULL, ...byTime, "--thinktime_iotime=20ms"], { cwd });
    const [job] = document.jobs;
    expect(job!.elapsed_ns / MS).toBeWithin(500, 700);
    // A fifth of the time is work: the process runs on a CPU for about that long.
    expect(job!.cpu.user_percent).toBeLessThan(60);
    expect(job!.read.ios).toBeGreaterThan(1000);
    const burnt = ["--number_ios=3", "--thinktime=100ms", "--thinktime_spin=90ms"];
    const spun = await run([...NULL, ...burnt], { cwd });
    const { cpu, elapsed_ns } = spun.document.jobs[0]!;
    expect(elapsed_ns / MS).toBeWithin(200, 400);
    expect((cpu.user_ns + cpu.system_ns) / MS).toBeGreaterThan(30);
  });

  test("is cut short by the runtime and by a stop", async () => {
    expect(await elapsed("--thinktime=60s", "--runtime=200ms")).toBeWithin(200, 400);
    expect(await elapsed("--thinktime=60s", "--thinktime_spin=60s", "--runtime=200ms")).toBeWithin(
      200,
      400,
    );
  });

  test("thinkcycles makes a unit dearer by what it turns", async () => {
    const plain = await elapsed("--number_ios=20");
    const turned = await elapsed("--number_ios=20", "--thinkcycles=10000000");
    expect(turned - plain).toBeGreaterThan(40);
  });

  test("its numbers are us under fio, and need a unit natively", async () => {
    const native = await fathom(["run", ...NULL, "--thinktime=500"], { cwd });
    expect(native.exit).toBe(2);
    expect(native.err).toContain('"500" has no unit; write 500us, 500ms or 500s');
    const words = ["--name=f", "--ioengine=null", "--size=40k", "--bs=4k", "--thinktime=20000"];
    const { exit, out } = await fathom(["fio", ...words, "--thread", "--output-format=json"], {
      cwd,
    });
    expect(exit).toBe(0);
    expect(JSON.parse(out).jobs[0].job_runtime).toBeWithin(180, 400);
  });
});

describe("flow", () => {
  test("keeps jobs in proportion across threads, and leaves others alone", async () => {
    const work = `[global]
ioengine = "null"
size = "1m"
time_based = true
runtime = "1s"
warmup = false
[job.three]
flow = 3
[job.one]
flow = 1
[job.two]
flow = 2
[job.other]
flow = 7
flow_id = 1
`;
    const { exit, document } = await run(work, { cwd });
    expect(exit).toBe(0);
    const [three, one, two, other] = document.jobs.map(({ read }) => read.ios);
    expect(one).toBeGreaterThan(2000);
    expect(three! / one!).toBeWithin(2.7, 3.3);
    expect(two! / one!).toBeWithin(1.8, 2.2);
    expect(other).toBeGreaterThan(three!);
  });

  test("a job that has ended, or cannot start, holds nobody up", async () => {
    const work = `[global]
ioengine = "null"
size = "100m"
warmup = false
[job.short]
flow = 1
number_ios = 50
[job.long]
flow = 1
number_ios = 5000
flow_sleep = "1ms"
[job.late]
stonewall = true
flow = 100
number_ios = 20
[job.fails]
flow = 100
max_latency = "1ns"
`;
    const { document } = await run(work, { cwd });
    const { jobs } = document;
    expect(jobs.map(({ read }) => read.ios).slice(0, 3)).toEqual([50, 5000, 20]);
    expect(document.elapsed_ns).toBeLessThan(5e9);
  });
});

describe("ramp_size", () => {
  test("is in no figure and counts for no limit", async () => {
    const { document } = await run([...READS, "--ramp_size=300k", "--number_ios=77"], { cwd });
    const [job] = document.jobs;
    expect(job!.read.ramp_bytes).toBe(300 * 1024);
    expect(job!.read).toMatchObject({ ios: 77, bytes: 77 * 4096, clat_ns: { count: 77 } });
    expect(job!.ramp_ns).toBeGreaterThan(0);
  });

  test("is not to be had with ramp_time", async () => {
    const { exit, err } = await fathom(["run", ...READS, "--ramp_size=1m", "--ramp_time=1s"], {
      cwd,
    });
    expect(exit).toBe(2);
    expect(err).toContain("ramp_size: there is a ramp_time too, and a ramp ends by one of them");
  });

  test("under fio its bytes count towards the size, its units not towards number_ios", async () => {
    const fio = async (...words: readonly string[]) => {
      const common = ["--name=f", `--filename=${target}`, "--bs=4k", "--rw=read", "--size=1m"];
      const { exit, out } = await fathom(
        ["fio", ...common, "--thread", "--output-format=json", ...words],
        { cwd },
      );
      expect(exit).toBe(0);
      return JSON.parse(out).jobs[0].read;
    };
    expect((await fio("--ramp_size=256k")).io_bytes).toBe(768 * 1024);
    expect((await fio("--ramp_size=256k", "--number_ios=100")).total_ios).toBe(100);
    expect((await fio("--ramp_size=2m")).io_bytes).toBe(0);
  });
});

describe("latencies to be kept", () => {
  test("max_latency fails the job and says which unit of which file took how long", async () => {
    const { exit, document } = await run([...READS, "--max_latency=100ns"], { cwd });
    expect(exit).toBe(1);
    const { stopped, error } = document.jobs[0]!;
    expect(stopped).toBe("error");
    expect(error).toMatchObject({ call: "max_latency", errno: 110, direction: "read" });
    expect(error!.text).toMatch(/^read of 4096 bytes at offset \d+ of \S+target took [\d.]+ [um]s/);
    expect(error!.text).toEndWith(", and max_latency is 100 ns");
    expect((await run([...READS, "--max_latency=60s,1ns"], { cwd })).exit).toBe(0);
  });

  test("latency_target finds a depth, measures at it once more, and says so", async () => {
    const words = ["--ioengine=null", "--iodepth=16", "--size=1m", "--time_based", "--runtime=20s"];
    const search = ["--latency_target=100ms", "--latency_window=20ms"];
    const { exit, document } = await run(["--name=s", ...words, ...search], { cwd });
    expect(exit).toBe(0);
    const [job] = document.jobs;
    expect(job!.stopped).toBe("latency_target");
    expect(job!.search).toEqual({
      target_ns: 100 * MS,
      window_ns: 20 * MS,
      kept_percent: 100,
      depth: 16,
    });
    // Five depths, and one window more that alone is measured.
    expect(job!.ramp_ns / MS).toBeWithin(100, 400);
    expect(job!.elapsed_ns / MS).toBeWithin(20, 80);
    expect(job!.depth.percent["16"]).toBeGreaterThan(50);
  });

  test("latency_run goes on until the runtime; a target too low fails at depth 1", async () => {
    const search = ["--iodepth=8", "--latency_window=10ms", "--time_based"];
    const words = ["--name=s", "--ioengine=null", "--size=1m", ...search];
    const going = ["--runtime=300ms", "--latency_target=1s", "--latency_run"];
    const { document } = await run([...words, ...going], { cwd });
    expect(document.jobs[0]).toMatchObject({ stopped: "runtime", search: { depth: 8 } });
    const low = ["--runtime=10s", "--latency_target=1ns", "--latency_percentile=99.9"];
    const failed = await run([...words, ...low], { cwd });
    expect(failed.exit).toBe(1);
    expect(failed.document.jobs[0]!.error!.text).toContain(
      "of the units kept latency_target = 1 ns, and latency_percentile is 99.9",
    );
    const bare = await fathom(["run", ...words, "--runtime=1s", "--latency_target=1s"], { cwd });
    expect(bare.exit).toBe(0);
    const windowless = ["--name=s", "--ioengine=null", "--size=1m", "--latency_target=1ms"];
    expect((await fathom(["run", ...windowless], { cwd })).err).toContain("latency_window =");
  });

  test("under fio the keys and the line of the search are fio's", async () => {
    const words = ["--name=f", "--ioengine=null", "--size=1m", "--iodepth=4", "--time_based"];
    const search = ["--runtime=5", "--latency_target=100000", "--latency_window=20000"];
    const { exit, out } = await fathom(
      ["fio", ...words, ...search, "--thread", "--output-format=json,normal"],
      { cwd },
    );
    expect(exit).toBe(0);
    expect(out).toContain('"latency_depth" : 4,');
    expect(out).toContain('"latency_target" : 100000000,');
    expect(out).toContain('"latency_window" : 20000,');
    expect(out).toContain(
      "latency   : target=100000000, window=20000, percentile=100.00%, depth=4",
    );
  });
});

test("serialize_overlap keeps units that overlap from being in flight together", async () => {
  const words = ["--name=o", "--filename=overlap", "--rw=randwrite", "--ioengine=io_uring"];
  const blocks = ["--size=4k", "--io_size=400k", "--norandommap", "--iodepth=8", "--warmup=false"];
  const { exit, document } = await run([...words, ...blocks, "--serialize_overlap"], { cwd });
  expect(exit).toBe(0);
  const [job] = document.jobs;
  expect(job!.write.ios).toBe(100);
  expect(job!.depth.counts["1"]).toBe(100);
  const free = await run([...words, ...blocks], { cwd });
  expect(free.document.jobs[0]!.depth.counts["1"]).toBeLessThan(50);
});
