import { expect, test } from "bun:test";
import fc from "fast-check";
import { formatNumbers, MOST_NUMBERS, readNumbers } from "../../src/base/numberset.ts";

test("a list is numbers and ranges, in any order, each number once", () => {
  expect(readNumbers("5, 0,2-3 ,3")).toEqual([0, 2, 3, 5]);
  expect(readNumbers(7)).toEqual([7]);
  expect(readNumbers([3, 1])).toEqual([1, 3]);
});

test("every set of numbers is read from its own text", () => {
  const numbers = fc.uniqueArray(fc.nat({ max: MOST_NUMBERS - 1 }), { minLength: 1 });
  fc.assert(
    fc.property(numbers, (set) => {
      const sorted = set.toSorted((a, b) => a - b);
      expect(readNumbers(formatNumbers(sorted))).toEqual(sorted);
    }),
    { seed: 31, numRuns: 200 },
  );
});

test.each(["", "x", "1-", "3-2", "1024", "-1", "1,,2", "0x1"])("%p is refused", (text) => {
  expect(() => readNumbers(text)).toThrow(/write/);
});
