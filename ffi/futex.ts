/**
 * Waiting for a word of shared memory to change, by futex(2): `Atomics.wait` refuses mapped memory.
 * Never private, so that it works between threads and between processes alike. A wait may end for
 * no reason: callers look at the word again.
 */
import { SYS } from "./constants.ts";
import { errno } from "./errno.ts";
import { libc } from "./libc.ts";
import { allocate, PAGE, view } from "./memory.ts";

/** linux/futex.h. */
const FUTEX_WAIT = 0;
const FUTEX_WAKE = 1;
const EVERYBODY = 0x7fff_ffff;

/** struct timespec, made at the thread's first timed wait. */
let timespec = 0;
let words = new Uint32Array(new ArrayBuffer(16));

/**
 * Sleeps while the 32-bit word at `address` holds `expected`, `ns` at most. 0 when it was woken;
 * else -errno: EAGAIN when the word was different from the start, ETIMEDOUT, EINTR.
 */
export function futexWait(
  address: number,
  expected: number,
  ns: number = Number.POSITIVE_INFINITY,
): number {
  const time = ns === Number.POSITIVE_INFINITY ? 0 : timeout(ns);
  const result = libc.syscall(SYS.futex, address, FUTEX_WAIT, expected, time, 0, 0);
  return result < 0 ? -errno[0]! : 0;
}

/** How many waiters were woken. */
export function futexWake(address: number, most: number = EVERYBODY): number {
  return libc.syscall(SYS.futex, address, FUTEX_WAKE, most, 0, 0, 0);
}

function timeout(ns: number): number {
  if (timespec === 0) {
    timespec = allocate(PAGE);
    words = new Uint32Array(view(timespec, 16));
  }
  const seconds = Math.floor(ns / 1e9);
  words[0] = seconds;
  words[2] = ns - seconds * 1e9;
  return timespec;
}
