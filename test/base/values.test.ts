import { describe, expect, test } from "bun:test";
import type { Option, RawValue } from "../../src/base/option.ts";
import { Mistake } from "../../src/base/problem.ts";
import { amount, choice, duration, flag, integer, size, text } from "../../src/base/values.ts";

const about = { group: "g", summary: "s" };

/** The sentence an option refuses a value with. */
function refusal<T>(option: Option<T>, raw: RawValue, isText = false): string {
  try {
    option.parse(raw, isText);
  } catch (error) {
    expect(error).toBeInstanceOf(Mistake);
    return (error as Mistake).message;
  }
  throw new Error(`${String(raw)} was accepted`);
}

describe("an option", () => {
  test("has what it says of itself, and what its kind adds", () => {
    const option = integer({
      ...about,
      detail: "More.",
      aliases: ["other"],
      fallback: 3,
      least: 1,
      most: 9,
    });
    expect(option).toMatchObject({
      group: "g",
      metavar: "N",
      fallback: 3,
      summary: "s",
      detail: "More.",
      aliases: ["other"],
      schema: { type: "integer", minimum: 1, maximum: 9 },
    });
    expect("bare" in option).toBe(false);
    expect(integer({ ...about, metavar: "PERCENT", fallback: 1, least: 0 }).metavar).toBe(
      "PERCENT",
    );
  });

  test("that can be unset is formatted as nothing then", () => {
    const option = size({ ...about, fallback: undefined });
    expect(option.format(undefined)).toBe("");
    expect(option.format(4096)).toBe("4k");
  });
});

describe("text", () => {
  const option = text({
    ...about,
    fallback: undefined,
    check: (value) => (value === "bad" ? "bad it is" : undefined),
  });

  test("is taken as it is", () => {
    expect(option.parse(" a b ", false)).toBe(" a b ");
    expect(option.parse("12", true)).toBe("12");
  });

  test("of another type, with a NUL, or against its check is refused", () => {
    expect(refusal(option, 12)).toBe('12 is not text; write it in quotes: "12"');
    expect(refusal(option, true)).toContain('"true"');
    expect(refusal(option, new Date(0))).toContain("a date is not text");
    expect(refusal(option, ["a"])).toContain("an array is not text");
    expect(refusal(option, { a: 1 })).toContain("a table is not text");
    expect(refusal(option, "a\0b")).toContain("NUL");
    expect(refusal(option, "bad")).toBe("bad it is");
  });
});

