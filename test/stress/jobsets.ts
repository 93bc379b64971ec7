/**
 * Random job sets, each from a seed: jobs of several engines beside and behind each other, with
 * clones, delays, loops and limits, and a signal at some instant or none. Small work, so that most
 * of what happens is starts and ends.
 */
import { cpus } from "node:os";

/** A number below `below`. */
export type Draw = (below: number) => number;

/** Mulberry32, by Tommy Ettinger: in the public domain, 32 bits of state. */
export function drawing(seed: number): Draw {
  let state = seed >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export interface JobWords {
  readonly name: string;
  readonly numjobs: number;
  readonly options: Readonly<Record<string, string | number | boolean>>;
}

export interface Shot {
  readonly signal: "SIGINT" | "SIGTERM" | "SIGHUP" | "SIGUSR1";
  /** After the handlers are there. */
  readonly afterMs: number;
}

export interface JobSet {
  readonly seed: number;
  readonly jobs: readonly JobWords[];
  readonly shots: readonly Shot[];
}

/** Clones of a set at most, and those of one that is about nothing else. */
const USUAL_CLONES = 24;
const MANY_CLONES = [64, 128, 256];
const BLOCK = 4096;

function pick<T>(draw: Draw, values: readonly T[]): T {
  return values[draw(values.length)]!;
}

/** The n-th of a search that began at `seed`. */
export function jobSet(seed: number): JobSet {
  const draw = drawing(seed);
  const jobs = draw(20) === 0 ? [crowd(draw)] : several(draw);
  const shots: Shot[] = [];
  if (draw(5) === 0) shots.push({ signal: "SIGUSR1", afterMs: draw(400) });
  if (draw(2) === 0) {
    shots.push({ signal: pick(draw, ["SIGINT", "SIGTERM", "SIGHUP"]), afterMs: draw(600) });
  }
  return { seed, jobs, shots };
}

function crowd(draw: Draw): JobWords {
  const options = { ioengine: "null", size: "1m", warmup: false, number_ios: 1 + draw(20) };
  return { name: "crowd", numjobs: pick(draw, MANY_CLONES), options };
}

function several(draw: Draw): JobWords[] {
  const jobs: JobWords[] = [];
  let clones = 0;
  for (let count = 1 + draw(5); count > 0 && clones < USUAL_CLONES; count--) {
    const numjobs = draw(3) === 0 ? 1 + draw(8) : 1;
    clones += numjobs;
    jobs.push(one(draw, jobs, numjobs));
  }
  return jobs;
}

function one(draw: Draw, before: readonly JobWords[], numjobs: number): JobWords {
  const options: Record<string, string | number | boolean> = {
    ioengine: pick(draw, ["null", "null", "sync", "psync", "pvsync2", "io_uring", "libaio"]),
    rw: pick(draw, ["read", "write", "randread", "randwrite", "randrw"]),
    size: BLOCK * (1 + draw(64)),
    iodepth: 1 + draw(16),
    warmup: draw(4) === 0,
  };
  if (draw(3) === 0) options["loops"] = 1 + draw(4);
  if (draw(3) === 0) options["startdelay"] = `${draw(300)}ms`;
  if (draw(3) === 0) options["stonewall"] = true;
  if (draw(4) === 0) options["number_ios"] = 1 + draw(100);
  if (draw(3) === 0) {
    options["runtime"] = `${1 + draw(500)}ms`;
    options["time_based"] = draw(2) === 0;
  }
  if (draw(6) === 0) options["rate_iops"] = 100 + draw(5000);
  if (draw(8) === 0) options["exitall"] = true;
  if (draw(8) === 0) options["ramp_time"] = `${draw(100)}ms`;
  if (draw(6) === 0) options["thinktime"] = `${draw(500)}us`;
  if (draw(6) === 0) options["end_fsync"] = true;
  if (draw(10) === 0) options["cpus_allowed"] = "0";
  if (draw(12) === 0 && cpus().length > 1) options["gtod_cpu"] = 1;
  if (draw(10) === 0) options["thread"] = false;
  const earlier = before.at(-1);
  if (earlier !== undefined && draw(6) === 0) options["wait_for"] = earlier.name;
  return { name: `job${before.length}`, numjobs, options };
}

/** As a job file. */
export function tomlOf({ jobs }: JobSet): string {
  const sections = jobs.map(({ name, numjobs, options }) => {
    const lines = Object.entries(options).map(
      ([key, value]) => `${key} = ${JSON.stringify(value)}`,
    );
    return [`[job.${name}]`, `numjobs = ${numjobs}`, ...lines].join("\n");
  });
  return `[global]\nbs = ${BLOCK}\nstuck_timeout = "15s"\n${sections.join("\n")}\n`;
}
