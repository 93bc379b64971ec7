/**
 * The rows of the comparison with fio: for each the work, as options that both sides get, and the
 * ratio to reach. Nothing is run here.
 */

/** Options by fio's names; what only one side is told stands apart, with the reason. */
export type Options = Readonly<Record<string, string | number | boolean>>;

export interface Row {
  readonly name: string;
  readonly options: Options;
  /** Of fathom only, and of fio only. */
  readonly own?: Options;
  readonly theirs?: Options;
  readonly measure: "iops" | "wall" | "memory";
  /** Blocks written over the time of writing them and of reading them back. */
  readonly verifies?: true;
  /** fathom over fio; of wall time the largest that will do, of memory the bytes. */
  readonly target: number;
}

/** Where the rows' files are: cached ones on a disk's file system, and one on tmpfs. */
export interface Files {
  readonly cached: string;
  readonly tmpfs: string;
}

export const CACHED_BYTES = 256 * 2 ** 20;

/** Seconds of a run with few jobs, and of one with many. */
export interface Lengths {
  readonly few: number;
  readonly many: number;
}

/** Both programs' map covers this: 2^18 blocks, the map larger than a cache line and well in L1. */
const NULL = { ioengine: "null", bs: "4k", size: "1g" } as const;
const MEMORY_LIMIT_ONE = 60e6;
const MEMORY_LIMIT_MANY = 200e6;
/** Bytes that a process may breathe without growing: a few of the runtime's own heap blocks. */
const BREATHING = 4e6;

export function rowsFor(files: Files, lengths: Lengths): readonly Row[] {
  const timed = { time_based: true, runtime: lengths.few };
  const long = { time_based: true, runtime: lengths.many, numjobs: 64, group_reporting: true };
  const nullReads = { ...NULL, rw: "randread" };
  const cached = {
    filename: files.cached,
    size: "256m",
    invalidate: false,
    rw: "randread",
    bs: "4k",
  };
  const deep = { iodepth: 32, iodepth_batch_submit: 8 };
  const reaps = { iodepth_batch_complete_min: 8, iodepth_batch_complete_max: 8 };
  const mixed = { iodepth: 16, iodepth_batch_submit: 16 };
  const reapsMixed = { iodepth_batch_complete_min: 1, iodepth_batch_complete_max: 16 };
  const iops = "iops" as const;
  return [
    row("null, randread, depth 1", { ...nullReads, ...timed }, iops, 2.0),
    {
      ...row("null, randread, depth 1, our clock_gettime", { ...nullReads, ...timed }, iops, 1.4),
      own: { clocksource: "clock_gettime" },
    },
    row(
      "null, randrw 70/30, depth 16 in batches",
      { ...NULL, rw: "randrw", rwmixread: 70, ...mixed, ...reapsMixed, ...timed },
      iops,
      1.8,
    ),
    row("psync, randread, cached", { ioengine: "psync", ...cached, ...timed }, iops, 1.05),
    row(
      "io_uring, randread, cached, depth 32 in batches of 8",
      { ioengine: "io_uring", ...cached, ...deep, ...reaps, ...timed },
      iops,
      1.03,
    ),
    row(
      "io_uring, randread, cached, depth 1",
      { ioengine: "io_uring", ...cached, iodepth: 1, ...timed },
      iops,
      1.0,
    ),
    row(
      "psync, sequential write 64k, tmpfs",
      { ioengine: "psync", filename: files.tmpfs, size: "256m", rw: "write", bs: "64k", ...timed },
      iops,
      1.0,
    ),
    row(
      "psync, randread, cached, 2 jobs",
      { ioengine: "psync", ...cached, numjobs: 2, group_reporting: true, ...timed },
      iops,
      0.97,
    ),
    row("null, randread, 64 jobs", { ...nullReads, ...long }, iops, 1.0),
    row("psync, randread, cached, 64 jobs", { ioengine: "psync", ...cached, ...long }, iops, 1.0),
    row("null, number_ios = 1, whole process", { ...nullReads, number_ios: 1 }, "wall", 0.3),
    ...verifyRows(files),
    ...memoryRows(lengths),
  ];
}

/** Written and read back once, with the data of each block made for it. */
function verifyRows({ tmpfs }: Files): readonly Row[] {
  const options = { ioengine: "psync", filename: tmpfs, size: "256m", rw: "write", bs: "64k" };
  const verified = (kind: string, target: number, own = kind): Row => ({
    ...row(`verify ${own === kind ? kind : `${own} beside ${kind}`}`, options, "iops", target),
    own: { verify: own },
    theirs: { verify: kind, verify_state_save: false },
    verifies: true,
  });
  return [
    verified("xxhash", 1.2, "xxh3"),
    verified("crc32c", 0.9),
    verified("sha256", 0),
    verified("md5", 0),
  ];
}

function row(name: string, options: Options, measure: Row["measure"], target: number): Row {
  return { name, options, measure, target };
}

/** Without the random map and with the smallest buffers: what is left is the program. */
function memoryRows({ few }: Lengths): readonly Row[] {
  const bare = { ioengine: "null", rw: "randread", bs: "4k", size: "64g", norandommap: true };
  const timed = { time_based: true, runtime: few };
  const jobs = { numjobs: 64, group_reporting: true };
  return [
    row("memory, 1 job", { ...bare, ...timed }, "memory", MEMORY_LIMIT_ONE),
    row("memory, 64 jobs", { ...bare, ...timed, ...jobs }, "memory", MEMORY_LIMIT_MANY),
    row(GROWTH.small, { ...bare, number_ios: 1e6 }, "memory", Number.POSITIVE_INFINITY),
    row(GROWTH.large, { ...bare, number_ios: 11e6 }, "memory", Number.POSITIVE_INFINITY),
  ];
}

/** The two rows whose difference is what 10 M units leave behind, and how much that may be. */
export const GROWTH = {
  small: "memory, after 1 M units",
  large: "memory, after 11 M units",
  limit: BREATHING,
} as const;
