import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { integers, numberList, sizes, textList } from "../../src/base/lists.ts";
import { everywhere, type Option, type RawValue } from "../../src/base/option.ts";
import { Mistake } from "../../src/base/problem.ts";

const about = { group: "g", summary: "s" };
const RUNS = { seed: 1, numRuns: 300 };

function refusal<T>(option: Option<T>, raw: RawValue, isText = false): string {
  try {
    option.parse(raw, isText);
  } catch (error) {
    expect(error).toBeInstanceOf(Mistake);
    return (error as Mistake).message;
  }
  throw new Error(`${String(raw)} was accepted`);
}

describe("a list of text", () => {
  const option = textList({
    ...about,
    fallback: [],
    check: (item) => (item === "" ? "an empty one" : undefined),
  });

  test("is one text or an array; a flag gives one item each time", () => {
    expect(option.parse("a:b", false)).toEqual(["a:b"]);
    expect(option.parse(["a", "b"], false)).toEqual(["a", "b"]);
    expect(option.parse(["a,b", "c"], true)).toEqual(["a,b", "c"]);
    expect(option.parse('["a","b"]', true)).toEqual(["a", "b"]);
    expect(option.parse("[odd name", true)).toEqual(["[odd name"]);
    expect(option.repeatable).toBe(true);
  });

  test("refuses items that are no text, or against the check", () => {
    expect(refusal(option, 3)).toContain("3 is not text");
    expect(refusal(option, ["a", 3])).toContain("3 is not text");
    expect(refusal(option, [["a"]])).toContain("an array is not text");
    expect(refusal(option, ["a", ""])).toBe("an empty one");
  });

  test("comes back from its text", () => {
    const item = fc.string({ minLength: 1, maxLength: 8 }).filter((one) => !one.includes("\0"));
    fc.assert(
      fc.property(fc.array(item, { maxLength: 4 }), (items) => {
        expect(option.parse(option.format(items), true)).toEqual(items);
      }),
      RUNS,
    );
  });
});

describe("a list of numbers", () => {
  const option = numberList({ ...about, fallback: [50], above: 0, most: 100, longest: 4 });

  test("is an array in a file, commas on the command line; ascending, each once", () => {
    expect(option.parse([99.9, 50, 50], false)).toEqual([50, 99.9]);
    expect(option.parse("99.9, 50", true)).toEqual([50, 99.9]);
    expect(option.format([50, 99.9])).toBe("50,99.9");
  });

  test("refuses what is out of range, no number, too long, or no list", () => {
    expect(refusal(option, [0])).toContain("0 is not a number above 0 and up to 100");
    expect(refusal(option, [100.1])).toContain("100.1 is not");
    expect(refusal(option, [Number.NaN])).toContain("not a number");
    expect(refusal(option, ["50"])).toContain('"50" is not a number');
    expect(refusal(option, "50,x", true)).toContain('"x" is not a number');
    expect(refusal(option, [1, 2, 3, 4, 5])).toContain("at most 4");
    expect(refusal(option, 50)).toContain("write [50, 99, 99.9]");
    expect(refusal(option, [])).toContain("an empty array is not a list of numbers");
    expect(refusal(option, "50:99", true)).toContain("is not a number");
  });
});

describe("sizes for read, write and trim", () => {
  const option = sizes({ ...about, fallback: everywhere(4096), least: 1 });

  test.each([
    ["8k", 8192, 8192, 8192],
    ["8k,64k", 8192, 65536, 65536],
    ["8k,32k,1k", 8192, 32768, 1024],
    ["8k,", 8192, 4096, 4096],
    ["8k,32k,", 8192, 32768, 4096],
    [",64k", 4096, 65536, 65536],
    [",,1m", 4096, 4096, 1048576],
    [" 8k , 16k ", 8192, 16384, 16384],
  ])("%p: missing ones copy the last given, empty ones stay", (text, read, write, trim) => {
    expect(option.parse(text, false)).toEqual({ read, write, trim });
    expect(option.parse(text, true)).toEqual({ read, write, trim });
  });

  test("are a number for all, or a table by name", () => {
    expect(option.parse(2300, false)).toEqual(everywhere(2300));
    expect(option.parse({ read: "8k", write: 512 }, false)).toEqual({
      read: 8192,
      write: 512,
      trim: 4096,
    });
  });

  test("refuse what is no size, too many, too small, or another name", () => {
    expect(refusal(option, "4k,8k,1k,2k")).toContain("at most three");
    expect(refusal(option, "")).toContain("is not a size");
    expect(refusal(option, ",,")).toContain("is not a size");
    expect(refusal(option, "4k,abc")).toContain('"abc" is not a size');
    expect(refusal(option, 0)).toContain("too small");
    expect(refusal(option, "4k,0")).toContain("too small");
    expect(refusal(option, { raed: "4k" })).toContain("did you mean read?");
    expect(refusal(option, { read: true })).toContain("read = true is not a size");
    expect(refusal(option, { read: { read: 1 } })).toContain("read = a table is not a size");
    expect(refusal(option, ["4k"])).toContain("an array is not a size");
    expect(refusal(option, true)).toContain("true is not a size");
    expect(refusal(option, "4KB,8k")).toContain("4k (4096 bytes) or 4kB (4000 bytes)");
  });

  test("come back from their text", () => {
    const bytes = fc.integer({ min: 1, max: 2 ** 40 });
    const value = fc.record({
      read: bytes,
      write: fc.oneof(fc.constant(4096), bytes),
      trim: bytes,
    });
    fc.assert(
      fc.property(fc.oneof(value, bytes.map(everywhere)), (one) => {
        expect(option.parse(option.format(one), true)).toEqual(one);
      }),
      RUNS,
    );
    expect(option.format(everywhere(4096))).toBe("4k");
    expect(option.format({ read: 4096, write: 65536, trim: 65536 })).toBe("4k,64k");
  });
});

describe("whole numbers for read, write and trim", () => {
  const option = integers({ ...about, fallback: everywhere(0), least: 0, most: 1e9 });

  test.each([
    ["1000", 1000, 1000, 1000],
    ["1000,500", 1000, 500, 500],
    ["1000,", 1000, 0, 0],
    [",500", 0, 500, 500],
    ["1,2,3", 1, 2, 3],
  ])("%p: missing ones copy the last given, empty ones stay", (text, read, write, trim) => {
    expect(option.parse(text, false)).toEqual({ read, write, trim });
    expect(option.parse(text, true)).toEqual({ read, write, trim });
  });

  test("are a number for all, or a table by name", () => {
    expect(option.parse(500, false)).toEqual(everywhere(500));
    expect(option.parse({ write: 7 }, false)).toEqual({ read: 0, write: 7, trim: 0 });
  });

  test("refuse what is none, too many, too large, or another name", () => {
    expect(refusal(option, "1k")).toContain('"1k" is not a whole number');
    expect(refusal(option, "")).toContain("is empty; write a whole number from 0");
    expect(refusal(option, "1,2,3,4")).toContain("too many numbers; write at most three");
    expect(refusal(option, 2e9)).toContain("too large");
    expect(refusal(option, 1.5)).toContain("is not a whole number");
    expect(refusal(option, { wirte: 1 })).toContain("did you mean write?");
    expect(refusal(option, [1])).toContain('is not a number; write 1000, "1000,500" or {');
  });

  test("come back from their text", () => {
    const count = fc.integer({ min: 0, max: 1e9 });
    fc.assert(
      fc.property(fc.record({ read: count, write: count, trim: count }), (one) => {
        expect(option.parse(option.format(one), true)).toEqual(one);
      }),
      RUNS,
    );
  });
});
