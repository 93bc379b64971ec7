/**
 * The header in front of each verified block, in fio's two layouts: the present one (48 bytes,
 * version byte 0x81, since fio 3.36) and the one before (40 bytes, no version byte; fio 3.33). A
 * reader tells them apart by themselves, a writer chooses. Little-endian. Knows bytes, not what is
 * right: the checks are the verifier's.
 *
 *   0x81: magic u16, version u8, kind u8, length u32, seed u64, offset u64, seconds u32,
 *         nanoseconds u32, sequence u64, thread u16, pad u16, crc32c u32
 *   old:  magic u16, kind u16, length u32, seed u64, offset u64, seconds u32, nanoseconds u32,
 *         thread u16, sequence u16, crc32c u32
 */
import { crc32c } from "./crc.ts";
import type { Row } from "./row.ts";

export const MAGIC = 0xacca;
const VERSION = 0x81;
const TWO_32 = 0x1_0000_0000;

/** What a header says; one is used again and again. 64-bit values are exact below 2^53. */
export class Header {
  /** A number of `CHECKSUMS`. */
  kind = 0;
  /** Bytes from this header to the next. */
  length = 0;
  /** The seed of the data, in two words. */
  seedLow = 0;
  seedHigh = 0;
  /** Where in the file this header stands. */
  offset = 0;
  seconds = 0;
  nanoseconds = 0;
  /** Which write of its job this is, from 0. The old layout keeps 16 bits of it. */
  sequence = 0;
  /** fio's thread_number: clones counted from 1. */
  thread = 0;
}

export interface HeaderLayout {
  /** Bytes of a header; its checksum stands behind it. */
  readonly bytes: number;
  /** What a sequence number is counted up to before it begins again. */
  readonly sequences: number;
  /** Writes the header at `at`, with its own checksum. */
  write(row: Row, at: number, header: Header): void;
  /** Fills in what the bytes at `at` say, whatever it is. */
  read(row: Row, at: number, header: Header): void;
  /** Whether the header's own checksum is right. */
  intact(row: Row, at: number): boolean;
}

function writeCommon(view: DataView, at: number, header: Header): void {
  view.setUint16(at, MAGIC, true);
  view.setUint32(at + 4, header.length, true);
  view.setUint32(at + 8, header.seedLow, true);
  view.setUint32(at + 12, header.seedHigh, true);
  view.setUint32(at + 16, header.offset % TWO_32, true);
  view.setUint32(at + 20, Math.floor(header.offset / TWO_32), true);
  view.setUint32(at + 24, header.seconds, true);
  view.setUint32(at + 28, header.nanoseconds, true);
}

function readCommon(view: DataView, at: number, header: Header): void {
  header.length = view.getUint32(at + 4, true);
  header.seedLow = view.getUint32(at + 8, true);
  header.seedHigh = view.getUint32(at + 12, true);
  header.offset = view.getUint32(at + 16, true) + view.getUint32(at + 20, true) * TWO_32;
  header.seconds = view.getUint32(at + 24, true);
  header.nanoseconds = view.getUint32(at + 28, true);
}

/** Version 0x81, 48 bytes. */
export const PRESENT: HeaderLayout = {
  bytes: 48,
  sequences: Number.MAX_SAFE_INTEGER,

  write({ bytes, view }, at, header) {
    writeCommon(view, at, header);
    view.setUint8(at + 2, VERSION);
    view.setUint8(at + 3, header.kind);
    view.setUint32(at + 32, header.sequence % TWO_32, true);
    view.setUint32(at + 36, Math.floor(header.sequence / TWO_32), true);
    view.setUint16(at + 40, header.thread, true);
    view.setUint16(at + 42, 0, true);
    view.setUint32(at + 44, crc32c(bytes, at, at + 44), true);
  },

  read({ view }, at, header) {
    readCommon(view, at, header);
    header.kind = view.getUint8(at + 3);
    header.sequence = view.getUint32(at + 32, true) + view.getUint32(at + 36, true) * TWO_32;
    header.thread = view.getUint16(at + 40, true);
  },

  intact: ({ bytes, view }, at) => view.getUint32(at + 44, true) === crc32c(bytes, at, at + 44),
};

/** The layout before, 40 bytes. */
export const OLD: HeaderLayout = {
  bytes: 40,
  sequences: 0x1_0000,

  write({ bytes, view }, at, header) {
    writeCommon(view, at, header);
    view.setUint16(at + 2, header.kind, true);
    view.setUint16(at + 32, header.thread, true);
    view.setUint16(at + 34, header.sequence % this.sequences, true);
    view.setUint32(at + 36, crc32c(bytes, at, at + 36), true);
  },

  read({ view }, at, header) {
    readCommon(view, at, header);
    header.kind = view.getUint16(at + 2, true);
    header.thread = view.getUint16(at + 32, true);
    header.sequence = view.getUint16(at + 34, true);
  },

  intact: ({ bytes, view }, at) => view.getUint32(at + 36, true) === crc32c(bytes, at, at + 36),
};

/** The layout of the header at `at`; undefined where no header begins. */
export function layoutAt({ view }: Row, at: number): HeaderLayout | undefined {
  if (view.getUint16(at, true) !== MAGIC) return undefined;
  if (view.getUint8(at + 2) === VERSION) return PRESENT;
  return view.getUint8(at + 3) === 0 ? OLD : undefined;
}
