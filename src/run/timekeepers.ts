/**
 * The threads of gtod_cpu, one for each CPU that some job names: they write the time before the
 * first job starts and until the last has ended. Jobs whose thread could not be had do not run.
 */
import type { Calibration } from "../../ffi/clock.ts";
import type { JobPlan } from "../job/jobplan.ts";
import { KEEPER_ENDS, KEPT_DOUBLES } from "../job/timewords.ts";
import type { SharedMemory } from "./shared.ts";
import { Thread, type ThreadEnd } from "./thread.ts";

/** Different CPUs in a run. */
export function keepersOf(jobs: readonly JobPlan[]): readonly number[] {
  return [...new Set(jobs.map(({ spec }) => spec.gtod_cpu))].filter((cpu) => cpu > 0);
}

export class Timekeepers {
  readonly #cpus: readonly number[];
  readonly #threads: Thread[] = [];

  constructor(
    private readonly jobs: readonly JobPlan[],
    private readonly shared: SharedMemory,
  ) {
    this.#cpus = keepersOf(jobs);
  }

  get any(): boolean {
    return this.#cpus.length > 0;
  }

  /** Where the job finds its time; 0 of one that reads a clock. */
  addressFor({ spec }: JobPlan): number {
    return spec.gtod_cpu === 0 ? 0 : this.#address(spec.gtod_cpu);
  }

  #address(cpu: number): number {
    return this.shared.timeAddress + this.#cpus.indexOf(cpu) * KEPT_DOUBLES * 8;
  }

  /** Settles when each of them writes, or has failed: how, by the index of its jobs. */
  async start(
    entry: string,
    epoch: number,
    calibration: Calibration | undefined,
  ): Promise<ReadonlyMap<number, ThreadEnd>> {
    const failures = new Map<number, ThreadEnd>();
    for (const cpu of this.#cpus) {
      const address = this.#address(cpu);
      this.#threads.push(new Thread(entry, { role: "time", cpu, epoch, calibration, address }));
    }
    await Promise.all(this.#threads.map(({ ready }) => ready));
    for (const [position, { end }] of this.#threads.entries()) {
      if (end === undefined) continue;
      const cpu = this.#cpus[position];
      const members = this.jobs.filter(({ spec }) => spec.gtod_cpu === cpu);
      for (const { index } of members) failures.set(index, end);
    }
    return failures;
  }

  /** The CPUs are free again. */
  async end(): Promise<void> {
    for (const cpu of this.#cpus) this.shared.time(this.#address(cpu))[KEEPER_ENDS] = 1;
    await Promise.all(this.#threads.map(({ ended }) => ended));
  }
}
