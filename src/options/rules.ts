/**
 * What options may not say together: one function a rule, on the effective values of one job. What
 * a target or a machine makes impossible is found by the plan; what is only unwise is a warning of
 * the report.
 */
import { blocksOf, writtenIn } from "../base/blocks.ts";
import type { PerDirection } from "../base/direction.ts";
import { formatSize } from "../base/quantity.ts";
import { workOf } from "../base/rw.ts";
import { FILE_RULES } from "./filerules.ts";
import type { JobSpec, OptionName } from "./options.ts";
import { does, isRandom } from "./resolve.ts";

export interface RuleInput {
  readonly spec: JobSpec;
  /** Units in flight: iodepth, or 1 where the engine is known to be synchronous. */
  readonly depth: number;
  /** Whether the engine moves no data. */
  readonly diskless: boolean;
  /** The machine's memory in bytes. */
  readonly memory: number;
}

export interface Objection {
  /** Options that cause it, the likeliest first: the place of the first one written is shown. */
  readonly options: readonly OptionName[];
  readonly message: string;
}

export type Rule = (input: RuleInput) => readonly Objection[];

const DIRECTIONS = ["read", "write", "trim"] as const;
type Direction = (typeof DIRECTIONS)[number];

/** What direct I/O is always a multiple of: the smallest logical block of Linux. */
const SECTOR = 512;

/** Bytes of one read(2) or write(2) at most: MAX_RW_COUNT, its man page. */
const LARGEST_TRANSFER = 0x7ffff000;

/** Threads of io_submit_mode = offload; 1,000 had 2.4 GB of memory and took 12 s to begin. */
const MOST_OFFLOADED = 1024;

