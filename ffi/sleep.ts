/**
 * Sleeping to an instant, as exactly as the kernel can. The default timer slack of 50 µs would be
 * added to every wake-up; with 1 ns half the wake-ups are late by 30 µs instead of 86. Knows
 * instants and epochs, not why anybody waits.
 */
import { CLOCK_MONOTONIC } from "./constants.ts";
import { EINTR } from "./errno.ts";
import { libc } from "./libc.ts";
import { allocate, PAGE, view } from "./memory.ts";

/** linux/time.h. */
const TIMER_ABSTIME = 1;
/** prctl(2): this thread's slack in ns; 0 would mean the default. */
const PR_SET_TIMERSLACK = 29;

/** struct timespec: seconds and ns, 64 bits each. Set up at the thread's first sleep. */
let timespec = 0;
let words = new Uint32Array(new ArrayBuffer(16));

function prepare(): void {
  timespec = allocate(PAGE);
  words = new Uint32Array(view(timespec, 16));
  sharpenTimers();
}

/**
 * Lets every timed wait of this thread end when it is over, not up to 50 µs later: a sleep, and a
 * wait for completions.
 */
export function sharpenTimers(): void {
  libc.prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
}

function sleep(flags: number, seconds: number, ns: number): number {
  if (timespec === 0) prepare();
  words[0] = seconds;
  words[2] = ns;
  return libc.clock_nanosleep(CLOCK_MONOTONIC, flags, timespec, 0);
}

/**
 * Sleeps until an instant of CLOCK_MONOTONIC, in ns since `epoch` (a whole second of it); returns
 * at once when that is over. A signal does not cut it short.
 */
export function sleepUntil(instant: number, epoch: number): void {
  if (!Number.isFinite(instant)) throw new Error(`no instant to sleep to: ${instant}`);
  const at = Math.max(instant, 0);
  const seconds = Math.floor(at / 1e9);
  const ns = Math.floor(at - seconds * 1e9);
  while (sleep(TIMER_ABSTIME, seconds + epoch, ns) === EINTR);
}

/** Sleeps for some ns, less when a signal comes. */
export function sleepFor(ns: number): void {
  const seconds = Math.floor(ns / 1e9);
  sleep(0, seconds, ns - seconds * 1e9);
}
