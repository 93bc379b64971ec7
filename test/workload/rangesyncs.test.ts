import { expect, test } from "bun:test";
import { FILE_RANGE } from "../../src/base/direction.ts";
import { Units } from "../../src/io/units.ts";
import { workloadOf } from "../../src/workload/load.ts";
import { type JobOf, take, workOf } from "./support.ts";

const K = 1024;

/** Each unit as `direction file:offset+length`, in KiB. */
async function units(job: JobOf): Promise<string[]> {
  const columns = new Units(1);
  const workload = await workloadOf(workOf(job), columns);
  const list = take(workload, columns);
  expect(list.every(({ direction, kind }) => direction !== "sync" || kind === FILE_RANGE)).toBe(
    true,
  );
  if (job.sync_file_range) expect(columns.rangeFlags).toBe(job.sync_file_range.flags);
  return list.map(({ direction, file, offset, length }) => {
    return `${direction} ${file}:${offset / K}+${length / K}`;
  });
}

const sync_file_range = { flags: 5, every: 2 };

test("after every second write a sync of what was written since the last", async () => {
  expect(await units({ rw: "write", size: 20 * K, sync_file_range })).toEqual([
    "write 0:0+4",
    "write 0:4+4",
    "sync 0:0+8",
    "write 0:8+4",
    "write 0:12+4",
    "sync 0:8+8",
    "write 0:16+4",
  ]);
});

test("is of the file of the last write, and of all of it since its own last sync", async () => {
  const job: JobOf = { rw: "write", size: 48 * K, nrfiles: 3, sync_file_range };
  const syncs = (await units(job)).filter((unit) => unit.startsWith("sync"));
  expect(syncs).toEqual([
    "sync 1:0+4",
    "sync 0:0+8",
    "sync 2:0+8",
    "sync 1:4+8",
    "sync 0:8+8",
    "sync 2:8+8",
  ]);
});

test("random writes are synced from the lowest to the end of the highest", async () => {
  const list = await units({ rw: "randwrite", size: 64 * K, sync_file_range });
  for (let at = 2; at < list.length; at += 3) {
    const offsets = [list[at - 2]!, list[at - 1]!].map((unit) => Number(/:(\d+)/.exec(unit)![1]));
    const [from, to] = [Math.min(...offsets), Math.max(...offsets) + 4];
    expect(list[at]).toBe(`sync 0:${from}+${to - from}`);
  }
});

test("a reader has none", async () => {
  const list = await units({ rw: "read", size: 16 * K });
  expect(
    await units({ rw: "read", size: 16 * K, sync_file_range: { flags: 0, every: 1 } }),
  ).toEqual(list);
});
