/**
 * The sequence of units against that of the installed fio, unit by unit. All cases are jobs of one
 * run of fio, each with a trace of its own, and with the seeds of its place among them. What
 * differs on purpose is not here, and has a test in `differences.test.ts` that says why.
 */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PerDirection } from "../../src/base/direction.ts";
import {
  argumentsOf,
  type Case,
  FIO,
  K,
  streamsLike,
  textOf,
  unitsOf,
  versionOf,
} from "./fiotrace.ts";
import { run, workOf } from "./support.ts";

const sizes = (read: number, write = read, trim = write): PerDirection<number> => ({
  read: read * K,
  write: write * K,
  trim: trim * K,
});

const CASES: Readonly<Record<string, Case>> = {
  "random reads": { rw: "randread", size: 1024 * K },
  "random writes of another clone": { rw: "randwrite", size: 1024 * K },
  "random trims": { rw: "randtrim", size: 256 * K },
  "sequential reads": { rw: "read", size: 256 * K },
  "sequential writes": { rw: "write", size: 256 * K, bs: sizes(8) },
  "sequential trims": { rw: "trim", size: 256 * K },
  "a random mix": { rw: "randrw", size: 2048 * K },
  "a mix of 70 per cent reads": { rw: "randrw", size: 2048 * K, rwmixread: 70 },
  "a mix of 1 per cent reads": { rw: "randrw", size: 1024 * K, rwmixread: 1 },
  "a mix without writes": { rw: "randrw", size: 256 * K, rwmixread: 100 },
  "a mix without reads": { rw: "randrw", size: 256 * K, rwmixread: 0 },
  "a sequential mix": { rw: "rw", size: 1024 * K, rwmixread: 30 },
  "a sequential mix of two sizes": { rw: "rw", size: 1024 * K, bs: sizes(4, 16) },
  "a random mix of two sizes without map": {
    rw: "randrw",
    size: 1024 * K,
    bs: sizes(4, 16),
    norandommap: true,
  },
  "a seed": { rw: "randread", size: 256 * K, randseed: 42 },
  "a seed beyond 32 bits": { rw: "randrw", size: 256 * K, randseed: 12345678901 },
  "the seed 0": { rw: "randread", size: 256 * K, randseed: 0 },
  "loops repeat": { rw: "randread", size: 64 * K, loops: 3 },
  "loops of a mix repeat": { rw: "randrw", size: 128 * K, loops: 3 },
  "loops with a seed go on": { rw: "randread", size: 64 * K, loops: 3, randseed: 7 },
  "loops of a mix with a seed go on": { rw: "randrw", size: 128 * K, loops: 3, randseed: 8 },
  "sequential loops": { rw: "write", size: 40 * K, loops: 2 },
  "loops of a pass shorter than the files": { rw: "read", size: 64 * K, io_size: 24 * K, loops: 4 },
  "random loops of a short pass": { rw: "randread", size: 64 * K, io_size: 24 * K, loops: 4 },
  "loops of a few units": { rw: "randread", size: 64 * K, number_ios: 7, loops: 4 },
  "no map": { rw: "randread", size: 256 * K, norandommap: true },
  "no map, loops": { rw: "randwrite", size: 64 * K, norandommap: true, loops: 2 },
  "io_size over size, reads": { rw: "read", size: 64 * K, io_size: 200 * K },
  "io_size over size, writes": { rw: "write", size: 64 * K, io_size: 200 * K },
  "io_size over size, random reads": { rw: "randread", size: 64 * K, io_size: 200 * K },
  "io_size over size, random reads with a seed": {
    rw: "randread",
    size: 64 * K,
    io_size: 200 * K,
    randseed: 3,
  },
  "io_size over size, random reads without map": {
    rw: "randread",
    size: 64 * K,
    io_size: 200 * K,
    norandommap: true,
  },
  "io_size over size, random writes without map": {
    rw: "randwrite",
    size: 64 * K,
    io_size: 200 * K,
    norandommap: true,
  },
  "io_size over size, a random mix": { rw: "randrw", size: 64 * K, io_size: 300 * K },
  "io_size over size, a sequential mix": {
    rw: "rw",
    size: 64 * K,
    io_size: 300 * K,
    recent: true,
  },
  "io_size under size": { rw: "randread", size: 256 * K, io_size: 100 * K },
  "io_size that is no multiple of bs": { rw: "read", size: 64 * K, io_size: 10 * K },
  number_ios: { rw: "randread", size: 256 * K, number_ios: 10 },
  "number_ios over the files' blocks": { rw: "randread", size: 64 * K, number_ios: 100 },
  "number_ios of a mix": { rw: "randrw", size: 256 * K, number_ios: 21 },
  "an offset": { rw: "read", size: 64 * K, offset: 100 * K },
  "a random offset": { rw: "randread", size: 64 * K, offset: 100 * K },
  "an offset that is no multiple of bs": { rw: "randread", size: 64 * K, offset: 1000 },
  "two files": { rw: "read", size: 128 * K, nrfiles: 2 },
  "three files, random": { rw: "randread", size: 192 * K, nrfiles: 3 },
  "three files, a mix": { rw: "randrw", size: 192 * K, nrfiles: 3 },
  "three files, a mix with a seed, loops": {
    rw: "randrw",
    size: 192 * K,
    nrfiles: 3,
    loops: 2,
    randseed: 5,
  },
  "three files, a sequential mix": { rw: "rw", size: 192 * K, nrfiles: 3, rwmixread: 70 },
  "three files, loops": { rw: "randwrite", size: 192 * K, nrfiles: 3, loops: 2 },
  "three files, no map": { rw: "randread", size: 192 * K, nrfiles: 3, norandommap: true },
  "five files, number_ios, loops": {
    rw: "read",
    size: 160 * K,
    nrfiles: 5,
    number_ios: 17,
    loops: 3,
  },
  "four files, io_size over size": {
    rw: "randread",
    size: 64 * K,
    nrfiles: 4,
    io_size: 150 * K,
  },
  "an alignment over bs": {
    rw: "randread",
    size: 256 * K,
    blockalign: sizes(16),
  },
  "an alignment under bs": { rw: "randwrite", size: 256 * K, bs: sizes(8), blockalign: sizes(2) },
  "an alignment of a sequential job": { rw: "read", size: 64 * K, blockalign: sizes(16) },
  "fsync after every third write": { rw: "write", size: 64 * K, fsync: 3 },
  "fsync after every write": { rw: "randwrite", size: 32 * K, fsync: 1 },
  "fsync that would be the last unit": { rw: "randwrite", size: 64 * K, fsync: 4 },
  "fsync over loops": { rw: "randwrite", size: 64 * K, fsync: 4, loops: 2, recent: true },
  fdatasync: { rw: "randwrite", size: 64 * K, fdatasync: 5 },
  "fsync and fdatasync": { rw: "write", size: 128 * K, fsync: 6, fdatasync: 4 },
  "fsync and number_ios": { rw: "write", size: 64 * K, fsync: 2, number_ios: 6 },
  "fsync of a mix": { rw: "randrw", size: 256 * K, fsync: 3, recent: true },
  "fsync of a sequential mix, loops": { rw: "rw", size: 128 * K, fsync: 2, loops: 2, recent: true },
  "fsync of reads": { rw: "randread", size: 64 * K, fsync: 3 },
  "a size that is no multiple of bs": { rw: "read", size: 10_000 },
  "a random size that is no multiple of bs": { rw: "randread", size: 10_000, loops: 2 },
  "a written size that is no multiple of bs": {
    rw: "write",
    size: 30_000,
    fsync: 7,
    loops: 2,
    recent: true,
  },
  "a mix over a size that is no multiple of bs": { rw: "rw", size: 50_000, loops: 2 },
  "files that are no multiple of bs": { rw: "read", size: 50_000, nrfiles: 3, loops: 2 },
  "blocks that are no power of two": { rw: "randread", size: 600_000, bs: sizes(3) },
  "blocks of one sector": { rw: "randread", size: 512 * 1000, bs: sizes(0.5) },
  "queued: random reads": { rw: "randread", size: 128 * K, synchronous: false },
  "queued: loops of a mix with a seed go on": {
    rw: "randrw",
    size: 64 * K,
    loops: 3,
    randseed: 11,
    synchronous: false,
  },
  "queued: no map, loops": {
    rw: "randread",
    size: 64 * K,
    norandommap: true,
    loops: 2,
    synchronous: false,
  },
  "queued: no map, io_size over size": {
    rw: "randread",
    size: 64 * K,
    norandommap: true,
    io_size: 200 * K,
    synchronous: false,
  },
  "queued: no map, random writes, io_size over size": {
    rw: "randwrite",
    size: 64 * K,
    norandommap: true,
    io_size: 200 * K,
    synchronous: false,
  },
  "queued: three files, loops of a few units": {
    rw: "randwrite",
    size: 96 * K,
    nrfiles: 3,
    number_ios: 11,
    loops: 3,
    synchronous: false,
  },
  "by time": { rw: "read", size: 64 * K, time_based: true },
  "by time, random": { rw: "randread", size: 64 * K, time_based: true },
  "by time, random with a seed": { rw: "randread", size: 64 * K, time_based: true, randseed: 9 },
  "by time, a mix": { rw: "randrw", size: 128 * K, time_based: true },
  "by time, a sequential mix": { rw: "rw", size: 64 * K, time_based: true, rwmixread: 80 },
  "by time, number_ios": { rw: "randread", size: 64 * K, time_based: true, number_ios: 5 },
  "by time, no map": { rw: "randwrite", size: 64 * K, time_based: true, norandommap: true },
  "by time, three files": { rw: "write", size: 96 * K, nrfiles: 3, time_based: true },
  "by time, three files, random": { rw: "randread", size: 96 * K, nrfiles: 3, time_based: true },
  "by time, three files, a mix": { rw: "rw", size: 96 * K, nrfiles: 3, time_based: true },
  "by time, no multiple of bs": { rw: "read", size: 30_000, time_based: true },
  "by time, a mix, no multiple of bs": { rw: "rw", size: 30_000, time_based: true },
};

