/** Where the units differ from fio's on purpose, each with what fio does and why we do not. */
import { expect, test } from "bun:test";
import { moving, run, runAny, workOf } from "./support.ts";

const K = 1024;

/**
 * fio takes the next file in turn for the sync as it does for data: with two files and fsync = 1
 * the first is written and the second synced, to the end (3.33 and 3.39).
 */
test("a sync is of the file just written, and costs no turn", () => {
  const list = run(workOf({ rw: "write", size: 64 * K, nrfiles: 2, fsync: 1 }));
  const turns = moving(list).map(({ file }) => file);
  expect(turns.slice(0, 4)).toEqual([0, 1, 0, 1]);
  for (let at = 1; at < list.length; at += 2) expect(list[at]!.file).toBe(list[at - 1]!.file);
});

/**
 * fio counts the map in blocks of each direction, so that block 3 of 4 KiB and block 3 of 16 KiB
 * are one bit, and ends the job at the first block beyond: 5 of 20 units in this case (3.39).
 */
test("blocks of two sizes share one map, and every byte is visited once", () => {
  const bs = { read: 16 * K, write: 4 * K, trim: 4 * K };
  const list = run(workOf({ rw: "randrw", size: 1024 * K, bs }));
  const visits = new Uint8Array(256);
  for (const { offset, length } of list) {
    for (let at = 0; at < length; at += 4 * K) visits[(offset + at) / (4 * K)]!++;
  }
  expect(visits.every((count) => count === 1)).toBe(true);
  expect(list.some(({ direction, length }) => direction === "read" && length < 16 * K)).toBe(true);
});

/** fio sizes the map by the smallest block of any direction, used or not, and ends early (3.39). */
test("the block size of a direction that is not used changes nothing", () => {
  const only = run(workOf({ rw: "randread", size: 128 * K, bs: bytes(8, 8) }));
  const beside = run(workOf({ rw: "randread", size: 128 * K, bs: bytes(8, 4) }));
  expect(beside).toEqual(only);
  expect(beside.length).toBe(16);
});

/** fio moves 2 × 64 KiB here: rounds beyond the number of loops look at one io_size only. */
test("every loop moves io_size", () => {
  const list = run(workOf({ rw: "read", size: 64 * K, io_size: 96 * K, loops: 2 }));
  expect(list.reduce((sum, { length }) => sum + length, 0)).toBe(2 * 96 * K);
});

/**
 * fio announces the change to 64-bit draws and goes on with 32 bits until the first loop is over
 * (3.33 and 3.39), without a map for ever: three of four blocks of this file would not be visited.
 */
test("a file of more than 2^32 blocks is drawn from with 64 bits at once", () => {
  const plan = workOf({ rw: "randread", size: 2 ** 46, norandommap: true, number_ios: 100 });
  const blocks = run(plan).map(({ offset }) => offset / 4096);
  expect(blocks.filter((block) => block % 4 !== 0).length).toBeGreaterThan(50);
});

function bytes(read: number, write: number) {
  return { read: read * K, write: write * K, trim: write * K };
}

/**
 * fio begins backwards with the first block, goes on with the last but one and visits the first
 * again at the end; the last block is never visited (3.33).
 */
test("a job that runs backwards visits every block once, the last one first", async () => {
  for (const offset of [0, 128 * K]) {
    const list = await runAny(workOf({ rw: "read:-8192", size: 64 * K, offset }));
    const blocks = list.map((unit) => (unit.offset - offset) / (4 * K));
    expect(blocks).toEqual(Array.from({ length: 16 }, (_, i) => 15 - i));
  }
});

/** fio adds the offset to places behind the end of the region, and ends after half the bytes. */
test("a skip over the end begins again where there is an offset, too", async () => {
  const job = { rw: "read:4096" as const, size: 64 * K };
  const [without, beside] = [
    await runAny(workOf(job)),
    await runAny(workOf({ ...job, offset: 64 * K })),
  ];
  expect(beside.map(({ offset }) => offset - 64 * K)).toEqual(without.map(({ offset }) => offset));
  expect(beside.reduce((sum, { length }) => sum + length, 0)).toBe(64 * K);
});

/** fio counts choices in blocks of reads, draws units beyond the end and then ends the job. */
test("bs_is_seq_rand: random units lie at multiples of their size, and in the file", async () => {
  const job = { rw: "randread" as const, size: 4096 * K, bs_is_seq_rand: true };
  const percentage_random = { read: 50, write: 50, trim: 50 };
  const list = await runAny(workOf({ ...job, bs: bytes(4, 64), percentage_random }));
  const random = list.filter(({ length }) => length === 64 * K);
  expect(random.length).toBeGreaterThan(10);
  expect(random.every(({ offset }) => offset % (64 * K) === 0)).toBe(true);
  expect(list.every(({ offset, length }) => offset + length <= 4096 * K)).toBe(true);
  const moved = list.reduce((sum, { length }) => sum + length, 0);
  expect(moved).toBeGreaterThanOrEqual(4096 * K - 64 * K);
});

/** fio ends a pass of io_size when the trims and the writes together moved it: after a half. */
test("a block that is trimmed and then written is moved once", async () => {
  const list = await runAny(workOf({ rw: "trimwrite", size: 64 * K, io_size: 128 * K }));
  const written = list.filter(({ direction }) => direction === "write");
  expect(written.reduce((sum, { length }) => sum + length, 0)).toBe(128 * K);
});

/** fio goes on with 32 bits, which do not reach most blocks, and says so (3.33). */
test("tausworthe that was written is refused where it does not reach every block", async () => {
  const job = { rw: "randread" as const, size: 2 ** 46, norandommap: true, number_ios: 1 };
  const plan = workOf({ ...job, random_generator: "tausworthe" });
  await expect(runAny(plan)).rejects.toThrow("does not reach all of");
  expect((await runAny(workOf({ ...job, random_generator: "lfsr" }))).length).toBe(1);
});
