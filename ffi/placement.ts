/**
 * Where the calling thread runs, where its memory is from, and how nice it is. Everything here
 * touches one thread only, and what it starts afterwards. Each answers 0, or the positive errno.
 */
import { SYS } from "./constants.ts";
import { errnoOf } from "./errno.ts";
import { libc } from "./libc.ts";

/** Bits of a cpu_set_t (sched.h); no kernel has more NUMA nodes (MAX_NUMNODES). */
const BITS = 1024;

/** set_mempolicy(2), linux/mempolicy.h. */
const MPOL = { default: 0, prefer: 1, bind: 2, interleave: 3, local: 4 } as const;
export type MemoryMode = keyof typeof MPOL;

/** setpriority(2): a thread by its id, 0 for the caller. */
const PRIO_PROCESS = 0;
/** The system call getpriority answers 20 - nice, so that no answer is negative. */
const NICE_ZERO = 20;

/** CPUs that are not there are left out; EINVAL when none is left. sched_setaffinity(2). */
export function runOn(cpus: readonly number[]): number {
  return errnoOr(libc.sched_setaffinity(0, BITS / 8, maskOf(cpus)));
}

/** Of pages that are touched for the first time from now on. set_mempolicy(2). */
export function takeMemoryFrom(mode: MemoryMode, nodes: readonly number[]): number {
  const mask = nodes.length === 0 ? 0 : maskOf(nodes);
  // The kernel looks at one bit less than it is told.
  const bits = nodes.length === 0 ? 0 : BITS + 1;
  return errnoOr(libc.syscall(SYS.set_mempolicy, MPOL[mode], mask, bits, 0, 0, 0));
}

/** Adds to the thread's nice value, cut to what there is (-20 to 19). */
export function addNice(more: number): number {
  const now = NICE_ZERO - libc.syscall(SYS.getpriority, PRIO_PROCESS, 0, 0, 0, 0, 0);
  const nice = Math.max(-20, Math.min(19, now + more));
  return errnoOr(libc.syscall(SYS.setpriority, PRIO_PROCESS, 0, nice, 0, 0, 0));
}

function maskOf(numbers: readonly number[]): Uint8Array {
  const mask = new Uint8Array(new ArrayBuffer(BITS / 8));
  for (const number of numbers) mask[number >> 3]! |= 1 << (number & 7);
  return mask;
}

function errnoOr(answer: number): number {
  return answer === 0 ? 0 : errnoOf();
}
