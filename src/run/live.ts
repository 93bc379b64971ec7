/**
 * The live line: one line on a terminal's stderr that says the phase, how far it is, what moves and
 * when it will end. It reads the jobs' live counters and writes nothing else; a pipe gets no line.
 */
import { READ, TRIM, WRITE } from "../base/direction.ts";
import type { JobPlan } from "../job/jobplan.ts";
import { BYTES, countersAt, RAMP_BYTES, RAMP_UNITS, UNITS } from "../measure/statsblock.ts";
import type { Coordinator, Observer } from "./coordinator.ts";
import { terminalColumns } from "./terminal.ts";

const STDERR = 2;

/** A new line this often, 250 ms in ns. */
const EVERY = 250e6;

const AGAIN = "another signal ends it at once, without a report";

const LETTERS = [
  [READ, "read"],
  [WRITE, "write"],
  [TRIM, "trim"],
] as const;

/** The line as a run's observer where standard error is a terminal; no observer elsewhere. */
export function liveLines(write: (text: string) => void): readonly Observer[] {
  const columns = terminalColumns(STDERR);
  if (columns === undefined) return [];
  return [new LiveLine(write, () => terminalColumns(STDERR) ?? columns)];
}

export class LiveLine implements Observer {
  #lastAt = 0;
  #bytes = new Float64Array(3);
  #units = new Float64Array(3);
  #width = 0;

  constructor(
    private readonly write: (text: string) => void,
    private readonly columns: () => number,
  ) {}

  tick(run: Coordinator): void {
    const time = run.now();
    if (run.phase === "done") {
      this.#show("");
      return;
    }
    if (time - this.#lastAt < EVERY) return;
    const text = run.phase === "layout" ? layoutLine(run) : this.#runLine(run, time);
    this.#lastAt = time;
    this.#show(text.slice(0, this.columns() - 1));
  }

  #show(text: string): void {
    if (text === "" && this.#width === 0) return;
    this.write(`\r${text.padEnd(this.#width)}${text === "" ? "\r" : ""}`);
    this.#width = text.length;
  }

  #runLine(run: Coordinator, time: number): string {
    const members = run.jobs.filter((job) => job.stage === run.stage);
    const states = members.map((job) => run.shared.control.job(job.index).state);
    const busy = states.filter((state) => state !== "ended").length;
    const jobs = members.length === 1 ? "1 job" : `${members.length} jobs`;
    if (run.stopped) return `stopping: ${busy} of ${jobs} · ${AGAIN}`;
    const phase = run.phase === "starting" ? "starting" : phaseOf(states);
    const parts = [`${phase}: ${busy} of ${jobs}`];
    if (run.phase === "running") {
      const { share, left } = progress(run, members, time);
      if (share !== undefined) parts.push(`${(share * 100).toFixed(0)} %`);
      if (left !== undefined) parts.push(`eta ${clock(left)}`);
    }
    const seconds = (time - this.#lastAt) / 1e9;
    for (const [direction, name] of LETTERS) {
      const { bytes, units } = moved(run, members, direction);
      const movedBytes = bytes - this.#bytes[direction]!;
      const movedUnits = units - this.#units[direction]!;
      this.#bytes[direction] = bytes;
      this.#units[direction] = units;
      if (units === 0 || this.#lastAt === 0) continue;
      const rate = short(movedUnits / seconds);
      parts.push(`${name} ${rate} IOPS ${binary(movedBytes / seconds)}/s`);
    }
    return parts.join(" · ");
  }
}

function layoutLine(run: Coordinator): string {
  const [done = 0, all = 0] = run.shared.layout;
  if (run.stopped) return `stopping: the layout is taken back · ${AGAIN}`;
  if (all === 0) return "layout";
  if (done >= all) return `layout: ${binary(all)} written, waiting for the disk to have them`;
  return `layout: ${binary(done)} of ${binary(all)} · ${((done / all) * 100).toFixed(0)} %`;
}

/** The earliest phase that any running job is in: the run is as far as its slowest job. */
function phaseOf(states: readonly string[]): string {
  for (const state of ["delayed", "ramp", "running", "syncing"]) {
    if (states.includes(state)) return state;
  }
  return states.includes("ready") ? "starting" : "finishing";
}

/** What jobs moved that way, ramps included. */
export function moved(
  run: Coordinator,
  members: readonly JobPlan[],
  direction: number,
): { readonly bytes: number; readonly units: number } {
  return {
    bytes: total(run, members, direction, BYTES, RAMP_BYTES),
    units: total(run, members, direction, UNITS, RAMP_UNITS),
  };
}

function total(
  run: Coordinator,
  members: readonly JobPlan[],
  direction: number,
  ...counters: readonly number[]
): number {
  const at = countersAt(direction);
  let sum = 0;
  for (const { index } of members) {
    const stats = run.shared.stats(index);
    for (const counter of counters) sum += stats[at + counter]!;
  }
  return sum;
}

/**
 * How far the slowest job is, from 0 to 1, and the seconds it still needs; undefined if unknown.
 */
export function progress(
  run: Coordinator,
  members: readonly JobPlan[],
  time: number,
): { share: number | undefined; left: number | undefined } {
  let share: number | undefined;
  let left: number | undefined;
  for (const plan of members) {
    const job = run.shared.control.job(plan.index);
    if (job.state === "ended") continue;
    const elapsed = time - run.releasedAt[plan.index]! - plan.startDelay;
    const part = Math.max(byTime(plan, elapsed), byWork(run, plan));
    if (part <= 0) return { share: share ?? 0, left: undefined };
    const seconds = (elapsed / part - elapsed) / 1e9;
    share = Math.min(share ?? 1, part);
    left = Math.max(left ?? 0, seconds);
  }
  return { share, left };
}

function byTime({ spec }: JobPlan, elapsed: number): number {
  if (spec.runtime === 0) return 0;
  return Math.min(1, elapsed / (spec.ramp_time + spec.runtime));
}

function byWork(run: Coordinator, plan: JobPlan): number {
  if (plan.spec.time_based) return 0;
  let bytes = 0;
  let units = 0;
  for (const direction of [READ, WRITE, TRIM]) {
    bytes += total(run, [plan], direction, BYTES);
    units += total(run, [plan], direction, UNITS);
  }
  const { passBytes, passUnits, spec } = plan;
  return Math.min(1, Math.max(bytes / (passBytes * spec.loops), units / (passUnits * spec.loops)));
}

/** Bytes in MiB or GiB, to glance at. */
function binary(bytes: number): string {
  return bytes < 2 ** 30 ? `${short(bytes / 2 ** 20)} MiB` : `${short(bytes / 2 ** 30)} GiB`;
}

/** Three significant digits with k, M, G for thousands: a rate to glance at. */
function short(value: number): string {
  for (const [size, letter] of [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const) {
    if (value >= size) return `${Number((value / size).toPrecision(3))}${letter}`;
  }
  return `${Number(value.toPrecision(3))}`;
}

function clock(seconds: number): string {
  const whole = Math.ceil(seconds);
  const minutes = Math.floor(whole / 60);
  if (minutes === 0) return `${whole} s`;
  if (minutes < 60) return `${minutes} min ${whole % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