export const RULES = {
  timeBasedNeedsRuntime({ spec }) {
    if (!spec.time_based || spec.runtime > 0) return [];
    const message = 'there is no runtime to fill; write runtime = "30s", or leave time_based out';
    return [{ options: ["time_based", "runtime"], message }];
  },

  oneRamp({ spec }) {
    if (spec.ramp_size === 0 || spec.ramp_time === 0) return [];
    const message = "there is a ramp_time too, and a ramp ends by one of them; leave one out";
    return [{ options: ["ramp_size", "ramp_time"], message }];
  },

  searchNeedsWindow({ spec }) {
    if (spec.latency_target === 0 || spec.latency_window > 0) return [];
    const message = 'each depth is tried for a time; write that as latency_window = "100ms"';
    return [{ options: ["latency_target", "latency_window"], message }];
  },

  readonlyMeansReading({ spec }) {
    if (!spec.readonly || !workOf(spec).changes) return [];
    const effect = workOf(spec).writes ? "writes" : "trims";
    const message =
      `rw = ${spec.rw} ${effect}, and readonly is set; write rw = "read" or "randread", or leave ` +
      "readonly out";
    return [{ options: ["rw", "readonly"], message }];
  },

  offloadIsThreads({ spec }) {
    const { io_submit_mode, iodepth, numjobs } = spec;
    const threads = iodepth * numjobs;
    if (io_submit_mode === "inline" || threads <= MOST_OFFLOADED) return [];
    const message =
      `offload has a thread for each unit in flight, and ${threads} are too many; write an ` +
      `iodepth (times numjobs) of ${MOST_OFFLOADED} at most`;
    return [{ options: ["io_submit_mode", "iodepth"], message }];
  },

  rateIsOneOfTwo({ spec: { rate, rate_iops } }) {
    if (!asked(rate) || !asked(rate_iops)) return [];
    const message =
      "rate and rate_iops say the same thing twice: bytes a second, or units a second; write one " +
      "of them";
    return [{ options: ["rate", "rate_iops"], message }];
  },

  cpusAreSaidOnce({ spec: { cpus_allowed, cpumask, numa_cpu_nodes } }) {
    const says = Object.entries({ cpus_allowed, cpumask, numa_cpu_nodes });
    const [first, second] = says.filter(([, value]) => value !== undefined);
    if (first === undefined || second === undefined) return [];
    const message = `${first[0]} and ${second[0]} both say which CPUs; write one of them`;
    return [{ options: [second[0], first[0]] as OptionName[], message }];
  },

  leastRateIsBelow({ spec }) {
    const { rate, rate_min, rate_iops, rate_iops_min } = spec;
    return DIRECTIONS.flatMap((name): Objection[] => [
      ...below("rate_min", rate_min[name], "rate", rate[name], name),
      ...below("rate_iops_min", rate_iops_min[name], "rate_iops", rate_iops[name], name),
    ]).slice(0, 1);
  },

  blockFitsFile({ spec }) {
    const files = parts(spec);
    const { size } = spec;
    const filesize = smallestOf(spec.filesize);
    const each = files === 1 ? "" : `, divided among ${files} files`;
    return [
      ...tooLarge(spec, "size", typeof size === "number" ? size : undefined, files, each),
      ...tooLarge(spec, "filesize", filesize, 1, ""),
    ];
  },

  blockIsOneTransfer({ spec }) {
    const most = formatSize(LARGEST_TRANSFER);
    return used(spec)
      .filter((name) => name !== "trim" && blocksOf(spec, name).most > LARGEST_TRANSFER)
      .slice(0, 1)
      .map((name) => ({
        options: [writtenIn(spec, name)],
        message:
          `one ${name} moves less than ${formatSize(blocksOf(spec, name).most)}; ` +
          `write at most ${most}`,
      }));
  },

  directNeedsSectors({ spec, diskless }) {
    if (!spec.direct || diskless) return [];
    const { blockalign, offset, offset_increment } = spec;
    const blocks = used(spec).map((name) => blocksOf(spec, name).least);
    // Alignments that follow from bs are told with bs.
    const alignments = used(spec).map((name) => blockalign[name]);
    const written: [OptionName, unknown][] = [
      ["bs", blocks.find(isOdd)],
      ["blockalign", alignments.find((value) => isOdd(value) && !blocks.includes(value))],
      ["offset", offset],
      ["offset_increment", offset_increment],
    ];
    return written.flatMap(([option, value]) => (isOdd(value) ? [unaligned(option, value)] : []));
  },

  sharedSetIsOne({ spec }) {
    if (!spec.dedupe_global || spec.dedupe_percentage === 0) return [];
    if (spec.dedupe_mode === "working_set") return [];
    const message =
      'dedupe_global shares the set of dedupe_mode = "working_set", and dedupe_mode is ' +
      `${spec.dedupe_mode}; write that, or leave dedupe_global out`;
    return [{ options: ["dedupe_global", "dedupe_mode"], message }];
  },

  memoryIsThere({ spec, depth, memory }) {
    const moved = used(spec).filter((name) => name !== "trim");
    const largest = Math.max(0, ...moved.map((name) => blocksOf(spec, name).most));
    const bytes = depth * largest * spec.numjobs;
    if (bytes <= memory / 2) return [];
    const units = `${depth} ${depth === 1 ? "unit" : "units"} of ${formatSize(largest)}`;
    const jobs = spec.numjobs === 1 ? "" : ` in each of ${spec.numjobs} jobs`;
    const need = Number.isSafeInteger(bytes) ? roughly(bytes) : "more than any machine has";
    const message =
      `${units}${jobs} need ${need} of buffers, and half of this machine's memory is ` +
      `${roughly(memory / 2)}; write a smaller iodepth, bs or numjobs`;
    return [{ options: ["iodepth", "bs", "numjobs"], message }];
  },

  distributionIsOfRandomUnits({ spec }) {
    if (isRandom(spec)) return [];
    const { random_distribution: asked, random_sequence_stride: stride, rw } = spec;
    if (!stride && DIRECTIONS.every((name) => asked[name].kind === "random")) return [];
    const option = stride ? "random_sequence_stride" : "random_distribution";
    const message = `rw = ${rw} goes in order; write a random rw, or leave it out`;
    return [{ options: [option, "rw"], message }];
  },

  strideNeedsSequence({ spec }) {
    const { random_distribution: asked, random_sequence_stride: stride } = spec;
    const has = DIRECTIONS.some((name) => asked[name].kind === "sequence");
    if (!stride || has || !isRandom(spec)) return [];
    const message =
      'it moves a sequence on, and there is none; write random_distribution = "sequence:0:8:4"';
    return [{ options: ["random_sequence_stride"], message }];
  },

  offsetsAreExact({ spec }) {
    const { offset, offset_increment, size } = spec;
    const filesize = typeof spec.filesize === "object" ? spec.filesize.most : spec.filesize;
    const number = (value: unknown): number => (typeof value === "number" ? value : 0);
    const end =
      number(offset) +
      number(offset_increment) * (spec.numjobs - 1) +
      Math.max(number(size), number(filesize));
    if (Number.isSafeInteger(end)) return [];
    const message = "the last clone would end beyond 8p; write a smaller offset, size or increment";
    return [{ options: ["offset_increment", "offset", "size", "filesize"], message }];
  },

  ...FILE_RULES,
} as const satisfies Readonly<Record<string, Rule>>;

