import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { READ, SYNC } from "../../src/base/direction.ts";
import { Units } from "../../src/io/units.ts";
import { bucketLow, bucketOf, bucketWidth } from "../../src/measure/histogram.ts";
import {
  type Latency,
  latencyOf,
  latencyResult,
  mergeLatencies,
  percentiles,
  readLatency,
} from "../../src/measure/latency.ts";
import { Recorder } from "../../src/measure/recorder.ts";
import { CLAT, LAT, SLAT } from "../../src/measure/statsblock.ts";
import { addLatency, emptyStats, PERCENTILES } from "../support/measured.ts";

/** From single ns to hours, with many equal values. */
const nanoseconds = fc.oneof(
  fc.nat(300),
  fc.nat(2_000_000),
  fc.constantFrom(1_000, 90_000, 17_112_760_320),
  fc.nat(2 ** 31 - 1).map((value) => value * 1_000),
);
const someLatencies = fc.array(nanoseconds, { minLength: 1, maxLength: 400 });
const percents = fc.array(
  fc.oneof(
    fc.constantFrom(...PERCENTILES, 100, 99.999),
    fc.double({ min: 0.01, max: 100, noNaN: true }),
  ),
  { minLength: 1, maxLength: 20 },
);

function latency(samples: readonly number[], withBuckets = true): Latency {
  const stats = emptyStats();
  addLatency(stats, READ, CLAT, samples);
  return readLatency(stats, READ, CLAT, withBuckets)!;
}

/** The rank as written on paper: whole thousandths of a percent, so that no rounding comes in. */
function trueRank(percent: number, count: number): number {
  const exact = Math.round(percent * 1e6);
  return Math.abs(percent - exact / 1e6) < 1e-12
    ? Number((BigInt(exact) * BigInt(count) + 99_999_999n) / 100_000_000n)
    : Math.ceil((percent / 100) * count);
}

