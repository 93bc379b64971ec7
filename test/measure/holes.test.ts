import { afterAll, describe, expect, test } from "bun:test";
import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statfsSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { libc } from "../../ffi/libc.ts";
import { holeShare } from "../../src/measure/holes.ts";

const MIB = 2 ** 20;
/** statfs(2) f_type of file systems that tell unwritten extents by FIEMAP. */
const EXT4 = 0xef53;
const XFS = 0x58465342;

const directory = mkdtempSync(join(tmpdir(), "fathom-holes-"));
const memory = mkdtempSync("/dev/shm/fathom-holes-");
afterAll(() => {
  rmSync(directory, { recursive: true });
  rmSync(memory, { recursive: true });
});

const tellsExtents = [EXT4, XFS].includes(Number(statfsSync(directory).type));

/** A file of 4 MiB, made by `fill`. */
function file(name: string, fill: (fd: number) => void, where = directory): string {
  const path = join(where, name);
  const fd = openSync(path, "w+");
  fill(fd);
  closeSync(fd);
  return path;
}

const data = (bytes: number): Uint8Array => new Uint8Array(bytes).fill(0x5a);

describe.each([
  ["a file system with a device", directory],
  ["a file system in memory, which is asked by seeking", memory],
])("on %s", (_, where) => {
  test("a file that was only given a size is all hole", () => {
    const path = file("sparse", (fd) => ftruncateSync(fd, 4 * MIB), where);
    expect(holeShare(path, 0, 4 * MIB)).toBe(1);
  });

  test("a file that was written has no holes", () => {
    const path = file("full", (fd) => writeSync(fd, data(4 * MIB)), where);
    expect(holeShare(path, 0, 4 * MIB)).toBe(0);
  });

  test("the share is that of the region asked about", () => {
    const path = file(
      "half",
      (fd) => {
        ftruncateSync(fd, 4 * MIB);
        writeSync(fd, data(MIB), 0, MIB, MIB);
        fsyncSync(fd);
      },
      where,
    );
    expect(holeShare(path, 0, 4 * MIB)).toBe(0.75);
    expect(holeShare(path, MIB, MIB)).toBe(0);
    expect(holeShare(path, MIB / 2, MIB)).toBe(0.5);
    expect(holeShare(path, 2 * MIB, 2 * MIB)).toBe(1);
  });

  test("what lies behind the end of the file is not counted", () => {
    const path = file("short", (fd) => writeSync(fd, data(MIB)), where);
    expect(holeShare(path, 0, 8 * MIB)).toBe(0);
    expect(holeShare(path, 2 * MIB, MIB)).toBeUndefined();
  });
});

describe.if(tellsExtents)("reserved but unwritten extents (needs ext4 or xfs)", () => {
  test("count as holes, also once their zeros are in the page cache", () => {
    const path = file("reserved", (fd) => libc.fallocate(fd, 0, 0, 4 * MIB));
    expect(holeShare(path, 0, 4 * MIB)).toBe(1);
    readFileSync(path);
    expect(holeShare(path, 0, 4 * MIB)).toBe(1);
  });

  test("do not count once written, even before the data reached the device", () => {
    const path = file("dirty", (fd) => {
      libc.fallocate(fd, 0, 0, 4 * MIB);
      writeSync(fd, data(2 * MIB), 0, 2 * MIB, 0);
    });
    expect(holeShare(path, 0, 4 * MIB)).toBe(0.5);
  });

  test("are found in a file of more extents than one call brings back", () => {
    const blocks = 2_000;
    const path = file("comb", (fd) => {
      ftruncateSync(fd, blocks * 8192);
      const block = data(4096);
      for (let at = 0; at < blocks; at++) writeSync(fd, block, 0, 4096, at * 8192);
    });
    expect(holeShare(path, 0, blocks * 8192)).toBe(0.5);
  });
});

test("a file that is not there has no share", () => {
  expect(holeShare(join(directory, "missing"), 0, MIB)).toBeUndefined();
});
