/**
 * Ctrl-C in every phase: the first ends the run in order and everything measured is reported, the
 * second ends the process at once. Nothing a job waits for may make the tool hang.
 */
import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import type { RunResult } from "../../src/measure/result.ts";
import { documentOf, type Ended, type Running, start, until } from "../support/binary.ts";
import { Ground, sh } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("signals");
const cwd = ground.root;
const target = ground.file("target", "x".repeat(2 ** 20));

const LONG = ["--rw=randread", "--time_based", "--runtime=60s", "--warmup=false"];

function begin(...words: readonly string[]): Running {
  return start(["run", "--output-format=json", ...words], { cwd });
}

/** Clock ticks that the thread with the job's name has run for; 0 before there is one. */
function ticks({ pid }: Running, name: string): number {
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    const [, comm, rest = ""] = /\((.*)\) (.*)/.exec(statOf(pid, id)) ?? [];
    const fields = rest.split(" ").map(Number);
    // utime and stime are fields 14 and 15; proc(5), /proc/pid/stat.
    if (comm === name) return fields[11]! + fields[12]! + 1;
  }
  return 0;
}

/** Empty of a thread that has ended meanwhile. */
function statOf(pid: number, thread: string): string {
  try {
    return readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
  } catch {
    return "";
  }
}

function hasThread(running: Running, name: string): boolean {
  return ticks(running, name) > 0;
}

/** The job has used more CPU than it takes to begin: its units move. */
async function works(running: Running, name: string): Promise<void> {
  await until("the job works", () => ticks(running, name) > 15);
}

async function interrupted(running: Running): Promise<{ ended: Ended; document: RunResult }> {
  running.signal("SIGINT");
  const ended = await running.ended;
  expect(ended.exit).toBe(130);
  const document = documentOf(ended.out);
  expect(document.interrupted).toBe("SIGINT");
  return { ended, document };
}

/** Its job waits for the other end of a pipe, which nobody opens. */
function hanging(name: string, ...more: readonly string[]): Running {
  sh("mkfifo", ground.path(name));
  const words = [`--name=${name}`, `--filename=${name}`, "--size=1m", "--rw=read"];
  return begin(...words, "--ioengine=sync", ...more);
}

/** It takes seconds, so it begins before the other tests. */
let givenUp: Promise<Ended>;
beforeAll(async () => {
  const running = hanging("stuck", "--stuck_timeout=2s");
  await until("the job is there", () => hasThread(running, "stuck"));
  running.signal("SIGINT");
  givenUp = running.ended;
});

describe("an interrupt", () => {
  test("during the layout leaves no half file, and a document without figures", async () => {
    const running = begin("--name=lays", "--filename=laid", "--size=2g", "--rw=read");
    await until("the file grows", () => existsSync(ground.path("laid")));
    await until("bytes", () => statSync(ground.path("laid")).size > 0);
    const { document } = await interrupted(running);
    expect(document.jobs[0]).toMatchObject({ stopped: "not_started", error: null });
    expect(existsSync(ground.path("laid"))).toBe(false);
  });

  test("during the ramp reports that nothing was measured", async () => {
    const running = begin("--name=ramps", `--filename=${target}`, ...LONG, "--ramp_time=60s");
    await works(running, "ramps");
    const { document } = await interrupted(running);
    const [job] = document.jobs;
    expect(job).toMatchObject({ stopped: "signal", error: null });
    expect(job!.read).toMatchObject({ ios: 0, bytes: 0, clat_ns: null });
    expect(job!.read.ramp_ios).toBeGreaterThan(0);
  });

  test.each(["psync", "io_uring", "libaio"])(
    "during the run of %s reports all that was measured",
    async (engine) => {
      const running = begin("--name=runs", `--filename=${target}`, ...LONG, `--ioengine=${engine}`);
      await works(running, "runs");
      const { document } = await interrupted(running);
      const [job] = document.jobs;
      expect(job).toMatchObject({ stopped: "signal", error: null });
      expect(job!.read.ios).toBeGreaterThan(0);
      expect(job!.read.bytes).toBe(job!.read.ios * 4096);
      expect(job!.read.clat_ns!.count).toBe(job!.read.ios);
      expect(job!.read.iops).toBeGreaterThan(0);
    },
  );

  test("reaches a job that waits for its start, and keeps later stages from starting", async () => {
    const running = begin(...LONG, "--name=waits", `--filename=${target}`, "--startdelay=60s");
    await until("the job is there", () => hasThread(running, "waits"));
    await Bun.sleep(100);
    expect((await interrupted(running)).document.jobs[0]).toMatchObject({ stopped: "signal" });

    const staged = start(["run", "-", "--output-format=json"], {
      cwd,
      stdin: `[global]\nioengine = "null"\nsize = "1m"\n[job.first]\ntime_based = true
runtime = "60s"\n[job.second]\nstonewall = true\n`,
    });
    await until("the first job is there", () => hasThread(staged, "first"));
    const { document } = await interrupted(staged);
    expect(document.jobs.map(({ name, stopped }) => [name, stopped])).toEqual([
      ["first", "signal"],
      ["second", "not_started"],
    ]);
  });

  test("while 32 jobs get ready ends them all", async () => {
    const running = begin(
      "--name=many",
      "--ioengine=null",
      "--size=1m",
      "--numjobs=32",
      "--time_based",
      "--runtime=60s",
    );
    await until("a job is there", () => hasThread(running, "many"));
    const { document } = await interrupted(running);
    expect(document.jobs).toHaveLength(32);
    for (const { error } of document.jobs) expect(error).toBeNull();
  });

  test("shows the text report as well", async () => {
    const running = start(["run", "--name=text", `--filename=${target}`, ...LONG], { cwd });
    await works(running, "text");
    running.signal("SIGINT");
    const { exit, out } = await running.ended;
    expect(exit).toBe(130);
    expect(out).toContain("Interrupted by SIGINT");
    expect(out).toMatch(/IOPS/);
  });
});

test("SIGTERM and SIGHUP end a run as an interrupt does, with their own exit values", async () => {
  for (const [signal, exit] of [
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    const running = begin("--name=ends", `--filename=${target}`, ...LONG);
    await works(running, "ends");
    running.signal(signal);
    const ended = await running.ended;
    expect(ended.exit).toBe(exit);
    expect(documentOf(ended.out).interrupted).toBe(signal);
  }
});

test("before anything ran ends the process as signals do", async () => {
  sh("mkfifo", ground.path("jobs.toml"));
  const running = start(["run", "jobs.toml"], { cwd });
  await Bun.sleep(200);
  running.signal("SIGINT");
  expect(await running.ended).toMatchObject({ exit: 130, out: "" });
});

describe("a job that hangs in the kernel", () => {
  test("is ended by a second interrupt at once, without a document", async () => {
    const running = hanging("hangs");
    await until("the job is there", () => hasThread(running, "hangs"));
    running.signal("SIGINT");
    await Bun.sleep(300);
    expect(running.alive).toBe(true);
    running.signal("SIGINT");
    expect(await running.ended).toMatchObject({ exit: 130, out: "" });
  });

  test("is given up a stuck_timeout after the first, with a document that says so", async () => {
    const { exit, out, err } = await givenUp;
    expect(exit).toBe(130);
    const { interrupted: by, jobs } = documentOf(out);
    expect(by).toBe("SIGINT");
    expect(jobs[0]).toMatchObject({ stopped: "error" });
    expect(err).toContain(
      '"stuck": it is stuck in openat: it was told to end, and nothing came back',
    );
  });
});
