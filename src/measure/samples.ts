/**
 * Bandwidth and IOPS in windows of half a second, for the minimum, maximum and spread of a report.
 * The main thread feeds it the jobs' live counters at each look; it keeps sums, not series, so a
 * run of days costs what a run of seconds does.
 */
import { READ, TRIM, WRITE } from "../base/direction.ts";
import type { SamplesResult } from "./result.ts";
import { BYTES, countersAt, RAMP_UNITS, UNITS } from "./statsblock.ts";

/** fio's default for bwavgtime and iopsavgtime, 500 ms. */
export const WINDOW_NS = 500e6;

const SAMPLED = [READ, WRITE, TRIM] as const;

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

  result(): SamplesResult {
    const count = this.#count;
    const stddev = count > 1 ? Math.sqrt(this.#m2 / (count - 1)) : 0;
    const { min, max, mean } = { min: this.#min, max: this.#max, mean: this.#mean };
    return { window_ns: WINDOW_NS, count, min, max, mean, stddev };
  }
}

export interface RateSamples {
  readonly iops: SamplesResult;
  readonly bandwidth: SamplesResult;
}

/** One job, or several together: a pair of spreads for each of read, write and trim. */
class Rates {
  readonly #spreads = SAMPLED.map(() => ({ iops: new Spread(), bandwidth: new Spread() }));

  /** `moved` has units and bytes of each direction, one after the other. */
  add(moved: Float64Array, seconds: number): void {
    for (const direction of SAMPLED) {
      const { iops, bandwidth } = this.#spreads[direction]!;
      iops.add(moved[direction * 2]! / seconds);
      bandwidth.add(moved[direction * 2 + 1]! / seconds);
    }
  }

  of(direction: number): RateSamples {
    const { iops, bandwidth } = this.#spreads[direction]!;
    return { iops: iops.result(), bandwidth: bandwidth.result() };
  }
}

/** Where a job stood at the last look; `measuring` is false before its first. */
class Baseline {
  measuring = false;
  rampUnits = 0;
  readonly counts = new Float64Array(SAMPLED.length * 2);
}

/** What a sampler must know of a job; `group` is undefined for a job that is in no report. */
export interface SampledJob {
  readonly group: number | undefined;
}

/**
 * The windows of all jobs of a run, of its groups and of the whole. A window of a job counts when
 * the job was measured at both its ends and no ramp ended inside. A window of a group counts when
 * that holds for all of its jobs that were measured at either end: figures of a window in which a
 * job came or went would say nothing about the device.
 */
export class RunSampler {
  readonly #jobs: readonly Rates[];
  readonly #groups = new Map<number, Rates>();
  readonly #total = new Rates();
  readonly #baselines: readonly Baseline[];
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(private readonly members: readonly SampledJob[]) {
    this.#jobs = members.map(() => new Rates());
    this.#baselines = members.map(() => new Baseline());
    for (const { group } of members) {
      if (group !== undefined) this.#groups.set(group, new Rates());
    }
  }

  /**
   * Called as often as one likes with the time in ns and each job's stats block, undefined for a
   * job that is not in its measured part (not begun, ramp, ended).
   */
  look(now: number, blocks: readonly (Float64Array | undefined)[]): void {
    const elapsed = now - this.#lookedAt;
    if (elapsed < WINDOW_NS) return;
    this.#lookedAt = now;
    const seconds = elapsed / 1e9;
    const sums = new Map<Rates, Float64Array>();
    const broken = new Set<Rates>();
    for (const [index, { group }] of this.members.entries()) {
      const shared = group === undefined ? [] : [this.#groups.get(group)!, this.#total];
      const baseline = this.#baselines[index]!;
      const before = baseline.measuring;
      const moved = advance(baseline, blocks[index]);
      if (moved !== undefined) {
        this.#jobs[index]!.add(moved, seconds);
        for (const rates of shared) sums.set(rates, plus(moved, sums.get(rates)));
      } else if (before || baseline.measuring) {
        for (const rates of shared) broken.add(rates);
      }
    }
    for (const [rates, moved] of sums) {
      if (!broken.has(rates)) rates.add(moved, seconds);
    }
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
    return this.#total.of(direction);
  }
}

/** What moved since the last look; undefined when the window is not whole. */
function advance(baseline: Baseline, block: Float64Array | undefined): Float64Array | undefined {
  const whole = baseline.measuring;
  baseline.measuring = block !== undefined;
  if (block === undefined) return undefined;
  const moved = new Float64Array(SAMPLED.length * 2);
  let rampUnits = 0;
  for (const direction of SAMPLED) {
    const at = countersAt(direction);
    rampUnits += block[at + RAMP_UNITS]!;
    for (const [column, counter] of [UNITS, BYTES].entries()) {
      const row = direction * 2 + column;
      const count = block[at + counter]!;
      moved[row] = count - baseline.counts[row]!;
      baseline.counts[row] = count;
    }
  }
  const sameRamp = rampUnits === baseline.rampUnits;
  baseline.rampUnits = rampUnits;
  return whole && sameRamp ? moved : undefined;
}

function plus(moved: Float64Array, sum: Float64Array | undefined): Float64Array {
  return sum === undefined ? moved : sum.map((value, index) => value + moved[index]!);
}