describe("percentiles", () => {
  test("lie in the bucket of the sample that sorting finds at that rank", () => {
    fc.assert(
      fc.property(someLatencies, percents, (samples, asked) => {
        const sorted = [...samples].sort((a, b) => a - b);
        const found = percentiles(latency(samples), asked);
        for (const [index, percent] of asked.entries()) {
          const right = sorted[Math.max(1, trueRank(percent, sorted.length)) - 1]!;
          const bucket = bucketOf(right);
          const low = Math.max(bucketLow(bucket), sorted[0]!);
          const high = Math.min(bucketLow(bucket) + bucketWidth(bucket), sorted.at(-1)!);
          expect(found[index]).toBeGreaterThanOrEqual(low);
          expect(found[index]).toBeLessThanOrEqual(high);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test("never lie outside the true minimum and maximum", () => {
    // One sample, whose bucket's middle is above it: fio prints a percentile above the maximum.
    const low = bucketLow(bucketOf(1_000_000));
    expect(percentiles(latency([low]), [1, 50, 100])).toEqual([low, low, low]);
    const high = low + bucketWidth(bucketOf(low)) - 1;
    expect(percentiles(latency([high]), [1, 50, 100])).toEqual([high, high, high]);
  });

  test("do not clip at 17 seconds as fio's do", () => {
    const hour = 3_600e9;
    const [found] = percentiles(latency([1, hour, hour, hour + 1e10]), [50]);
    expect(Math.abs(found! - hour) / hour).toBeLessThan(1 / 256);
  });

  test("take 99.9 % of 1,000 samples to be the 999th, whatever doubles make of it", () => {
    const samples = Array.from({ length: 1_000 }, (_, index) => index * 1_000_000);
    const [found] = percentiles(latency(samples), [99.9]);
    expect(bucketOf(found!)).toBe(bucketOf(998 * 1_000_000));
  });

  test("come in the order asked for", () => {
    const samples = Array.from({ length: 100 }, (_, index) => index + 1);
    expect(percentiles(latency(samples), [90, 10, 50])).toEqual([90, 10, 50]);
  });
});

describe("mean and standard deviation", () => {
  test("agree with the plain formula", () => {
    fc.assert(
      fc.property(fc.array(nanoseconds, { minLength: 2, maxLength: 50 }), (samples) => {
        const mean = samples.reduce((sum, ns) => sum + ns, 0) / samples.length;
        const squares = samples.reduce((sum, ns) => sum + (ns - mean) ** 2, 0);
        const result = latencyResult(latency(samples), [50]);
        const stddev = Math.sqrt(squares / (samples.length - 1));
        expect(Math.abs(result.mean - mean)).toBeLessThanOrEqual(Math.abs(mean) * 1e-9);
        expect(Math.abs(result.stddev - stddev)).toBeLessThanOrEqual(1e-3 + stddev * 1e-6);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test("keep a spread of 1 ns around an hour", () => {
    const { mean, stddev } = latencyResult(latency([3.6e12, 3.6e12 + 2, 3.6e12 + 1]), [50]);
    expect(mean).toBe(3.6e12 + 1);
    expect(stddev).toBe(1);
  });

  test("have no deviation with one sample", () => {
    expect(latencyResult(latency([77]), [50])).toMatchObject({ count: 1, mean: 77, stddev: 0 });
  });
});

describe("merging", () => {
  const close = (a: Latency, b: Latency): void => {
    expect({ ...a, mean: 0, m2: 0 }).toEqual({ ...b, mean: 0, m2: 0 });
    expect(Math.abs(a.mean - b.mean)).toBeLessThanOrEqual(1e-6 + b.mean * 1e-9);
    expect(Math.abs(a.m2 - b.m2)).toBeLessThanOrEqual(1 + Math.abs(b.m2) * 1e-6);
  };

  test("gives what one job with all the samples would have", () => {
    fc.assert(
      fc.property(fc.array(someLatencies, { minLength: 1, maxLength: 4 }), (parts) => {
        close(mergeLatencies(parts.map((part) => latency(part)))!, latency(parts.flat()));
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  test("does not depend on the order or on how the parts are grouped", () => {
    fc.assert(
      fc.property(someLatencies, someLatencies, someLatencies, (first, second, third) => {
        const [a, b, c] = [latency(first), latency(second), latency(third)];
        const all = mergeLatencies([a, b, c])!;
        close(mergeLatencies([c, b, a])!, all);
        close(mergeLatencies([mergeLatencies([a, b])!, c])!, all);
        close(mergeLatencies([a, mergeLatencies([b, c])!])!, all);
      }),
      { seed: 1, numRuns: 30 },
    );
  });

  test("leaves the parts as they were", () => {
    const part = latency([5, 6]);
    const before = structuredClone(part);
    mergeLatencies([part, latency([7])]);
    expect(part).toEqual(before);
  });

  test("keeps buckets only where every part has them", () => {
    expect(mergeLatencies([latency([5]), latency([6], false)])?.buckets).toBeUndefined();
    expect(mergeLatencies([])).toBeUndefined();
  });

  test("works on results as well as on blocks", () => {
    fc.assert(
      fc.property(someLatencies, (samples) => {
        const one = latency(samples);
        close(latencyOf(latencyResult(one, [50])), one);
      }),
      { seed: 1, numRuns: 30 },
    );
  });
});

describe("a result", () => {
  test("names percentiles as they were asked for and lists the buckets that are not empty", () => {
    expect(latencyResult(latency([10, 10, 300]), [50, 99.95])).toEqual({
      count: 3,
      min: 10,
      max: 300,
      mean: 320 / 3,
      stddev: expect.closeTo(167.4316, 3),
      percentiles: { "50": 10, "99.95": 300 },
      histogram: [
        [10, 1, 2],
        [300, 2, 1],
      ],
    });
  });

  test("has neither percentiles nor histogram where only the summary was kept", () => {
    expect(latencyResult(latency([10], false), [50])).toMatchObject({
      percentiles: null,
      histogram: null,
    });
  });
});

test("what the recorder wrote is read back", () => {
  const stats = emptyStats();
  const units = new Units(2);
  const recorder = new Recorder(stats, units, { slat: "summary", clat: "histogram", lat: "off" });
  for (const [unit, direction] of [
    [0, READ],
    [1, SYNC],
  ] as const) {
    units.direction[unit] = direction;
    units.startedAt[unit] = 1_000;
    units.issuedAt[unit] = 1_200;
  }
  recorder.completed(0, 2_000);
  recorder.completed(0, 2_400);
  recorder.completed(1, 9_000);
  expect(readLatency(stats, READ, SLAT, false)).toMatchObject({ count: 2, mean: 200, max: 200 });
  const clat = readLatency(stats, READ, CLAT, true)!;
  expect(clat).toMatchObject({ count: 2, min: 800, max: 1_200, mean: 1_000, m2: 80_000 });
  expect(percentiles(clat, [50, 100])).toEqual([802, 1_200]);
  expect(readLatency(stats, READ, LAT, true)).toBeUndefined();
  expect(readLatency(stats, SYNC, LAT, true)).toMatchObject({ count: 1, mean: 8_000 });
});
