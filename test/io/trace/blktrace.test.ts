/** Binary traces: both byte orders, which records are units, payloads, merges, and broken ones. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { BlockTrace, byteOrder, CATEGORY, QUEUE } from "../../../src/io/trace/blktrace.ts";
import { MergedTrace, writeMerged } from "../../../src/io/trace/merge.ts";
import { streamOf } from "../../../src/io/trace/stream.ts";
import { TraceMistake } from "../../../src/io/trace/trace.ts";
import { blktrace, type Entry, entriesOf, Q, type Raw } from "./support.ts";

const seed = 4;
const directory = mkdtempSync(join(tmpdir(), "fathom-trace-"));
afterAll(() => rmSync(directory, { recursive: true }));

function read(bytes: Uint8Array, step?: number, align = 0): Entry[] {
  const little = byteOrder(bytes) === "little";
  return entriesOf(new BlockTrace(streamOf(bytes, step), "t.bin", little, align));
}

const WRITE = QUEUE | CATEGORY.write;
const TRIM = QUEUE | CATEGORY.write | CATEGORY.discard;
const FLUSH = QUEUE | CATEGORY.flush | CATEGORY.write;

const raws = fc.array(
  fc.record({
    time: fc.nat({ max: 2 ** 45 }),
    sector: fc.nat({ max: 2 ** 40 }),
    bytes: fc.integer({ min: 1, max: 2 ** 22 }),
    action: fc.constantFrom(Q, WRITE, TRIM, 7 | CATEGORY.read, 8, QUEUE | CATEGORY.notify),
    payload: fc.nat(70),
  }),
  { minLength: 1, maxLength: 40 },
);

test("both byte orders give the same entries, however the bytes arrive", () => {
  const property = fc.property(raws, fc.integer({ min: 1, max: 131 }), (list, step) => {
    const little = read(blktrace(list, true), step);
    expect(read(blktrace(list, false), step)).toEqual(little);
    const queued = list.filter(({ action }) => [Q, WRITE, TRIM].includes(action));
    expect(little.map(({ offset, length }) => [offset, length])).toEqual(
      queued.map(({ sector, bytes }) => [sector * 512, bytes]),
    );
  });
  fc.assert(property, { seed, numRuns: 200 });
});

test("reads, writes, discards and flushes are told apart, on their devices", () => {
  const list: Raw[] = [
    { time: 5000, action: Q, sector: 8 },
    { time: 6000, action: WRITE, device: [259, 3] },
    { time: 7000, action: TRIM, bytes: 1 << 20 },
    { time: 8000, action: FLUSH, bytes: 0 },
    { time: 9000, action: Q, bytes: 0 },
  ];
  expect(read(blktrace(list))).toEqual([
    { time: 0, action: "read", file: "8:16", offset: 4096, length: 4096 },
    { time: 1, action: "write", file: "259:3", offset: 0, length: 4096 },
    { time: 2, action: "trim", file: "8:16", offset: 0, length: 1 << 20 },
    { time: 3, action: "sync", file: "8:16", offset: 0, length: 0 },
  ]);
});

test("a flush that carries data is a sync and then its write", () => {
  const list: Raw[] = [{ action: FLUSH, sector: 8 }, { action: Q }];
  expect(read(blktrace(list)).map(({ action, length }) => [action, length])).toEqual([
    ["sync", 0],
    ["write", 4096],
    ["read", 4096],
  ]);
});

test("the depth is the most that was queued before an issue, merges taken off", () => {
  const merge = 2 | CATEGORY.read;
  const issue = 7 | CATEGORY.read;
  const list = [Q, Q, Q, merge, issue, Q, issue].map((action) => ({ action }));
  const trace = new BlockTrace(streamOf(blktrace(list)), "t.bin", true);
  while (trace.next());
  expect(trace.depth).toBe(2);
});

test("lengths are rounded up to the alignment", () => {
  expect(read(blktrace([{ bytes: 512 }, { bytes: 4608 }]), 7, 4096).map((e) => e.length)).toEqual([
    4096, 8192,
  ]);
});

test.each([
  [blktrace([{}]).slice(0, 40), "t.bin: record 1 is cut short"],
  [blktrace([{}, { payload: 30 }]).slice(0, 110), "t.bin: record 2 is cut short"],
  [blktrace([{ version: 6 }]), "t.bin: record 1 is of version 6; 7 can be read"],
  [new Uint8Array([...blktrace([{}]), ...new Uint8Array(48)]), "t.bin: record 2 does not begin"],
])("a broken trace is a mistake with the record's number (%#)", (bytes, message) => {
  expect(() => read(bytes)).toThrow(message);
});

test("any damage gives entries or a mistake", () => {
  const property = fc.property(raws, fc.nat(1999), fc.nat(255), (list, at, value) => {
    const bytes = blktrace(list);
    bytes[at % bytes.length] = value;
    try {
      if (byteOrder(bytes) !== undefined) read(bytes);
    } catch (error) {
      expect(error).toBeInstanceOf(TraceMistake);
    }
  });
  fc.assert(property, { seed, numRuns: 300 });
});

describe("a merge", () => {
  const a = blktrace([
    { time: 1000, sector: 1 },
    { time: 5000, sector: 2, payload: 9 },
  ]);
  const b = blktrace(
    [
      { time: 2000, sector: 10, device: [8, 32] },
      { time: 4000, sector: 11 },
    ],
    false,
  );
  const open = (path: string) => streamOf(path === "a" ? a : b, 33);

  test("goes by time, over devices of all", () => {
    const parts = ["a", "b"].map((path) => ({ path, scalar: 100, iterations: 1 }));
    expect(entriesOf(new MergedTrace(parts, open)).map((e) => [e.time, e.offset, e.file])).toEqual([
      [0, 512, "8:16"],
      [1, 5120, "8:32"],
      [3, 5632, "8:16"],
      [4, 1024, "8:16"],
    ]);
  });

  test("scales times and repeats a trace after its end", () => {
    const parts = [
      { path: "a", scalar: 50, iterations: 2 },
      { path: "b", scalar: 100, iterations: 1 },
    ];
    const times = entriesOf(new MergedTrace(parts, open)).map((e) => [e.time, e.offset / 512]);
    // 500, 2500, then 5000 more in half their time: 3000, 5000; beside 2000 and 4000.
    expect(times).toEqual([
      [0, 1],
      [1.5, 10],
      [2, 2],
      [2.5, 1],
      [3.5, 11],
      [4.5, 2],
    ]);
  });

  test("is written as a trace that reads as the merge does", () => {
    const flushed = blktrace([{ action: FLUSH, time: 3000 }, { time: 9000 }]);
    const parts = [a, b, flushed].map((bytes, index) => {
      const path = join(directory, `in${index}`);
      writeFileSync(path, bytes);
      return { path, scalar: 100, iterations: 2 };
    });
    const path = join(directory, "merged");
    writeMerged(parts, path);
    expect(read(new Uint8Array(readFileSync(path)))).toEqual(entriesOf(new MergedTrace(parts)));
  });

  test("of a trace that is none of blktrace's is refused", () => {
    const text = () => streamOf(new TextEncoder().encode("fio version 3 iolog\n"));
    const parts = [{ path: "x", scalar: 100, iterations: 1 }];
    expect(() => new MergedTrace(parts, text)).toThrow("x: merge_blktrace_file joins binary");
  });
});
