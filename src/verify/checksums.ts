/**
 * The checksums that a block can carry behind its header: their names, their numbers in the header
 * (fio's verify.h), the bytes they take, and how each is computed. Those the runtime has are the
 * runtime's. Nothing here knows what a header is.
 */

import { crc7, crc16, crc32, crc32c, crc64 } from "./crc.ts";
import type { Row } from "./row.ts";
import { BLOCK, FioSha256 } from "./sha256.ts";

export interface Checksum {
  /** Puts the checksum of row[from, to) into `out` at `at`. */
  sum(row: Row, from: number, to: number, out: Uint8Array, at: number): void;
}

/** What the machine offers, and whose way of writing a checksum is wanted. */
export interface Surroundings {
  /**
   * crc32c of `length` bytes at an address, from all ones and without the last inversion;
   * undefined where the processor has no instruction for it.
   */
  readonly fastCrc32c: ((address: number, length: number) => number) | undefined;
  /** Store sha256, sha512 as fio does, weak as it is. */
  readonly asFio: boolean;
}

export interface ChecksumKind {
  /** Its number in the header. */
  readonly id: number;
  /** Bytes it takes behind the header. */
  readonly bytes: number;
  create(around: Surroundings): Checksum;
}

/** A number of at most 32 bits, low byte first. */
class Small implements Checksum {
  constructor(
    private readonly bytes: number,
    private readonly compute: (bytes: Uint8Array, from: number, to: number) => number,
  ) {}

  sum(row: Row, from: number, to: number, out: Uint8Array, at: number): void {
    let value = this.compute(row.bytes, from, to);
    for (let i = 0; i < this.bytes; i++) {
      out[at + i] = value;
      value >>>= 8;
    }
  }
}

class FastCrc32c implements Checksum {
  constructor(private readonly compute: (address: number, length: number) => number) {}

  sum(row: Row, from: number, to: number, out: Uint8Array, at: number): void {
    const value = this.compute(row.address + from, to - from);
    out[at] = value;
    out[at + 1] = value >>> 8;
    out[at + 2] = value >>> 16;
    out[at + 3] = value >>> 24;
  }
}

class Crc64 implements Checksum {
  readonly #words = new Int32Array(2);
  readonly #bytes = new Uint8Array(this.#words.buffer);

  sum(row: Row, from: number, to: number, out: Uint8Array, at: number): void {
    crc64(row.bytes, from, to, this.#words);
    out.set(this.#bytes, at);
  }
}

/** 64 bits of the runtime's own, low byte first. */
class XxHash3 implements Checksum {
  readonly #value = new BigUint64Array(1);
  readonly #bytes = new Uint8Array(this.#value.buffer);

  sum(row: Row, from: number, to: number, out: Uint8Array, at: number): void {
    this.#value[0] = Bun.hash.xxHash3(row.bytes.subarray(from, to));
    out.set(this.#bytes, at);
  }
}

/** A digest of the runtime's. `swapped`: each word of 32 bits low byte first, as fio has sha1. */
class Digest implements Checksum {
  readonly #hasher: Bun.CryptoHasher;
  readonly #digest = new Uint8Array(64);

  constructor(
    name: Bun.SupportedCryptoAlgorithms,
    private readonly bytes: number,
    private readonly slot = bytes,
    private readonly swapped = false,
  ) {
    this.#hasher = new Bun.CryptoHasher(name);
  }

  sum(row: Row, from: number, to: number, out: Uint8Array, at: number): void {
    const digest = this.#digest;
    this.#hasher.update(row.bytes.subarray(from, to));
    this.#hasher.digest(digest);
    const flip = this.swapped ? 3 : 0;
    for (let i = 0; i < this.bytes; i++) out[at + i] = digest[i ^ flip]!;
    for (let i = this.bytes; i < this.slot; i++) out[at + i] = 0;
  }
}

class FioSha256Sum implements Checksum {
  readonly #sha = new FioSha256();

  sum(row: Row, from: number, to: number, out: Uint8Array, at: number): void {
    this.#sha.sum(row.bytes, from, to, out, at);
  }
}

/** Bytes of a block of SHA-512's message; fio's slot is one block. */
const LONG_BLOCK = 128;

/**
 * What fio stores as sha512 is no digest: what remained of the data's last block, and behind it
 * the first block's rest. Damage in between is not seen. Found by decoding its files (3.33).
 */
class FioSha512Sum implements Checksum {
  sum({ bytes }: Row, from: number, to: number, out: Uint8Array, at: number): void {
    const rest = (to - from) % LONG_BLOCK;
    const whole = to - from - rest;
    for (let i = 0; i < rest; i++) out[at + i] = bytes[from + whole + i]!;
    for (let i = rest; i < LONG_BLOCK; i++) out[at + i] = whole > 0 ? bytes[from + i]! : 0;
  }
}

/** The header alone says what there is to say. */
class Nothing implements Checksum {
  sum(): void {}
}

const digest = (name: Bun.SupportedCryptoAlgorithms, id: number, bytes: number): ChecksumKind => ({
  id,
  bytes,
  create: () => new Digest(name, bytes, bytes, name === "sha1"),
});

const CRC32C: Omit<ChecksumKind, "id"> = {
  bytes: 4,
  create: ({ fastCrc32c }) =>
    fastCrc32c === undefined ? new Small(4, crc32c) : new FastCrc32c(fastCrc32c),
};

/** By fio's names; xxh3 is fathom's own, with a number that fio does not use. */
export const CHECKSUMS = {
  meta: { id: 1, bytes: 0, create: () => new Nothing() },
  md5: digest("md5", 2, 16),
  crc64: { id: 3, bytes: 8, create: () => new Crc64() },
  crc32: { id: 4, bytes: 4, create: () => new Small(4, crc32) },
  crc32c: { id: 5, ...CRC32C },
  "crc32c-intel": { id: 5, ...CRC32C },
  crc16: { id: 7, bytes: 2, create: () => new Small(2, crc16) },
  crc7: { id: 8, bytes: 1, create: () => new Small(1, crc7) },
  sha256: {
    id: 9,
    bytes: BLOCK,
    create: ({ asFio }) => (asFio ? new FioSha256Sum() : new Digest("sha256", 32, BLOCK)),
  },
  sha512: {
    id: 10,
    bytes: LONG_BLOCK,
    create: ({ asFio }) => (asFio ? new FioSha512Sum() : new Digest("sha512", 64, LONG_BLOCK)),
  },
  "sha3-224": digest("sha3-224", 11, 28),
  "sha3-256": digest("sha3-256", 12, 32),
  "sha3-384": digest("sha3-384", 13, 48),
  "sha3-512": digest("sha3-512", 14, 64),
  xxhash: {
    id: 15,
    bytes: 4,
    create: () => new Small(4, (b, from, to) => Bun.hash.xxHash32(b.subarray(from, to), 1)),
  },
  sha1: digest("sha1", 16, 20),
  pattern_hdr: { id: 17, bytes: 0, create: () => new Nothing() },
  xxh3: { id: 64, bytes: 8, create: () => new XxHash3() },
} as const satisfies Readonly<Record<string, ChecksumKind>>;

export type ChecksumName = keyof typeof CHECKSUMS;

/** Bytes of the longest checksum. */
export const LONGEST = LONG_BLOCK;

/** The name of a number in a header; undefined of one that nobody writes. */
export function checksumNamed(id: number): ChecksumName | undefined {
  const names = Object.keys(CHECKSUMS) as ChecksumName[];
  return names.find((name) => CHECKSUMS[name].id === id);
}
