import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type ReadAt, signatures } from "../../src/plan/signatures.ts";
import { inDirectory } from "./support.ts";

const SIZE = 4 << 20;

function readerOf(image: Uint8Array): ReadAt {
  return (offset, length) => image.subarray(offset, Math.min(offset + length, image.length));
}

/** What is found on an image of 4 MiB of zeros with those bytes at those places. */
function foundOn(places: Readonly<Record<number, readonly number[] | string>>): readonly string[] {
  const image = new Uint8Array(SIZE);
  for (const [at, content] of Object.entries(places)) {
    image.set(typeof content === "string" ? Buffer.from(content, "latin1") : content, Number(at));
  }
  return signatures(readerOf(image), SIZE);
}

const MD = [0xfc, 0x4e, 0x2b, 0xa9];

describe("signatures", () => {
  test.each([
    ["a GPT partition table", { 512: "EFI PART" }],
    ["a GPT partition table", { 4096: "EFI PART" }],
    ["a GPT partition table", { [SIZE - 512]: "EFI PART" }],
    ["an xfs file system", { 0: "XFSB" }],
    ["a btrfs file system", { 65600: "_BHRfS_M" }],
    ["an f2fs file system", { 1024: [0x10, 0x20, 0xf5, 0xf2] }],
    ["an ntfs file system", { 3: "NTFS    ", 510: [0x55, 0xaa] }],
    ["a vfat file system", { 82: "FAT32   ", 510: [0x55, 0xaa] }],
    ["a squashfs file system", { 0: "hsqs" }],
    ["an iso9660 file system", { 32769: "CD001" }],
    ["a LUKS volume", { 0: [...Buffer.from("LUKS"), 0xba, 0xbe] }],
    ["an LVM physical volume", { 512: "LABELONE" }],
    ["an md RAID member", { 0: MD }],
    ["an md RAID member", { 4096: MD }],
    ["an md RAID member", { [SIZE - 8192]: MD }],
    ["an md RAID member", { [SIZE - 65536]: MD }],
    ["an md RAID member", { [SIZE - 65536]: MD.toReversed() }],
    ["a bcache device", { 4120: [0xc6, 0x85, 0x73, 0xf6, 0x4e, 0x1a, 0x45, 0xca] }],
    ["a swap area", { 4086: "SWAPSPACE2" }],
    ["a swap area", { 65526: "SWAPSPACE2" }],
    ["a zfs pool member", { [131072 + 5 * 1024]: [0x0c, 0xb1, 0xba, 0, 0, 0, 0, 0] }],
    ["a zfs pool member", { [SIZE - 131072]: [0, 0, 0, 0, 0, 0xba, 0xb1, 0x0c] }],
  ])("finds %s", (name, places) => {
    expect(foundOn(places)).toEqual([name]);
  });

  test("finds nothing on zeros, on nothing, and on a device shorter than any magic's place", () => {
    expect(foundOn({})).toEqual([]);
    expect(signatures(() => new Uint8Array(0), 0)).toEqual([]);
    expect(signatures(readerOf(new Uint8Array(512)), 512)).toEqual([]);
  });

  test("takes a boot signature for a partition table only with an entry that makes sense", () => {
    const entry = [0x80, 0, 0, 0, 0x83, 0, 0, 0, 0, 8, 0, 0, 0, 0, 1, 0];
    expect(foundOn({ 510: [0x55, 0xaa] })).toEqual([]);
    expect(foundOn({ 446: entry, 510: [0x55, 0xaa] })).toEqual(["an MBR partition table"]);
    expect(foundOn({ 446: [0x13, ...entry.slice(1)], 510: [0x55, 0xaa] })).toEqual([]);
  });

  test("does not take two bytes of random data for an ext file system", () => {
    const random = Array.from({ length: 128 }, (_, i) => (i * 73 + 41) & 0xff);
    expect(foundOn({ 1024: random.with(0x38, 0x53).with(0x39, 0xef) })).toEqual([]);
    expect(foundOn({ 1080: [0x53, 0xef] })).toEqual([]);
  });
});

describe("signatures of real tools", () => {
  const tools = [
    ["mkfs.ext4", ["-q", "-F"], "an ext2/3/4 file system"],
    ["mkswap", [], "a swap area"],
    ["mkfs.xfs", ["-q"], "an xfs file system"],
    ["mkfs.btrfs", ["-q"], "a btrfs file system"],
    ["mkfs.vfat", [], "a vfat file system"],
  ] as const;
  for (const [tool, flags, name] of tools) {
    const missing = spawnSync(tool, ["-V"]).error !== undefined;
    test.skipIf(missing)(
      `${tool}: ${missing ? "not installed, skipped" : `finds ${name}`}`,
      async () => {
        await inDirectory((directory) => {
          const image = join(directory, "image");
          writeFileSync(image, "");
          truncateSync(image, 320 << 20);
          expect(spawnSync(tool, [...flags, image]).status).toBe(0);
          truncateSync(image, 4 << 20);
          const bytes = readFileSync(image);
          expect(signatures(readerOf(bytes), bytes.length)).toEqual([name]);
        });
      },
    );
  }
});
