import { expect, test } from "bun:test";
import { clean, quote, show } from "../../src/base/quote.ts";

test("a short text is shown whole, in quotes", () => {
  expect(quote("4kb")).toBe('"4kb"');
  expect(quote("x".repeat(60))).toBe(`"${"x".repeat(60)}"`);
});

test("a long one is cut, without splitting a character, and its length is told", () => {
  expect(quote("x".repeat(61))).toBe(`"${"x".repeat(60)}…" (61 characters)`);
  expect(quote("🙂".repeat(100))).toBe(`"${"🙂".repeat(60)}…" (200 characters)`);
});

test("what a terminal would obey, or what would break the line, is not let through", () => {
  expect(quote("a\u001b[31m\nb")).toBe('"a\ufffd[31m\ufffdb"');
  expect(clean("\u0000\u007f\u009b\u2028")).toBe("\ufffd".repeat(4));
  expect(clean("tab\tstays")).toBe("tab\tstays");
});

test("other values are shown by what they are", () => {
  expect([1.5, true, new Date(0), [], [1], {}, undefined].map(show)).toEqual([
    "1.5",
    "true",
    "a date",
    "an empty array",
    "an array",
    "a table",
    "undefined",
  ]);
});
