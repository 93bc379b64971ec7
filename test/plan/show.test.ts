import { describe, expect, test } from "bun:test";
import { showBytes, showPath, showTime, table, wrap } from "../../src/plan/show.ts";

describe("showBytes", () => {
  test.each([
    [0, "0 bytes"],
    [1, "1 byte"],
    [1000, "1000 bytes"],
    [4096, "4 KiB"],
    [1.5 * 2 ** 20, "1.5 MiB"],
    [1471026298, "1.37 GiB (1471026298 bytes)"],
    [2 ** 30 - 4096, "1 GiB (1073737728 bytes)"],
    [2 ** 52, "4 PiB"],
    [Number.POSITIVE_INFINITY, "no limit of bytes"],
  ])("%d is %s", (bytes, text) => {
    expect(showBytes(bytes)).toBe(text);
  });
});

test("times are said in the units one thinks in", () => {
  const texts = [0, 250e6, 1.5e9, 60e9, 90e9, 5400e9, 3600e9].map(showTime);
  expect(texts).toEqual(["0 s", "250 ms", "1.5 s", "1m", "1m30s", "1h30m", "1h"]);
});

test("a path is one short line without anything a terminal obeys", () => {
  expect(showPath("a\nb\u001b[31m")).toBe("a\ufffdb\ufffd[31m");
  expect(showPath("x".repeat(1e6)).length).toBeLessThan(170);
  expect(showPath("x".repeat(1e6))).toEndWith("(1000000 characters)");
});

test("a table aligns its columns and leaves no blanks at the end", () => {
  expect(table([["a", "bbb", "c"], ["aaaa", "b", ""], ["… more"]])).toEqual([
    "  a       bbb  c",
    "  aaaa    b",
    "  … more",
  ]);
});

test("running text breaks between items", () => {
  const lines = wrap(
    Array.from({ length: 30 }, (_, i) => `item${i}`),
    "    ",
  );
  expect(lines.length).toBe(3);
  expect(lines.every((line) => line.length <= 100 && line.startsWith("    item"))).toBe(true);
  expect(lines.join(" ").match(/item\d+/g)).toHaveLength(30);
});
