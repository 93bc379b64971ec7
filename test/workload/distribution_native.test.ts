import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import {
  Normal,
  Pareto,
  ParetoRanks,
  Sequence,
  Zipf,
  ZipfRanks,
  Zoned,
} from "../../src/workload/distribution_native.ts";
import { Centred, Scattered } from "../../src/workload/scatter.ts";
import { bell, chiSquare, draws, kolmogorov, seed, UNLIKELY, zipfShares } from "./statistics.ts";

/** Sum of i^-theta to n by Euler and Maclaurin, but for a constant that is the same for every n. */
function harmonic(n: number, theta: number): number {
  return n ** (1 - theta) / (1 - theta) + n ** -theta / 2;
}

describe("zipf", () => {
  test.each([0.3, 0.8, 0.999999999, 1, 1.2, 2, 5])(
    "ranks have a share of (rank + 1)^-theta, theta = %d",
    (theta) => {
      const ranks = draws(new ZipfRanks(seed(1), 1000, theta), 100_000);
      expect(chiSquare(ranks, zipfShares(1000, theta))).toBeLessThan(UNLIKELY);
    },
  );

  test("another theta is told apart", () => {
    const ranks = draws(new ZipfRanks(seed(1), 1000, 1.2), 100_000);
    expect(chiSquare(ranks, zipfShares(1000, 1.15))).toBeGreaterThan(UNLIKELY);
  });

  test("the whole of a file of 2^40 blocks is drawn from, to its end", () => {
    const n = 2 ** 40;
    const theta = 0.7;
    const ranks = draws(new ZipfRanks(seed(2), n, theta), 50_000);
    const from = harmonic(1000, theta);
    const all = harmonic(n, theta) - from;
    const far = ranks.filter((rank) => rank >= 1000);
    expect(far.length).toBeGreaterThan(49_000);
    const upTo = (rank: number): number => (harmonic(rank + 1, theta) - from) / all;
    expect(kolmogorov(far, upTo)).toBeLessThan(1);
    expect(Math.max(...ranks)).toBeGreaterThan(0.99 * n);
    expect(new Set(ranks.map((rank) => rank % 2)).size).toBe(2);
  });

  test("every block of a file that is no power of two is hit, and each rank has one", () => {
    const blocks = 1000;
    const placing = new Scattered(blocks, 7);
    const hit = draws(new Zipf(seed(3), blocks, 0.6, placing), 200_000);
    expect(new Set(hit).size).toBe(blocks);
    const shares = new Array<number>(blocks).fill(0);
    zipfShares(blocks, 0.6).forEach((share, rank) => {
      shares[placing.place(rank)] = share;
    });
    expect(chiSquare(hit, shares)).toBeLessThan(UNLIKELY);
  });

  test("one block is drawn again and again", () => {
    expect(new Set(draws(new Zipf(seed(1), 1, 1.2, new Scattered(1, 1)), 50))).toEqual(
      new Set([0]),
    );
  });
});

describe("pareto", () => {
  test.each([0.1, 0.2, 0.5, 0.9])("a share of h has a share of 1 - h, h = %d", (h) => {
    const n = 2 ** 40;
    const ranks = draws(new ParetoRanks(seed(4), n, h), 50_000);
    const power = Math.log(1 - h) / Math.log(h);
    expect(kolmogorov(ranks, (rank) => ((rank + 1) / n) ** power)).toBeLessThan(1);
    const first = ranks.filter((rank) => rank < h * n).length / ranks.length;
    expect(Math.abs(first - (1 - h))).toBeLessThan(0.01);
  });

  test("every block is hit", () => {
    const hit = draws(new Pareto(seed(5), 300, 0.3, new Scattered(300, 1)), 50_000);
    expect(new Set(hit).size).toBe(300);
  });
});

