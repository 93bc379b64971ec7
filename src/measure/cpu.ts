/** CPU time, switches and faults of the calling thread, from getrusage(2). */
import { libc } from "../../ffi/libc.ts";
import type { CpuUsage } from "./outcome.ts";

/** sys/resource.h. */
const RUSAGE_THREAD = 1;

/** struct rusage on 64-bit Linux: two timevals of two words each, then fourteen longs. */
const WORDS = 18;
const USER_SECONDS = 0;
const SYSTEM_SECONDS = 2;
const MINOR_FAULTS = 8;
const MAJOR_FAULTS = 9;
const VOLUNTARY_SWITCHES = 16;
const INVOLUNTARY_SWITCHES = 17;

/** Totals of this thread since it began; the kernel keeps them to the µs. */
export function threadUsage(): CpuUsage {
  const halves = new Uint32Array(new ArrayBuffer(WORDS * 8));
  libc.getrusage(RUSAGE_THREAD, halves);
  const word = (index: number): number => halves[index * 2]! + halves[index * 2 + 1]! * 2 ** 32;
  const time = (index: number): number => word(index) * 1e9 + word(index + 1) * 1e3;
  return {
    userNs: time(USER_SECONDS),
    systemNs: time(SYSTEM_SECONDS),
    voluntarySwitches: word(VOLUNTARY_SWITCHES),
    involuntarySwitches: word(INVOLUNTARY_SWITCHES),
    majorFaults: word(MAJOR_FAULTS),
    minorFaults: word(MINOR_FAULTS),
  };
}
