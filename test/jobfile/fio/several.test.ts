/** fio's texts of several values, held against what the installed fio was seen to make of them. */
import { expect, test } from "bun:test";
import { several } from "../../../src/jobfile/fio/several.ts";
import { OPTIONS } from "../../../src/options/options.ts";

test("a range has its sizes in either order, with - or : between them", () => {
  expect(several("ranges", "4k-64k", 1024)).toBe("4096-65536");
  expect(several("ranges", "64k:4k,1k-2k", 1024)).toBe("4096-65536,1024-2048");
  expect(several("ranges", "4KiB-8KiB", 1024)).toBe("4000-8000");
  expect(() => several("ranges", "4k", 1024)).toThrow("no range");
});

test("shares under 100 leave the rest to the largest, where the search of fio ends", () => {
  expect(several("shares", "4k/60:64k/40", 1024)).toBe("4096/60:65536/40");
  expect(several("shares", "4k/30:8k/20:16k/20", 1024)).toBe("4096/60:8192/20:16384/20");
  expect(several("shares", "4k/50:8k/:16k,8k", 1024)).toBe("4096/50:8192:16384,8192");
  const read = OPTIONS.bssplit.parse(several("shares", "4k/30:8k/20", 1024), true)?.read;
  expect(read).toEqual([
    { bytes: 8192, percent: 20 },
    { bytes: 4096, percent: 80 },
  ]);
});

test("rw has a size behind a sequential word, and digits behind a random one", () => {
  expect(several("rw", "read", 1024)).toBe("read");
  expect(several("rw", "write:-4k", 1024)).toBe("write:-4096");
  expect(several("rw", "readwrite:8KiB", 1024)).toBe("readwrite:8000");
  expect(several("rw", "randread:8k", 1024)).toBe("randread:8");
  expect(several("rw", "trimwrite:1m", 1024)).toBe("trimwrite:1048576");
});

test("shares in percent stand for each direction", () => {
  expect(several("integers", "50,20", 1024)).toBe("50,20");
});
