import { expect, test } from "bun:test";
import { RWF } from "../../ffi/constants.ts";
import { ENTRY_ASYNC, ENTRY_FIXED_FILE, ENTRY_WORDS, OP } from "../../ffi/io_uring_abi.ts";
import { view } from "../../ffi/memory.ts";
import {
  FDATASYNC,
  FILE_RANGE,
  FSYNC,
  READ,
  SYNC,
  SYNCFS,
  TRIM,
  WRITE,
} from "../../src/base/direction.ts";
import {
  ControlEntries,
  type EntryContext,
  ForcedAsync,
  PlainEntries,
  VectoredEntries,
} from "../../src/engine/uring_entries.ts";
import type { Target } from "../../src/io/target.ts";
import { Units } from "../../src/io/units.ts";

const HIGH = 2 ** 32;
const PLAIN = { fixed: false, nowait: false, uncached: false };
const EVERYTHING = { any: true, fallocate: true, discard: true, fileRange: true };

/** Row 2 works on file 1 far into it, 4 KiB of its 64 KiB being done. */
function context(registered = false): EntryContext {
  const units = new Units(4);
  units.file[2] = 1;
  units.offset[2] = 5 * HIGH + 8192;
  units.length[2] = 65536;
  units.moved[2] = 4096;
  units.address[2] = 7 * HIGH + 0x80001000;
  const entries = new Int32Array(5 * ENTRY_WORDS);
  for (let row = 0; row < 4; row++) entries[row * ENTRY_WORDS + 8] = row;
  return { units, entries, files: Int32Array.of(30, registered ? 1 : 31), registered };
}

function entry({ entries }: EntryContext): number[] {
  return [...entries.subarray(2 * ENTRY_WORDS, 3 * ENTRY_WORDS)].map((word) => word >>> 0);
}

test("a read and a write carry file, offset, address and length of what is left", () => {
  const job = context();
  const plain = new PlainEntries(job, PLAIN);
  plain.write(2);
  const rest = [31, 12288, 5, 0x80002000, 7, 61440, 0, 2, 0, 0, 0, 0, 0, 0, 0];
  expect(entry(job)).toEqual([OP.READ, ...rest]);
  job.units.direction[2] = WRITE;
  plain.write(2);
  expect(entry(job)).toEqual([OP.WRITE, ...rest]);
});

test("registered files and buffers are named by their place, flags are those of the job", () => {
  const job = context(true);
  new PlainEntries(job, { fixed: true, nowait: true, uncached: true }).write(2);
  const words = entry(job);
  expect(words[0]).toBe(OP.READ_FIXED | ENTRY_FIXED_FILE);
  expect(words[1]).toBe(1);
  expect(words[7]).toBe(RWF.NOWAIT | RWF.DONTCACHE);
  expect(words[10]).toBe(2);
});

test("a vectored entry points to one vector that holds address and length", () => {
  const job = context();
  const vectored = new VectoredEntries(job, PLAIN);
  vectored.write(2);
  const words = entry(job);
  expect([words[0], words[2], words[3], words[6]]).toEqual([OP.READV, 12288, 5, 1]);
  const vector = new Uint32Array(view(words[5]! * HIGH + words[4]!, 16));
  expect([...vector]).toEqual([0x80002000, 7, 61440, 0]);
  vectored.close();
});

test("every third unit is forced to be asynchronous", () => {
  const job = context();
  const forced = new ForcedAsync(new PlainEntries(job, PLAIN), job.entries, 3);
  const seen = Array.from({ length: 7 }, () => {
    forced.write(2);
    return (entry(job)[0]! & ENTRY_ASYNC) !== 0;
  });
  expect(seen).toEqual([false, false, true, false, false, true, false]);
});

function controls(job: EntryContext, settings = EVERYTHING): ControlEntries {
  return new ControlEntries(job, [{ kind: "regular" }, { kind: "block" }] as Target[], settings);
}

test("a sync of a range is offset, length and steps; of 4 GiB and more it is none", () => {
  const job = context();
  job.units.direction[2] = SYNC;
  job.units.kind[2] = FILE_RANGE;
  job.units.offset[2] = 2 ** 33 + 4096;
  job.units.length[2] = 2 ** 31 - 4096;
  job.units.rangeFlags = 7;
  expect(controls(job).write(2)).toBe(true);
  const words = [OP.SYNC_FILE_RANGE, 31, 4096, 2, 0, 0, 2 ** 31 - 4096, 7, 2, 0, 0, 0, 0, 0, 0, 0];
  expect(entry(job)).toEqual(words);
  job.units.length[2] = 2 ** 32;
  expect(controls(job).write(2)).toBe(false);
  expect(controls(job, { ...EVERYTHING, fileRange: false }).write(2)).toBe(false);
});

test("syncs are of the whole file, with or without its metadata", () => {
  const job = context();
  new PlainEntries(job, { ...PLAIN, fixed: true, nowait: true }).write(2);
  job.units.direction[2] = SYNC;
  job.units.kind[2] = FSYNC;
  expect(controls(job).write(2)).toBe(true);
  expect(entry(job)).toEqual([OP.FSYNC, 31, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0]);
  job.units.kind[2] = FDATASYNC;
  controls(job).write(2);
  expect(entry(job)[7]).toBe(1);
  job.units.kind[2] = SYNCFS;
  expect(controls(job).write(2)).toBe(false);
});

test("a trim punches a hole in a file and discards on a device, where the kernel can", () => {
  const job = context();
  job.units.direction[2] = TRIM;
  expect(controls(job).write(2)).toBe(true);
  const discard = [OP.URING_CMD, 31, 0x1200, 0, 12288, 5, 0, 0, 2, 0, 0, 0, 61440, 0, 0, 0];
  expect(entry(job)).toEqual(discard);
  job.units.file[2] = 0;
  expect(controls(job).write(2)).toBe(true);
  expect(entry(job)).toEqual([OP.FALLOCATE, 30, 12288, 5, 61440, 0, 3, 0, 2, ...Array(7).fill(0)]);
  expect(controls(job, { ...EVERYTHING, fallocate: false }).write(2)).toBe(false);
  job.units.file[2] = 1;
  expect(controls(job, { ...EVERYTHING, discard: false }).write(2)).toBe(false);
  expect(controls(job, { ...EVERYTHING, any: false }).write(2)).toBe(false);
  job.units.direction[2] = READ;
});
