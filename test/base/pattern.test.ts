import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { fillPattern, repeat, stampOffset } from "../../src/base/filling.ts";
import type { RawValue } from "../../src/base/option.ts";
import { formatPattern, parsePattern, pattern } from "../../src/base/pattern.ts";
import { Mistake } from "../../src/base/problem.ts";

function refusal(text: string): string {
  try {
    parsePattern(text);
  } catch (error) {
    expect(error).toBeInstanceOf(Mistake);
    return (error as Mistake).message;
  }
  throw new Error(`${text} was accepted`);
}

// What fio 3.33 writes for the same pattern; looked at in the file it wrote.
test.each([
  ["0xdeadbeef", "deadbeef"],
  ["0xabc", "0abc"],
  ["0x0", "00"],
  ["12", "0c"],
  ["0", "00"],
  ["300", "2c01"],
  ["70000", "701101"],
  ["-12", "f4ffffff"],
  ["-300", "d4feffff"],
  ['"ab"12', "61620c"],
  ['"a"0x1', "6101"],
  ['0xff"abcd"-12', "ff61626364f4ffffff"],
  ["12 13", "0c0d"],
  ['"abcd"-120xdeadface', "61626364f4ffffffdeadface"],
  ["0xff0xf", "ff0f"],
  ["120x5", "0c05"],
  ["00x5", "0005"],
  ["010", "0a"],
  ["+5", "05"],
  ["12-13", "0cf3ffffff"],
  ["0XFF", "ff"],
])("%p is the bytes %p, as in fio", (text, hex) => {
  expect(parsePattern(text).bytes.toHex()).toBe(hex);
});

test("space between pieces is left out, inside of quotes it is not", () => {
  expect(parsePattern('  0xff  "a b" 0xaa ').bytes.toHex()).toBe("ff612062aa");
});

test("text is UTF-8", () => {
  expect(parsePattern('"µ"').bytes.toHex()).toBe("c2b5");
});

test.each(["abc", "0x", "0xff zz", '"a"-', "1.5", "", "--5", "12abc", "-0x5", "5,6"])(
  "%p is refused with what to write",
  (text) => {
    expect(refusal(text)).toContain("0x and hex digits, a decimal number");
  },
);

test("what is unfinished, empty or too large says so", () => {
  expect(refusal('"abc')).toContain("has no closing quote");
  expect(refusal("'abc")).toContain("has no closing quote");
  expect(refusal('""')).toContain("has no byte in it");
  expect(refusal("''")).toContain("names no file");
  expect(refusal("4294967296")).toContain("not between -2147483648 and 4294967295");
  expect(refusal("0xff%x")).toContain("the only % of a pattern is %o");
  expect(refusal("'/no/such/file'")).toBe('the pattern\'s file "/no/such/file" is not there');
  expect(refusal("'/tmp'")).toContain("is not a regular file");
});

