/** Traces on the binary: what a job wrote down and what is replayed of it, at which times. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import fc from "fast-check";
import { CATEGORY, QUEUE } from "../../src/io/trace/blktrace.ts";
import { blktrace, type Entry, readText } from "../io/trace/support.ts";
import { fathom, run } from "../support/binary.ts";
import { Ground, LOOP_NEEDS, lacking, MIB } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("replay");
const cwd = ground.root;
const read = (name: string): Entry[] => readText(readFileSync(ground.path(name), "utf8"));
/** All but the times. */
const units = (name: string) => read(name).map(({ time: _, ...unit }) => unit);

/** A trace of version 3 on one file, which is made. */
function trace(name: string, lines: readonly string[], file = `${name}.data`): string {
  const path = ground.file(file, MIB);
  const body = lines.map((line) => line.replace(" ", ` ${path} `));
  ground.file(name, `fio version 3 iolog\n0 ${path} add\n0 ${path} open\n${body.join("\n")}\n`);
  return name;
}

describe("replay(write(x)) = x", () => {
  const works: Readonly<Record<string, readonly string[]>> = {
    "a mix with syncs": ["--rw=randrw", "--fsync=3", "--fdatasync=4", "--bs=4k,8k"],
    "two files at depth 8": ["--rw=randwrite", "--nrfiles=2", "--iodepth=8", "--ioengine=libaio"],
    trims: ["--rw=randtrim", "--bs=16k"],
    "sequential reads twice": ["--rw=read", "--loops=2"],
  };
  for (const [name, words] of Object.entries(works)) {
    test(`of ${name}`, async () => {
      const common = ["--replay_no_stall", "--overwrite"];
      const log = ["--name=w", "--size=128k", "--write_iolog=x", "--overwrite"];
      expect((await run([...log, ...words], { cwd })).exit).toBe(0);
      const first = units("x");
      const args = ["--name=r", "--read_iolog=x", "--write_iolog=y", ...common];
      const { document, exit } = await run(args, { cwd });
      expect(exit).toBe(0);
      expect(first.length).toBeGreaterThan(7);
      expect(units("y")).toEqual(first);
      const { read: reads, write, trim, sync } = document.total;
      expect(reads.ios + write.ios + trim.ios + sync.ios).toBe(first.length);
      const chunked = ["--name=r", "--read_iolog=x", "--write_iolog=z", "--read_iolog_chunked"];
      expect((await run([...chunked, ...common], { cwd })).exit).toBe(0);
      expect(units("z")).toEqual(first);
    });
  }

  test("of any trace", async () => {
    const unit = fc.record({
      action: fc.constantFrom("read", "write", "trim", "sync", "datasync"),
      block: fc.nat(250),
      length: fc.integer({ min: 1, max: 10_000 }),
    });
    const property = fc.asyncProperty(
      fc.array(unit, { minLength: 1, maxLength: 40 }),
      async (all) => {
        const lines = all.map(({ action, block, length }, index) => {
          const sync = action.endsWith("sync");
          return `${index} ${action} ${sync ? "0 0" : `${block * 4096} ${length}`}`;
        });
        trace("any", lines);
        const args = ["--name=r", "--read_iolog=any", "--write_iolog=any.out", "--warmup=false"];
        expect((await run([...args, "--overwrite"], { cwd })).exit).toBe(0);
        expect(units("any.out")).toEqual(units("any"));
      },
    );
    await fc.assert(property, { seed: 4, numRuns: 8 });
  });
});