const version = versionOf();
/** The oldest that was seen to do the recent cases as we do. */
const old = version !== undefined && version[0] === 3 && version[1] < 39;
const names = Object.keys(CASES);

describe.skipIf(version === undefined)("units come in the order of fio", () => {
  let directory = "";
  let constant = false;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "fathom-parity-"));
    const jobs = names.flatMap((name, index) => [
      `--name=j${index}`,
      ...argumentsOf(CASES[name]!, join(directory, `${index}.log`)),
    ]);
    const { stderr, exitCode } = Bun.spawnSync([FIO, "--output=out", ...jobs], { cwd: directory });
    if (exitCode !== 0) throw new Error(stderr.toString());
    const [first] = unitsOf(join(directory, "0.log"));
    constant = first !== textOf(run(workOf(CASES[names[0]!]!))[0]!);
  });

  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  names.forEach((name, index) => {
    const job = CASES[name]!;
    const otherwise = old && job.recent === true;
    test.skipIf(otherwise)(otherwise ? `${name} (this fio does it otherwise)` : name, () => {
      const theirs = unitsOf(join(directory, `${index}.log`));
      const streams = streamsLike(job, index + 1, constant);
      const most = job.time_based === true ? theirs.length : Number.POSITIVE_INFINITY;
      const units = run(workOf(job, index), streams, most).map(textOf);
      expect(theirs.length).toBeGreaterThan(job.time_based === true ? 50 : 0);
      expect(units).toEqual(theirs);
    });
  });
});

if (version === undefined) {
  test.skip(`units come in the order of fio: needs ${FIO}, which is not installed`, () => {});
}