/** Everything that is wrong with the job, in the order of the rules. */
export function objections(input: RuleInput): readonly Objection[] {
  return Object.values(RULES).flatMap((rule: Rule) => rule(input));
}

function asked({ read, write, trim }: PerDirection<number>): boolean {
  return read + write + trim > 0;
}

/** A least rate that the rate itself does not let the job reach. */
function below(
  option: "rate_min" | "rate_iops_min",
  least: number,
  limit: "rate" | "rate_iops",
  most: number,
  name: Direction,
): Objection[] {
  if (most === 0 || least <= most) return [];
  const message =
    `the job goes no faster than ${limit} = ${most} (${name}), so it cannot do ${least}; ` +
    `write a smaller ${option} or a larger ${limit}`;
  return [{ options: [option, limit], message }];
}

function used(spec: JobSpec): readonly Direction[] {
  return DIRECTIONS.filter((name) => does(spec, name));
}

function smallestOf(filesize: JobSpec["filesize"]): number | undefined {
  return typeof filesize === "object" ? filesize.least : filesize;
}

/** A block that a file of that many bytes has no room for. */
function tooLarge(
  spec: JobSpec,
  option: "size" | "filesize",
  bytes: number | undefined,
  files: number,
  note: string,
): Objection[] {
  if (bytes === undefined) return [];
  const limit = Math.floor(bytes / files);
  const largest = (direction: Direction): number => blocksOf(spec, direction).most;
  const name = DIRECTIONS.find((direction) => does(spec, direction) && largest(direction) > limit);
  if (name === undefined) return [];
  const message =
    `a block of ${formatSize(largest(name))} (${name}) is larger than ${option} = ` +
    `${formatSize(bytes)}${note}; write a smaller bs or a larger ${option}`;
  return [{ options: [writtenIn(spec, name), option], message }];
}

function isOdd(value: unknown): value is number {
  return typeof value === "number" && value % SECTOR !== 0;
}

/** Files the size is divided among. */
function parts({ filename, nrfiles }: JobSpec): number {
  return filename.length > 0 ? filename.length : nrfiles;
}

function unaligned(option: OptionName, value: number): Objection {
  const near = formatSize(Math.max(1, Math.round(value / SECTOR)) * SECTOR);
  return {
    options: [option, "direct"],
    message:
      `direct I/O needs multiples of ${SECTOR} bytes, and ${value} is none; ` +
      `write ${option} = "${near}", or direct = false`,
  };
}

/** A size to be read, not to be exact: "23.5 GiB". */
function roughly(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB", "PiB"];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** step).toFixed(1))} ${units[step]}`;
}
