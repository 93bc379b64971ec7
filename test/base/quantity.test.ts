import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Mistake } from "../../src/base/problem.ts";
import {
  DURATION_PATTERN,
  formatAmount,
  formatDuration,
  formatSize,
  PERCENT_PATTERN,
  parseAmount,
  parseDuration,
  parsePercent,
  parseSize,
  SIZE_PATTERN,
} from "../../src/base/quantity.ts";

const RUNS = { seed: 1, numRuns: 500 };

/** The sentence a parser refuses with. */
function refusal(parse: () => unknown): string {
  try {
    parse();
  } catch (error) {
    expect(error).toBeInstanceOf(Mistake);
    return (error as Mistake).message;
  }
  throw new Error("it was accepted");
}

describe("sizes", () => {
  test.each([
    ["0", 0],
    ["512", 512],
    ["512B", 512],
    ["4k", 4096],
    ["4K", 4096],
    ["4KiB", 4096],
    ["4kib", 4096],
    ["3m", 3 * 2 ** 20],
    ["3MiB", 3 * 2 ** 20],
    ["2G", 2 * 2 ** 30],
    ["1t", 2 ** 40],
    ["1TiB", 2 ** 40],
    ["4p", 4 * 2 ** 50],
    ["4kB", 4000],
    ["7MB", 7e6],
    ["1GB", 1e9],
    ["2TB", 2e12],
    ["1PB", 1e15],
    ["1.5g", 1.5 * 2 ** 30],
    ["0.5k", 512],
    ["2.3kB", 2300],
    [" 4k ", 4096],
  ])("%p is %p bytes", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test("what means 1000 to some and 1024 to others is refused with both right spellings", () => {
    expect(refusal(() => parseSize("4KB"))).toBe(
      '"4KB" can mean two things; write 4k (4096 bytes) or 4kB (4000 bytes)',
    );
    expect(refusal(() => parseSize("4kb"))).toContain("4k (4096 bytes) or 4kB (4000 bytes)");
    expect(refusal(() => parseSize("3mb"))).toContain("3m (3145728 bytes) or 3MB (3000000 bytes)");
    expect(refusal(() => parseSize("1gb"))).toContain("1g (1073741824 bytes) or 1GB");
    expect(refusal(() => parseSize("1Tb"))).toContain("1t (1099511627776 bytes) or 1TB");
  });

  test("half a prefix gets its other half", () => {
    expect(refusal(() => parseSize("10Gi"))).toBe('"10Gi" is not a size; write 10g or 10GiB');
  });

  test("part of a byte is refused with the nearest whole numbers", () => {
    expect(refusal(() => parseSize("1.3k"))).toContain("write 1331 or 1332");
    expect(refusal(() => parseSize("0.1g"))).toContain("write 107374182 or 107374183");
  });

  test.each(["", "k", "4kfoo", "4 5", "1e3", "0x10", "1.k", ".5k", "1.5.5k", "--4", "512b", "4,5"])(
    "%p is refused with what to write",
    (text) => {
      expect(refusal(() => parseSize(text))).toContain("write bytes, or a number with k m g t");
    },
  );

  test("what is below zero or beyond 2^53 says so", () => {
    expect(refusal(() => parseSize("-4k"))).toContain("below zero");
    expect(refusal(() => parseSize("8p"))).toContain("too large");
    expect(parseSize("9007199254740991")).toBe(Number.MAX_SAFE_INTEGER);
    expect(refusal(() => parseSize("9007199254740992"))).toContain("too large");
  });

  test.each([
    [4096, "4k"],
    [1536, "1536"],
    [2300, "2300"],
    [8000, "8kB"],
    [22e6, "22MB"],
    [1.5 * 2 ** 30, "1536m"],
    [2 ** 50, "1p"],
    [0, "0"],
  ])("%p bytes are written %p", (bytes, text) => {
    expect(formatSize(bytes)).toBe(text);
  });

  test("what is formatted is read as the same number, and is never longer than the digits", () => {
    const bytes = fc.oneof(
      fc.maxSafeNat(),
      fc.tuple(fc.nat(4096), fc.nat(40)).map(([n, shift]) => n * 2 ** shift),
      fc.tuple(fc.nat(4096), fc.nat(11)).map(([n, digits]) => n * 10 ** digits),
    );
    fc.assert(
      fc.property(bytes, (value) => {
        const text = formatSize(value);
        expect(parseSize(text)).toBe(value);
        expect(text.length).toBeLessThanOrEqual(String(value).length);
      }),
      RUNS,
    );
  });

  test("a decimal fraction is exact or refused, as whole-number arithmetic says", () => {
    fc.assert(
      fc.property(
        fc.nat(9999),
        fc.nat(9999),
        fc.constantFrom("k", "m", "g"),
        (whole, part, unit) => {
          const digits = String(part).padStart(4, "0");
          const product = BigInt(whole * 10_000 + part) * 1024n ** BigInt("kmg".indexOf(unit) + 1);
          const text = `${whole}.${digits}${unit}`;
          if (product % 10_000n === 0n) expect(parseSize(text)).toBe(Number(product / 10_000n));
          else expect(refusal(() => parseSize(text))).toContain("not a whole number");
        },
      ),
      RUNS,
    );
  });

  test("the schema's pattern accepts what the parser accepts, and nothing else", () => {
    const text = fc.oneof(
      fc
        .tuple(
          fc.nat(99),
          fc.constantFrom("", "k", "K", "KiB", "kB", "KB", "kb", "MB", "mb", "B", "b", "s"),
        )
        .map(([n, unit]) => `${n}${unit}`),
      fc.string({ maxLength: 6 }).filter((one) => one === one.trim()),
    );
    fc.assert(
      fc.property(text, (one) => {
        let accepted = true;
        try {
          parseSize(one);
        } catch {
          accepted = false;
        }
        expect(new RegExp(SIZE_PATTERN).test(one)).toBe(accepted);
      }),
      RUNS,
    );
  });
});

describe("durations", () => {
  test.each([
    ["7ns", 7],
    ["7us", 7e3],
    ["7ms", 7e6],
    ["7s", 7e9],
    ["7m", 420e9],
    ["7h", 25_200e9],
    ["2d", 172_800e9],
    ["1.5s", 1.5e9],
    ["1h30m", 5_400e9],
    ["1d2h3m4s5ms6us7ns", 93_784_005_006_007],
    ["0s", 0],
  ])("%p is %p ns", (text, ns) => {
    expect(parseDuration(text)).toBe(ns);
  });

  test("a number without a unit counts what the option says, or is refused", () => {
    expect(parseDuration("30", 1e9)).toBe(30e9);
    expect(parseDuration("0.25", 1e9)).toBe(0.25e9);
    expect(refusal(() => parseDuration("30"))).toBe('"30" has no unit; write 30us, 30ms or 30s');
  });

  test.each([
    ["10sec", "10s"],
    ["5 min", "5m"],
    ["5min", "5m"],
    ["2hours", "2h"],
    ["3 days", "3d"],
    ["10S", "10s"],
    ["9usec", "9us"],
    ["9µs", "9us"],
    ["9msec", "9ms"],
  ])("%p is refused, and %p is what to write", (text, right) => {
    expect(refusal(() => parseDuration(text))).toContain(`write ${right}`);
  });

  test.each(["", "s", "abc", "1m1h", "1s1s", "1x", "-1s", "1e3s", "1..5s"])(
    "%p is refused with what to write",
    (text) => {
      expect(refusal(() => parseDuration(text))).toContain("is not a duration; write a number");
    },
  );

  test("what does not fit says so", () => {
    expect(refusal(() => parseDuration("200d"))).toContain("the most is 104d");
    expect(refusal(() => parseDuration("104d104h"))).toContain("the most is 104d");
    expect(refusal(() => parseDuration("0.5ns"))).toContain("not a whole number of ns");
  });

  test.each([
    [1.5e9, "1500ms"],
    [90e9, "90s"],
    [3_600e9, "1h"],
    [86_400e9, "1d"],
    [1, "1ns"],
    [0, "0s"],
  ])("%p ns are written %p", (ns, text) => {
    expect(formatDuration(ns)).toBe(text);
  });

  test("what is formatted is read as the same number, and fits the schema's pattern", () => {
    const ns = fc.oneof(
      fc.maxSafeNat(),
      fc
        .tuple(fc.nat(99), fc.constantFrom(1, 1e3, 1e6, 1e9, 60e9, 3_600e9, 86_400e9))
        .map(([n, f]) => n * f),
    );
    fc.assert(
      fc.property(ns, (value) => {
        expect(parseDuration(formatDuration(value))).toBe(value);
        expect(formatDuration(value)).toMatch(new RegExp(DURATION_PATTERN));
      }),
      RUNS,
    );
  });
});

describe("shares", () => {
  test("a percentage is from 0 to 100", () => {
    expect(parsePercent("50%")).toBe(50);
    expect(parsePercent("12.5%")).toBe(12.5);
    for (const text of ["101%", "-1%", "50", "%", "x%", "5%%"]) {
      expect(refusal(() => parsePercent(text))).toContain("from 0% to 100%");
    }
  });

  test("an amount is a size or a share, and comes back from its text", () => {
    expect(parseAmount("4k")).toBe(4096);
    expect(parseAmount("25%")).toEqual({ percent: 25 });
    const percent = fc.double({ min: 0, max: 100, noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(
        percent.filter((one) => one === 0 || one > 1e-9),
        (value) => {
          const text = formatAmount({ percent: value });
          expect(parseAmount(text)).toEqual({ percent: value === 0 ? 0 : value });
          expect(text).toMatch(new RegExp(PERCENT_PATTERN));
        },
      ),
      RUNS,
    );
  });
});

test("a value of a million characters makes a short message", () => {
  for (const text of [
    "x".repeat(1e6),
    "9".repeat(1e6),
    `${"1".repeat(1e6)}k`,
    `1${"s".repeat(1e6)}`,
  ]) {
    for (const parse of [parseSize, parseDuration, parsePercent, parseAmount]) {
      expect(refusal(() => parse(text)).length).toBeLessThan(250);
    }
  }
});
