/** Rates as a user has them: how many units go, what the report says, and when a job fails. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { fathom, run } from "../support/binary.ts";
import { Ground } from "../support/ground.ts";
import { schemaErrors } from "../support/schema.ts";

setDefaultTimeout(60_000);

const ground = new Ground("rates");
const cwd = ground.root;
const target = ground.file("target", "x".repeat(2 ** 20));
const SHORT = 'runtime = "200ms"\ntime_based = true\n';
const NULL = 'ioengine = "null"\nsize = "1g"\nrw = "randread"\n';

describe("a job with a rate", () => {
  test("goes at it, and tells when units were due", async () => {
    const work = `[job.a]\n${NULL}rate_iops = 2000\nruntime = "500ms"\ntime_based = true\n`;
    const { exit, document } = await run(work, { cwd });
    expect(exit).toBe(0);
    const { read } = document.jobs[0]!;
    // On a busy machine what was due last may be owed; nothing goes before it is due.
    expect(read.ios + read.paced!.backlog_ios).toBe(1000);
    expect(read.ios).toBeGreaterThan(900);
    expect(read.paced!.lag_ns!.min).toBeGreaterThan(0);
    expect(read.paced!.response_ns!.min).toBeGreaterThanOrEqual(read.paced!.lag_ns!.min);
    expect(read.paced!.asked_iops).toBe(2000);
    expect(document.jobs[0]!.write.paced).toBeNull();
    expect(schemaErrors(document)).toEqual([]);
  });

  test("in bytes, of a size, ends when it should", async () => {
    const work = `[job.a]\n${NULL}io_size = "400k"\nrate = "1m"\n`;
    const { document } = await run(work, { cwd });
    const { read, elapsed_ns } = document.jobs[0]!;
    expect(read.ios).toBe(100);
    // 99 gaps of 3.9 ms.
    expect(elapsed_ns).toBeGreaterThan(386e6);
    expect(read.paced!.backlog_ios).toBe(0);
  });

  test("for each direction of a mix does each at its own", async () => {
    const work =
      `[job.a]\nioengine = "null"\nsize = "1g"\nrw = "randrw"\n` +
      `rate_iops = { read = 1000, write = 200 }\nruntime = "500ms"\ntime_based = true\n`;
    const { document } = await run(work, { cwd });
    const { read, write } = document.jobs[0]!;
    expect(read.ios + read.paced!.backlog_ios).toBe(500);
    expect(write.ios + write.paced!.backlog_ios).toBe(100);
  });

  test("with random gaps has the mean rate, in every run the same", async () => {
    const work =
      `[job.a]\n${NULL}rate_iops = 4000\nrate_process = "poisson"\nruntime = "500ms"\n` +
      "time_based = true\n";
    const due = async (): Promise<number> => {
      const { read } = (await run(work, { cwd })).document.jobs[0]!;
      return read.ios + read.paced!.backlog_ios;
    };
    const [once, again] = [await due(), await due()];
    expect(once).toBe(again);
    // 2,000 are expected, and they deviate by 45.
    expect(Math.abs(once - 2000)).toBeLessThan(200);
  });

  test("that cannot be held says so, with the rate reached and what is owed", async () => {
    const work = `[job.a]\n${NULL}rate_iops = 1_000_000_000\n${SHORT}`;
    const { exit, document } = await run(work, { cwd });
    expect(exit).toBe(0);
    const { read } = document.jobs[0]!;
    expect(read.ios + read.paced!.backlog_ios).toBe(200_000_000);
    const codes = document.messages.map(({ code }) => code);
    expect(codes).toContain("rate_not_held");
    expect(codes).toContain("rate_in_bursts");
  });

  test("keeps the queue as deep as the device needs it", async () => {
    const work =
      `[job.a]\n${NULL}iodepth = 16\nrate_iops = 100_000\nruntime = "200ms"\n` +
      "time_based = true\n";
    const { document } = await run(work, { cwd });
    const { read } = document.jobs[0]!;
    expect(read.ios + read.paced!.backlog_ios).toBe(20_000);
  });

  test.each(["psync", "io_uring", "libaio"])("is kept by %s on a file", async (engine) => {
    const flags = ["--rw=randread", "--rate_iops=2000", "--runtime=300ms", "--time_based"];
    const { document } = await run(
      [`--filename=${target}`, `--ioengine=${engine}`, "--iodepth=4", ...flags],
      { cwd },
    );
    const { read } = document.jobs[0]!;
    expect(read.ios + read.paced!.backlog_ios).toBe(600);
    expect(read.ios).toBeGreaterThan(500);
    // Reads of the page cache: one at a time is enough, and the queue is not kept full.
    expect(read.paced!.response_ns!.min).toBeGreaterThan(read.paced!.lag_ns!.min);
  });

  test("sleeps while it waits", async () => {
    const work = `[job.a]\n${NULL}rate_iops = 100\nruntime = "500ms"\ntime_based = true\n`;
    const { document } = await run(work, { cwd });
    expect(document.jobs[0]!.cpu.user_percent).toBeLessThan(20);
  });
});

describe("a least rate that is not met", () => {
  test("fails the job with a sentence", async () => {
    const work =
      `[job.a]\n${NULL}rate_iops = 1000\nrate_iops_min = 1000\nrate_cycle = "50ms"\n` +
      'runtime = "10s"\ntime_based = true\nrate_process = "poisson"\n';
    const { exit, document, err } = await run(work, { cwd });
    expect(exit).toBe(1);
    const { error, stopped, elapsed_ns } = document.jobs[0]!;
    expect(stopped).toBe("error");
    expect(error).toMatchObject({ call: "rate_iops_min", errno: 5 });
    expect(err).toContain("less than rate_iops_min = 1000");
    // Two seconds to settle; a Poisson process is below its mean in every other window.
    expect(elapsed_ns).toBeGreaterThan(2e9);
    expect(elapsed_ns).toBeLessThan(9e9);
  });
});

describe("mistakes are told", () => {
  test.each([
    ["--rate=1m --rate_iops=5", "--rate: rate and rate_iops say the same thing twice"],
    ["--rate=1m --rate_min=2m", "--rate_min: the job goes no faster than rate = 1048576 (read)"],
    ["--rate_iops=5k", '--rate_iops: "5k" is not a whole number'],
    ["--rate_iops=1,2,3,4", "has too many numbers; write at most three"],
    ["--rate=1MB/s", '"1MB/s" is not a size'],
    ["--rate_process=normal", '"normal" is none of linear, poisson'],
    ["--rate_catchup=50", "50 is too small"],
    ["--rate_cycle=1000", "has no unit; write 1000us, 1000ms or 1000s"],
  ])("%s", async (flags, sentence) => {
    const words = ["run", "--ioengine=null", "--size=1m", ...flags.split(" ")];
    const { exit, err, out } = await fathom(words);
    expect(exit).toBe(2);
    expect(out).toBe("");
    expect(err).toContain(sentence);
  });
});
