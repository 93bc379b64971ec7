import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  CLASSES,
  coarse,
  folded,
  type Histogram,
  middleOf,
  percentilesOf,
} from "../../src/fio/buckets.ts";
import { bucketLow, bucketOf, bucketWidth } from "../../src/measure/histogram.ts";

/** fio's bucket of a latency, by its own rule in 64-bit integers (plat_val_to_idx). */
function fioBucket(ns: number): number {
  const value = BigInt(ns);
  const top = value === 0n ? 0 : value.toString(2).length - 1;
  if (top <= 6) return ns;
  const shift = BigInt(top - 6);
  return Math.min(1855, ((top - 6 + 1) << 6) + Number((value >> shift) & 63n));
}

/** And what it reads as (plat_idx_to_val). */
function fioValue(bucket: number): number {
  if (bucket < 128) return bucket;
  const shift = (bucket >> 6) - 1;
  return 2 ** (shift + 6) + Math.floor(((bucket & 63) + 0.5) * 2 ** shift);
}

const latency = fc.oneof(
  fc.nat({ max: 600 }),
  fc.nat({ max: 2 ** 31 - 1 }),
  fc.maxSafeNat().map((n) => n % 2 ** 36),
);

function histogramOf(samples: readonly number[]): Histogram {
  const counts = new Map<number, number>();
  for (const ns of samples) counts.set(bucketOf(ns), (counts.get(bucketOf(ns)) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([bucket, count]) => [bucketLow(bucket), bucketWidth(bucket), count]);
}

describe("folding", () => {
  test("puts every sample where fio would have put it", () => {
    const samples = fc.array(latency, { minLength: 1, maxLength: 50 });
    fc.assert(
      fc.property(samples, (all) => {
        const expected = new Map<number, number>();
        for (const bucket of all.map(fioBucket).sort((a, b) => a - b)) {
          expected.set(bucket, (expected.get(bucket) ?? 0) + 1);
        }
        expect([...folded(histogramOf(all))]).toEqual([...expected]);
      }),
      { seed: 1, numRuns: 500 },
    );
  });

  test("reads each of the 1856 buckets as fio does", () => {
    for (let bucket = 0; bucket < 1856; bucket++) {
      expect(middleOf(bucket)).toBe(fioValue(bucket));
    }
    expect(middleOf(1855)).toBe(17_112_760_320);
  });

  test("puts 2^34 ns and all above into the last bucket", () => {
    const long = [2 ** 34 - 1, 2 ** 34, 2 ** 41, 2 ** 50];
    expect([...folded(histogramOf(long))]).toEqual([[1855, 4]]);
  });
});

describe("percentiles", () => {
  const of = (samples: readonly number[], percents: readonly number[]): number[] => {
    const range = { min: Math.min(...samples), max: Math.max(...samples) };
    return percentilesOf(folded(histogramOf(samples)), range, percents);
  };

  test("are fio's formula, within the true minimum and maximum", () => {
    const samples = fc.array(latency, { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(samples, fc.integer({ min: 1, max: 100 }), (all, percent) => {
        const buckets = all.map(fioBucket).sort((a, b) => a - b);
        // The first at which 100 times the running count is percent times all.
        const at = buckets.findIndex((_, index) => (index + 1) * 100 >= percent * all.length);
        const value = Math.min(
          Math.max(...all),
          Math.max(Math.min(...all), fioValue(buckets[at]!)),
        );
        expect(of(all, [percent])).toEqual([value]);
      }),
      { seed: 2, numRuns: 500 },
    );
  });

  test("take 99.9 for the little more that its double is", () => {
    const samples = Array.from({ length: 1000 }, (_, index) => (index < 999 ? 10 : 90));
    // 99.9 is 99.900000000000005684…, of 1000 samples the last; 99.5 is exact.
    expect(of(samples, [99.5, 99.9])).toEqual([10, 90]);
  });

  test("never lie above the maximum, where fio's may", () => {
    expect(of([7_891_000], [100])).toEqual([7_891_000]);
    expect(fioValue(fioBucket(7_891_000))).toBeGreaterThan(7_891_000);
  });
});

describe("the coarse maps", () => {
  const seen = (ns: number): string[] => {
    const { ns: small, us, ms } = coarse([histogramOf([ns])]);
    const name = (unit: string, map: number[]): string[] =>
      map.flatMap((count, index) => (count > 0 ? [`${unit} ${index}`] : []));
    return [...name("ns", small), ...name("us", us), ...name("ms", ms)];
  };

  test.each([
    [0, "ns 0"],
    [1, "ns 0"],
    [2, "ns 1"],
    [3, "ns 1"],
    [4, "ns 2"],
    [9, "ns 2"],
    [49, "ns 4"],
    [50, "ns 5"],
    [249, "ns 6"],
    [990, "ns 9"],
    [1_010, "us 0"],
    [9_900, "us 2"],
    [990_000, "us 9"],
    [1_010_000, "ms 0"],
    [990e6, "ms 9"],
    [1.5e9, "ms 10"],
    [2.1e9, "ms 11"],
    [1e12, "ms 11"],
  ])("have %d ns in class %s", (ns, place) => {
    expect(seen(ns)).toEqual([place]);
  });

  test("count every sample of every histogram once", () => {
    fc.assert(
      fc.property(fc.array(latency, { maxLength: 60 }), (all) => {
        const { ns, us, ms } = coarse([histogramOf(all), histogramOf([5])]);
        const sum = [...ns, ...us, ...ms].reduce((a, b) => a + b, 0);
        expect(sum).toBe(all.length + 1);
        expect(ns.length + us.length + ms.length).toBe(3 * CLASSES.length + 2);
      }),
      { seed: 3, numRuns: 200 },
    );
  });
});
