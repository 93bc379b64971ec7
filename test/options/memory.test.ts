import { expect, test } from "bun:test";
import type { RawValue } from "../../src/base/option.ts";
import { MEMORY } from "../../src/options/memory.ts";

const { mem } = MEMORY;

test.each([
  ["malloc", "malloc", undefined],
  ["mmap", "mmap", undefined],
  ["mmap:/a:b", "mmap", "/a:b"],
  ["mmapshared:/x", "mmapshared", "/x"],
  ["mmaphuge:/mnt/huge/f", "mmaphuge", "/mnt/huge/f"],
  ["shmhuge", "shmhuge", undefined],
])("mem = %s is read, and written the same again", (text, kind, file) => {
  expect(mem.parse(text, false)).toEqual({ kind, file } as never);
  expect(mem.format(mem.parse(text, true))).toBe(text);
});

test.each([
  ["malloc:/x", "malloc takes no file; write malloc, or mmap:/x"],
  ["shm:", "shm takes no file; write shm, or mmap:PATH"],
  ["mmap:", '"mmap:" names no file; write mmap:PATH, or mmap alone'],
  ["cudamalloc", "memory of a graphics processor"],
  ["maloc", '"maloc" is none of malloc, mmap, mmapshared, mmaphuge, shm, shmhuge'],
  [7, "7 is not a word"],
])("mem = %p is refused with what to write", (raw, reason) => {
  expect(() => mem.parse(raw as RawValue, false)).toThrow(reason);
});
