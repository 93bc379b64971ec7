/** The installed fio as a reference: a job as its option line, its trace as units like ours. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OPTIONS, type OptionName } from "../../src/options/options.ts";
import { BLOCK, Streams, streamsOf } from "../../src/workload/streams.ts";
import { type JobOf, run, runAny, type Taken, workOf } from "./support.ts";

export const FIO = Bun.env["FATHOM_TEST_FIO"] ?? "fio";
export const K = 1024;

export interface Case extends JobOf {
  /** Older fio (3.33) does it otherwise. */
  readonly recent?: true;
}

/** Options that fio takes without a value. */
const SWITCHES: ReadonlySet<string> = new Set(["norandommap", "bs_unaligned", "time_based"]);

/** fio's option line; sizes in bytes, which it reads as such. */
export function argumentsOf(job: Case, trace: string): string[] {
  const { fileBytes: _, recent: __, synchronous = true, ...options } = job;
  const texts = Object.entries(options).map(([name, value]) => {
    if (typeof value === "object") {
      return `--${name}=${OPTIONS[name as OptionName].format(value as never)}`;
    }
    return value === true ? `--${name}${SWITCHES.has(name) ? "" : "=1"}` : `--${name}=${value}`;
  });
  // The null engine notes a unit twice when it queues, posixaio needs nothing of the kernel.
  const engine = synchronous ? ["--ioengine=null"] : ["--ioengine=posixaio", "--iodepth=4"];
  // A pause of 2 ms keeps the trace of a job that runs by time short.
  const time = job.time_based === true ? ["--runtime=1", "--thinktime=2000"] : [];
  return [...engine, ...texts, ...time, `--write_iolog=${trace}`];
}

/** A trace's units as ours; syncs without file and offset, which fio takes from its last unit. */
export function unitsOf(trace: string): string[] {
  const lines = readFileSync(trace, "utf8").trim().split("\n");
  const files = new Map<string, number>();
  const units: string[] = [];
  for (const line of lines.slice(1)) {
    const [, file = "", action = "", offset, length] = line.split(" ");
    if (action === "add") files.set(file, files.size);
    else if (action === "sync" || action === "datasync") units.push(action);
    else if (offset !== undefined) units.push(`${action} ${files.get(file)} ${offset} ${length}`);
  }
  return units;
}

export function textOf({ direction, kind, file, offset, length }: Taken): string {
  if (direction === "sync") return kind === 0 ? "sync" : "datasync";
  return `${direction} ${file} ${offset} ${length}`;
}

/**
 * The streams as this fio seeds them. Where it seeds block numbers with a constant (FIO_RANDSEED)
 * and not with randseed, as 3.33 does, that seed is put in place of ours.
 */
export function streamsLike(job: Case, thread: number, constant: boolean): Streams {
  const { randseed, random_generator } = job;
  const streams = streamsOf({ randseed, randrepeat: true, random_generator }, thread);
  if (!constant) return streams;
  const seeds = streams.seeds.slice();
  seeds[BLOCK] = 0xb189_9bedn * BigInt(thread);
  return new Streams(seeds, streams.repeats, random_generator);
}

export function versionOf(): readonly [number, number] | undefined {
  try {
    const { stdout } = Bun.spawnSync([FIO, "--version"]);
    const [, major, minor] = /fio-(\d+)\.(\d+)/.exec(stdout.toString()) ?? [];
    return major === undefined ? undefined : [Number(major), Number(minor)];
  } catch {
    return undefined;
  }
}

export interface Traces {
  /** Units of each job. */
  readonly units: readonly (readonly string[])[];
  /** Whether this fio seeds block numbers with a constant. */
  readonly constant: boolean;
}

/** All jobs in one run of fio, each with a trace of its own; a job of ours in front tells seeds. */
export function runFio(jobs: readonly Case[]): Traces {
  const directory = mkdtempSync(join(tmpdir(), "fathom-parity-"));
  try {
    const all: readonly Case[] = [{ rw: "randread", size: 1024 * K }, ...jobs];
    const words = all.flatMap((job, index) => [
      `--name=j${index}`,
      ...argumentsOf(job, join(directory, `${index}.log`)),
    ]);
    const { stderr, exitCode } = Bun.spawnSync([FIO, "--output=out", ...words], { cwd: directory });
    if (exitCode !== 0) throw new Error(stderr.toString());
    const [first, ...units] = all.map((_, index) => unitsOf(join(directory, `${index}.log`)));
    const constant = first![0] !== textOf(run(workOf(all[0]!))[0]!);
    return { units, constant };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Our units of a job that `runFio` had at that place. */
export async function ours(job: Case, index: number, { units, constant }: Traces) {
  const thread = index + 2;
  const most = job.time_based === true ? units[index]!.length : Number.POSITIVE_INFINITY;
  const list = await runAny(workOf(job, thread - 1), streamsLike(job, thread, constant), most);
  return list.map(textOf);
}
