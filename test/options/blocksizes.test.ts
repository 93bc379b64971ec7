import { describe, expect, test } from "bun:test";
import type { RawValue } from "../../src/base/option.ts";
import { Mistake } from "../../src/base/problem.ts";
import { OPTIONS } from "../../src/options/options.ts";

const K = 1024;
const everywhere = <T>(value: T) => ({ read: value, write: value, trim: value });

function refusal(name: "bsrange" | "bssplit" | "percentage_random", raw: RawValue): string {
  try {
    OPTIONS[name].parse(raw, false);
  } catch (error) {
    if (error instanceof Mistake) return error.message;
  }
  throw new Error(`${name} took it`);
}

describe("bsrange", () => {
  const { parse, format } = OPTIONS.bsrange;
  const range = { least: 4 * K, most: 64 * K };

  test("is one range for all, one each by position, an array or a table", () => {
    expect(parse("4k-64k", false)).toEqual(everywhere(range));
    expect(parse(["4k", 65_536], false)).toEqual(everywhere(range));
    expect(parse("4k-64k,1k-2k", true)).toEqual({
      read: range,
      write: { least: K, most: 2 * K },
      trim: { least: K, most: 2 * K },
    });
    expect(parse({ write: "4k-64k" }, false)).toEqual({
      read: undefined,
      write: range,
      trim: undefined,
    });
  });

  test("reads what it prints", () => {
    for (const text of ["4k-64k", "4k-64k,1k-2k", "4k-64k,1k-2k,512-512", ",4k-8k,"]) {
      expect(format(parse(text, true))).toBe(text);
    }
  });

  test("refuses what is no range, with what to write", () => {
    expect(refusal("bsrange", "4k")).toContain('write "4k-64k"');
    expect(refusal("bsrange", ["4k"])).toContain("is no range");
    expect(refusal("bsrange", "64k-4k")).toContain("write the smaller size first");
    expect(refusal("bsrange", "0-4k")).toContain("too small");
    expect(refusal("bsrange", { raed: "4k-8k" })).toContain("did you mean read?");
    expect(refusal("bsrange", "1k-2k,1k-2k,1k-2k,1k-2k")).toContain("too many parts");
    expect(refusal("bsrange", ",")).toContain("says nothing");
  });
});

describe("bssplit", () => {
  const { parse, format } = OPTIONS.bssplit;
  const shares = [
    { bytes: 64 * K, percent: 40 },
    { bytes: 4 * K, percent: 60 },
  ];

  test("is a text as fio has it, or arrays; in ascending order of the shares", () => {
    expect(parse("4k/60:64k/40", false)).toEqual(everywhere(shares));
    expect(
      parse(
        [
          ["4k", 60],
          ["64k", 40],
        ],
        false,
      ),
    ).toEqual(everywhere(shares));
    expect(parse({ read: "4k/60:64k/40", trim: [["8k"]] }, false)).toEqual({
      read: shares,
      write: [],
      trim: [{ bytes: 8 * K, percent: 100 }],
    });
  });

  test("divides what is left of 100 among sizes without a share, the rest to the last", () => {
    expect(parse("4k/50:8k/:16k", true)?.read).toEqual([
      { bytes: 8 * K, percent: 25 },
      { bytes: 16 * K, percent: 25 },
      { bytes: 4 * K, percent: 50 },
    ]);
    expect(parse("4k:8k:16k", true)?.read.map(({ percent }) => percent)).toEqual([33, 33, 34]);
  });

  test("reads what it prints", () => {
    for (const text of ["64k/40:4k/60", "4k/100,8k/50:1k/50"]) {
      expect(format(parse(text, true))).toBe(text);
    }
  });

  test("refuses shares that are not 100, and more than 64 sizes", () => {
    expect(refusal("bssplit", "4k/60:8k/50")).toContain("come to 110 percent");
    expect(refusal("bssplit", "4k/60:8k/30")).toContain("come to 90 percent");
    expect(refusal("bssplit", "4k/101")).toContain("no whole number from 0 to 100");
    expect(refusal("bssplit", [["4k", 1.5]])).toContain("no whole number");
    expect(refusal("bssplit", Array.from({ length: 65 }, () => "4k").join(":"))).toContain("64");
    expect(refusal("bssplit", ["4k"])).toContain('write ["4k", 60]');
    expect(refusal("bssplit", 4096)).toContain("is no list of sizes");
  });
});

describe("percentage_random", () => {
  test("is a share for all, or for each", () => {
    const { parse } = OPTIONS.percentage_random;
    expect(parse(50, false)).toEqual(everywhere(50));
    expect(parse("50,0", true)).toEqual({ read: 50, write: 0, trim: 0 });
    expect(parse({ write: 10 }, false)).toEqual({ read: 100, write: 10, trim: 100 });
    expect(refusal("percentage_random", 101)).toContain("from 0 to 100");
    expect(refusal("percentage_random", "half")).toContain("no share in percent");
  });
});
