import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { UserError } from "../../src/base/errors.ts";
import { Coverage } from "../../src/workload/coverage.ts";

/** The same map as a list of booleans. */
class Plain {
  readonly #visited: boolean[];

  constructor(blocks: number) {
    this.#visited = Array.from({ length: blocks }, () => false);
  }

  take(block: number): number {
    const { length } = this.#visited;
    for (let step = 0; step < length; step++) {
      const at = (block + step) % length;
      if (this.#visited[at] === true) continue;
      this.#visited[at] = true;
      return at;
    }
    return -1;
  }

  takeRun(block: number, count: number): number {
    let taken = 0;
    while (taken < count && this.#visited[block + taken] === false) {
      this.#visited[block + taken] = true;
      taken++;
    }
    return taken;
  }
}

/** Sizes around the borders of words and of levels, and any. */
const sizes = fc.oneof(
  fc.constantFrom(1, 2, 31, 32, 33, 1023, 1024, 1025, 32_767, 32_768, 32_769),
  fc.integer({ min: 1, max: 5000 }),
);

describe("the random map", () => {
  test("takes every block exactly once, whatever is drawn", () => {
    fc.assert(
      fc.property(sizes, fc.integer(), (blocks, salt) => {
        const map = new Coverage(blocks);
        const seen = new Uint8Array(blocks);
        for (let draw = 0; draw < blocks; draw++) {
          const block = map.take((Math.imul(draw ^ salt, 0x9e37_79b1) >>> 0) % blocks);
          seen[block]!++;
        }
        expect(seen.every((count) => count === 1)).toBe(true);
        expect(map.left).toBe(0);
        expect(map.take(0)).toBe(-1);
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  test("gives the drawn block or the first free one after it, round the end", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 3000 }),
        fc.array(fc.nat({ max: 2 ** 31 }), { maxLength: 3000 }),
        (blocks, draws) => {
          const map = new Coverage(blocks);
          const plain = new Plain(blocks);
          for (const draw of draws) {
            expect(map.take(draw % blocks)).toBe(plain.take(draw % blocks));
          }
        },
      ),
      { seed: 2, numRuns: 50 },
    );
  });

  test("a run ends at the first block that was visited, and at the last", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.array(fc.tuple(fc.nat({ max: 2 ** 31 }), fc.integer({ min: 1, max: 80 })), {
          maxLength: 100,
        }),
        (blocks, draws) => {
          const map = new Coverage(blocks);
          const plain = new Plain(blocks);
          for (const [draw, count] of draws) {
            expect(map.takeRun(draw % blocks, count)).toBe(plain.takeRun(draw % blocks, count));
          }
        },
      ),
      { seed: 3, numRuns: 100 },
    );
  });

  test("is empty again after a reset", () => {
    const map = new Coverage(1000);
    for (let block = 0; block < 1000; block++) map.take(block);
    map.reset();
    expect(map.left).toBe(1000);
    expect(map.take(999)).toBe(999);
    expect(map.take(999)).toBe(0);
  });

  test("finds the one free block of millions", () => {
    const map = new Coverage(2 ** 22);
    map.takeRun(0, 2 ** 22);
    map.reset();
    map.takeRun(0, 1_234_567);
    map.takeRun(1_234_568, 2 ** 22);
    expect(map.take(3_000_000)).toBe(1_234_567);
    expect(map.take(0)).toBe(-1);
  });

  test("works beyond 2^32 blocks", () => {
    const blocks = 2 ** 32 + 40;
    const map = new Coverage(blocks);
    expect(map.take(blocks - 1)).toBe(blocks - 1);
    expect(map.take(2 ** 32 + 7)).toBe(2 ** 32 + 7);
    expect(map.take(2 ** 32 + 7)).toBe(2 ** 32 + 8);
    expect(map.take(2 ** 31)).toBe(2 ** 31);
    expect(map.take(2 ** 31)).toBe(2 ** 31 + 1);
    expect(map.take(blocks - 1)).toBe(0);
    expect(map.take(7)).toBe(7);
  });

  test("a map that no memory holds is refused with what to do", () => {
    expect(() => new Coverage(2 ** 36)).toThrow(UserError);
    expect(() => new Coverage(2 ** 36)).toThrow("norandommap = true");
  });
});
