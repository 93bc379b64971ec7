/** lockfile and create_serialize: what jobs of a run do to a file at the same time, or do not. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { statSync } from "node:fs";
import { fathom, run } from "../support/binary.ts";
import { Ground, lacking, MIB } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("lockfile");
const cwd = ground.root;
const traceless = lacking("strace");

async function traced(words: readonly string[], calls: string): Promise<string> {
  const path = ground.path("calls");
  const through = ["strace", "-f", "-o", path, "-e", `trace=${calls}`];
  const { exit } = await run(words, { cwd, through });
  expect(exit).toBe(0);
  return await Bun.file(path).text();
}

/** Calls that move a block of 1 MiB and were entered while another was under way. */
function overlaps(trace: string, call: string): number {
  const under = new Set<string>();
  let count = 0;
  for (const line of trace.split("\n")) {
    const [thread = ""] = line.split(" ");
    if (line.includes(`${call}(`) && / 1048576, /.test(line)) {
      if (under.size > 0) count++;
      if (line.includes("<unfinished")) under.add(thread);
    } else if (line.includes(`<... ${call} resumed`)) {
      under.delete(thread);
    }
  }
  return count;
}

const COMMON = ["--filename=shared", "--size=48m", "--bs=1m", "--numjobs=3"];

test.skipIf(traceless !== "")(`lockfile lets one job write at a time${traceless}`, async () => {
  const words = [...COMMON, "--rw=write", "--ioengine=psync"];
  const free = await traced(words, "pwrite64");
  expect(overlaps(free, "pwrite64")).toBeGreaterThan(0);
  for (const mode of ["exclusive", "readwrite"]) {
    const locked = await traced([...words, `--lockfile=${mode}`], "pwrite64");
    expect(locked.match(/pwrite64\(.* 1048576, /g)!.length).toBeGreaterThanOrEqual(144);
    expect(overlaps(locked, "pwrite64")).toBe(0);
  }
});

test("lockfile works with an engine that queues, as long as one unit is in flight", async () => {
  const words = ["--filename=queued", "--size=1m", "--rw=randrw", "--numjobs=4"];
  const locked = [...words, "--ioengine=io_uring", "--lockfile=exclusive"];
  const { exit, document } = await run(locked, { cwd });
  expect(exit).toBe(0);
  expect(document.total.read.ios + document.total.write.ios).toBe(4 * 256);
  const deep = await fathom(["run", ...locked, "--iodepth=8"], { cwd });
  expect(deep.exit).toBe(2);
  expect(deep.err).toContain("8 units in flight at once cannot hold one lock");
});

test.skipIf(traceless !== "")(
  `create_serialize = false has the jobs lay out${traceless}`,
  async () => {
    /** Threads that wrote a layout, which is in blocks of 1 MiB. */
    const layers = (trace: string): number =>
      new Set(
        trace
          .split("\n")
          .filter((line) => / pwrite64\(.* 1048576, /.test(line))
          .map((line) => line.split(" ")[0]),
      ).size;
    const words = ["--size=4m", "--rw=randread", "--numjobs=3", "--number_ios=4"];
    const parallel = [...words, "--name=parallel", "--create_serialize=false"];
    expect(layers(await traced(parallel, "pwrite64"))).toBe(3);
    for (const clone of [0, 1, 2]) {
      expect(statSync(ground.path(`parallel.${clone}.0`)).size).toBe(4 * MIB);
    }
    expect(layers(await traced([...words, "--name=serial"], "pwrite64"))).toBe(1);
  },
);

test("create_serialize = false makes files that jobs share, and those of create_only", async () => {
  const shared = ["--filename=common", "--size=8m", "--rw=randread", "--numjobs=4"];
  const { exit, document } = await run([...shared, "--create_serialize=0"], { cwd });
  expect(exit).toBe(0);
  expect(document.total.read.bytes).toBe(32 * MIB);
  const only = ["--name=only", "--size=1m", "--create_only", "--create_serialize=0"];
  expect((await run(only, { cwd })).exit).toBe(0);
  expect(statSync(ground.path("only.0.0")).size).toBe(MIB);
});
