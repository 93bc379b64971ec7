/**
 * gtod_cpu: a thread that has a CPU for itself and does nothing but write the time into shared
 * memory, and the clock of the jobs, which read it there and make no call at all. The time stands
 * still while the writer is not on its CPU: that is the bargain, in fio as here.
 */
import { type Clock, createClock, type NamedClock } from "../../ffi/clock.ts";
import { errnoOf, failure } from "../../ffi/errno.ts";
import { view } from "../../ffi/memory.ts";
import { bindTo, nameThread } from "../../ffi/thread.ts";
import type { TimeLaunch } from "./launch.ts";
import { KEEPER_ENDS, KEPT_DOUBLES, KEPT_TIME } from "./timewords.ts";

/** Writes until it is told to end. `begun` is called when the first time is there. */
export function keepTime(launch: TimeLaunch, begun: () => void): void {
  if (!bindTo(launch.cpu)) {
    const hint = "fathom may not run on the CPU of gtod_cpu; name another";
    throw failure("sched_setaffinity", `CPU ${launch.cpu}`, errnoOf(), hint);
  }
  nameThread(`time of CPU ${launch.cpu}`);
  const { now } = createClock("auto", launch.epoch, launch.calibration);
  const words = new Float64Array(view(launch.address, KEPT_DOUBLES * 8));
  words[KEPT_TIME] = now();
  begun();
  while (words[KEEPER_ENDS] === 0) words[KEPT_TIME] = now();
}

/** The clock of a job whose time somebody else keeps. */
export function keptClock(address: number): NamedClock {
  const words = new Float64Array(view(address, KEPT_DOUBLES * 8));
  // An atomic load of a word of its own: the compiler may then not take the time for unchanged.
  const fence = new Int32Array(new ArrayBuffer(4));
  const now: Clock = () => {
    Atomics.load(fence, 0);
    return words[KEPT_TIME]!;
  };
  return { now, name: "gtod_cpu" };
}
