/**
 * Every checksum and both headers: against published vectors, against what the installed fio wrote
 * to a file, and against bits that were turned.
 */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CHECKSUMS, type ChecksumName, checksumNamed } from "../../src/verify/checksums.ts";
import { crc7, crc16, crc32, crc32c, crc64 } from "../../src/verify/crc.ts";
import { Header, layoutAt, OLD, PRESENT } from "../../src/verify/header.ts";
import { type Row, rowOf } from "../../src/verify/row.ts";
import { leftOut } from "../conformance/rig.ts";

const NAMES = Object.keys(CHECKSUMS) as ChecksumName[];
const portable = { fastCrc32c: undefined, asFio: false };
const directory = mkdtempSync(join(tmpdir(), "fathom-checksums-"));
afterAll(() => rmSync(directory, { recursive: true }));

const sumOf = (name: ChecksumName, bytes: Uint8Array, asFio = false, from = 0): string => {
  const kind = CHECKSUMS[name];
  const out = new Uint8Array(kind.bytes + 2).fill(0xee);
  kind
    .create({ ...portable, asFio })
    .sum(rowOf(bytes.slice().buffer, 0), from, bytes.length, out, 1);
  expect([out[0], out.at(-1)]).toEqual([0xee, 0xee]);
  return out.subarray(1, -1).toHex();
};

const digits = new TextEncoder().encode("123456789");

test("the checks of the nine digits are the published ones", () => {
  const long = new Int32Array(2);
  crc64(digits, 0, 9, long);
  expect({
    crc32c: (~crc32c(digits, 0, 9) >>> 0).toString(16),
    crc16: crc16(digits, 0, 9).toString(16),
    crc7: crc7(digits, 0, 9).toString(16),
    crc64: [(long[1]! >>> 0).toString(16), (long[0]! >>> 0).toString(16)],
  }).toEqual({
    // Williams's check values: CRC-32/ISCSI, CRC-16/ARC, CRC-7/MMC, CRC-64/REDIS.
    crc32c: "e3069283",
    crc16: "bb3d",
    crc7: "75",
    crc64: ["e9c6d914", "c4b8d9ca"],
  });
  // CRC-32/CKSUM is the same one with the length behind the data, and inverted.
  const withLength = Uint8Array.of(...digits, 9);
  expect((~crc32(withLength, 0, 10) >>> 0).toString(16)).toBe("377a6011");
});

test.each(["md5", "sha256", "sha512", "sha3-224", "sha3-256", "sha3-384", "sha3-512"] as const)(
  "%s is the standard's digest",
  (name) => {
    const expected = new Bun.CryptoHasher(name).update(digits).digest("hex");
    expect(sumOf(name, digits).replace(/(?:00)+$/, "")).toBe(expected.replace(/(?:00)+$/, ""));
  },
);

test.each(NAMES)("%s sees every turned bit of a block of 200 bytes", (name) => {
  const bytes = Uint8Array.from({ length: 200 }, (_, i) => (i * 73) & 0xff);
  const before = sumOf(name, bytes, false, 7);
  for (let bit = 7 * 8; bit < 200 * 8; bit++) {
    bytes[bit >> 3] = bytes[bit >> 3]! ^ (1 << (bit & 7));
    const same = sumOf(name, bytes, false, 7) === before;
    expect(same).toBe(CHECKSUMS[name].bytes === 0);
    bytes[bit >> 3] = bytes[bit >> 3]! ^ (1 << (bit & 7));
  }
});

test.each([PRESENT, OLD])("a header of $bytes bytes comes back as it was written", (layout) => {
  const header = Object.assign(new Header(), {
    ...{ kind: 9, length: 4096, seedLow: 0xfedc_ba98, seedHigh: 0x7654_3210 },
    ...{ offset: 3 * 2 ** 40 + 512, seconds: 7, nanoseconds: 999_999_999 },
    ...{ sequence: 65_537, thread: 12 },
  });
  const row = rowOf(new ArrayBuffer(128), 0);
  const { bytes } = row;
  layout.write(row, 16, header);
  expect(layoutAt(row, 16)).toBe(layout);
  expect(layoutAt(row, 0)).toBeUndefined();
  const read = new Header();
  layout.read(row, 16, read);
  expect(read).toEqual(
    Object.assign(new Header(), header, { sequence: header.sequence % layout.sequences }),
  );
  for (let at = 16; at < 16 + layout.bytes; at++) {
    expect(layout.intact(row, 16)).toBe(true);
    bytes[at] = bytes[at]! ^ 4;
    expect(layout.intact(row, 16)).toBe(false);
    bytes[at] = bytes[at]! ^ 4;
  }
});

const fio = Bun.which("fio");
leftOut(fio !== null, "fio is not installed: its headers are not compared");

const BLOCKS = [512, 1064, 1128, 4096];
const COMPARED = NAMES.filter((name) => !["xxh3", "pattern_hdr"].includes(name));
const FILES = COMPARED.flatMap((name) => BLOCKS.map((block) => ({ name, block })));

test.if(fio !== null)("every checksum and its header are what fio writes", () => {
  const jobs = FILES.flatMap(({ name, block }) => [
    ...["--name=a", `--filename=${join(directory, `${name}.${block}`)}`, `--size=${4 * block}`],
    ...["--thread", `--bs=${block}`, "--rw=write", `--verify=${name}`, "--do_verify=0"],
    "--verify_state_save=0",
  ]);
  expect(Bun.spawnSync([fio!, ...jobs]).exitCode).toBe(0);
  for (const [index, { name, block }] of FILES.entries()) {
    const bytes = new Uint8Array(readFileSync(join(directory, `${name}.${block}`)));
    const row = rowOf(bytes.slice().buffer, 0);
    for (let at = 0; at < bytes.length; at += block) {
      expectBlock({ name, row, at, block, thread: index + 1 });
    }
  }
});

interface Block {
  readonly name: ChecksumName;
  readonly row: Row;
  readonly at: number;
  readonly block: number;
  readonly thread: number;
}

function expectBlock({ name, row, at, block, thread }: Block): void {
  const layout = layoutAt(row, at);
  const header = new Header();
  layout?.read(row, at, header);
  const kind = CHECKSUMS[checksumNamed(header.kind) ?? "meta"];
  expect({
    intact: layout?.intact(row, at),
    kind: kind.id,
    length: header.length,
    offset: header.offset,
    sequence: header.sequence,
    thread: header.thread,
  }).toEqual({
    intact: true,
    kind: CHECKSUMS[name].id,
    length: block,
    offset: at,
    sequence: at / block,
    thread,
  });
  const from = at + layout!.bytes + kind.bytes;
  const stored = row.bytes.subarray(at + layout!.bytes, from).toHex();
  expect(sumOf(name, row.bytes.subarray(0, at + block), true, from)).toBe(stored);
}
