/**
 * Cyclic redundancy checks over bytes, by tables: crc32c sixteen bytes at a time, the small ones
 * byte by byte. Each is fio's variant of its name, so that a file written by either verifies under
 * the other; the polynomials are those of the published standards they are called after.
 */

/** Reflected polynomials: Castagnoli's (RFC 3720), and that of CRC-16/ARC. */
const CASTAGNOLI = 0x82f6_3b78;
const ARC = 0xa001;
/** IEEE 802.3's polynomial, not reflected. */
const IEEE = 0x04c1_1db7;
/** Jones's polynomial of 64 bits, reflected, in two words. */
const JONES_HIGH = 0x95ac_9329;
const JONES_LOW = 0xac4b_c9b5;
/** CRC-7/MMC, x^7 + x^3 + 1, kept in the upper seven bits. */
const MMC = 0x12;

const SLICES = 16;

/** `SLICES` tables of 256, table n for a byte that n more bytes follow. */
const castagnoli = slices(CASTAGNOLI);
const arc = table((byte) => reflected(byte, ARC));
const ieee = table((byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc < 0 ? IEEE : 0);
  return crc;
});
const jones = jonesTables();
const mmc = table((byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = (crc << 1) ^ (crc & 0x80 ? MMC : 0);
  return crc & 0xff;
});

function reflected(byte: number, polynomial: number): number {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
  return crc;
}

function table(entry: (byte: number) => number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => entry(byte));
}

function slices(polynomial: number): Int32Array {
  const tables = new Int32Array(new ArrayBuffer(SLICES * 256 * 4));
  tables.set(table((byte) => reflected(byte, polynomial)));
  for (let at = 256; at < tables.length; at++) {
    const before = tables[at - 256]!;
    tables[at] = (before >>> 8) ^ tables[before & 0xff]!;
  }
  return tables;
}

/** The entries of Jones's table: their low words, then their high words. */
function jonesTables(): Int32Array {
  const tables = new Int32Array(512);
  for (let byte = 0; byte < 256; byte++) {
    let low = byte;
    let high = 0;
    for (let bit = 0; bit < 8; bit++) {
      const odd = -(low & 1);
      low = ((low >>> 1) | (high << 31)) ^ (JONES_LOW & odd);
      high = (high >>> 1) ^ (JONES_HIGH & odd);
    }
    tables[byte] = low;
    tables[256 + byte] = high;
  }
  return tables;
}

/** crc32c of bytes[from, to): RFC 3720's, without the last inversion, as fio keeps it. */
export function crc32c(bytes: Uint8Array, from: number, to: number): number {
  const t = castagnoli;
  let crc = -1;
  let at = from;
  for (; at + SLICES <= to; at += SLICES) {
    crc =
      t[0xf00 + ((bytes[at]! ^ crc) & 0xff)]! ^
      t[0xe00 + ((bytes[at + 1]! ^ (crc >>> 8)) & 0xff)]! ^
      t[0xd00 + ((bytes[at + 2]! ^ (crc >>> 16)) & 0xff)]! ^
      t[0xc00 + (bytes[at + 3]! ^ (crc >>> 24))]! ^
      t[0xb00 + bytes[at + 4]!]! ^
      t[0xa00 + bytes[at + 5]!]! ^
      t[0x900 + bytes[at + 6]!]! ^
      t[0x800 + bytes[at + 7]!]! ^
      t[0x700 + bytes[at + 8]!]! ^
      t[0x600 + bytes[at + 9]!]! ^
      t[0x500 + bytes[at + 10]!]! ^
      t[0x400 + bytes[at + 11]!]! ^
      t[0x300 + bytes[at + 12]!]! ^
      t[0x200 + bytes[at + 13]!]! ^
      t[0x100 + bytes[at + 14]!]! ^
      t[bytes[at + 15]!]!;
  }
  for (; at < to; at++) crc = (crc >>> 8) ^ t[(crc ^ bytes[at]!) & 0xff]!;
  return crc >>> 0;
}

/** CRC-16/ARC of bytes[from, to). */
export function crc16(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at++) crc = (crc >>> 8) ^ arc[(crc ^ bytes[at]!) & 0xff]!;
  return crc;
}

/** CRC-7/MMC of bytes[from, to), in the low seven bits. */
export function crc7(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at++) crc = mmc[crc ^ bytes[at]!]!;
  return crc >>> 1;
}

/** CRC-32 of bytes[from, to), high bit first, from 0 and without inversions. */
export function crc32(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0;
  for (let at = from; at < to; at++) crc = (crc << 8) ^ ieee[(crc >>> 24) ^ bytes[at]!]!;
  return crc >>> 0;
}

/** Jones's CRC-64 of bytes[from, to), from 0: its low word and its high word into `out`. */
export function crc64(bytes: Uint8Array, from: number, to: number, out: Int32Array): void {
  let low = 0;
  let high = 0;
  for (let at = from; at < to; at++) {
    const entry = (low ^ bytes[at]!) & 0xff;
    low = ((low >>> 8) | (high << 24)) ^ jones[entry]!;
    high = (high >>> 8) ^ jones[256 + entry]!;
  }
  out[0] = low;
  out[1] = high;
}
