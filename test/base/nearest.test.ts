import { expect, test } from "bun:test";
import fc from "fast-check";
import { didYouMean, nearest } from "../../src/base/nearest.ts";

const NAMES = ["iodepth", "iodepth_low", "ioengine", "time_based", "runtime", "bs", "rw"];

test.each([
  ["iodeph", "iodepth"],
  ["ioedpth", "iodepth"],
  ["IODEPTH", "iodepth"],
  ["iodepth-low", "iodepth_low"],
  ["timebased", "time_based"],
  ["rumtime", "runtime"],
  ["b", "bs"],
  ["wr", "rw"],
])("%p is taken for %p", (word, meant) => {
  expect(nearest(word, NAMES)).toBe(meant);
});

test.each(["", "verify", "zzzzzzz", "__proto__"])("%p is near to none", (word) => {
  expect(nearest(word, NAMES)).toBeUndefined();
});

test("a word longer than any name is near to none, at no cost", () => {
  expect(nearest("iodepth".repeat(1e5), NAMES)).toBeUndefined();
});

test("the nearest of several wins", () => {
  expect(nearest("iodepth_lo", ["iodepth", "iodepth_low"])).toBe("iodepth_low");
});

test("one edit of a long enough word finds it again", () => {
  const word = fc.string({ unit: fc.constantFrom(..."abcdefgh"), minLength: 4, maxLength: 12 });
  fc.assert(
    fc.property(
      word,
      fc.nat(),
      fc.constantFrom("drop", "add", "swap", "change"),
      (whole, at, edit) => {
        const i = at % (whole.length - 1);
        const middle = {
          drop: "",
          add: `${whole.slice(i, i + 2)}z`,
          swap: whole[i + 1]! + whole[i]!,
          change: `z${whole[i + 1]!}`,
        }[edit];
        const rest = edit === "drop" ? whole.slice(i + 1) : whole.slice(i + 2);
        expect(nearest(whole.slice(0, i) + middle + rest, [whole, "qqqqqqqqqqqq"])).toBe(whole);
      },
    ),
    { seed: 1, numRuns: 300 },
  );
});

test("the question is empty when there is nothing to ask", () => {
  expect(didYouMean("bss", NAMES)).toBe("; did you mean bs?");
  expect(didYouMean("verify", NAMES)).toBe("");
});