describe("a flag", () => {
  const option = flag(about);

  test("is off by default and on when it is written bare", () => {
    expect(option.fallback).toBe(false);
    expect(option.bare).toBe(true);
    expect(flag({ ...about, fallback: true }).fallback).toBe(true);
  });

  test("is a boolean in a file, and a word or digit on the command line", () => {
    expect(option.parse(true, false)).toBe(true);
    expect(option.parse(false, false)).toBe(false);
    expect(["true", "1", "false", "0"].map((one) => option.parse(one, true))).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  test("of the wrong type says what to write", () => {
    expect(refusal(option, "true")).toBe('"true" is text; write true, without quotes');
    expect(refusal(option, 0)).toBe("0 is a number; write false, without quotes");
    expect(refusal(option, 2)).toBe("2 is neither true nor false; write true or false");
    expect(refusal(option, "yes", true)).toBe(
      '"yes" is neither true nor false; write true or false',
    );
    expect(refusal(option, [])).toContain("an empty array is neither true nor false");
  });
});

describe("a whole number", () => {
  const option = integer({ ...about, fallback: 1, least: 1, most: 10 });
  const open = integer({ ...about, fallback: undefined, least: 0 });

  test("is a number in a file and digits on the command line", () => {
    expect(option.parse(7, false)).toBe(7);
    expect(option.parse("7", true)).toBe(7);
    expect(open.parse(Number.MAX_SAFE_INTEGER, false)).toBe(Number.MAX_SAFE_INTEGER);
  });

  test("outside of its range, or no whole number, is refused with the range", () => {
    expect(refusal(option, 0)).toBe("0 is too small; write a whole number from 1 to 10");
    expect(refusal(option, 11)).toBe("11 is too large; write a whole number from 1 to 10");
    expect(refusal(option, "-3", true)).toBe("-3 is too small; write a whole number from 1 to 10");
    expect(refusal(open, -1)).toBe("-1 is too small; write a whole number of 0 or more");
    expect(refusal(open, 2 ** 53)).toContain("too large");
    expect(refusal(option, 1.5)).toContain("1.5 is not a whole number; write one from 1 to 10");
    expect(refusal(option, Number.NaN)).toContain("is not a whole number");
    expect(refusal(option, Number.POSITIVE_INFINITY)).toContain("is not a whole number");
    expect(refusal(option, "4k", true)).toContain('"4k" is not a whole number');
    expect(refusal(option, "7")).toBe('"7" is text; write 7, without quotes');
    expect(refusal(option, "abc")).toContain('"abc" is not a whole number');
    expect(refusal(option, "9".repeat(300), true).length).toBeLessThan(160);
  });
});

describe("sizes and amounts", () => {
  const bytes = size({ ...about, fallback: 0, least: 1 });
  const share = amount({ ...about, fallback: 0, least: 1 });

  test("are numbers or text", () => {
    expect(bytes.parse(4096, false)).toBe(4096);
    expect(bytes.parse("4k", false)).toBe(4096);
    expect(share.parse("50%", true)).toEqual({ percent: 50 });
    expect(share.format({ percent: 50 })).toBe("50%");
  });

  test("below the least, of another type, or no size are refused", () => {
    expect(refusal(bytes, 0)).toBe("0 is too small; write at least 1");
    expect(refusal(share, "0%")).toContain("more than 0%");
    expect(refusal(share, 0)).toContain("is too small");
    expect(refusal(bytes, -1)).toContain("below zero");
    expect(refusal(bytes, 1.5)).toContain('"1.5" is not a whole number of bytes');
    expect(refusal(bytes, true)).toContain("true is not a size");
    expect(refusal(bytes, "50%")).toContain("is not a size");
    expect(refusal(share, {})).toContain("a table is not a size");
  });
});

describe("a duration", () => {
  test("of a bare number is in the option's unit, or refused where there is none", () => {
    const seconds = duration({ ...about, fallback: 0, bare: 1e9 });
    expect(seconds.parse(30, false)).toBe(30e9);
    expect(seconds.parse(0.5, false)).toBe(0.5e9);
    expect(seconds.parse("30", true)).toBe(30e9);
    expect(seconds.parse("2m", false)).toBe(120e9);
    const strict = duration({ ...about, fallback: undefined });
    expect(refusal(strict, 500)).toContain("write 500us, 500ms or 500s");
    expect(refusal(strict, false)).toContain("false is not a duration");
  });
});

describe("a choice", () => {
  const option = choice({
    ...about,
    values: ["none", "sync", "dsync"],
    spellings: { "0": "none", "1": "sync", true: "sync" },
    later: ["rsync"],
    fallback: "none",
  });

  test("is one of its words or another spelling of it", () => {
    expect(option.parse("dsync", false)).toBe("dsync");
    expect(option.parse(1, false)).toBe("sync");
    expect(option.parse(true, false)).toBe("sync");
    expect(option.parse("0", true)).toBe("none");
    expect(option.metavar).toBe("none|sync|dsync");
  });

  test("of something else lists the words, and the one that was meant", () => {
    expect(refusal(option, "dsnyc")).toBe(
      '"dsnyc" is none of none, sync, dsync; did you mean dsync?',
    );
    expect(refusal(option, "qqqqqq")).toBe('"qqqqqq" is none of none, sync, dsync');
    expect(refusal(option, "rsync")).toBe('"rsync" is not implemented yet');
    expect(refusal(option, "__proto__")).toContain("is none of");
    expect(refusal(option, "constructor")).toContain("is none of");
    expect(refusal(option, ["none"])).toContain("an array is not a word");
    expect(refusal(option, "x".repeat(1e6)).length).toBeLessThan(200);
  });

  test("has every spelling in its schema, with its type", () => {
    expect(option.schema).toEqual({
      enum: ["none", "sync", "dsync", "0", "1", "true", 0, 1, true],
    });
  });
});
