import { expect, test } from "bun:test";
import fc from "fast-check";
import { OPTIONS } from "../../src/options/options.ts";

const { parse, format } = OPTIONS.ignore_error;

test("ignore_error reads names and numbers, as text by place or as a table", () => {
  const wanted = { read: [5, 28], write: [122], verify: [84] };
  expect(parse("EIO:ENOSPC,122,EILSEQ", true)).toEqual(wanted);
  expect(parse({ read: ["EIO", "28"], write: 122, verify: "EILSEQ" }, false)).toEqual(wanted);
  expect(parse(",EIO", true)).toEqual({ read: [], write: [5], verify: [] });
  expect(format(parse("5,,", true))).toBe("EIO");
});

test("ignore_error says what is no error and what is no class", () => {
  expect(() => parse("EFOO", true)).toThrow('"EFOO" is no error; write a name as in errno(3)');
  expect(() => parse("0", true)).toThrow("is no error");
  expect(() => parse("", true)).toThrow("at most three lists of errors");
  expect(() => parse("EIO,EIO,EIO,EIO", true)).toThrow("at most three lists of errors");
  expect(() => parse({ trim: "EIO" }, false)).toThrow('"trim" is no class');
  expect(() => parse(true, false)).toThrow("true is no list of errors");
});

test("what ignore_error is formatted as reads as itself", () => {
  const list = fc.uniqueArray(fc.integer({ min: 1, max: 4095 }), { maxLength: 4 });
  const lists = fc.record({ read: list, write: list, verify: list });
  fc.assert(
    fc.property(
      lists.filter(({ read, write, verify }) => read.length + write.length + verify.length > 0),
      (value) => expect(parse(format(value), true)).toEqual(value),
    ),
    { numRuns: 100, seed: 5 },
  );
});
