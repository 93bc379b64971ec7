/** What a job writes down of its units is what a reader of traces reads. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { DIRECTIONS, FDATASYNC, FSYNC, SYNC } from "../../../src/base/direction.ts";
import { TraceLog } from "../../../src/io/trace/log.ts";
import { readText } from "./support.ts";

const seed = 4;
const directory = mkdtempSync(join(tmpdir(), "fathom-log-"));
afterAll(() => rmSync(directory, { recursive: true }));
const path = join(directory, "log");

test("any units come back as they were written", () => {
  const unit = fc.record({
    gap: fc.nat({ max: 2 ** 40 }),
    direction: fc.nat(3),
    kind: fc.constantFrom(FSYNC, FDATASYNC),
    file: fc.nat(2),
    offset: fc.nat({ max: 2 ** 52 }),
    length: fc.integer({ min: 1, max: 2 ** 31 }),
  });
  const names = ["/data/a b", "/data/ä", "7"];
  const property = fc.property(fc.array(unit, { maxLength: 50 }), (units) => {
    const log = new TraceLog(path, names, false);
    let time = 0;
    const list = units.map(({ gap, direction, kind, file, offset, length }) => {
      time += gap;
      log.unit(time, direction, kind, file, offset, length);
      const sync = direction === SYNC;
      return {
        time: Math.floor(time / 1000),
        action: sync && kind === FDATASYNC ? "datasync" : DIRECTIONS[direction]!,
        file: names[file]!,
        offset: sync ? 0 : offset,
        length: sync ? 0 : length,
      };
    });
    log.close(time);
    expect(readText(readFileSync(path, "utf8"))).toEqual(list);
  });
  fc.assert(property, { seed, numRuns: 200 });
});

test("more than a buffer of lines is written in order", () => {
  const log = new TraceLog(path, ["/f"], false);
  for (let i = 0; i < 20_000; i++) log.unit(i * 1000, 0, 0, 0, i * 512, 512);
  log.close(20_000_000);
  const text = readFileSync(path, "utf8");
  expect(readText(text).map(({ offset }) => offset / 512)).toEqual(
    Array.from({ length: 20_000 }, (_, i) => i),
  );
  expect(text.endsWith("20000 /f close\n")).toBe(true);
});

test("a log is replaced, or added to as fio does", () => {
  const write = (append: boolean): void => {
    const log = new TraceLog(path, ["/f"], append);
    log.unit(1000, 0, 0, 0, 0, 512);
    log.close(2000);
  };
  write(false);
  write(false);
  expect(readText(readFileSync(path, "utf8"))).toHaveLength(1);
  write(true);
  expect(readText(readFileSync(path, "utf8"))).toHaveLength(2);
});

test("what cannot be written is kept as the failure, and stops nothing", () => {
  const log = new TraceLog("/dev/full", ["/f"], true);
  for (let i = 0; i < 20_000; i++) log.unit(i, 0, 0, 0, 0, 512);
  log.close(0);
  expect(log.lost?.message).toContain("write /dev/full: ENOSPC");
});
