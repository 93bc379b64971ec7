import { expect, test } from "bun:test";
import { fromFlags } from "../../src/jobfile/flags.ts";

test("a flag is an entry whose place is the flag as typed", () => {
  expect(fromFlags([["iodepth", "4"]])).toEqual([
    {
      key: "iodepth",
      raw: "4",
      text: true,
      keyPlace: { source: "--iodepth" },
      valuePlace: { source: "--iodepth" },
      from: "--iodepth",
    },
  ]);
});

test("dashes are taken for underscores, but shown as typed", () => {
  expect(fromFlags([["time-based", undefined]])).toMatchObject([
    { key: "time_based", raw: undefined, from: "--time-based" },
  ]);
});

test("of a flag given twice, also by an alias, the last counts and stands last", () => {
  const entries = fromFlags([
    ["bs", "4k"],
    ["rw", "read"],
    ["blocksize", "8k"],
  ]);
  expect(entries.map(({ key, raw }) => [key, raw])).toEqual([
    ["rw", "read"],
    ["blocksize", "8k"],
  ]);
});

test("a repeatable flag collects what it was given", () => {
  const flags = [
    ["filename", "a"],
    ["rw", "read"],
    ["filename", "b"],
  ] as const;
  expect(fromFlags(flags).find(({ key }) => key === "filename")?.raw).toEqual(["a", "b"]);
});

test("names that every object has are ordinary unknown flags", () => {
  expect(
    fromFlags([
      ["__proto__", "1"],
      ["constructor", "2"],
    ]).map(({ key }) => key),
  ).toEqual(["__proto__", "constructor"]);
});