test("'file' is what the file holds, up to 128 MiB", () => {
  const directory = mkdtempSync(join(tmpdir(), "fathom-pattern-"));
  try {
    const path = join(directory, "a file");
    writeFileSync(path, "hello");
    expect(parsePattern(`0x01'${path}'-1`).bytes.toHex()).toBe("0168656c6c6fffffffff");
    expect(parsePattern(`'${path}'`).text).toBe(`'${path}'`);
    writeFileSync(path, "");
    expect(refusal(`'${path}'`)).toContain("has no byte in it");
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("%o is eight bytes whose places are known, in quotes it is text", () => {
  const { bytes, offsets } = parsePattern('0xff%o"abcd"%o-12');
  expect(bytes.toHex()).toBe(`ff${"00".repeat(8)}61626364${"00".repeat(8)}f4ffffff`);
  expect(offsets).toEqual([1, 13]);
  expect(parsePattern('"%o"').offsets).toEqual([]);
});

const OPTION = pattern({ group: "g", summary: "s", fallback: undefined });

test("a number in a job file is no pattern: its hex digits would be turned round", () => {
  expect(() => OPTION.parse(0xdeadbeef, false)).toThrow("write the pattern in quotes");
  expect(() => OPTION.parse(true, false)).toThrow("true is not a pattern");
  expect(OPTION.parse("0xff", false)?.bytes).toEqual(new Uint8Array([255]));
  expect(OPTION.format(undefined)).toBe("");
});

test("a job file may list the pieces and name their kind", () => {
  const hex = (raw: RawValue) => OPTION.parse(raw, false)?.bytes.toHex();
  expect(hex(["0xff", { text: "abcd" }, -12, 7, 8, { hex: "abc" }])).toBe(
    "ff61626364f4ffffff07080abc",
  );
  expect(hex({ text: 'say "no"' })).toBe("73617920226e6f22");
  expect(OPTION.parse(["%o", 1], false)?.offsets).toEqual([0]);
  const again = OPTION.parse(["0xff", { text: "ab" }, 7], false)!;
  expect(OPTION.parse(OPTION.format(again), true)).toEqual(again);
});

test.each([
  [[], "has no byte in it"],
  [[true], "true is not a pattern"],
  [[1.5], "1.5 is not a pattern"],
  [{ txt: "a" }, "is not a piece of a pattern"],
  [{ text: "a", hex: "b" }, "is not a piece of a pattern"],
  [{ text: 7 }, "text = 7 is no text"],
  [{ hex: "xyz" }, "is not hex digits"],
  [{ file: "it's" }, "has a single quote in it"],
])("the piece %j is refused", (raw, reason) => {
  expect(() => OPTION.parse(raw as RawValue, false)).toThrow(reason);
});

test("a pattern is repeated, its offset in every repetition, cut by the end of the block", () => {
  const block = new Uint8Array(24);
  fillPattern(block, parsePattern("0xff%o"), 0x01020304050607);
  const offset = "0706050403020100";
  expect(block.toHex()).toBe(`ff${offset}ff${offset}ff${offset.slice(0, 10)}`);
  stampOffset(block, parsePattern("0xff%o"), 1, 9, 18);
  expect(block.toHex()).toBe(`ff${offset}ff0100000000000000ff${offset.slice(0, 10)}`);
});

test("bytes repeated from any place to any other are the bytes, and nothing else changes", () => {
  const place = fc.integer({ min: 0, max: 400 });
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 90 }), place, place, (bytes, a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      const block = new Uint8Array(400).fill(0xee);
      repeat(block, bytes, from, to);
      for (let at = 0; at < block.length; at++) {
        const inside = at >= from && at < to;
        if (block[at] !== (inside ? bytes[(at - from) % bytes.length] : 0xee)) return false;
      }
      return true;
    }),
    { seed: 3, numRuns: 300 },
  );
});

test("a decimal number comes back from its bytes, and every pattern from its text", () => {
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }), (value) => {
      const { bytes } = parsePattern(String(value));
      const read = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
      expect(read).toBe(value < 0 ? value + 2 ** 32 : value);
    }),
    { seed: 1, numRuns: 200 },
  );
  const piece = fc.oneof(
    fc.uint8Array({ minLength: 1, maxLength: 9 }).map((bytes) => `0x${bytes.toHex()}`),
    fc.integer({ min: -999, max: 999 }).map(String),
    fc.constantFrom("%o", '"text"'),
  );
  fc.assert(
    fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (pieces) => {
      const whole = parsePattern(pieces.join(" "));
      const parts = pieces.map((part) => parsePattern(part).bytes.toHex());
      expect(whole.bytes.toHex()).toBe(parts.join(""));
      expect(parsePattern(formatPattern(whole))).toEqual(whole);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test("a million characters are read, or refused in a short message", () => {
  expect(parsePattern(`"${"a".repeat(1e6)}"`).bytes.length).toBe(1e6);
  expect(refusal("a".repeat(1e6)).length).toBeLessThan(300);
  expect(refusal("1".repeat(1e6)).length).toBeLessThan(250);
  expect(refusal(`"${"a".repeat(1e6)}`).length).toBeLessThan(250);
  expect(refusal(`0x${"1x".repeat(5e5)}`).length).toBeLessThan(400);
});
