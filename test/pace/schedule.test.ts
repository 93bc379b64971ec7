/** Due times: that they are what the rate says, to the ns, and that none is lost or invented. */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { Linear, type Pace, Poisson } from "../../src/pace/schedule.ts";
import { Taus88 } from "../../src/workload/random.ts";

const BEGIN = 3e9;

const pace = fc.record({
  scale: fc.integer({ min: 1, max: 1e9 }).map((n) => n / 7),
  byBytes: fc.boolean(),
  block: fc.constantFrom(512, 4096, 65_536),
});

describe("an even schedule", () => {
  test("has its n-th unit due n gaps after the start, however long it runs", () => {
    fc.assert(
      fc.property(pace, fc.integer({ min: 1, max: 5000 }), (pace, units) => {
        const schedule = new Linear(pace);
        schedule.begin(BEGIN);
        for (let unit = 0; unit < units; unit++) schedule.took(pace.block);
        const gap = pace.scale * (pace.byBytes ? pace.block : 1);
        expect(schedule.dueAt).toBeCloseTo(BEGIN + units * gap, 0);
      }),
      { numRuns: 50 },
    );
  });

  test("counts the bytes of each unit where the rate is in bytes", () => {
    const schedule = new Linear({ scale: 2, byBytes: true, block: 4096 });
    schedule.begin(BEGIN);
    for (const bytes of [1000, 1, 4096]) schedule.took(bytes);
    expect(schedule.dueAt).toBe(BEGIN + 2 * 5097);
  });

  test("owes exactly the units that were due before the end", () => {
    fc.assert(
      fc.property(
        pace,
        fc.integer({ min: 0, max: 300 }),
        fc.integer({ min: 0, max: 300 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (pace, taken, missing, part) => {
          const gap = pace.scale * (pace.byBytes ? pace.block : 1);
          const schedule = new Linear(pace);
          const counted = new Linear(pace);
          for (const each of [schedule, counted]) {
            each.begin(BEGIN);
            for (let unit = 0; unit < taken; unit++) each.took(pace.block);
          }
          const until = counted.dueAt + (missing - 1 + part) * gap;
          let units = 0;
          for (; counted.dueAt < until; units++) counted.took(pace.block);
          expect(schedule.owed(until)).toEqual({ units, bytes: units * pace.block });
        },
      ),
      { numRuns: 200 },
    );
  });

  test("is put off as a whole", () => {
    const schedule = new Linear({ scale: 1000, byBytes: false, block: 4096 });
    schedule.begin(BEGIN);
    schedule.took(4096);
    schedule.postpone(500);
    expect(schedule.dueAt).toBe(BEGIN + 1500);
    schedule.took(4096);
    expect(schedule.dueAt).toBe(BEGIN + 2500);
  });
});

describe("a Poisson schedule", () => {
  const PACE: Pace = { scale: 100_000, byBytes: false, block: 4096 };

  /** Gaps of so many units. */
  function gapsOf(schedule: Poisson, units: number): number[] {
    schedule.begin(BEGIN);
    return Array.from({ length: units }, () => {
      const before = schedule.dueAt;
      schedule.took(4096);
      return schedule.dueAt - before;
    });
  }

  test("has gaps of the mean that was asked for, spread as an exponential's are", () => {
    const gaps = gapsOf(new Poisson(PACE, new Taus88(5n), false), 100_000);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    // Mean and deviation of an exponential are the same; of 100,000 draws both are 0.3 % off.
    expect(Math.abs(mean / PACE.scale - 1)).toBeLessThan(0.012);
    const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
    expect(Math.abs(Math.sqrt(variance) / PACE.scale - 1)).toBeLessThan(0.02);
  });

  test("is exponential: the greatest distance to its distribution is what chance allows", () => {
    const gaps = gapsOf(new Poisson(PACE, new Taus88(11n), false), 20_000).sort((a, b) => a - b);
    const distance = Math.max(
      ...gaps.map((gap, i) => Math.abs(1 - Math.exp(-gap / PACE.scale) - (i + 0.5) / gaps.length)),
    );
    // Kolmogorov and Smirnov: 1.95 / sqrt(n) is passed by chance once in a thousand.
    expect(distance).toBeLessThan(1.95 / Math.sqrt(gaps.length));
  });

  test("gives a byte its share of a gap where the rate is in bytes", () => {
    const bytes: Pace = { scale: 25, byBytes: true, block: 4096 };
    const gaps = gapsOf(new Poisson(bytes, new Taus88(5n), false), 50_000);
    const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
    expect(Math.abs(mean / (25 * 4096) - 1)).toBeLessThan(0.02);
  });

  test("begins at once as fio's does, or after a gap as any process without memory", () => {
    const first = (atOnce: boolean): number => {
      const schedule = new Poisson(PACE, new Taus88(5n), atOnce);
      schedule.begin(BEGIN);
      return schedule.dueAt;
    };
    expect(first(true)).toBe(BEGIN);
    expect(first(false)).toBeGreaterThan(BEGIN);
  });

  test("owes exactly the units that were due before the end", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 1n << 32n }),
        fc.integer({ min: 0, max: 500 }),
        fc.integer({ min: 0, max: 50_000_000 }),
        (seed, taken, later) => {
          const owing = new Poisson(PACE, new Taus88(seed), false);
          const counted = new Poisson(PACE, new Taus88(seed), false);
          for (const each of [owing, counted]) {
            each.begin(BEGIN);
            for (let unit = 0; unit < taken; unit++) each.took(4096);
          }
          const until = BEGIN + later;
          let units = 0;
          for (; counted.dueAt < until; units++) counted.took(4096);
          expect(owing.owed(until)).toEqual({ units, bytes: units * 4096 });
        },
      ),
      { numRuns: 100 },
    );
  });

  test("expects as many more as the rate has, beyond a million that are owed", () => {
    const schedule = new Poisson({ scale: 1, byBytes: false, block: 1 }, new Taus88(5n), false);
    schedule.begin(0);
    const { units } = schedule.owed(3e6);
    expect(Math.abs(units / 3e6 - 1)).toBeLessThan(0.005);
  });
});
