/** One suite for every workload: what the loop relies on, whatever class a job's options choose. */
import { describe, expect, test } from "bun:test";
import { DIRECTIONS, SYNC } from "../../src/base/direction.ts";
import { workOf as meaningOf } from "../../src/base/rw.ts";
import { Units } from "../../src/io/units.ts";
import { workloadOf } from "../../src/workload/load.ts";
import { DONE, NOTHING, TAKEN } from "../../src/workload/workload.ts";
import { type JobOf, runAny, take, workOf } from "../workload/support.ts";

const K = 1024;
const everywhere = <T>(value: T) => ({ read: value, write: value, trim: value });
const bsrange = everywhere({ least: 4 * K, most: 16 * K });
const bssplit = everywhere([
  { bytes: 8 * K, percent: 40 },
  { bytes: 4 * K, percent: 60 },
]);

const WORKLOADS: Readonly<Record<string, JobOf>> = {
  "in order": { rw: "read", size: 256 * K },
  "random with a map": { rw: "randwrite", size: 256 * K },
  "random without": { rw: "randread", size: 256 * K, norandommap: true },
  "a mix": { rw: "randrw", size: 256 * K },
  "a mix in order": { rw: "rw", size: 256 * K },
  "several files": { rw: "randread", size: 192 * K, nrfiles: 3 },
  "files in another order": {
    rw: "randread",
    size: 192 * K,
    nrfiles: 3,
    file_service_type: { kind: "random", number: 2 },
  },
  syncs: { rw: "randwrite", size: 256 * K, fsync: 3 },
  zones: {
    rw: "read",
    size: 256 * K,
    zonemode: "strided",
    zonesize: 16 * K,
    zonerange: 16 * K,
    zoneskip: 16 * K,
    fileBytes: 1024 * K,
  },
  "a distribution": {
    rw: "randread",
    size: 256 * K,
    random_distribution: everywhere({ kind: "zipf", parameter: 1.1 }),
  },
  "a range": { rw: "write", size: 256 * K, bsrange },
  "a range, random": { rw: "randread", size: 256 * K, bsrange },
  "a range, several files": { rw: "randrw", size: 384 * K, bsrange, nrfiles: 3 },
  "any length": { rw: "randwrite", size: 256 * K, bsrange, bs_unaligned: true },
  shares: { rw: "randrw", size: 256 * K, bssplit },
  "a share of random units": { rw: "randread", size: 256 * K, percentage_random: everywhere(40) },
  "two sizes": {
    rw: "randread",
    size: 256 * K,
    bs: { read: 4 * K, write: 16 * K, trim: 4 * K },
    bs_is_seq_rand: true,
    percentage_random: everywhere(50),
  },
  "a skip": { rw: "read:4096", size: 256 * K },
  backwards: { rw: "write:-8192", size: 256 * K },
  "a new place now and then": { rw: "randread:4", size: 256 * K },
  "the same place again": { rw: "randwrite:4", rw_sequencer: "identical", size: 256 * K },
  rewrites: { rw: "trimwrite", size: 256 * K },
  "random rewrites": { rw: "randtrimwrite", size: 256 * K, bsrange, nrfiles: 2 },
  lfsr: { rw: "randread", size: 256 * K, random_generator: "lfsr" },
  "lfsr in a range": { rw: "randrw", size: 256 * K, random_generator: "lfsr", bsrange },
  tausworthe64: { rw: "randread", size: 256 * K, random_generator: "tausworthe64", bsrange },
};

const made = async (job: JobOf) => {
  const units = new Units(1);
  return { units, workload: await workloadOf(workOf(job), units) };
};

describe.each(Object.entries(WORKLOADS))("%s", (_name, job) => {
  const { directions } = meaningOf({ rw: job.rw! });
  const ways = new Set<string>(directions);

  test("takes units of its directions, inside of the file, none of them empty", async () => {
    const list = await runAny(workOf(job));
    expect(list.length).toBeGreaterThan(3);
    const end = Math.max(job.fileBytes ?? 0, job.size / (job.nrfiles ?? 1));
    for (const { direction, offset, length } of list) {
      if (direction === DIRECTIONS[SYNC]) continue;
      expect(ways.has(direction)).toBe(true);
      expect(length > 0 && length <= 16 * K).toBe(true);
      expect(offset >= 0 && offset + length <= end).toBe(true);
    }
  });

  test("announces the direction that it then takes, however often it is asked", async () => {
    const { units, workload } = await made(job);
    for (let i = 0; i < 20; i++) {
      const announced = workload.direction();
      expect([workload.direction(), workload.direction()]).toEqual([announced, announced]);
      if (announced === NOTHING) break;
      expect(workload.next(0)).toBe(TAKEN);
      expect(units.direction[0]).toBe(announced);
      workload.completed(0);
    }
  });

  test("is done after its bytes, stays done, and does as much again when restarted", async () => {
    const { units, workload } = await made(job);
    const first = take(workload, units, 5000);
    expect(first.length).toBeLessThan(5000);
    for (let i = 0; i < 3; i++) {
      expect(workload.direction()).toBe(NOTHING);
      expect(workload.next(0)).toBe(DONE);
    }
    workload.restart();
    const second = take(workload, units, 5000);
    expect(second.length).toBeGreaterThan(first.length / 3);
    expect(workload.next(0)).toBe(DONE);
  });

  test("ends at number_ios, and goes on once what was taken is forgiven", async () => {
    const { units, workload } = await made({ ...job, number_ios: 4 });
    const moving = take(workload, units, 100).filter(({ direction }) => ways.has(direction));
    expect(moving.length).toBe(job.rw!.includes("trimwrite") ? 8 : 4);
    workload.forgive();
    expect(workload.next(0)).toBe(TAKEN);
  });

  test("goes on for ever when it runs by time", async () => {
    const { units, workload } = await made({ ...job, time_based: true });
    expect(take(workload, units, 5000).length).toBe(5000);
  });

  test("takes the same units in another run, and those of its seed", async () => {
    expect(await runAny(workOf(job))).toEqual(await runAny(workOf(job)));
    const seeded = { ...job, randseed: 99 };
    expect(await runAny(workOf(seeded))).toEqual(await runAny(workOf(seeded)));
  });
});
