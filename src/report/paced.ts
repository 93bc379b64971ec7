/**
 * Doubts about a rate: that it was not held, and that its units are due closer together than a
 * thread can sleep.
 */
import type { JobResult, Message } from "../measure/result.ts";
import { bytes, counted, duration, number } from "./format.ts";

const DIRECTIONS = ["read", "write", "trim"] as const;
type Direction = (typeof DIRECTIONS)[number];

/** Time owed at the end that is worth a word: a hundredth of the job's, and more than a hiccup. */
const OWED_SHARE = 0.01;
const OWED_NS = 10e6;

export function rateNotHeld(job: JobResult): Message[] {
  return DIRECTIONS.flatMap((name): Message[] => {
    const { paced, iops, bandwidth_bytes_per_s: speed } = job[name];
    const gap = spacing(job, name);
    if (paced === null || gap === undefined) return [];
    const owed = paced.backlog_ios * gap;
    if (owed < Math.max(OWED_NS, job.elapsed_ns * OWED_SHARE)) return [];
    const inBytes = paced.asked_iops === null;
    const asked = inBytes
      ? `${bytes(paced.asked_bandwidth_bytes_per_s ?? 0)} a second`
      : `${number(paced.asked_iops)} IOPS`;
    const reached = inBytes ? `${bytes(speed)} a second` : `${number(iops)} IOPS`;
    const text =
      `the rate was not held: ${name} was asked for ${asked} and reached ${reached}; ` +
      `${counted(paced.backlog_ios, "unit")} due in the last ${duration(owed)} were owed at the ` +
      "end, and the response has their wait only as far as they came back; ask for less, or give " +
      "a larger iodepth";
    return [{ severity: "warning", code: "rate_not_held", text, job: job.index }];
  });
}

/** A sleep of 50 µs is about the shortest that ends when it should. */
const SHORTEST_SLEEP = 50e3;

export function ratesInBursts(job: JobResult): Message[] {
  const gaps = DIRECTIONS.map((name) => spacing(job, name)).filter((gap) => gap !== undefined);
  const least = Math.min(...gaps);
  if (least >= SHORTEST_SLEEP || "rate_spin" in job.options) return [];
  const text =
    `units are due every ${duration(least)}, closer together than a thread can sleep: they go ` +
    "out in small bursts, none before it is due; rate_spin buys even gaps for a CPU";
  return [{ severity: "note", code: "rate_in_bursts", text, job: job.index }];
}

/** Mean ns between two due times; undefined where there are none. */
function spacing(job: JobResult, name: Direction): number | undefined {
  const { paced } = job[name];
  if (paced === null) return undefined;
  if (paced.asked_iops !== null) return 1e9 / paced.asked_iops;
  const speed = paced.asked_bandwidth_bytes_per_s;
  return speed === null ? undefined : (job.work.block_bytes[name] * 1e9) / speed;
}
