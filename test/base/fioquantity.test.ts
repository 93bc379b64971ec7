/** fio's quantities, against a list of facts and against the fio that is installed. */
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  fioArithmetic,
  fioBoolean,
  fioList,
  fioSize,
  fioTime,
} from "../../src/base/fioquantity.ts";
import { Mistake } from "../../src/base/problem.ts";

test.each([
  ["4096", 4096],
  ["4k", 4096],
  ["4K", 4096],
  ["4kb", 4096],
  ["4ki", 4096],
  ["4KiB", 4000],
  ["4kix", 4096],
  ["4kfoo", 4096],
  ["2m", 2 ** 21],
  ["2MiB", 2e6],
  ["1g", 2 ** 30],
  ["1p", 2 ** 50],
  ["1.5g", 1],
  ["0x1000", 4096],
  ["0x10k", 16],
  ["30x", 48],
  ["12b", 12],
  ["7 k", 7],
  [" 8k ", 8192],
  ["(4k*2)", 8192],
  ["(2^10+1)", 1025],
  ["((1+2)*3)", 9],
  ["(7/2)", 3],
  ["(7%4k)", 7],
  ["(-1+3)", 2],
])("size %s is %d", (text, bytes) => {
  expect(fioSize(text, 1024)).toBe(bytes);
});

test("with kb_base=1000 the two meanings of k are swapped", () => {
  expect(fioSize("4k", 1000)).toBe(4000);
  expect(fioSize("4KiB", 1000)).toBe(4096);
  expect(fioSize("(4k)", 1000)).toBe(4000);
});

test.each([
  ["10", 10e9],
  ["10s", 10e9],
  ["10sec", 10_000],
  ["10min", 10_000],
  ["1.5s", 1e9],
  ["1h30m", 1000],
  ["5us", 5000],
  ["5usec", 5000],
  ["5ms", 5e6],
  ["5msec", 5e6],
  ["2M", 120e9],
  ["0x10", 16_000],
  ["1h", 3600e9],
  ["1d", 86_400e9],
  ["(2*30)", 60e9],
  ["(1m+30s)", 90e9],
])("time %s, seconds by default, is %d ns", (text, ns) => {
  expect(fioTime(text, 1e9)).toBe(ns);
});

test("a number without letters counts what the option says", () => {
  expect(fioTime("10", 1e3)).toBe(10_000);
  expect(fioTime("10", 1e6)).toBe(10e6);
  expect(fioTime("10s", 1e3)).toBe(10e9);
});

test.each(["", "k", "foo", "(", "(1", "(1/0)", "(1+)", "99999999999999999999", "9000p"])(
  "%j is refused as a size",
  (text) => {
    expect(() => fioSize(text, 1024)).toThrow(Mistake);
  },
);

test.each(["", "s", "-5", "99999999d", "(0-1)"])("%j is refused as a time", (text) => {
  expect(() => fioTime(text, 1e9)).toThrow(Mistake);
});

test("a boolean above 1 is a mistake, but not where any number will do", () => {
  expect(() => fioBoolean("2")).toThrow(Mistake);
  expect(fioBoolean("2", true)).toBe(true);
});

test("a boolean is a number, and words are none", () => {
  expect(["0", "1", "-1", "0x1", "1foo", "00"].map((text) => fioBoolean(text))).toEqual([
    false,
    true,
    true,
    true,
    true,
    false,
  ]);
  for (const text of ["true", "yes", ""]) expect(() => fioBoolean(text)).toThrow(Mistake);
});

test("a colon divides a list unless a backslash stands before it", () => {
  expect(fioList("/a:/b\\:c:d")).toEqual(["/a", "/b:c", "d"]);
  expect(fioList("a")).toEqual(["a"]);
});

test("parentheses that never end are a mistake, not a full stack", () => {
  expect(() => fioSize("(".repeat(8000), 1024)).toThrow(Mistake);
  expect(() => fioArithmetic(`${"-".repeat(8000)}1`, () => 1)).toThrow(Mistake);
});

const suffix = fc.constantFrom(
  ...[
    "",
    "k",
    "K",
    "kb",
    "ki",
    "kib",
    "KiB",
    "m",
    "MiB",
    "mb",
    "g",
    "GiB",
    "t",
    "b",
    "foo",
    "kx",
    "x",
    "xk",
  ],
);
const size = fc.tuple(fc.integer({ min: 1, max: 4000 }), suffix).map(([n, unit]) => `${n}${unit}`);
const unit = fc.constantFrom(
  ...["", "s", "S", "sec", "m", "min", "ms", "msec", "us", "usec", "h", "d", "hours", "x", "m1"],
);
const time = fc.tuple(fc.integer({ min: 1, max: 100 }), unit).map(([n, word]) => `${n}${word}`);
const hasFio = Bun.which("fio") !== null;

/** What fio makes of each value, as its debug output says. */
function asked(option: string, values: readonly string[]): number[] {
  const folder = mkdtempSync(join(tmpdir(), "fathom-fio-"));
  try {
    const jobs = values.map((value, i) => `[j${i}]\n${option}=${value}\n`);
    writeFileSync(join(folder, "a.fio"), `[global]\nioengine=null\n${jobs.join("")}`);
    const command = ["fio", "--parse-only", "--debug=parse", join(folder, "a.fio")];
    const { stdout, stderr } = Bun.spawnSync(command, { cwd: folder });
    const lines = `${stdout}${stderr}`.matchAll(/ret=0, out=(\d+)/g);
    return [...lines].map(([, value]) => Number(value));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.skipIf(!hasFio)("sizes are those of the installed fio (skips without one)", () => {
  const values = fc.sample(size, { seed: 1, numRuns: 300 });
  const read = values.map((value) => fioSize(value, 1024));
  expect(asked("io_size", values)).toEqual(read);
});

test.skipIf(!hasFio)("times are those of the installed fio (skips without one)", () => {
  const values = fc.sample(time, { seed: 2, numRuns: 300 });
  const micros = values.map((value) => fioTime(value, 1e9) / 1e3);
  expect(asked("runtime", values)).toEqual(micros);
});
