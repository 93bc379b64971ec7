/**
 * Random job sets on the compiled binary: whatever starts beside what, and whenever a signal comes,
 * the run ends, says how each job ended in a valid document, with the right exit value, and leaves
 * no process, file or loop device behind. A few in the tests; FATHOM_STRESS says how many, and
 * `npm run stress` runs 200. FATHOM_STRESS_SEED begins elsewhere.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { constants } from "node:os";
import type { JobResult, RunResult } from "../../src/measure/result.ts";
import { documentOf, type Ended, type Running, start } from "../support/binary.ts";
import { Ground } from "../support/ground.ts";
import { type JobSet, type JobWords, jobSet, tomlOf } from "./jobsets.ts";

const RUNS = Number(process.env["FATHOM_STRESS"] ?? 6);
const FIRST = Number(process.env["FATHOM_STRESS_SEED"] ?? 1);
/** The longest set takes some seconds; one that takes this long hangs. */
const LONGEST_MS = 60_000;
setDefaultTimeout(LONGEST_MS + 10_000);

const ground = new Ground("stress");
/** Marks the processes of a run, theirs to come included. */
const MARK = "FATHOM_STRESS_RUN";

/** Whether it listens to the signal yet; proc(5), SigCgt. */
function listens(pid: number, signal: NodeJS.Signals): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const mask = BigInt(`0x${/^SigCgt:\s*(\w+)$/m.exec(status)![1]}`);
    return ((mask >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
  } catch {
    return false;
  }
}

/** Sends the signals; those that were sent while it ran. */
async function shoot(running: Running, { shots }: JobSet): Promise<string[]> {
  const sent: string[] = [];
  const all = [...shots].sort((a, b) => a.afterMs - b.afterMs);
  for (let at = 0; all.length > 0 && running.alive; ) {
    if (!listens(running.pid, all[0]!.signal)) {
      await Bun.sleep(2);
      continue;
    }
    const { signal, afterMs } = all.shift()!;
    await Promise.race([running.ended, Bun.sleep(afterMs - at)]);
    at = afterMs;
    if (!running.alive || !listens(running.pid, signal)) break;
    running.signal(signal);
    sent.push(signal);
  }
  return sent;
}

/** Processes that carry the mark. */
function marked(mark: string): string[] {
  return readdirSync("/proc").filter((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      return readFileSync(`/proc/${pid}/environ`, "latin1").includes(`${MARK}=${mark}\0`);
    } catch {
      return false;
    }
  });
}

/** Loop devices on files of the run, and segments of System V memory. */
function leftovers(directory: string): string[] {
  const loops = readdirSync("/sys/block").filter((name) => {
    const path = `/sys/block/${name}/loop/backing_file`;
    return existsSync(path) && readFileSync(path, "utf8").startsWith(directory);
  });
  return [...loops, ...readdirSync(directory).filter((name) => !/^job\d+\.\d+\.0$/.test(name))];
}

/** The limits that may end a job without a signal. */
function endsOf({ options }: JobWords, set: JobSet): Set<string> {
  const ends = new Set<string>();
  const timed = options["time_based"] === true;
  if (options["runtime"] !== undefined) ends.add("runtime");
  if (!timed) ends.add(options["number_ios"] === undefined ? "bytes" : "number_ios").add("bytes");
  if (set.jobs.some((other) => other.options["exitall"] === true)) ends.add("exitall");
  return ends;
}

function checkJob(result: JobResult, words: JobWords, set: JobSet, document: RunResult): void {
  expect(result.error).toBeNull();
  const ends = endsOf(words, set);
  const early = document.interrupted !== null;
  if (early) ends.add("signal");
  if (early || ends.has("exitall")) ends.add("not_started");
  expect([...ends]).toContain(result.stopped);
  const { options } = words;
  const moved = result.read.ios + result.write.ios + result.read.ramp_ios + result.write.ramp_ios;
  expect(result.read.bytes + result.write.bytes).toBe(4096 * (result.read.ios + result.write.ios));
  if (result.stopped === "not_started") expect(moved).toBe(0);
  if (result.stopped !== "bytes" || options["ramp_time"] !== undefined) return;
  expect(moved).toBe((Number(options["size"]) / 4096) * Number(options["loops"] ?? 1));
}

/** Jobs of a stage begin when all of the stage before have ended. */
function checkStages({ jobs }: RunResult): void {
  const begun = jobs.filter(({ start_ns }) => start_ns !== null);
  for (const later of begun) {
    for (const earlier of begun.filter(({ stage }) => stage < later.stage)) {
      const ended = earlier.start_ns! + earlier.ramp_ns + earlier.elapsed_ns;
      expect(later.start_ns!).toBeGreaterThanOrEqual(ended);
    }
  }
}

function check(set: JobSet, ended: Ended, sent: readonly string[]): void {
  expect(ended.err).not.toMatch(/panic|bun\.report|at .*\.ts/i);
  const document = documentOf(ended.out);
  const { interrupted, jobs } = document;
  const ends = sent.filter((signal) => signal !== "SIGUSR1");
  // A signal that comes when all is done changes nothing.
  if (interrupted !== null) expect(ends).toContain(interrupted);
  const number = interrupted === null ? 0 : constants.signals[interrupted as NodeJS.Signals];
  expect(ended.exit).toBe(interrupted === null ? 0 : 128 + number);
  const clones = set.jobs.flatMap((words) => Array.from({ length: words.numjobs }, () => words));
  expect(jobs.map(({ name }) => name)).toEqual(clones.map(({ name }) => name));
  expect(jobs.map(({ index }) => index)).toEqual(clones.map((_, index) => index));
  for (const job of jobs) checkJob(job, clones[job.index]!, set, document);
  checkStages(document);
}

describe("a random job set ends as it should and leaves nothing behind", () => {
  test.each(Array.from({ length: RUNS }, (_, run) => FIRST + run))("seed %d", async (seed) => {
    const set = jobSet(seed);
    const cwd = ground.directory(`run${seed}`);
    const mark = `${process.pid}-${seed}`;
    const running = start(["run", "--output-format=json", "-"], {
      cwd,
      stdin: tomlOf(set),
      env: { [MARK]: mark },
      timeoutMs: LONGEST_MS,
    });
    const sent = await shoot(running, set);
    const ended = await running.ended;
    try {
      check(set, ended, sent);
      expect(marked(mark)).toEqual([]);
      expect(leftovers(cwd)).toEqual([]);
    } catch (error) {
      throw new Error(`${sent.join(" ")} exit ${ended.exit}\n${tomlOf(set)}\n${ended.err}`, {
        cause: error,
      });
    }
    rmSync(cwd, { recursive: true });
  });
});
