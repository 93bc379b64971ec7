/**
 * One run of one side: the argument line, the process, and the same few figures from either
 * program's JSON. What is compared with what is no business of this file.
 */
import { readFileSync } from "node:fs";
import { BINARY } from "../command.ts";
import type { Options, Row } from "./rows.ts";

export const SIDES = ["fathom", "fio"] as const;
export type Side = (typeof SIDES)[number];

export interface Measurement {
  /** Units of all jobs per second of measured time; reads and writes together. */
  readonly iops: number;
  readonly units: number;
  /** ns of CPU of the whole process, start and end included, per unit. */
  readonly cpuPerUnit: number;
  /** Seconds of the whole process. */
  readonly wallSeconds: number;
  /** Bytes: the largest resident set, the program's own pages included. */
  readonly peakBytes: number;
}

/** The whole argument line, as one would type it. */
export function commandOf(side: Side, { options, own = {}, theirs = {} }: Row): readonly string[] {
  if (side === "fio") {
    const words = Object.entries({ name: "t", ...options, ...theirs, thread: true }).map(
      ([name, value]) => `--${name}=${typeof value === "boolean" ? Number(value) : value}`,
    );
    return ["fio", ...words, "--output-format=json"];
  }
  const flags: Options = { name: "t", ...options, ...own };
  const words = Object.entries(flags).map(([name, value]) => `--${name}=${value}`);
  return [BINARY, "run", ...words, "--output-format=json"];
}

/** Time between two looks at a process's memory, ms. VmHWM never falls, so the last look counts. */
const LOOK_EVERY = 10;

/** Throws with what the program said when it failed. */
export async function measure(side: Side, row: Row): Promise<Measurement> {
  const command = commandOf(side, row);
  const startedAt = performance.now();
  const child = Bun.spawn([...command], { stdin: "ignore", stdout: "pipe", stderr: "pipe" });
  let peakBytes = 0;
  const look = (): void => {
    peakBytes = Math.max(peakBytes, residentPeak(child.pid));
  };
  const timer = row.measure === "memory" ? setInterval(look, LOOK_EVERY) : undefined;
  const [said, complaint, exitCode] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  clearInterval(timer);
  const wallSeconds = (performance.now() - startedAt) / 1000;
  if (exitCode !== 0)
    throw new Error(`${command.join(" ")}\nexit ${exitCode}\n${complaint}${said}`);
  const { iops, units } = figuresOf(side, row, said);
  const usage = child.resourceUsage();
  const cpuNs = Number(usage?.cpuTime.total ?? 0) * 1000;
  return { iops, units, cpuPerUnit: cpuNs / units, wallSeconds, peakBytes };
}

/**
 * Of this process image alone. ru_maxrss will not do: of a process that was started by vfork it
 * holds the parent's memory too.
 */
function residentPeak(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

type Figures = Pick<Measurement, "iops" | "units">;

interface FioDirection {
  readonly iops: number;
  readonly total_ios: number;
}

function figuresOf(side: Side, { verifies }: Row, said: string): Figures {
  if (verifies) return side === "fio" ? verifiedByFio(said) : verifiedByFathom(said);
  return side === "fio" ? readFio(said) : readFathom(said);
}

/** fio counts the reading back as reads, in ms. */
function verifiedByFio(said: string): Figures {
  type Timed = Readonly<Record<"read" | "write", { total_ios: number; runtime: number }>>;
  const { jobs } = JSON.parse(said.slice(said.indexOf("{"))) as { jobs: readonly [Timed] };
  const { read, write } = jobs[0];
  return {
    iops: (write.total_ios * 1e3) / (write.runtime + read.runtime),
    units: write.total_ios,
  };
}

function verifiedByFathom(said: string): Figures {
  const { jobs } = JSON.parse(said) as {
    jobs: readonly [
      { write: { ios: number; runtime_ns: number }; verification: { elapsed_ns: number } },
    ];
  };
  const { write, verification } = jobs[0];
  const elapsed = write.runtime_ns + verification.elapsed_ns;
  return { iops: (write.ios * 1e9) / elapsed, units: write.ios };
}

function readFio(said: string): Figures {
  const { jobs } = JSON.parse(said.slice(said.indexOf("{"))) as {
    jobs: readonly Readonly<Record<"read" | "write", FioDirection>>[];
  };
  const directions = jobs.flatMap(({ read, write }) => [read, write]);
  return {
    iops: sum(directions.map(({ iops }) => iops)),
    units: sum(directions.map(({ total_ios }) => total_ios)),
  };
}

function readFathom(said: string): Figures {
  const { total } = JSON.parse(said) as {
    total: Readonly<Record<"read" | "write", { readonly iops: number; readonly ios: number }>>;
  };
  return { iops: total.read.iops + total.write.iops, units: total.read.ios + total.write.ios };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
