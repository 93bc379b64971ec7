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

/** The files each program wrote, one for each job; all of one run, whose start takes fio 0.3 s. */
async function written(jobs: readonly (readonly string[])[]): Promise<Written[]> {
  const line = (side: string): string[] =>
    jobs.flatMap((words, index) => [
      ...[`--name=a${index}`, `--filename=${side}${index}`, "--ioengine=psync", "--thread"],
      ...words,
    ]);
  const command = [FIO!, "--eta=never", ...line("theirs")];
  const theirs = Bun.spawn(command, { cwd: directory, stdout: "ignore" });
  expect(await theirs.exited).toBe(0);
  const ours = await fathom(["fio", "--eta=never", ...line("ours")], { cwd: directory });
  expect([ours.exit, ours.err]).toEqual([0, ""]);
  const take = (name: string): Buffer => {
    const path = join(directory, name);
    const bytes = readFileSync(path);
    rmSync(path);
    return bytes;
  };
  return jobs.map((words, index) => ({
    what: words.join(" "),
    ours: take(`ours${index}`),
    theirs: take(`theirs${index}`),
  }));
}

interface Written {
  readonly what: string;
  readonly ours: Buffer;
  readonly theirs: Buffer;
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

const PATTERNS = [
  "0xdeadbeef",
  '"abcd"-120xdeadface',
  "'words'0x00",
  "0xff0xf-12 13",
  "\"a\"-1'words'",
];

const SHAPES = [
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
];

describe.skipIf(FIO === null)(`the file written is fio's${NONE}`, () => {
  test(`with buffer_pattern = ${PATTERNS.join(" and ")}`, async () => {
    const jobs = PATTERNS.flatMap((pattern) =>
      WAYS.map((words) => [...words, `--buffer_pattern=${pattern}`]),
    );
    for (const { what, ours, theirs } of await written(jobs)) {
      expect([what, ours.length]).toEqual([what, theirs.length]);
      expect([what, ours.equals(theirs)]).toEqual([what, true]);
    }
  });

  test("in what compresses and repeats", async () => {
    const jobs = SHAPES.map((options) => ["--bs=4k", "--size=4m", ...options.split(" ")]);
    const ratio = (bytes: Buffer) =>
      Bun.zstdCompressSync(bytes, { level: 1 }).length / bytes.length;
    const apart = (await written(jobs)).filter(
      ({ ours, theirs }) =>
        !(Math.abs(ratio(ours) - ratio(theirs)) < 0.05) ||
        !(Math.abs(distinct(ours) - distinct(theirs)) < 0.05),
    );
    expect(apart.map(({ what }) => what)).toEqual([]);
  });
});
