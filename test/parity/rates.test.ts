/**
 * The same rates by both programs: fio's closed loop is kept under `fathom fio`, with its units,
 * its random gaps and its refusals. Times are compared as far as a busy machine lets them be.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { fathom } from "../support/binary.ts";

setDefaultTimeout(60_000);

const FIO = Bun.which("fio");
const NONE = FIO === null ? " (skipped: no fio here)" : "";

const COMMON =
  "--name=a --ioengine=null --thread --size=64m --rw=randread --output-format=json --eta=never";

interface Side {
  readonly total_ios: number;
  readonly runtime: number;
}
interface Job {
  readonly error: number;
  readonly read: Side;
  readonly write: Side;
}

async function both(flags: string): Promise<{ ours: Job; theirs: Job }> {
  const words = `${COMMON} ${flags}`.split(" ");
  const theirs = Bun.spawn([FIO!, ...words], { stderr: "ignore", cwd: "/tmp" });
  const [{ out }, text] = await Promise.all([
    fathom(["fio", ...words], { cwd: "/tmp" }),
    new Response(theirs.stdout).text(),
  ]);
  const job = (document: string): Job => JSON.parse(document.slice(document.indexOf("{"))).jobs[0];
  return { ours: job(out), theirs: job(text) };
}

/** ms by which the end of a run may be late on a busy machine. */
const LATE = 100;

describe(`a rate under both programs${NONE}`, () => {
  test.skipIf(FIO === null).each([
    // The least time that so many units take, in ms.
    ["--rate_iops=1000 --number_ios=500", 499],
    ["--rate_iops=1k --number_ios=512", 499],
    ["--rate=2m --number_ios=256", 498],
    ["--rate=2m --bs=16k --number_ios=64", 492],
    ["--rate_iops=1000 --number_ios=500 --iodepth=16", 499],
  ])("%s takes as long", async (flags, least) => {
    const { ours, theirs } = await both(flags);
    for (const { read } of [ours, theirs]) {
      expect(read.runtime).toBeGreaterThanOrEqual(least - 1);
      expect(read.runtime).toBeLessThan(least + LATE);
    }
    expect(ours.read.total_ios).toBe(theirs.read.total_ios);
  });

  test.skipIf(FIO === null).each([
    // Sums of 399 gaps of 2 ms, which deviate by 40 ms: these seeds are far from the mean of 798.
    [135, 959],
    [365, 685],
  ])("random gaps are the same: seed %d", async (seed, least) => {
    const poisson = "--rate_process=poisson --rate_iops=500 --number_ios=400";
    const { ours, theirs } = await both(`${poisson} --randseed=${seed}`);
    for (const { read } of [ours, theirs]) {
      expect(Math.abs(read.runtime - least)).toBeLessThan(75);
    }
  });

  test.skipIf(FIO === null)("each direction of a mix has its own", async () => {
    const { ours, theirs } = await both("--rw=randrw --rate_iops=1000,200 --number_ios=600");
    for (const { read, write } of [ours, theirs]) {
      expect(Math.abs(read.total_ios - 500)).toBeLessThan(25);
      expect(Math.abs(write.total_ios - 100)).toBeLessThan(25);
      expect(Math.abs(read.runtime - 500)).toBeLessThan(LATE);
    }
  });

  test.skipIf(FIO === null)("a least rate fails the job with the same error", async () => {
    const { ours, theirs } = await both(
      "--rate_iops=1000 --rate_process=poisson --rate_iops_min=1000 --rate_cycle=50 " +
        "--time_based --runtime=10",
    );
    for (const { error, read } of [ours, theirs]) {
      expect(error).toBe(5);
      expect(read.runtime).toBeGreaterThan(2000);
    }
  });

  test
    .skipIf(FIO === null)
    .each([
      "--rate=1m --rate_iops=100",
      "--rate=,1m --rate_iops=100,",
      "--rate_iops=100 --rate_iops_min=200",
      "--rate=1m --rate_min=2m",
      "--rate_process=normal",
    ])("%s is refused by both", async (flags) => {
    const words = `${COMMON} --number_ios=1 ${flags}`.split(" ");
    const theirs = Bun.spawn([FIO!, ...words], { stdout: "ignore", stderr: "ignore", cwd: "/tmp" });
    expect(await theirs.exited).not.toBe(0);
    expect((await fathom(["fio", ...words], { cwd: "/tmp" })).exit).not.toBe(0);
  });
});
