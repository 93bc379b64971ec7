import { expect, test } from "bun:test";
import fc from "fast-check";
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
])("%p is the bytes %p, as in fio", (text, hex) => {
  expect(parsePattern(text).toHex()).toBe(hex);
});

test("space between pieces is left out, inside of quotes it is not", () => {
  expect(parsePattern('  0xff  "a b" 0xaa ').toHex()).toBe("ff612062aa");
});

test("text is UTF-8", () => {
  expect(parsePattern('"µ"').toHex()).toBe("c2b5");
});

test.each(["abc", "0x", "0xff zz", '"a"-', "1.5", ""])(
  "%p is refused with what to write",
  (text) => {
    expect(refusal(text)).toContain(
      "0x and hex digits, a decimal number, or text in double quotes",
    );
  },
);

test("what is unfinished, empty, too large or still to come says so", () => {
  expect(refusal('"abc')).toContain("has no closing quote");
  expect(refusal('""')).toContain("has no byte in it");
  expect(refusal("4294967296")).toContain("not between -2147483648 and 4294967295");
  expect(refusal("0xff%o")).toBe("%o, the block's offset in the pattern, is not implemented yet");
  expect(refusal("'file'")).toBe("a pattern from a file ('path') is not implemented yet");
});

test("a number in a job file is no pattern: its hex digits would be turned round", () => {
  const option = pattern({ group: "g", summary: "s", fallback: undefined });
  expect(() => option.parse(0xdeadbeef, false)).toThrow("write the pattern in quotes");
  expect(() => option.parse(true, false)).toThrow("true is not a pattern");
  expect(option.parse("0xff", false)).toEqual(new Uint8Array([255]));
  expect(option.format(undefined)).toBe("");
});

test("bytes come back from their text, and so does a number", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
      expect(parsePattern(formatPattern(bytes))).toEqual(bytes);
    }),
    { seed: 1, numRuns: 200 },
  );
  fc.assert(
    fc.property(fc.integer({ min: -(2 ** 31), max: 2 ** 32 - 1 }), (value) => {
      const bytes = parsePattern(String(value));
      const read = bytes.reduceRight((sum, byte) => sum * 256 + byte, 0);
      expect(read).toBe(value < 0 ? value + 2 ** 32 : value);
    }),
    { seed: 1, numRuns: 200 },
  );
});

test("a million characters are read, or refused in a short message", () => {
  expect(parsePattern(`"${"a".repeat(1e6)}"`).length).toBe(1e6);
  expect(refusal("a".repeat(1e6)).length).toBeLessThan(250);
  expect(refusal(`"${"a".repeat(1e6)}`).length).toBeLessThan(250);
});
