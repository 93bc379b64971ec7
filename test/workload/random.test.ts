import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Taus88, Taus258 } from "../../src/workload/random.ts";
import { BLOCK, MIX, streamsOf } from "../../src/workload/streams.ts";

const ALL_64 = (1n << 64n) - 1n;

/** L'Ecuyer's recurrences (1996 and 1999) and fio's seeding, in BigInt: slow and easy to check. */
class Reference {
  readonly #words: bigint[] = [];

  constructor(
    seed: bigint,
    private readonly bits: bigint,
    factor: bigint,
    private readonly components: readonly (readonly [bigint, bigint, bigint, bigint])[],
    leasts: readonly bigint[],
  ) {
    let word = 53n;
    for (const least of leasts) {
      word = this.#cut((word * factor) ^ seed);
      if (word < least) word += least;
      this.#words.push(word);
    }
    for (let draw = 0; draw < 6; draw++) this.next();
  }

  next(): bigint {
    let draw = 0n;
    this.components.forEach(([a, b, d, clear], at) => {
      const word = this.#words[at]!;
      const kept = this.#cut((word >> clear) << (clear + d));
      this.#words[at] = kept ^ (this.#cut((word << a) ^ word) >> b);
      draw ^= this.#words[at]!;
    });
    return draw;
  }

  #cut(value: bigint): bigint {
    return BigInt.asUintN(Number(this.bits), value);
  }
}

function reference88(seed: bigint): Reference {
  return new Reference(
    BigInt.asUintN(32, seed),
    32n,
    69069n,
    [
      [13n, 19n, 12n, 1n],
      [2n, 25n, 4n, 3n],
      [3n, 11n, 17n, 4n],
    ],
    [1n, 7n, 15n],
  );
}

function reference258(seed: bigint): Reference {
  return new Reference(
    seed,
    64n,
    6_906_969_069n,
    [
      [1n, 53n, 10n, 1n],
      [24n, 50n, 5n, 9n],
      [3n, 23n, 29n, 12n],
      [5n, 24n, 23n, 17n],
      [3n, 33n, 8n, 23n],
    ],
    [1n, 7n, 15n, 33n, 49n],
  );
}

const seeds = fc.bigInt({ min: 0n, max: ALL_64 });

describe("taus88", () => {
  test("draws what the recurrence says, for every seed", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = new Taus88(seed);
        const reference = reference88(seed);
        for (let draw = 0; draw < 50; draw++) expect(random.next()).toBe(Number(reference.next()));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test("seeds below the least of a component do not get stuck", () => {
    for (const seed of [0n, 1n, 6n, 7n, 14n, 15n, 0xffff_ffffn]) {
      const random = new Taus88(seed);
      const draws = new Set(Array.from({ length: 100 }, () => random.next()));
      expect(draws.size).toBe(100);
    }
  });

  test("a block is the draw's share of the count", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 2 ** 21 }), (seed, count) => {
        const random = new Taus88(seed);
        const reference = reference88(seed);
        for (let draw = 0; draw < 20; draw++) {
          expect(random.below(count)).toBe(Number((reference.next() * BigInt(count)) >> 32n));
        }
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  test("begins again when rewound", () => {
    const random = new Taus88(99n);
    const first = [random.next(), random.next(), random.next()];
    random.rewind();
    expect([random.next(), random.next(), random.next()]).toEqual(first);
  });
});

describe("taus258", () => {
  test("draws what the recurrence says, for every seed", () => {
    fc.assert(
      fc.property(seeds, (seed) => {
        const random = new Taus258(seed);
        const reference = reference258(seed);
        for (let draw = 0; draw < 50; draw++) expect(random.next()).toBe(Number(reference.next()));
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  test("a block lies in the file also when the draw rounds up to 2^64", () => {
    const random = new Taus258(1n);
    random.next = () => 2 ** 64;
    expect(random.below(2 ** 40)).toBe(2 ** 40 - 1);
  });

  test("reaches blocks that 32 bits of draw cannot", () => {
    const random = new Taus258(1n);
    const blocks = Array.from({ length: 1000 }, () => random.below(2 ** 40));
    expect(blocks.some((block) => block % 256 !== 0)).toBe(true);
    expect(blocks.every((block) => block >= 0 && block < 2 ** 40)).toBe(true);
  });

  test("begins again when rewound", () => {
    const random = new Taus258(99n);
    const first = [random.next(), random.next(), random.next()];
    random.rewind();
    expect([random.next(), random.next(), random.next()]).toEqual(first);
  });
});

describe("streams", () => {
  const written = { randseed: undefined, randrepeat: true };

  test("the first job's blocks are those of fio 3.39", () => {
    const small = streamsOf(written, 1).blocks(1024);
    expect(Array.from({ length: 12 }, () => small.below(1024))).toEqual([
      1000, 886, 672, 528, 617, 1001, 14, 231, 335, 856, 690, 579,
    ]);
    const large = streamsOf(written, 1).blocks(2 ** 32);
    expect(Array.from({ length: 8 }, () => large.below(2 ** 20))).toEqual([
      380_927, 160_795, 775_816, 559_011, 894_439, 443_815, 1_044_168, 937_491,
    ]);
  });

  test("a file of 2^32 blocks or more is drawn from with 64 bits", () => {
    expect(streamsOf(written, 1).blocks(2 ** 32 - 1)).toBeInstanceOf(Taus88);
    expect(streamsOf(written, 1).blocks(2 ** 32)).toBeInstanceOf(Taus258);
  });

  test("every clone has seeds of its own, the same in every run", () => {
    const all = Array.from({ length: 200 }, (_, job) => streamsOf(written, job + 1).seeds);
    const again = Array.from({ length: 200 }, (_, job) => streamsOf(written, job + 1).seeds);
    expect(all).toEqual(again);
    for (const stream of [MIX, BLOCK]) {
      expect(new Set(all.map((seeds) => seeds[stream])).size).toBe(200);
    }
  });

  test("the streams of one job differ", () => {
    expect(new Set(streamsOf(written, 1).seeds).size).toBe(24);
  });

  test("a written randseed changes them and ends their repeating, randrepeat or not", () => {
    const seeded = streamsOf({ randseed: 5, randrepeat: true }, 1);
    expect(seeded.seeds).not.toEqual(streamsOf(written, 1).seeds);
    expect(seeded.seeds).toEqual(streamsOf({ randseed: 5, randrepeat: false }, 1).seeds);
    expect([seeded.repeats, streamsOf(written, 1).repeats]).toEqual([false, true]);
  });

  test("without randrepeat no two runs are the same", () => {
    const none = { randseed: undefined, randrepeat: false };
    expect(streamsOf(none, 1).seeds).not.toEqual(streamsOf(none, 1).seeds);
    expect(streamsOf(none, 1).repeats).toBe(false);
  });
});
