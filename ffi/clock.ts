/**
 * Clocks of a run. All of them give doubles: nanoseconds since the run's epoch, a whole second of
 * CLOCK_MONOTONIC that every job shares, so that (sec - epoch) * 1e9 + nsec is exact. The main
 * thread calibrates the processor's counter once and hands the result to every job, so that they
 * stay on one time line. Knows nothing of jobs; which clock an option asks for is a name here.
 */
import { CLOCK_MONOTONIC, CLOCK_REALTIME } from "./constants.ts";
import { smallFile } from "./kernel.ts";
import { libc } from "./libc.ts";
import { hasInvariantTicks, type Protect, type TickLine, tickClock } from "./machine.ts";
import { allocate, free, PAGE, view } from "./memory.ts";
import { sleepFor } from "./sleep.ts";

export type Clock = () => number;
export type ClockChoice = "auto" | "cpu" | "clock_gettime" | "gettimeofday";

/** The counter's line through CLOCK_MONOTONIC: plain data that a structured clone carries. */
export type Calibration = TickLine;

export interface NamedClock {
  readonly now: Clock;
  /** What it reads; `gtod_cpu` is memory that another thread writes the time into. */
  readonly name: Exclude<ClockChoice, "auto"> | "gtod_cpu";
  /** Why it is not the clock that was asked for. */
  readonly note?: string;
}

/** Where the kernel says by what it keeps time. */
const KERNEL_CLOCK = "/sys/devices/system/clocksource/clocksource0/current_clocksource";

/**
 * Time between the two ends of a calibration, in two halves of this many ns. Measured against 2 s:
 * 2 ms give 0.1 to 5 ppm, 4 and 5 ms 0.1 ppm, and no more comes of 50 ms.
 */
const HALF_WINDOW = 2e6;
/** The middle of a calibration may be this far off the line, ns: 250 times what was seen. */
const LARGEST_BEND = 1000;
/** Reads for one point; the one with the least time between its neighbours counts. */
const READS = 40;
/** A machine too busy for one good calibration gets another chance. */
const TRIES = 3;

/** The current whole second of CLOCK_MONOTONIC: the epoch of a run that starts now. */
export function monotonicSecond(): number {
  const address = allocate(PAGE);
  libc.clock_gettime(CLOCK_MONOTONIC, address);
  const [second = 0] = new Uint32Array(view(address, 16));
  free(address, PAGE);
  return second;
}

/** CLOCK_MONOTONIC through clock_gettime(2): 20 to 34 ns a read. */
export function monotonicClock(epoch: number): Clock {
  return systemClock(CLOCK_MONOTONIC, epoch);
}

function systemClock(clock: number, epoch: number): Clock {
  const address = allocate(PAGE);
  const words = new Uint32Array(view(address, 16));
  const read = libc.clock_gettime;
  return () => {
    read(clock, address);
    return (words[0]! - epoch) * 1e9 + words[2]!;
  };
}

/**
 * The counter's line for jobs that start now, or undefined where the counter cannot serve as a
 * clock. Takes 4 ms, most of it asleep; right to about 0.1 ppm of CLOCK_MONOTONIC's present rate.
 */
export function calibrate(epoch: number): Calibration | undefined {
  return counterTrouble() === undefined ? measureLine(epoch) : undefined;
}

/** The clock to use for a choice; one that is not to be had is replaced by clock_gettime. */
export function createClock(
  choice: ClockChoice,
  epoch: number,
  calibration: Calibration | undefined,
  protect: Protect = libc.mprotect,
): NamedClock {
  if (choice === "gettimeofday") return { now: timeOfDayClock(epoch), name: choice };
  if (choice !== "clock_gettime" && calibration !== undefined) {
    const now = tickClock(calibration, protect);
    if (now !== undefined) return { now, name: "cpu" };
  }
  const portable = { now: monotonicClock(epoch), name: "clock_gettime" } as const;
  if (choice !== "cpu") return portable;
  const trouble = counterTrouble(KERNEL_CLOCK, protect) ?? "it does not agree with CLOCK_MONOTONIC";
  return { ...portable, note: `clocksource cpu is not to be had: ${trouble}; used clock_gettime` };
}

/**
 * Why the processor's counter is no clock here; undefined when it is one. That the kernel keeps its
 * own time by it is the proof that it agrees between processors.
 */
export function counterTrouble(
  kernelClock = KERNEL_CLOCK,
  protect: Protect = libc.mprotect,
): string | undefined {
  if (process.arch !== "x64") return "only x86-64 has the counter that fathom reads";
  if (!hasInvariantTicks(protect)) {
    return "the processor has no invariant counter, or executable pages are refused";
  }
  const source = smallFile(kernelClock);
  if (source === undefined) {
    return `${kernelClock} cannot be read, so nothing says that the counter agrees between CPUs`;
  }
  if (source === "tsc") return undefined;
  return `the kernel keeps time by ${source}, so the counter may not agree between CPUs`;
}

/** One instant on both clocks. */
interface Point {
  readonly ticks: number;
  readonly at: number;
}

function measureLine(epoch: number): Calibration | undefined {
  const ticks = tickClock({ baseTicks: 0, nsPerTick: 1, baseAt: 0 });
  if (ticks === undefined) return undefined;
  const now = monotonicClock(epoch);
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const first = point(ticks, now);
    sleepFor(HALF_WINDOW);
    const middle = point(ticks, now);
    sleepFor(HALF_WINDOW);
    const last = point(ticks, now);
    const nsPerTick = (last.at - first.at) / (last.ticks - first.ticks);
    const bend = first.at + (middle.ticks - first.ticks) * nsPerTick - middle.at;
    if (Math.abs(bend) < LARGEST_BEND) {
      return { baseTicks: last.ticks, nsPerTick, baseAt: last.at };
    }
  }
  return undefined;
}

function point(ticks: Clock, now: Clock): Point {
  let narrowest = Number.POSITIVE_INFINITY;
  let best: Point = { ticks: 0, at: 0 };
  for (let read = 0; read < READS; read++) {
    const before = ticks();
    const at = now();
    const width = ticks() - before;
    if (width < narrowest) {
      narrowest = width;
      best = { ticks: Math.round(before + width / 2), at };
    }
  }
  return best;
}

/**
 * gettimeofday(2), laid over the monotonic time line at its making: whole µs, and it jumps when
 * somebody sets the machine's clock. Two threads' clocks differ by up to 1 µs.
 */
function timeOfDayClock(epoch: number): Clock {
  const address = allocate(PAGE);
  const words = new Uint32Array(view(address, 16));
  const read = libc.gettimeofday;
  read(address, 0);
  const start = words[0]!;
  const { ticks, at } = point(systemClock(CLOCK_REALTIME, start), monotonicClock(epoch));
  const ahead = Math.round((ticks - at) / 1e3) * 1e3;
  return () => {
    read(address, 0);
    return (words[0]! - start) * 1e9 + words[2]! * 1e3 - ahead;
  };
}
