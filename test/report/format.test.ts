import { describe, expect, test } from "bun:test";
import {
  bytes,
  count,
  duration,
  number,
  paint,
  percent,
  plain,
  short,
  table,
  time,
  timeScale,
  wrap,
} from "../../src/report/format.ts";

test("numbers have four significant digits, and all of theirs from a thousand on", () => {
  const shown = [0, 0.0002346, 0.9021, 7.814, 48.79, 146.44, 999.96, 1_000, 894_123.4, 2e9];
  expect(shown.map(number)).toEqual([
    "0",
    "0.0002346",
    "0.9021",
    "7.814",
    "48.79",
    "146.4",
    "1,000",
    "1,000",
    "894,123",
    "2,000,000,000",
  ]);
  expect(number(1.234e-8)).toBe("0.0000000123");
});

test("counts are whole, thousands apart", () => {
  expect([0, 7, 1_234, 1_234_567.4].map(count)).toEqual(["0", "7", "1,234", "1,234,567"]);
});

test("percents say what is too little to show and when it is all", () => {
  const shown = [0, 0.001, 0.05, 4.7, 33.8, 99.8, 99.99, 99.999, 100];
  expect(shown.map(percent)).toEqual([
    "0 %",
    "< 0.01 %",
    "0.05 %",
    "4.70 %",
    "33.8 %",
    "99.8 %",
    "> 99.9 %",
    "> 99.9 %",
    "100 %",
  ]);
});

test("a row's unit is the largest in which a typical value is at least 1", () => {
  const units = [0, 1, 999, 1_000, 146_000, 1e6, 2.4e9].map((ns) => timeScale(ns).unit);
  expect(units).toEqual(["ns", "ns", "ns", "µs", "µs", "ms", "s"]);
});

test("durations go from ns to days", () => {
  const shown = [0, 130, 2_500, 951e6, 2.001e9, 119.9e9, 750e9, 11_100e9, 187_200e9];
  expect(shown.map(duration)).toEqual([
    "0 s",
    "130 ns",
    "2.500 µs",
    "951.0 ms",
    "2.001 s",
    "119.9 s",
    "12 min 30 s",
    "3 h 5 min",
    "2 d 4 h",
  ]);
});

test("a time shows nothing below a ns", () => {
  const scale = timeScale(1_000);
  expect([0, 60, 1_643, 48_790, 22_126_000].map((ns) => time(ns, scale))).toEqual([
    "0",
    "0.060",
    "1.643",
    "48.79",
    "22,126",
  ]);
  expect(time(130.4, timeScale(130.4))).toBe("130");
});

test("sizes are powers of 1024, without a fraction where there is none", () => {
  const shown = [0, 512, 4096, 2 ** 30, 73_291_800, 960_197_124_096, 2 ** 51];
  expect(shown.map(bytes)).toEqual([
    "0 B",
    "512 B",
    "4 KiB",
    "1 GiB",
    "69.90 MiB",
    "894.3 GiB",
    "2 PiB",
  ]);
});

describe("names and paths", () => {
  test("cannot steer a terminal or break a line", () => {
    expect(plain("a\nb\tc\u001b[31md\u0085e\u2028")).toBe("a\\nb\\tc\\x1b[31md\\x85e\\x2028");
    expect(plain("größe/文件")).toBe("größe/文件");
  });

  test("are cut in the middle, where paths differ least", () => {
    expect(short("/data/a/long/way/to/file.0", 20)).toBe("/data/a…ay/to/file.0");
    expect(short("/data/f", 20)).toBe("/data/f");
  });
});

test("text is wrapped at blanks, and a word that is too long where it must be", () => {
  expect(wrap("one two three four", 9)).toEqual(["one two", "three", "four"]);
  expect(wrap(`x ${"y".repeat(12)} z`, 5)).toEqual(["x", "yyyyy", "yyyyy", "yy z"]);
  expect(wrap("", 5)).toEqual([]);
});

test("columns line up", () => {
  expect(
    table(
      [
        ["name", "a", "b"],
        ["x", "100", "2"],
      ],
      1,
    ),
  ).toEqual(["name    a  b", "x     100  2"]);
});

test("colour is there only when it was asked for", () => {
  expect(paint(true).red("x")).toBe("\u001b[31mx\u001b[39m");
  expect(paint(false).red("x")).toBe("x");
});
