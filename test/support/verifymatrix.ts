/**
 * Jobs that verify, drawn from everything that decides where and what a job writes: every rw, the
 * ways of blocks, orders, ends, files and engines. Seeded: the same number is the same job.
 */
import { Taus88 } from "../../src/workload/random.ts";

export type Options = Readonly<Record<string, string | number | boolean>>;

const RW = [
  ...["write", "randwrite", "rw", "randrw", "trimwrite", "randtrimwrite", "randtrim", "trim"],
  ...["write:4", "randwrite:8", "write:8k", "rw:4", "randrw:3"],
];
const KINDS = [
  ...["xxh3", "xxhash", "crc32c", "crc32", "crc64", "crc16", "crc7", "md5", "sha1", "sha256"],
  ...["sha512", "sha3-256", "meta", "pattern", "pattern_hdr"],
];
const ENGINES: readonly Options[] = [
  ...[{ ioengine: "psync" }, { ioengine: "sync" }, { ioengine: "pvsync2" }, { ioengine: "mmap" }],
  ...[1, 4, 16].flatMap((iodepth) => [
    { ioengine: "io_uring", iodepth },
    { ioengine: "libaio", iodepth },
  ]),
  { ioengine: "io_uring", iodepth: 8, iodepth_batch_submit: 4, iodepth_batch_complete_min: 2 },
];
const BLOCKS: readonly Options[] = [
  ...[{ bs: "4k" }, { bs: "1k" }, { bs: "16k" }, { bs: "3k" }, { bs: "4k,8k" }, { bs: "8k,4k" }],
  ...[{ bsrange: "1k-8k" }, { bsrange: "4k-12k" }, { bssplit: "4k/50:8k/30:16k/20" }],
  ...[{ bssplit: "1k/20:2k/80" }, { bsrange: "2k-4k,4k-8k" }, { bs: "4k", blockalign: "2k" }],
  ...[
    { bs: "16k", verify_interval: "4k" },
    { bs: "8k", verify_interval: "1k" },
  ],
  ...[
    { bs: "4k", verify_offset: 1024 },
    { bs: "5k", verify_interval: "2k" },
  ],
  ...[{ bs: "4k,8k,16k" }, { bs: "4k,16k", bs_is_seq_rand: true }],
];
const ORDERS: readonly Options[] = [
  ...[{}, {}, { norandommap: true }, { softrandommap: true }, { random_generator: "lfsr" }],
  ...[{ random_generator: "tausworthe64" }, { random_distribution: "zipf:1.1" }],
  ...[{ random_distribution: "pareto:0.3" }, { random_distribution: "normal:40" }],
  ...[{ random_distribution: "zoned:60/10:30/20:10/70" }, { percentage_random: 40 }],
  ...[{ percentage_random: 80, norandommap: true }, { rw_sequencer: "identical" }],
  ...[
    { zonesize: "16k", zonerange: "32k" },
    { zonesize: "32k", zoneskip: "16k" },
  ],
  ...[{ randseed: 77 }, { randrepeat: false }, { offset: "8k" }, { serialize_overlap: true }],
];
const ENDS: readonly Options[] = [
  ...[{}, {}, { io_size: "300k" }, { io_size: "40k" }, { loops: 3 }, { number_ios: 13 }],
  ...[{ time_based: true, runtime: "60ms" }, { loops: 2, randseed: 5 }, { runtime: "40ms" }],
  ...[{ fsync: 7 }, { end_fsync: true, loops: 2 }, { thinktime: "100us", thinktime_blocks: 8 }],
  ...[
    { rate_iops: 4000, number_ios: 60 },
    { ramp_time: "20ms", time_based: true, runtime: "30ms" },
  ],
];
const FILES: readonly Options[] = [
  ...[{}, {}, {}, { nrfiles: 3 }, { nrfiles: 4, file_service_type: "random" }, { numjobs: 2 }],
  ...[
    { nrfiles: 4, file_service_type: "sequential" },
    { nrfiles: 5, openfiles: 2 },
  ],
  ...[
    { nrfiles: 3, file_service_type: "zipf:1.2" },
    { unlink_each_loop: true, loops: 2 },
  ],
  ...[{ nrfiles: 2, filesize: "20k-90k" }],
];

/** Job number `index`: every kind of each list comes with many of the others. */
export function verifiedJob(index: number): Options {
  const random = new Taus88(BigInt(index + 1) * 0x9e37_79b9n);
  const one = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
  const rw = RW[index % RW.length]!;
  const kind = one(KINDS);
  const patterned = kind.startsWith("pattern") || random.below(8) === 0;
  return {
    ...{ rw, verify: kind, size: one(["96k", "128k", "250k"]) },
    ...(patterned ? { verify_pattern: one(["0xdeadbeef", "%o", '0xff%o"abc"']) } : {}),
    ...one(ENGINES),
    ...one(BLOCKS),
    ...one(ORDERS),
    ...one(FILES),
    ...one(ENDS),
  };
}

/** As a job of a TOML file. */
export function asToml(name: string, options: Options): string {
  const lines = Object.entries(options).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
  return `[job.${name}]\n${lines.join("\n")}\n`;
}
