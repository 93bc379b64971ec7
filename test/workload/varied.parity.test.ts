/**
 * Units that are not all alike against those of the installed fio, unit by unit. What differs on
 * purpose is in `differences.test.ts`.
 */
import { beforeAll, describe, expect, test } from "bun:test";
import { type Case, K, ours, runFio, type Traces, versionOf } from "./fiotrace.ts";

const both = <T>(read: T, write = read, trim = write) => ({ read, write, trim });
const range = (least: number, most: number) => ({ least: least * K, most: most * K });
const share = (kilo: number, percent: number) => ({ bytes: kilo * K, percent });

const CASES: Readonly<Record<string, Case>> = {
  "a range": { rw: "read", size: 1024 * K, bsrange: both(range(4, 64)) },
  "a range of writes, loops": { rw: "write", size: 256 * K, bsrange: both(range(4, 32)), loops: 2 },
  "a range, random without map": {
    rw: "randread",
    size: 1024 * K,
    norandommap: true,
    bsrange: both(range(4, 64)),
  },
  "a range, random": { rw: "randread", size: 1024 * K, bsrange: both(range(4, 32)) },
  "a range, random, loops with a seed": {
    rw: "randwrite",
    size: 256 * K,
    bsrange: both(range(4, 16)),
    loops: 3,
    randseed: 9,
  },
  "a range, a mix": { rw: "randrw", size: 1024 * K, bsrange: both(range(4, 32)) },
  "a range of each, a sequential mix": {
    rw: "rw",
    size: 1024 * K,
    bsrange: both(range(4, 32), range(8, 64)),
  },
  "a range that is no power of two": { rw: "read", size: 1000 * K, bsrange: both(range(3, 20)) },
  "a range without alignment": {
    rw: "write",
    size: 1024 * K,
    bsrange: both(range(1, 20)),
    bs_unaligned: true,
  },
  "a range without alignment, random": {
    rw: "randread",
    size: 1024 * K,
    bsrange: both(range(4, 16)),
    bs_unaligned: true,
    norandommap: true,
  },
  shares: {
    rw: "read",
    size: 1024 * K,
    bssplit: both([share(64, 10), share(8, 30), share(4, 60)]),
  },
  "shares, random": {
    rw: "randwrite",
    size: 1024 * K,
    bssplit: both([share(16, 10), share(8, 30), share(4, 60)]),
  },
  "shares of each, a mix without map": {
    rw: "randrw",
    size: 1024 * K,
    norandommap: true,
    bssplit: both([share(16, 50), share(8, 50)], [share(64, 20), share(4, 80)]),
  },
  "shares and tausworthe64": {
    rw: "randread",
    size: 1024 * K,
    norandommap: true,
    bssplit: both([share(16, 30), share(4, 70)]),
    random_generator: "tausworthe64",
  },
  "a range and three files": {
    rw: "randread",
    size: 768 * K,
    nrfiles: 3,
    bsrange: both(range(4, 32)),
  },
  "a range by time": {
    rw: "randread",
    size: 256 * K,
    bsrange: both(range(4, 16)),
    time_based: true,
  },
  "io_size over size, a range": {
    rw: "read",
    size: 128 * K,
    io_size: 300 * K,
    bsrange: both(range(4, 16)),
  },
  "a share of random reads": { rw: "randread", size: 512 * K, percentage_random: both(50) },
  "a share of random units of each": {
    rw: "randrw",
    size: 512 * K,
    percentage_random: both(50, 20),
  },
  "no random unit at all": { rw: "randwrite", size: 128 * K, percentage_random: both(0) },
  "a share of random reads, loops": {
    rw: "randread",
    size: 128 * K,
    percentage_random: both(70),
    loops: 3,
  },
  "a share of random reads by time": {
    rw: "randread",
    size: 64 * K,
    percentage_random: both(30),
    time_based: true,
  },
  "a share of random reads in a range": {
    rw: "randread",
    size: 1024 * K,
    percentage_random: both(60),
    bsrange: both(range(4, 16)),
    norandommap: true,
  },
  "a skip": { rw: "read:4096", size: 128 * K },
  "a skip, loops": { rw: "write:12288", size: 256 * K, loops: 2 },
  "a skip, io_size": { rw: "read:8192", size: 64 * K, io_size: 200 * K },
  "a skip of a mix": { rw: "rw:4096", size: 256 * K },
  "a skip of trims": { rw: "trim:4096", size: 64 * K },
  "a skip by time": { rw: "read:4096", size: 64 * K, time_based: true },
  "a new place every 4 units": { rw: "randread:4", size: 256 * K },
  "a new place every 3 units of a mix": { rw: "randrw:3", size: 256 * K },
  "the same place 4 times": { rw: "randread:4", rw_sequencer: "identical", size: 256 * K },
  "the same place 3 times, loops": {
    rw: "randwrite:3",
    rw_sequencer: "identical",
    size: 64 * K,
    loops: 2,
  },
  "a new place every 8 units, no map": { rw: "randwrite:8", size: 256 * K, norandommap: true },
  "a new place every 8 units, two files": { rw: "randread:8", size: 256 * K, nrfiles: 2 },
  "trimmed, then written": { rw: "trimwrite", size: 128 * K },
  "trimmed, then written, random": { rw: "randtrimwrite", size: 128 * K },
  "trimmed, then written, two files": { rw: "randtrimwrite", size: 128 * K, nrfiles: 2 },
  "trimmed, then written, number_ios": { rw: "randtrimwrite", size: 128 * K, number_ios: 5 },
  "trimmed, then written, a range": {
    rw: "randtrimwrite",
    size: 256 * K,
    bsrange: both(range(4, 16)),
  },
  "trimmed, then written, in order, shares": {
    rw: "trimwrite",
    size: 256 * K,
    bssplit: both([share(8, 30), share(4, 70)]),
  },
  "trimmed, then written, loops": { rw: "trimwrite", size: 64 * K, loops: 2 },
  tausworthe64: { rw: "randread", size: 256 * K, random_generator: "tausworthe64" },
  "tausworthe64, a mix, a seed": {
    rw: "randrw",
    size: 256 * K,
    random_generator: "tausworthe64",
    randseed: 5,
  },
  lfsr: { rw: "randread", size: 256 * K, random_generator: "lfsr" },
  "lfsr, loops": { rw: "randwrite", size: 64 * K, random_generator: "lfsr", loops: 3 },
  "lfsr, a seed": { rw: "randread", size: 512 * K, random_generator: "lfsr", randseed: 77 },
  "lfsr, no power of two": { rw: "randread", size: 1000 * K, random_generator: "lfsr" },
  "lfsr, a mix": { rw: "randrw", size: 1000 * K, random_generator: "lfsr" },
  "lfsr, three files": { rw: "randread", size: 600 * K, nrfiles: 3, random_generator: "lfsr" },
  "lfsr by time": { rw: "randread", size: 64 * K, random_generator: "lfsr", time_based: true },
  "lfsr and io_size": {
    rw: "randread",
    size: 64 * K,
    io_size: 200 * K,
    random_generator: "lfsr",
  },
  "lfsr in a range": {
    rw: "randread",
    size: 1024 * K,
    random_generator: "lfsr",
    bsrange: both(range(4, 16)),
  },
};

/** Registers of all widths that a file can need: forty draws say whether the taps are fio's. */
const WIDE: Readonly<Record<string, Case>> = Object.fromEntries(
  Array.from({ length: 49 }, (_, i) => i + 3).map((bits) => {
    const size = 2 ** bits - (bits % 2 === 0 ? 1 : 2 ** (bits - 2));
    const job: Case = {
      rw: "randread",
      bs: both(1),
      size,
      random_generator: "lfsr",
      number_ios: Math.min(size, 40),
    };
    return [`lfsr of ${bits} bits`, job];
  }),
);
const ALL = { ...CASES, ...WIDE };
const names = Object.keys(ALL);

describe.skipIf(versionOf() === undefined)("varied units come in the order of fio", () => {
  let traces: Traces;

  beforeAll(() => {
    traces = runFio(names.map((name) => ALL[name]!));
  });

  names.forEach((name, index) => {
    test(name, async () => {
      expect(traces.units[index]!.length).toBeGreaterThan(3);
      expect(await ours(ALL[name]!, index, traces)).toEqual([...traces.units[index]!]);
    });
  });
});
