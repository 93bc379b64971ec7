/**
 * A thread that does nothing but count what it could have done: bound to one CPU, in SCHED_IDLE, it
 * gets the time that nobody else wants there. fio's idle profiler; how idle the CPU was follows
 * from the units of work done and from what one of them takes.
 */
import { monotonicClock } from "../../ffi/clock.ts";
import { view } from "../../ffi/memory.ts";
import { sleepUntil } from "../../ffi/sleep.ts";
import { bindTo, stayIdle } from "../../ffi/thread.ts";
import { IDLE_DOUBLES, IDLE_MEAN, IDLE_ORDER, IDLE_STDDEV, IDLE_UNITS } from "./idlewords.ts";
import type { IdleLaunch } from "./launch.ts";

/** Steps of a unit; about 10 us, as fio's. */
const STEPS = 12_000;
/** Units until the code is compiled, and then measured. */
const WARM = 400;
const MEASURED = 400;

/** Counts until it is told to end. `measured` is called once a unit's time is known. */
export function profileIdle(launch: IdleLaunch, measured: () => void): void {
  const words = new Float64Array(view(launch.address, IDLE_DOUBLES * 8));
  bindTo(launch.cpu);
  const now = monotonicClock(launch.epoch);
  measureUnit(words, now);
  stayIdle();
  measured();
  while (words[IDLE_ORDER] === 0) sleepUntil(now() + 2e6, launch.epoch);
  let units = 0;
  // The clock is read so that the word is read anew each time.
  while (words[IDLE_ORDER] === 1 && now() > 0) {
    seed = unit(seed);
    words[IDLE_UNITS] = ++units;
  }
}

let seed = 1;

/** Of those units that nobody interrupted: the slower half is left out. */
function measureUnit(words: Float64Array, now: () => number): void {
  for (let i = 0; i < WARM; i++) seed = unit(seed);
  const times = new Float64Array(MEASURED);
  for (let i = 0; i < MEASURED; i++) {
    const before = now();
    seed = unit(seed);
    times[i] = now() - before;
  }
  const calm = times.sort().subarray(0, MEASURED / 2);
  const mean = calm.reduce((sum, time) => sum + time, 0) / calm.length;
  const squares = calm.reduce((sum, time) => sum + (time - mean) ** 2, 0);
  words[IDLE_MEAN] = mean;
  words[IDLE_STDDEV] = Math.sqrt(squares / (calm.length - 1));
}

function unit(from: number): number {
  let state = from | 1;
  for (let step = 0; step < STEPS; step++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
  }
  return state;
}
