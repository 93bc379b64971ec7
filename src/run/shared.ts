/**
 * The memory that all threads of a run share: one mapping with the control block, then a stats
 * block a job. Untouched pages cost nothing, so a job that never trims pays for no trim histogram.
 */
import { allocateMapped, allocateShared, PAGE, pages, view } from "../../ffi/memory.ts";
import { Control, controlBytes, LOCK_BYTES } from "../job/control.ts";
import type { SharedPlace } from "../job/launch.ts";
import { KEPT_DOUBLES } from "../job/timewords.ts";
import { STATS_BYTES } from "../measure/statsblock.ts";

export class SharedMemory {
  readonly control: Control;
  readonly controlAddress: number;
  readonly controlBytes: number;
  /** Two doubles: bytes laid out so far, bytes to lay out. */
  readonly layout: Float64Array;
  readonly layoutAddress: number;
  readonly #statsAddress: number;
  readonly #stats: Float64Array[] = [];

  /** The words of the files' locks; 0 when there are none. */
  readonly locksAddress: number;

  /** Lines of the threads that keep the time. */
  readonly timeAddress: number;
  /** Where another process finds the memory; undefined where all jobs are threads. */
  readonly place: SharedPlace | undefined;

  /** `keepers`: threads that keep the time. `processes`: whether others are to find the memory. */
  constructor(jobs: number, locks = 0, keepers = 0, processes = false) {
    this.controlBytes = pages(controlBytes(jobs));
    const lockBytes = pages(locks * LOCK_BYTES);
    const before = this.controlBytes + PAGE + jobs * STATS_BYTES;
    const bytes = before + lockBytes + pages(keepers * KEPT_DOUBLES * 8);
    if (processes) {
      const { address, fd } = allocateMapped(bytes);
      this.controlAddress = address;
      this.place = { pid: process.pid, fd, address, bytes };
    } else this.controlAddress = allocateShared(bytes);
    this.timeAddress = this.controlAddress + before + lockBytes;
    this.locksAddress = lockBytes === 0 ? 0 : this.controlAddress + before;
    this.control = new Control(view(this.controlAddress, this.controlBytes), this.controlAddress);
    this.layoutAddress = this.controlAddress + this.controlBytes;
    this.layout = new Float64Array(view(this.layoutAddress, 16));
    this.#statsAddress = this.layoutAddress + PAGE;
    for (let job = 0; job < jobs; job++) {
      this.#stats.push(new Float64Array(view(this.statsAddress(job), STATS_BYTES)));
    }
  }

  /** What one of them writes and reads. */
  time(address: number): Float64Array {
    return new Float64Array(view(address, KEPT_DOUBLES * 8));
  }

  statsAddress(job: number): number {
    return this.#statsAddress + job * STATS_BYTES;
  }

  /** The job's live statistics: its thread writes them, nobody else may. */
  stats(job: number): Float64Array {
    const stats = this.#stats[job];
    if (stats === undefined) throw new Error(`no job ${job} in this run`);
    return stats;
  }
}
