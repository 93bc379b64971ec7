/**
 * Bandwidth and IOPS in windows, half a second each unless a job says otherwise, for the minimum,
 * maximum and spread of a report. The main thread feeds it the jobs' live counters at each look; it
 * keeps sums, not series, so a run of days costs what a run of seconds does.
 */
import { READ, TRIM, WRITE } from "../base/direction.ts";
import type { SamplesResult } from "./result.ts";
import { BYTES, countersAt, RAMP_UNITS, UNITS } from "./statsblock.ts";

/** fio's default for bwavgtime and iopsavgtime, 500 ms. */
export const WINDOW_NS = 500e6;

const SAMPLED = [READ, WRITE, TRIM] as const;
/** Reads, writes and trims as one, beside them: behind the last of the directions. */
export const MIXED = 3;

/** Running count, extremes, mean and spread of a rate (Welford). */
class Spread {
  #count = 0;
  #min = 0;
  #max = 0;
  #mean = 0;
  #m2 = 0;

  add(value: number): void {
    this.#min = this.#count === 0 ? value : Math.min(this.#min, value);
    this.#max = this.#count === 0 ? value : Math.max(this.#max, value);
    this.#count++;
    const difference = value - this.#mean;
    this.#mean += difference / this.#count;
    this.#m2 += difference * (value - this.#mean);
  }

  result(windowNs: number): SamplesResult {
    const count = this.#count;
    const stddev = count > 1 ? Math.sqrt(this.#m2 / (count - 1)) : 0;
    const { min, max, mean } = { min: this.#min, max: this.#max, mean: this.#mean };
    return { window_ns: windowNs, count, min, max, mean, stddev };
  }
}

export interface RateSamples {
  readonly iops: SamplesResult;
  readonly bandwidth: SamplesResult;
}

/** Live counters of all jobs at a look; undefined of one that is not in its measured part. */
type Blocks = readonly (Float64Array | undefined)[];

/**
 * One rate of one job, or of several added up as they ran, in windows of its own. A window counts
 * when all that were measured at its begin are so at its end, no other came, and no ramp ended
 * inside: figures of a window in which a job came or went would say nothing about the device. After
 * such a change a new window begins.
 */
class Windows {
  #beganAt = Number.NEGATIVE_INFINITY;
  /** Of each member the units of its ramp at the last look; -1 of one that was not measured. */
  readonly #ramps: Float64Array;
  /** How many are measured. */
  #measured = 0;
  readonly #before = new Float64Array(SAMPLED.length);
  readonly #spreads = [...SAMPLED, MIXED].map(() => new Spread());

  constructor(
    private readonly counter: typeof UNITS | typeof BYTES,
    private readonly windowNs: number,
    private readonly members: readonly number[],
  ) {
    this.#ramps = new Float64Array(members.length).fill(-1);
  }

  look(now: number, blocks: Blocks): void {
    const same = this.#isSame(blocks);
    const elapsed = now - this.#beganAt;
    if (this.#measured === 0 || (same && elapsed < this.windowNs)) return;
    let all = 0;
    for (const direction of SAMPLED) {
      const count = this.#sum(blocks, countersAt(direction) + this.counter);
      const moved = count - this.#before[direction]!;
      this.#before[direction] = count;
      if (same) this.#spreads[direction]!.add((moved / elapsed) * 1e9);
      all += moved;
    }
    if (same) this.#spreads[MIXED]!.add((all / elapsed) * 1e9);
    this.#beganAt = now;
  }

  of(direction: number): SamplesResult {
    return this.#spreads[direction]!.result(this.windowNs);
  }

  /** Whether the same members are measured as at the last look, and none of them left a ramp. */
  #isSame(blocks: Blocks): boolean {
    let same = true;
    this.#measured = 0;
    for (const [position, member] of this.members.entries()) {
      const block = blocks[member];
      let ramp = block === undefined ? -1 : 0;
      if (block !== undefined) {
        this.#measured++;
        for (const direction of SAMPLED) ramp += block[countersAt(direction) + RAMP_UNITS]!;
      }
      if (ramp !== this.#ramps[position]) same = false;
      this.#ramps[position] = ramp;
    }
    return same;
  }

  #sum(blocks: Blocks, at: number): number {
    let sum = 0;
    for (const member of this.members) sum += blocks[member]?.[at] ?? 0;
    return sum;
  }
}

/** Both rates of the same jobs. */
class Rates {
  readonly #iops: Windows;
  readonly #bandwidth: Windows;

  /** Several jobs are seen in the longest of their windows. */
  constructor(jobs: readonly SampledJob[], members: readonly number[]) {
    const longest = (of: (job: SampledJob) => number | undefined): number =>
      Math.max(...members.map((member) => of(jobs[member]!) ?? WINDOW_NS));
    const [iops, bandwidth] = [longest((job) => job.iopsNs), longest((job) => job.bandwidthNs)];
    this.#iops = new Windows(UNITS, iops, members);
    this.#bandwidth = new Windows(BYTES, bandwidth, members);
  }

  look(now: number, blocks: Blocks): void {
    this.#iops.look(now, blocks);
    this.#bandwidth.look(now, blocks);
  }

  of(direction: number): RateSamples {
    return { iops: this.#iops.of(direction), bandwidth: this.#bandwidth.of(direction) };
  }
}

/** What a sampler must know of a job; `group` is undefined for a job that is in no report. */
export interface SampledJob {
  readonly group: number | undefined;
  /** Length of a window, ns; half a second where it is not said. */
  readonly bandwidthNs?: number;
  readonly iopsNs?: number;
}

/** The windows of all jobs of a run, of its groups and of the whole. */
export class RunSampler {
  readonly #jobs: readonly Rates[];
  readonly #groups = new Map<number, Rates>();
  readonly #total: Rates | undefined;
  readonly #all: readonly Rates[];

  constructor(jobs: readonly SampledJob[]) {
    this.#jobs = jobs.map((_, index) => new Rates(jobs, [index]));
    const members = [...jobs.keys()].filter((index) => jobs[index]!.group !== undefined);
    for (const [group, indices] of Map.groupBy(members, (index) => jobs[index]!.group!)) {
      this.#groups.set(group, new Rates(jobs, indices));
    }
    this.#total = members.length === 0 ? undefined : new Rates(jobs, members);
    const total = this.#total === undefined ? [] : [this.#total];
    this.#all = [...this.#jobs, ...this.#groups.values(), ...total];
  }

  /**
   * Called as often as one likes with the time in ns and each job's stats block, undefined for a
   * job that is not in its measured part (not begun, ramp, ended).
   */
  look(now: number, blocks: Blocks): void {
    for (const rates of this.#all) rates.look(now, blocks);
  }

  job(index: number, direction: number): RateSamples {
    const rates = this.#jobs[index];
    if (rates === undefined) throw new Error(`no job ${index} in this run`);
    return rates.of(direction);
  }

  group(group: number, direction: number): RateSamples {
    const rates = this.#groups.get(group);
    if (rates === undefined) throw new Error(`no group ${group} in this run`);
    return rates.of(direction);
  }

  total(direction: number): RateSamples {
    return (this.#total ?? new Rates([{ group: 0 }], [0])).of(direction);
  }
}
