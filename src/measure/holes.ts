/**
 * How much of a file would read as zeros without the device being asked: holes, and extents that
 * fallocate(2) reserved and nobody wrote. A read test of such a file measures the file system's
 * memset; the report says so.
 */
import { O, SEEK } from "../../ffi/constants.ts";
import { errnoOf } from "../../ffi/errno.ts";
import { cString, libc } from "../../ffi/libc.ts";

/** linux/fiemap.h and linux/fs.h; the request is _IOWR('f', 11, struct fiemap). */
const FS_IOC_FIEMAP = 0xc020660b | 0;
const FLAG_SYNC = 1;
const EXTENT_LAST = 0x1;
const EXTENT_UNWRITTEN = 0x800;
/** struct fiemap is 8 words of 32 bits, each struct fiemap_extent after it 14. */
const HEAD_WORDS = 8;
const EXTENT_WORDS = 14;

/** Extents a call brings back: 29 kB of memory. */
const EXTENTS = 512;
/** Extents after which the share of what was seen stands for the whole: about 0.1 s of calls. */
const ENOUGH = 262_144;

/**
 * Share from 0 to 1 of [offset, offset + length) that holds no written data; what lies behind the
 * end of the file is not counted. Undefined when the file cannot be opened or asked.
 */
export function holeShare(path: string, offset: number, length: number): number | undefined {
  const fd = libc.open(cString(path), O.RDONLY | O.NONBLOCK | O.CLOEXEC, 0);
  if (fd < 0) return undefined;
  try {
    const end = Math.min(offset + length, libc.lseek(fd, 0, SEEK.END));
    if (end <= offset) return undefined;
    const share = written(fd, offset, end);
    return share === undefined ? undefined : 1 - share;
  } finally {
    libc.close(fd);
  }
}

/** Share of the region with written data; undefined when the file system does not say. */
function written(fd: number, offset: number, end: number): number | undefined {
  const first = byExtents(fd, offset, end, 0);
  if (first === undefined) return bySeeking(fd, offset, end);
  // Data that is not yet on its way to the device looks unwritten until it is synced.
  if (first.unwritten) return byExtents(fd, offset, end, FLAG_SYNC)?.share;
  return first.share;
}

function byExtents(
  fd: number,
  offset: number,
  end: number,
  flags: number,
): { readonly share: number; readonly unwritten: boolean } | undefined {
  const words = new Uint32Array(new ArrayBuffer((HEAD_WORDS + EXTENTS * EXTENT_WORDS) * 4));
  const long = (index: number): number => words[index]! + words[index + 1]! * 2 ** 32;
  let data = 0;
  let unwritten = false;
  let at = offset;
  for (let seen = 0; at < end && seen < ENOUGH; ) {
    words.fill(0, 0, HEAD_WORDS);
    setLong(words, 0, at);
    setLong(words, 2, end - at);
    words[4] = flags;
    words[6] = EXTENTS;
    if (libc.ioctl(fd, FS_IOC_FIEMAP, words) !== 0) return undefined;
    const count = words[5]!;
    if (count === 0) return { share: data / (end - offset), unwritten };
    let last = false;
    for (let extent = 0; extent < count; extent++) {
      const word = HEAD_WORDS + extent * EXTENT_WORDS;
      const from = Math.max(long(word), at);
      const to = Math.min(long(word) + long(word + 4), end);
      const kind = words[word + 10]!;
      if (kind & EXTENT_UNWRITTEN) unwritten = true;
      else if (to > from) data += to - from;
      at = Math.max(at, to);
      last = (kind & EXTENT_LAST) !== 0;
    }
    if (last) return { share: data / (end - offset), unwritten };
    seen += count;
  }
  return { share: data / (at - offset), unwritten };
}

function setLong(words: Uint32Array, index: number, value: number): void {
  words[index] = value % 2 ** 32;
  words[index + 1] = Math.floor(value / 2 ** 32);
}

/** errno of a position behind the last data; lseek(2). */
const ENXIO = 6;

function bySeeking(fd: number, offset: number, end: number): number | undefined {
  let data = 0;
  let at = offset;
  for (let seen = 0; at < end && seen < ENOUGH; seen++) {
    const from = libc.lseek(fd, at, SEEK.DATA);
    if (from < 0) return errnoOf() === ENXIO ? data / (end - offset) : undefined;
    if (from >= end) return data / (end - offset);
    const to = Math.min(libc.lseek(fd, from, SEEK.HOLE), end);
    data += to - from;
    at = to;
  }
  return data / (at - offset);
}
