/**
 * What both programs leave in a file: the same bytes of a pattern, and as much to be compressed and
 * deduplicated where that is asked for.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fathom } from "../support/binary.ts";

const FIO = Bun.which("fio");
const NONE = FIO === null ? " (skipped: no fio here)" : "";

let directory = "";
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), "fathom-buffers-"));
  writeFileSync(join(directory, "words"), "in a file");
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The file each program wrote with these options. */
async function written(words: readonly string[]): Promise<readonly [Buffer, Buffer]> {
  const job = ["--name=a", "--ioengine=psync", "--thread", "--eta=never", ...words];
  const theirs = Bun.spawn([FIO!, "--filename=theirs", ...job], {
    cwd: directory,
    stdout: "ignore",
  });
  expect(await theirs.exited).toBe(0);
  const ours = await fathom(["fio", "--filename=ours", ...job], { cwd: directory });
  expect([ours.exit, ours.err]).toEqual([0, ""]);
  const files = [readFileSync(join(directory, "ours")), readFileSync(join(directory, "theirs"))];
  for (const name of ["ours", "theirs"]) rmSync(join(directory, name));
  return files as [Buffer, Buffer];
}

function distinct(bytes: Buffer): number {
  const seen = new Set<bigint>();
  for (let at = 0; at < bytes.length; at += 4096) {
    seen.add(Bun.hash.xxHash3(bytes.subarray(at, at + 4096)));
  }
  return seen.size / (bytes.length / 4096);
}

/** A file that is written, and one that is laid out to be read, in blocks that do not fit it. */
const WAYS = [
  ["--rw=write", "--bs=4k", "--size=16k"],
  ["--rw=read", "--bs=1000", "--size=5000"],
];

describe.skipIf(FIO === null)(`the file written is fio's${NONE}`, () => {
  test.each([
    "0xdeadbeef",
    '"abcd"-120xdeadface',
    "'words'0x00",
    "0xff0xf-12 13",
    "\"a\"-1'words'",
  ])("with buffer_pattern = %s", async (pattern) => {
    for (const words of WAYS) {
      const [ours, theirs] = await written([...words, `--buffer_pattern=${pattern}`]);
      expect(ours.length).toBe(theirs.length);
      expect(ours.equals(theirs)).toBe(true);
    }
  });

  test.each([
    "--rw=write --buffer_compress_percentage=60 --refill_buffers",
    "--rw=read --buffer_compress_percentage=35 --buffer_compress_chunk=4k",
    "--rw=write --buffer_compress_percentage=50 --refill_buffers --buffer_pattern=0x55aa",
    "--rw=write --buffer_compress_percentage=100",
    "--rw=write --dedupe_percentage=40",
    "--rw=read --dedupe_percentage=40",
    "--rw=write --dedupe_percentage=50 --dedupe_mode=working_set",
    "--rw=write --dedupe_percentage=30 --buffer_compress_percentage=50",
    "--rw=write --zero_buffers",
    "--rw=write --scramble_buffers=0",
  ])("in what compresses and repeats with %s", async (options) => {
    const [ours, theirs] = await written(["--bs=4k", "--size=4m", ...options.split(" ")]);
    const ratio = (bytes: Buffer) =>
      Bun.zstdCompressSync(bytes, { level: 1 }).length / bytes.length;
    expect(Math.abs(ratio(ours) - ratio(theirs))).toBeLessThan(0.05);
    expect(Math.abs(distinct(ours) - distinct(theirs))).toBeLessThan(0.05);
  });
});
