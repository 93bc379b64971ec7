/**
 * Starting many threads: as many at a time as there are CPUs. Workers that come up all at once get
 * in each other's way: 256 of them took a fifth to a third more CPU time, and four times the
 * switches.
 */
import { cpus } from "node:os";
import type { Runner } from "./thread.ts";

/** One that is not up by then holds nobody back. */
const LONGEST_MS = 1000;

/** Starts one for each, in their order. */
export async function startInTurn<T>(
  all: readonly T[],
  start: (one: T) => Runner,
  atOnce = cpus().length,
): Promise<readonly Runner[]> {
  const threads: Runner[] = [];
  for (const one of all) {
    const before = threads[threads.length - atOnce];
    if (before !== undefined) await Promise.race([before.up, Bun.sleep(LONGEST_MS)]);
    threads.push(start(one));
  }
  return threads;
}
