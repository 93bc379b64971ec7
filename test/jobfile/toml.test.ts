import { describe, expect, test } from "bun:test";
import { readToml } from "../../src/jobfile/toml.ts";

/** `line:column: message` of the mistake that makes the text no TOML. */
function mistake(text: string): string {
  const read = readToml("f", text);
  if (!("message" in read)) throw new Error("it was accepted");
  return `${read.place.line}:${read.place.column}: ${read.message}`;
}

test("a document is read with its places", () => {
  const read = readToml("f", "[a]\nb = 1\n");
  if ("message" in read) throw new Error(read.message);
  expect(read.root["a"]).toEqual({ b: 1 });
  expect(read.places.value(["a", "b"])).toEqual({ source: "f", line: 2, column: 5, text: "b = 1" });
});

describe("a syntax error", () => {
  test("has its place, its line, and nothing of the parser's own frame", () => {
    const read = readToml("f", "[a]\r\nb = [1,\r\nc = 2\r\n");
    expect(read).toMatchObject({ place: { source: "f", line: 3, column: 1 } });
    expect(mistake("[a\n")).not.toContain("\n");
  });

  test.each([
    [
      "rw = randread",
      '1:6: invalid value; text and numbers with a unit stand in quotes: "randread"',
    ],
    ["\niodepth = 4k # x", 'stand in quotes: "4k"'],
    ["rw=read ; x", 'stand in quotes: "read"'],
    ["filename=/dev/sda", 'stand in quotes: "/dev/sda"'],
    ["time_based\nrw = 1", "write time_based = true, if that is what it is to be"],
    ["; a comment of fio", "a comment begins with #"],
  ])("%p, as fio has it, says what TOML wants", (text, hint) => {
    expect(mistake(text)).toContain(hint);
  });

  test.each(["a = ", "a = [1", 'a = "x', "[a", "a = { b = 1", "a = 1\na = 2", "= 1"])(
    "%p is told without a hint that would not fit",
    (text) => {
      expect(mistake(text)).not.toContain("in quotes");
      expect(mistake(text)).toMatch(/^\d+:\d+: \w[^\n]+[^.\n]$/);
    },
  );

  test("of a number too large for a double says how large one may be", () => {
    expect(mistake("size = 99999999999999999999")).toBe(
      "1:8: a whole number is at most 9007199254740991 (2^53 - 1)",
    );
  });

  test("in a line of a million characters is short", () => {
    expect(mistake(`a = ${"x".repeat(1e6)}`).length).toBeLessThan(200);
  });
});