describe("normal", () => {
  test.each([
    [10, 0.5],
    [3, 0.3],
    [50, 0.5],
    [25, 0],
    [0, 0.5],
  ])("a bell with a deviation of %d per cent around %d of the file", (percent, centre) => {
    const n = 2 ** 40;
    const blocks = draws(new Normal(seed(6), n, percent, centre), 50_000);
    const deviation = (percent || 100 / 12) / 100;
    const below = (share: number): number => bell((share - centre) / deviation);
    const whole = below(1) - below(0);
    expect(kolmogorov(blocks, (block) => (below(block / n) - below(0)) / whole)).toBeLessThan(1);
  });

  test("a wide bell hits every block, ends and all", () => {
    const blocks = draws(new Normal(seed(7), 100, 40), 20_000);
    expect(new Set(blocks).size).toBe(100);
  });

  test("a round that begins again draws the same", () => {
    const random = seed(8);
    const normal = new Normal(random, 1e6, 10);
    const first = draws(normal, 7);
    random.rewind();
    normal.rewind();
    expect(draws(normal, 7)).toEqual(first);
  });
});

describe("zoned", () => {
  const zones = [
    { share: 60, space: 10 },
    { share: 0, space: 10 },
    { share: 37.5, space: 40 },
    { share: 2.5, space: 40 },
  ];
  const ends = [100, 200, 600, 1000];

  test("zones have their shares, and each is even", () => {
    const blocks = draws(new Zoned(seed(9), zones, ends), 200_000);
    const shares = Array.from({ length: 1000 }, (_, block) => {
      const zone = ends.findIndex((end) => block < end);
      return zones[zone]!.share / 100 / (ends[zone]! - (ends[zone - 1] ?? 0));
    });
    expect(chiSquare(blocks, shares)).toBeLessThan(UNLIKELY);
    expect(blocks.some((block) => block >= 100 && block < 200)).toBe(false);
  });

  test("a zone that is smaller than a block has the block it begins in", () => {
    const blocks = draws(new Zoned(seed(10), zones, [0, 1, 2, 3]), 1000);
    expect(new Set(blocks)).toEqual(new Set([0, 1, 2]));
  });
});

describe("places of ranks", () => {
  test("no two ranks share a place, whatever the file", () => {
    const files = fc.tuple(
      fc.integer({ min: 1, max: 3000 }),
      fc.integer(),
      fc.double({ min: 0, max: 1, noNaN: true }),
    );
    fc.assert(
      fc.property(files, ([blocks, key, centre]) => {
        for (const placing of [new Scattered(blocks, key), new Centred(blocks, centre)]) {
          const places = new Set(Array.from({ length: blocks }, (_, rank) => placing.place(rank)));
          expect(places.size).toBe(blocks);
          for (const place of places) expect(place >= 0 && place < blocks).toBe(true);
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test("the hottest ranks of a large file are all over it", () => {
    const n = 2 ** 40 - 12_345;
    const placing = new Scattered(n, 99);
    const places = Array.from({ length: 20_000 }, (_, rank) => placing.place(rank));
    expect(new Set(places).size).toBe(places.length);
    expect(kolmogorov(places, (place) => place / n)).toBeLessThan(1);
    const low = places.map((place) => place % 64);
    expect(chiSquare(low, new Array<number>(64).fill(1 / 64))).toBeLessThan(UNLIKELY);
  });

  test("around a centre they lie one beside the other", () => {
    const placing = new Centred(10, 0.3);
    expect(Array.from({ length: 10 }, (_, rank) => placing.place(rank))).toEqual([
      3, 4, 2, 5, 1, 6, 0, 7, 8, 9,
    ]);
    expect(new Centred(5, 1).place(0)).toBe(4);
  });
});

describe("sequence", () => {
  test("goes through its blocks again and again, round the end of the file", () => {
    expect(draws(new Sequence([0, 8, 4], 6, false), 7)).toEqual([0, 2, 4, 0, 2, 4, 0]);
  });

  test("with a stride moves on by its span", () => {
    expect(draws(new Sequence([2, 4, 3], 100, true), 7)).toEqual([2, 4, 3, 5, 7, 6, 8]);
  });

  test("begins again with a round", () => {
    const sequence = new Sequence([1, 2], 100, true);
    draws(sequence, 3);
    sequence.rewind();
    expect(draws(sequence, 3)).toEqual([1, 2, 3]);
  });
});