describe("times", () => {
  const gaps = [0, 100_000, 100_100, 300_000];
  const lines = gaps.map((time, index) => `${time} read ${index * 4096} 4096`);

  test("are the trace's: no unit goes before it is due, and the lateness is reported", async () => {
    trace("timed", lines);
    const args = ["--name=r", "--read_iolog=timed", "--write_iolog=timed.out"];
    const { document } = await run(args, { cwd });
    const job = document.jobs[0]!;
    const times = read("timed.out").map(({ time }) => time);
    for (const [index, time] of times.entries()) {
      expect(time - times[0]!).toBeGreaterThanOrEqual(gaps[index]! - times[0]!);
      expect(time - gaps[index]!).toBeLessThan(250_000);
    }
    expect(job.elapsed_ns).toBeGreaterThan(300e6);
    expect(job.replay).toMatchObject({ trace: ["timed"], ios: 4, duration_ns: 300e6 });
    const { lag_ns } = job.replay!;
    expect(lag_ns!.count).toBe(4);
    const latest = Math.max(...times.map((time, index) => time - gaps[index]!));
    expect(Math.abs(lag_ns!.max / 1000 - latest)).toBeLessThan(1000);
    expect(job.replay!.last_lag_ns).toBeGreaterThanOrEqual(0);
    const { response_ns, lag_ns: issued } = job.read.paced!;
    expect([response_ns!.count, issued!.count]).toEqual([4, 4]);
    expect(response_ns!.min).toBeGreaterThan(job.read.clat_ns!.min);
  });

  test.each([
    ["--replay_time_scale=300", 100, 250],
    ["--replay_no_stall", 0, 90],
  ])("with %s", async (option, least, most) => {
    trace("timed", lines);
    const { document } = await run(["--name=r", "--read_iolog=timed", option], { cwd });
    const ms = document.jobs[0]!.elapsed_ns / 1e6;
    expect(ms).toBeGreaterThanOrEqual(least);
    expect(ms).toBeLessThan(most);
    expect(document.jobs[0]!.replay!.lag_ns === null).toBe(least === 0);
  });

  test("of waits in version 2 too", async () => {
    const path = ground.file("two.data", 65_536);
    const body = `${path} add\n${path} open\n${path} read 0 512\n${path} wait 150000 0\n`;
    ground.file("two", `fio version 2 iolog\n${body}${path} read 512 512\n`);
    const { document } = await run(["--name=r", "--read_iolog=two"], { cwd });
    expect(document.jobs[0]!.elapsed_ns).toBeGreaterThan(150e6);
    expect(document.jobs[0]!.elapsed_ns).toBeLessThan(450e6);
  });

  test("are told in the text report", async () => {
    trace("timed", lines);
    const { out } = await fathom(["run", "--name=r", "--read_iolog=timed"], { cwd });
    expect(out).toContain("replay of timed · psync");
    expect(out).toMatch(
      /behind the trace's time in the mean, half within [^;]*most [^;]*; the\s+last/,
    );
  });
});

describe("a trace comes", () => {
  const lines = ["0 read 0 4096", "1 write 4096 512", "2 sync 0 0"];

  test("from stdin", async () => {
    trace("in", lines);
    const args = ["run", "--name=r", "--read_iolog=-", "--write_iolog=in.out"];
    const stdin = readFileSync(ground.path("in"), "utf8");
    expect((await fathom(args, { cwd, stdin })).exit).toBe(0);
    expect(units("in.out")).toEqual(units("in"));
  });

  test("from a unix socket", async () => {
    trace("in", lines);
    const server = createServer((socket) => socket.end(readFileSync(ground.path("in"))));
    await new Promise<void>((done) => server.listen(ground.path("socket"), done));
    const args = ["--name=r", "--read_iolog=socket", "--write_iolog=socket.out"];
    const { exit } = await run(args, { cwd });
    server.close();
    expect(exit).toBe(0);
    expect(units("socket.out")).toEqual(units("in"));
  });

  test("from blktrace, to where it is redirected", async () => {
    const records = [
      { time: 5e6, sector: 8, action: QUEUE | CATEGORY.read },
      { time: 6e6, sector: 16, bytes: 512, action: QUEUE | CATEGORY.write, payload: 12 },
    ];
    for (const little of [true, false]) {
      writeFileSync(ground.path("binary"), blktrace(records, little));
      ground.file("to", MIB);
      const args = ["--name=r", "--read_iolog=binary", "--write_iolog=out", "--replay_redirect=to"];
      expect((await run(args, { cwd })).exit).toBe(0);
      expect(units("out")).toEqual([
        { action: "read", file: "to", offset: 4096, length: 4096 },
        { action: "write", file: "to", offset: 8192, length: 512 },
      ]);
    }
  });

  test("from several of blktrace's that are joined into one, which stays", async () => {
    const of = (time: number, sector: number) =>
      blktrace([
        { time, sector },
        { time: time + 2e6, sector: sector + 1 },
      ]);
    writeFileSync(ground.path("j1"), of(1e6, 10));
    writeFileSync(ground.path("j2"), of(2e6, 20));
    ground.file("to", MIB);
    const where = ["--replay_redirect=to", "--write_iolog=out"];
    const join = ["--merge_blktrace_file=joined", "--merge_blktrace_iters=1,2"];
    const args = ["--name=r", "--read_iolog=j1", "--read_iolog=j2", ...join, ...where];
    expect((await run(args, { cwd })).exit).toBe(0);
    const expected = [10, 20, 11, 21, 20, 21].map((sector) => sector * 512);
    expect(units("out").map(({ offset }) => offset)).toEqual(expected);
    expect((await run(["--name=r", "--read_iolog=joined", ...where], { cwd })).exit).toBe(0);
    expect(units("out").map(({ offset }) => offset)).toEqual(expected);
  });
});

