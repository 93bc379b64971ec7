/**
 * `npm run bench:pacing`: how exactly dist/fathom keeps a rate on the null engine, asleep and with
 * rate_spin, beside a bare sleeper in the same minute: a loop of clock_nanosleep(2) to the same due
 * times and nothing else. Half of the sleeper runs before the job and half behind it, so that a
 * machine which gets busier is seen. Prints a table; `--seconds N` shortens a run.
 */
import { parseArgs } from "node:util";
import { monotonicClock, monotonicSecond } from "../../ffi/clock.ts";
import { sharpenTimers, sleepUntil } from "../../ffi/sleep.ts";
import type { RunResult } from "../../src/measure/result.ts";
import { BINARY } from "../command.ts";

const { values: flags } = parseArgs({
  options: { seconds: { type: "string", default: "10" }, sleeper: { type: "string" } },
});
const seconds = Number(flags.seconds);
if (!(seconds > 0)) {
  process.stderr.write(`--seconds ${flags.seconds}: write a number above 0\n`);
  process.exit(2);
}

const RATES = [1_000, 10_000, 100_000] as const;
/** Longer than most sleeps of an idle machine end late; without it there is no spin. */
const SPINS = ["", "100us"] as const;

/** What is to be reached: the rate within a thousandth, and lags in µs. */
const RATE_ERROR = 0.001;
const MEDIAN_ASLEEP = 60;
const MEDIAN_SPINNING = 3;
const TAIL_OVER_SLEEPER = 15;

/** µs. */
interface Lag {
  readonly median: number;
  readonly tail: number;
}

/** Late by how much each due time of `iops` a second was met, in ns. */
function sleeper(iops: number): readonly number[] {
  const epoch = monotonicSecond();
  const now = monotonicClock(epoch);
  sharpenTimers();
  const gap = 1e9 / iops;
  const start = now() + 50e6;
  return Array.from({ length: Math.round(iops * seconds * 0.5) }, (_, unit) => {
    const due = start + unit * gap;
    if (now() < due) sleepUntil(due, epoch);
    return now() - due;
  });
}

/** In a process of its own: nothing that was compiled for other work is in its way. */
function sleeperApart(iops: number): readonly number[] {
  const words = [import.meta.path, "--sleeper", String(iops), "--seconds", String(seconds)];
  const { stdout, exitCode } = Bun.spawnSync([process.execPath, ...words], { stderr: "inherit" });
  if (exitCode !== 0) throw new Error(`the sleeper ended with ${exitCode}`);
  return JSON.parse(stdout.toString());
}

function lagOf(late: readonly number[]): Lag {
  const sorted = Float64Array.from(late).sort();
  const at = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))]! / 1e3;
  return { median: at(0.5), tail: at(0.99) };
}

interface Kept extends Lag {
  /** Units done and owed, against those due. */
  readonly error: number;
  readonly cpuPercent: number;
}

function fathom(iops: number, spin: string): Kept {
  const words = [
    ...["--ioengine=null", "--rw=randread", "--size=1g", `--rate_iops=${iops}`],
    ...[`--runtime=${seconds}s`, "--time_based", "--output-format=json"],
    ...(spin === "" ? [] : [`--rate_spin=${spin}`]),
  ];
  const { stdout, exitCode } = Bun.spawnSync([BINARY, "run", ...words], { stderr: "inherit" });
  if (exitCode !== 0) throw new Error(`fathom ended with ${exitCode}`);
  const { jobs } = JSON.parse(stdout.toString()) as RunResult;
  const { read, cpu } = jobs[0]!;
  const percentiles = read.paced!.lag_ns!.percentiles!;
  return {
    error: Math.abs(read.ios / (iops * seconds) - 1),
    median: percentiles["50"]! / 1e3,
    tail: percentiles["99"]! / 1e3,
    cpuPercent: cpu.user_percent + cpu.system_percent,
  };
}

const us = (value: number): string => value.toPrecision(3);
const mark = (reached: boolean): string => (reached ? "yes" : "**no**");

function row(iops: number, spin: string): string {
  const before = sleeperApart(iops);
  const kept = fathom(iops, spin);
  const bare = lagOf([...before, ...sleeperApart(iops)]);
  const bound = spin === "" ? MEDIAN_ASLEEP : MEDIAN_SPINNING;
  const cells = [
    `${iops}${spin === "" ? "" : `, spin ${spin}`}`,
    `${(kept.error * 100).toFixed(4)} %`,
    mark(kept.error <= RATE_ERROR),
    us(kept.median),
    mark(kept.median < bound),
    us(kept.tail),
    mark(kept.tail <= bare.tail + TAIL_OVER_SLEEPER),
    us(bare.median),
    us(bare.tail),
    `${kept.cpuPercent.toFixed(0)} %`,
  ];
  return `| ${cells.join(" | ")} |\n`;
}

if (flags.sleeper !== undefined) {
  process.stdout.write(JSON.stringify(sleeper(Number(flags.sleeper))));
} else {
  process.stdout.write(
    "| IOPS | rate off by | ≤ 0.1 % | lag median µs | bound | lag p99 µs | ≤ sleeper + 15 | " +
      "sleeper median µs | sleeper p99 µs | CPU |\n|---|---|---|---|---|---|---|---|---|---|\n",
  );
  for (const iops of RATES) {
    for (const spin of SPINS) process.stdout.write(row(iops, spin));
  }
}
