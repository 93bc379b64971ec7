import { describe, expect, test } from "bun:test";
import Ajv2020 from "ajv/dist/2020";
import fc from "fast-check";
import { everywhere, type Option, type RawValue } from "../../src/base/option.ts";
import { Mistake } from "../../src/base/problem.ts";
import { durations, span } from "../../src/base/times.ts";

const about = { group: "g", summary: "s" };
const RUNS = { seed: 1, numRuns: 300 };
const ns = fc.nat({ max: 2 ** 40 });

function refusal<T>(option: Option<T>, raw: RawValue): string {
  try {
    option.parse(raw, false);
  } catch (error) {
    expect(error).toBeInstanceOf(Mistake);
    return (error as Mistake).message;
  }
  throw new Error(`${String(raw)} was accepted`);
}

/** Compiled once: that takes longer than all the rest. */
const compiled = new Map<object, (raw: RawValue) => boolean>();

function allowed<T>(option: Option<T>, raw: RawValue): boolean {
  const known = compiled.get(option.schema);
  if (known !== undefined) return known(raw);
  const made = new Ajv2020().compile(option.schema);
  compiled.set(option.schema, made);
  return made(raw);
}

describe("a duration or a range of them", () => {
  const option = span({ ...about, fallback: { least: 0, most: 0 }, bare: 1e9 });

  test.each([
    ["5s", 5e9, 5e9],
    [5, 5e9, 5e9],
    ["5s-10s", 5e9, 10e9],
    ["500ms - 1m30s", 5e8, 90e9],
    ["5-10", 5e9, 10e9],
    [["5s", "10s"], 5e9, 10e9],
    [[1, 2], 1e9, 2e9],
    [["3s"], 3e9, 3e9],
  ] as const)("%j is from %d to %d ns", (raw, least, most) => {
    expect(option.parse(raw, false)).toEqual({ least, most });
    expect(allowed(option, raw as RawValue)).toBe(true);
  });

  test.each([
    ["10s-5s", '"10s-5s" ends before it begins; write "5s-10s"'],
    ["1s-2s-3s", 'neither a duration nor a range; write "5s-10s"'],
    [[], 'neither a duration nor a range; write "5s-10s"'],
    [true, "is not a duration"],
    ["5x", '"5x" is not a duration'],
    [["1s", {}], "is not a duration"],
  ] as const)("%j is refused with what to write", (raw, message) => {
    expect(refusal(option, raw as RawValue)).toContain(message);
  });

  test("comes back from its text", () => {
    fc.assert(
      fc.property(ns, ns, (a, b) => {
        const value = { least: Math.min(a, b), most: Math.max(a, b) };
        expect(option.parse(option.format(value), true)).toEqual(value);
        expect(allowed(option, option.format(value))).toBe(true);
      }),
      RUNS,
    );
  });
});

describe("a duration for each direction", () => {
  const option = durations({ ...about, fallback: everywhere(7) });

  test.each([
    ["1ms", { read: 1e6, write: 1e6, trim: 1e6 }],
    ["1ms,5ms", { read: 1e6, write: 5e6, trim: 5e6 }],
    [",5ms", { read: 7, write: 5e6, trim: 5e6 }],
    ["1us,,2us", { read: 1e3, write: 7, trim: 2e3 }],
    [{ write: "5ms" }, { read: 7, write: 5e6, trim: 7 }],
  ] as const)("%j is by position or by name", (raw, value) => {
    expect(option.parse(raw, false)).toEqual(value);
    expect(allowed(option, raw)).toBe(true);
  });

  test.each([
    ["500", '"500" has no unit; write 500us, 500ms or 500s'],
    [500, '"500" has no unit'],
    ["1s,2s,3s,4s", "has too many durations"],
    [",", '"," is not a duration'],
    [true, 'true is not a duration; write "1ms", "1ms,5ms" or { read = "1ms", write = "5ms" }'],
    [{ reed: "1s" }, '"reed" is none of read, write and trim; did you mean read?'],
    [{ read: true }, "true is not a duration"],
  ] as const)("%j is refused with what to write", (raw, message) => {
    expect(refusal(option, raw as RawValue)).toContain(message);
  });

  test("comes back from its text", () => {
    fc.assert(
      fc.property(ns, ns, ns, (read, write, trim) => {
        const value = { read, write, trim };
        expect(option.parse(option.format(value), true)).toEqual(value);
        expect(allowed(option, option.format(value))).toBe(true);
      }),
      RUNS,
    );
  });
});
