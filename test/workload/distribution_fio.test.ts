import { describe, expect, test } from "bun:test";
import { FioNormal, FioPareto, FioZipf, FioZoned } from "../../src/workload/distribution_fio.ts";
import {
  bell,
  chiSquare,
  draws,
  kolmogorov,
  type Source,
  seed,
  UNLIKELY,
  zipfShares,
} from "./statistics.ts";

describe("fio's formulas", () => {
  const n = 1024;
  const start = { blocks: n, seed: 5n, centre: 0 };
  /** Rank of a block: the hash is a bijection where the blocks are a power of two. */
  const rankOf = new Map(
    Array.from({ length: n }, (_, rank) => [
      Number((BigInt(rank) * 0x61c8_8646_80b5_83ebn) % BigInt(n)),
      rank,
    ]),
  );
  const ranks = (source: Source, count: number): number[] =>
    draws(source, count).map((block) => rankOf.get(block)!);

  test.each([0.6, 1.2])("zipf is Gray's approximation, theta = %d", (theta) => {
    const [first, second] = zipfShares(n, theta) as [number, number];
    const eta = (1 - (2 / n) ** (1 - theta)) / (1 - (first + second));
    // The share of draws below a rank: Gray's formula solved for the draw.
    const below = (rank: number): number =>
      Math.max(first + second, ((rank / n) ** (1 - theta) - 1 + eta) / eta);
    const shares = Array.from({ length: n }, (_, rank) => {
      if (rank === 0) return first;
      return below(rank + 1) - (rank === 1 ? first : below(rank));
    });
    const drawn = ranks(new FioZipf(start, theta), 100_000);
    expect(chiSquare(drawn, shares)).toBeLessThan(UNLIKELY);
  });

  test("pareto gives the share h of the blocks 1 - h of the accesses", () => {
    const power = Math.log(0.8) / Math.log(0.2);
    const below = (rank: number): number => (rank / (n - 1)) ** power;
    const shares = Array.from({ length: n }, (_, r) => Math.min(1, below(r + 1)) - below(r));
    shares[n - 1] = 0;
    const drawn = ranks(new FioPareto(start, 0.2), 100_000);
    expect(chiSquare(drawn, shares)).toBeLessThan(UNLIKELY);
  });

  test("normal is the mean of twelve draws, whatever the deviation moves it", () => {
    const drawn = ranks(new FioNormal({ ...start, centre: 0.5 }, 0), 20_000);
    expect(kolmogorov(drawn, (rank) => bell(((rank + 0.5) / n - 0.5) * 12))).toBeLessThan(1);
  });

  test("zipf leaves most blocks of 64,000 out, as the hash does", () => {
    const hit = new Set(draws(new FioZipf({ ...start, blocks: 64_000 }, 0.1), 1_000_000));
    expect(hit.size).toBeLessThan(25_713);
    expect(hit.size).toBeGreaterThan(25_000);
  });

  test("blocks lie in the file, also in one of 2^45 blocks", () => {
    const blocks = 2 ** 45 - 7;
    const drawn = draws(new FioPareto({ blocks, seed: 1n, centre: 0.3 }, 0.4), 1000);
    expect(drawn.every((block) => Number.isSafeInteger(block) && block < blocks)).toBe(true);
    const random = seed(1);
    random.next();
    const power = Math.log(0.4) / Math.log(0.6);
    const exact = drawn.map(() => {
      const rank = Math.trunc((blocks - 1) * (random.next() / 0xffff_ffff) ** power);
      const hash = BigInt.asUintN(64, BigInt(rank) * 0x61c8_8646_80b5_83ebn);
      return Number(BigInt.asUintN(64, hash + BigInt(Math.trunc(blocks * 0.3))) % BigInt(blocks));
    });
    expect(drawn).toEqual(exact);
  });

  test("zones have their shares by whole percents", () => {
    const whole = [
      { share: 60, space: 10 },
      { share: 30, space: 20 },
      { share: 10, space: 70 },
    ];
    const spans = [
      [0, 100],
      [100, 200],
      [300, 700],
    ] as const;
    const blocks = draws(new FioZoned(seed(11), seed(12), true, whole, spans), 100_000);
    const shares = Array.from({ length: 1000 }, (_, block) => {
      const zone = block < 100 ? 0 : block < 300 ? 1 : 2;
      return whole[zone]!.share / 100 / spans[zone]![1];
    });
    expect(chiSquare(blocks, shares)).toBeLessThan(UNLIKELY);
  });
});
