/**
 * The rows of the table of costs: every plug-in of the loop that decides which unit is next, when
 * it may go and what is written, as the options that plug it in. A pacer's rate is one that no
 * loop reaches, so that what is measured is the deciding and never the waiting. Nothing runs here.
 */

export type Words = readonly string[];

export interface PluginRow {
  readonly name: string;
  /** The plain loop that it is compared with. */
  readonly base: keyof typeof BASES;
  /** What is added to the base's words. */
  readonly words: Words;
  /** `fathom fio` in place of `fathom run`, on both sides. */
  readonly face?: "fio";
  /** The plug-in decides what the base and its size say: its words stand alone. */
  readonly alone?: true;
}

/** 2^18 blocks, as in the comparison with fio. */
export const COMMON: Words = ["--bs=4k", "--size=1g"];

/** The replayed trace, made before the rows run. */
export const TRACE = "trace";

export const BASES = {
  randread: ["--rw=randread"],
  randwrite: ["--rw=randwrite"],
  read: ["--rw=read"],
  /** Without the random map, which some plug-ins take the place of. */
  mapless: ["--rw=randread", "--norandommap"],
} as const satisfies Readonly<Record<string, Words>>;

type Base = PluginRow["base"];

function rows(base: Base, lines: string): PluginRow[] {
  return lines
    .trim()
    .split("\n")
    .map((line) => ({ name: line.trim(), base, words: wordsOf(line) }));
}

function wordsOf(line: string): Words {
  return line
    .trim()
    .split(" ")
    .map((word) => `--${word}`);
}

/** Both sides with fio's closed-loop pacing. */
function underFio(lines: string): PluginRow[] {
  return rows("randread", lines).map((row) => ({ ...row, face: "fio" }));
}

const ORDER = [
  ...rows(
    "randread",
    `
    norandommap
    softrandommap
    random_generator=lfsr
    random_generator=tausworthe64
    percentage_random=50
    rw=randread:8
    rw=randrw rwmixread=70
    number_ios=1000000000
    `,
  ),
  ...rows(
    "mapless",
    `
    random_distribution=zipf:1.2
    random_distribution=pareto:0.2
    random_distribution=normal:30
    random_distribution=zoned:60/10:30/20:8/30:2/40
    random_distribution=zoned_abs:60/256m:40/768m
    `,
  ),
  ...rows(
    "read",
    `
    rw=read:4k
    rw=read:-4k
    percentage_random=20
    zonemode=strided zonesize=1m zoneskip=1m
    `,
  ),
];

const SIZES = rows(
  "randread",
  `
  bsrange=4k-64k
  bssplit=4k/60:8k/30:64k/10
  bs=4k,8k bs_is_seq_rand
  bsrange=1k-4k bs_unaligned norandommap
  blockalign=512 norandommap
  `,
);

const FILES = rows(
  "randread",
  `
  nrfiles=16
  nrfiles=16 file_service_type=random
  nrfiles=16 file_service_type=zipf:1.2
  nrfiles=16 file_service_type=sequential
  `,
);

const WRITES = rows(
  "randwrite",
  `
  scramble_buffers=false
  refill_buffers
  zero_buffers
  buffer_pattern=0xdeadbeef
  buffer_compress_percentage=50
  dedupe_percentage=50
  fsync=32
  `,
);

const PACES = rows(
  "randread",
  `
  rate_iops=100000000
  rate=1t
  rate_iops=100000000 rate_process=poisson
  rate_iops=100000000 rate_spin=10us
  rate_iops_min=1
  rate_min=1
  thinktime=1us thinktime_blocks=1000000
  max_latency=10s
  latency_target=10s latency_window=100ms
  flow=1
  ramp_time=1ms
  `,
);

const CLOSED = underFio(`
  rate_iops=100000000
  rate=1t
  rate_iops=100000000 rate_process=poisson
`);

const TRACES: readonly PluginRow[] = [
  ...rows("randread", "write_iolog=written"),
  ...rows("randread", `read_iolog=${TRACE} replay_no_stall`).map(
    (row): PluginRow => ({ ...row, alone: true }),
  ),
];

export const SECTIONS: Readonly<Record<string, readonly PluginRow[]>> = {
  "Which block": ORDER,
  "Which size": SIZES,
  "Which file": FILES,
  "What is written": WRITES,
  "When, open loop": PACES,
  "When, as fio": CLOSED,
  Traces: TRACES,
};
