/**
 * What a block device carries, told by magic numbers at fixed places: enough to keep a benchmark
 * from writing over somebody's data, not a replacement of blkid. Works on a function that reads, so
 * that images and memory serve as well as devices.
 */

/** Bytes at an offset; shorter or empty beyond the end. */
export type ReadAt = (offset: number, length: number) => Uint8Array;

interface Magic {
  readonly name: string;
  /** From the start, or from the end when negative. */
  readonly at: number;
  readonly bytes: Uint8Array;
}

function magic(name: string, at: number, ...content: readonly (string | number)[]): Magic {
  const bytes = content.flatMap((part) =>
    typeof part === "number" ? [part] : Array.from(part, (letter) => letter.charCodeAt(0)),
  );
  return { name, at, bytes: Uint8Array.from(bytes) };
}

/** Page sizes a swap area may have been made for: its magic ends the first page. */
const SWAP_PAGES = [4096, 8192, 16384, 32768, 65536] as const;

/**
 * Places and values from the formats' own headers, as libblkid has them too (superblocks/). Made
 * when a device is looked at: most runs write none.
 */
const magics = (): readonly Magic[] => [
  magic("a GPT partition table", 512, "EFI PART"),
  magic("a GPT partition table", 4096, "EFI PART"),
  magic("a GPT partition table", -512, "EFI PART"),
  magic("a GPT partition table", -4096, "EFI PART"),
  magic("an xfs file system", 0, "XFSB"),
  magic("a btrfs file system", 0x10040, "_BHRfS_M"),
  magic("an f2fs file system", 0x400, 0x10, 0x20, 0xf5, 0xf2),
  magic("an ntfs file system", 3, "NTFS    "),
  magic("an exfat file system", 3, "EXFAT   "),
  magic("a vfat file system", 54, "FAT1"),
  magic("a vfat file system", 82, "FAT32   "),
  magic("a squashfs file system", 0, "hsqs"),
  magic("an erofs file system", 0x400, 0xe2, 0xe1, 0xf5, 0xe0),
  magic("an iso9660 file system", 0x8001, "CD001"),
  magic("a udf file system", 0x8001, "BEA01"),
  magic("a jfs file system", 0x8000, "JFS1"),
  magic("a reiserfs file system", 0x10034, "ReIsEr"),
  magic("an apfs container", 32, "NXSB"),
  magic("an hfs+ file system", 0x400, "H+", 0, 4),
  magic("a gfs2 file system", 0x10000, 0x01, 0x16, 0x19, 0x70),
  magic("an ocfs2 file system", 0x2000, "OCFSV2"),
  magic("a LUKS volume", 0, "LUKS", 0xba, 0xbe),
  magic("a LUKS volume", 0x4000, "SKUL", 0xba, 0xbe),
  magic("a BitLocker volume", 3, "-FVE-FS-"),
  ...[0, 512, 1024, 1536].map((at) => magic("an LVM physical volume", at, "LABELONE")),
  ...[0, 4096].map((at) => magic("an md RAID member", at, 0xfc, 0x4e, 0x2b, 0xa9)),
  magic("a bcache device", 0x1018, 0xc6, 0x85, 0x73, 0xf6, 0x4e, 0x1a, 0x45, 0xca),
  magic("a bcachefs device", 0x1018, 0xc6, 0x85, 0x73, 0xf6, 0x66, 0xce, 0x90, 0xa9),
  magic("a ceph OSD", 0, "bluestore block device"),
  magic("a vdo volume", 0, "dmvdo001"),
  magic("a stratis pool", 516, "!Stra0tis", 0x86, 0xff, 0x02),
  magic("a firmware RAID member", -1024, "Intel Raid ISM Cfg Sig. "),
  magic("a firmware RAID member", -512, 0xde, 0x11, 0xde, 0x11),
  ...SWAP_PAGES.flatMap((page) =>
    ["SWAPSPACE2", "SWAP-SPACE", "S1SUSPEND", "S2SUSPEND"].map((word) =>
      magic("a swap area", page - 10, word),
    ),
  ),
];

/** What is found on a device of that size, each once: `["a GPT partition table"]`. */
export function signatures(read: ReadAt, size: number): readonly string[] {
  const found = magics()
    .filter(({ at, bytes }) => {
      const start = at < 0 ? size + at : at;
      return start >= 0 && start + bytes.length <= size && equal(read(start, bytes.length), bytes);
    })
    .map(({ name }) => name);
  if (isExt(read)) found.push("an ext2/3/4 file system");
  if (isOldRaid(read, size)) found.push("an md RAID member");
  if (isZfs(read, size)) found.push("a zfs pool member");
  if (found.length === 0 && isMbr(read)) found.push("an MBR partition table");
  return [...new Set(found)];
}

function equal(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/** The 16-bit magic alone would meet random data once in 65536, so three fields more count. */
function isExt(read: ReadAt): boolean {
  const superblock = read(0x400, 128);
  if (superblock.length < 128) return false;
  const view = new DataView(superblock.buffer, superblock.byteOffset, superblock.byteLength);
  return (
    view.getUint16(0x38, true) === 0xef53 &&
    view.getUint32(0x18, true) <= 6 && // s_log_block_size: 1 KiB to 64 KiB
    view.getUint32(0x4c, true) <= 1 && // s_rev_level
    view.getUint32(0x04, true) > 0 // s_blocks_count
  );
}

/** Boot signature, four sane entries, at least one of them used. */
function isMbr(read: ReadAt): boolean {
  const sector = read(0, 512);
  if (sector[510] !== 0x55 || sector[511] !== 0xaa) return false;
  const entries = [446, 462, 478, 494].map((at) => sector.subarray(at, at + 16));
  const used = entries.filter((entry) => entry[4] !== 0 && entry.subarray(12).some((b) => b !== 0));
  return used.length > 0 && entries.every(([flag]) => flag === 0 || flag === 0x80);
}

/** md superblocks at the end: 0.90 in the last aligned 64 KiB, 1.0 8 KiB before the end. */
function isOldRaid(read: ReadAt, size: number): boolean {
  const old = Math.floor(size / 65536) * 65536 - 65536;
  const one = Math.floor((size - 8192) / 4096) * 4096;
  return [old, one].some((at) => {
    if (at < 0) return false;
    const bytes = read(at, 4);
    const little = Uint8Array.from([0xfc, 0x4e, 0x2b, 0xa9]);
    return equal(bytes, little) || equal(bytes, little.toReversed());
  });
}

/** An uberblock in the ring of one of the four labels of 256 KiB; zfs, vdev_impl.h. */
function isZfs(read: ReadAt, size: number): boolean {
  const label = 256 << 10;
  const aligned = Math.floor(size / label) * label;
  const labels = [0, label, aligned - 2 * label, aligned - label].filter((at) => at >= 0);
  const little = Uint8Array.from([0x0c, 0xb1, 0xba, 0, 0, 0, 0, 0]);
  const big = little.toReversed();
  return labels.some((start) => {
    const ring = read(start + label / 2, label / 2);
    for (let at = 0; at + 8 <= ring.length; at += 1024) {
      const word = ring.subarray(at, at + 8);
      if (equal(word, little) || equal(word, big)) return true;
    }
    return false;
  });
}