test("passes, a time and number_ios end a replay as they end any job", async () => {
  trace("short", ["0 read 0 4096", "100 read 4096 4096", "200 sync 0 0"]);
  const ended = async (...words: readonly string[]) => {
    const { document } = await run(["--name=r", "--read_iolog=short", ...words], { cwd });
    const [job] = document.jobs;
    return [job!.read.ios, job!.sync.ios, job!.stopped];
  };
  expect(await ended()).toEqual([2, 1, "bytes"]);
  expect(await ended("--loops=3")).toEqual([6, 3, "bytes"]);
  expect(await ended("--number_ios=1")).toEqual([1, 0, "number_ios"]);
  const [reads, , stopped] = await ended("--time_based", "--runtime=300ms");
  expect(stopped).toBe("runtime");
  expect(reads).toBeGreaterThan(20);
  // In fio's ways a trace is replayed once.
  const words = ["--name=r", "--read_iolog=short", "--loops=3", "--output-format=json"];
  const { out } = await fathom(["fio", ...words], { cwd });
  expect(JSON.parse(out).jobs[0].read.total_ios).toBe(2);
});

test("of each clone is given its own trace, and writes its own", async () => {
  for (const name of ["c0", "c1"]) trace(name, [`0 read ${name === "c0" ? 0 : 8192} 512`]);
  const files = ["--read_iolog=c0", "--read_iolog=c1", "--numjobs=2", "--write_iolog=c"];
  expect((await run(["--name=r", ...files], { cwd })).exit).toBe(0);
  for (const name of ["c.0", "c.1"]) expect(units(name)).toEqual(units(name.replace(".", "")));
  const args = ["fio", "--name=r", "--read_iolog=c0:c1", "--numjobs=2", "--write_iolog=d"];
  expect((await fathom(args, { cwd })).exit).toBe(0);
  expect(units("d.1")).toEqual(units("c1"));
});

test("a mistake in a trace is shown with its line before anything runs", async () => {
  trace("wrong", ["0 write 0 512", "5 wriet 0 512"]);
  const { exit, err } = await fathom(["run", "--name=r", "--read_iolog=wrong"], { cwd });
  expect(exit).toBe(2);
  expect(err).toContain('wrong:5: "wriet" is none of read, write');
});

test("a trace that cannot be written fails the job", async () => {
  const work = ["--name=w", "--size=4m", "--rw=read", "--ioengine=null", "--bs=512"];
  const { exit, document } = await run([...work, "--write_iolog=/dev/full"], { cwd });
  expect(exit).toBe(1);
  expect(document.jobs[0]!.error!.text).toContain("write /dev/full: ENOSPC");
});

test("check shows the trace, its files and what is written", async () => {
  trace("shown", ["0 write 0 4096", "2000000 sync 0 0"]);
  const { out, exit } = await fathom(["check", "--name=r", "--read_iolog=shown"], { cwd });
  expect(exit).toBe(0);
  expect(out).toContain("shown  replayed by r: 2 units, 2 s long");
  expect(out).toMatch(/shown\.data\s+at most 4 KiB written by r/);
});

const why = lacking(...LOOP_NEEDS);
test.skipIf(why !== "")(`a device that only the trace names is not written${why}`, async () => {
  const device = ground.loop("named", MIB);
  const all = `${device} add\n0 ${device} open\n0 ${device} write 0 4096\n`;
  ground.file("device", `fio version 3 iolog\n0 ${all}`);
  for (const verb of ["run", "fio"]) {
    const words = [verb, "--name=r", "--read_iolog=device"];
    const { exit, err } = await fathom(words, { cwd });
    expect(exit).not.toBe(0);
    expect(err).toContain(`${device} is written by the trace, and no option names it`);
    expect((await fathom([...words, `--filename=${device}`], { cwd })).exit).toBe(0);
  }
});
