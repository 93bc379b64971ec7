/**
 * gtod_cpu (row 8): a thread bound to a CPU writes the time, its jobs read it there and leave that
 * CPU alone; a job whose time cannot be kept is refused or fails.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { documentOf, fathom, type Running, run, start, until } from "../support/binary.ts";

setDefaultTimeout(30_000);

const alone = cpus().length < 2 ? " (skipped: needs 2 CPUs)" : "";

/** Makes a system call fail; sched_setaffinity by its number on x86-64. */
const FILTER = join(import.meta.dir, "..", "support", "withfilter.ts");
const SETAFFINITY = 203;
const filterless = alone !== "" || process.arch !== "x64";

/** The CPUs of the thread with that name; undefined while there is none. */
function cpusOf({ pid }: Running, name: string): string | undefined {
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    const status = readFileSync(`/proc/${pid}/task/${task}/status`, "utf8");
    if (!status.startsWith(`Name:\t${name}\n`)) continue;
    return /^Cpus_allowed_list:\s*(\S+)/m.exec(status)?.[1];
  }
  return undefined;
}

const WORK = ["--ioengine=null", "--size=64m", "--time_based", "--warmup=false"];

describe("gtod_cpu", () => {
  test.skipIf(alone !== "")(`keeps the time of a job on its CPU${alone}`, async () => {
    const words = [...WORK, "--name=a", "--runtime=400ms", "--gtod_cpu=1", "--cpus_allowed=0,1"];
    const running = start(["run", "--output-format=json", ...words]);
    await until("the time is kept", () => cpusOf(running, "time of CPU 1") === "1");
    await until("the job has lost that CPU", () => cpusOf(running, "a") === "0");
    const ended = await running.ended;
    expect(ended.exit).toBe(0);
    const [job] = documentOf(ended.out).jobs;
    expect(job).toMatchObject({ clock: "gtod_cpu", stopped: "runtime" });
    expect(job!.elapsed_ns).toBeGreaterThan(399e6);
    expect(job!.elapsed_ns).toBeLessThan(2e9);
    expect(job!.read.clat_ns!.max).toBeLessThanOrEqual(job!.elapsed_ns);
    expect(job!.read.clat_ns!.count).toBe(job!.read.ios);
  });

  test.skipIf(alone !== "")(`is of each job that has it, and paces too${alone}`, async () => {
    const ended = await run(`[global]\nioengine = "null"\nsize = "64m"\nwarmup = false
runtime = "500ms"\ntime_based = true\nrate_iops = 1000
[job.kept]\ngtod_cpu = 1\nnumjobs = 2\n[job.own]\nclocksource = "clock_gettime"\n`);
    expect(ended.exit).toBe(0);
    const { jobs } = ended.document;
    expect(jobs.map(({ clock }) => clock)).toEqual(["gtod_cpu", "gtod_cpu", "clock_gettime"]);
    for (const { read } of jobs) {
      expect(read.ios).toBeGreaterThan(400);
      expect(read.ios).toBeLessThan(510);
    }
  });

  test("of a CPU that is not there, or is the job's only one, is refused", async () => {
    const absent = await fathom([
      "run",
      "--name=a",
      "--ioengine=null",
      "--size=1m",
      "--gtod_cpu=900",
    ]);
    expect([absent.exit, absent.err]).toEqual([2, expect.stringContaining("no CPU 900")]);
    if (alone !== "") return;
    const words = ["--name=a", "--ioengine=null", "--size=1m", "--gtod_cpu=1", "--cpus_allowed=1"];
    const only = await fathom(["run", ...words]);
    expect([only.exit, only.err]).toEqual([2, expect.stringContaining("leaves the job none")]);
  });

  test.skipIf(filterless)("where fathom may not run ends its jobs, and no others", async () => {
    const through = [process.execPath, FILTER, `${SETAFFINITY}`, "1"];
    const text = `[global]\nioengine = "null"\nsize = "1m"\nwarmup = false
[job.kept]\ngtod_cpu = 1\n[job.own]\nclocksource = "clock_gettime"\n`;
    const { exit, document } = await run(text, { through });
    expect(exit).toBe(1);
    const [kept, own] = document.jobs;
    expect(kept).toMatchObject({ stopped: "error", error: { call: "sched_setaffinity" } });
    expect(own).toMatchObject({ stopped: "bytes", error: null });
  });
});
