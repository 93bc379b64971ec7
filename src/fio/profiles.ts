/**
 * fio's built-in workloads (--profile): from the profile's own options to the jobs it stands for,
 * as a command line would have them. Facts from its manual and from runs of fio 3.33: what it
 * announces and echoes of each job. What act reports besides, a table of slow transactions for each
 * slice of the test, is not made here: the jobs are reported as jobs.
 */
import { fioSize } from "../base/fioquantity.ts";
import { Mistake } from "../base/problem.ts";

type Options = readonly (readonly [name: string, text: string | undefined])[];

export interface BuiltIn {
  /** Names of its own options; some of them are options of jobs otherwise. */
  readonly options: ReadonlySet<string>;
  /** What is for all its jobs, then each job with its name. Throws Mistake. */
  readonly jobs: (given: ReadonlyMap<string, string | undefined>) => readonly Options[];
}

function whole(
  given: ReadonlyMap<string, string | undefined>,
  name: string,
  fallback: number,
): number {
  const text = given.get(name);
  if (text === undefined) return fallback;
  const value = fioSize(text, 1024);
  if (value >= 1) return value;
  throw new Mistake(`--${name}=${text} is too small; write 1 or more`);
}

/** Four files of one size together, written and read in order and at random, in turn. */
const TIOBENCH: BuiltIn = {
  options: new Set(["size", "block", "numruns", "dir", "threads"]),
  jobs: (given) => {
    if (!given.has("size")) {
      throw new Mistake("--profile=tiobench needs the size of its files: --size=MIB, after it");
    }
    const files = [1, 2, 3, 4].map((file) => `.fio.tio.${file}`).join(":");
    return [
      [
        ["size", String(whole(given, "size", 1) * 2 ** 20)],
        ["buffered", "0"],
        ["bs", String(whole(given, "block", 4096))],
        ["loops", String(whole(given, "numruns", 1))],
        ["directory", given.get("dir") ?? "./"],
        ["numjobs", String(whole(given, "threads", 1))],
        ["runtime", "600"],
        ["group_reporting", undefined],
        ["thread", undefined],
        ["overwrite", "1"],
        ["filename", files],
        ["ioengine", "sync"],
      ],
      [
        ["name", "seqwrite"],
        ["rw", "write"],
        ["end_fsync", "1"],
      ],
      [
        ["name", "randwrite"],
        ["stonewall", undefined],
        ["rw", "randwrite"],
        ["end_fsync", "1"],
      ],
      [
        ["name", "seqread"],
        ["stonewall", undefined],
        ["rw", "read"],
      ],
      [
        ["name", "randread"],
        ["stonewall", undefined],
        ["rw", "randread"],
      ],
    ];
  },
};

/** Of a load of 1: 2000 reads a second of each device, and 1000 records written in large blocks. */
const ACT_READS = 2000;
const ACT_WRITES = 1000;

const ACT: BuiltIn = {
  options: new Set(
    `device-names load test-duration threads-per-queue read-req-num-512-blocks
     large-block-op-kbytes prep`.split(/\s+/),
  ),
  jobs: (given) => {
    const devices = (given.get("device-names") ?? "").split(",").filter((name) => name !== "");
    if (devices.length === 0) {
      throw new Mistake("act: you need to set IO target(s) with the device-names option");
    }
    const isPrep = given.has("prep") && given.get("prep") !== "0";
    const common: Options = [
      ["direct", "1"],
      ["ioengine", "sync"],
      ["random_generator", "lfsr"],
      ["group_reporting", "1"],
      ["thread", undefined],
    ];
    if (isPrep) return [common, ...devices.flatMap(actPreparation)];
    const time: Options = [
      ["runtime", given.get("test-duration") ?? "24h"],
      ["time_based", "1"],
    ];
    return [[...common, ...time], ...devices.flatMap((device) => actLoad(device, given))];
  },
};

function actPreparation(device: string): Options[] {
  const zeroes: Options = [
    ["name", `act-prep-zeroes-${device}`],
    ["filename", device],
    ["bs", "1048576"],
    ["zero_buffers", undefined],
    ["rw", "write"],
  ];
  const salt: Options = [
    ["name", `act-prep-salt-${device}`],
    ["stonewall", undefined],
    ["filename", device],
    ["bs", "4096"],
    ["ioengine", "libaio"],
    ["iodepth", "64"],
    ["rw", "randwrite"],
  ];
  return [zeroes, salt];
}

function actLoad(device: string, given: ReadonlyMap<string, string | undefined>): Options[] {
  const load = whole(given, "load", 1);
  const threads = whole(given, "threads-per-queue", 8);
  const request = 512 * whole(given, "read-req-num-512-blocks", 3);
  // In bytes, whatever its name says: 131072 makes blocks of 128 KiB.
  const block = whole(given, "large-block-op-kbytes", 131_072);
  const perSecond = (amount: number): string => String(Math.max(1, Math.ceil(amount)));
  const reads: Options = [
    ["name", `act-read-${device}`],
    ["filename", device],
    ["rw", "randread"],
    ["numjobs", String(threads)],
    ["rate_iops", perSecond((ACT_READS * load) / threads)],
    ["bs", String(request)],
  ];
  const writes: Options = [
    ["name", `act-write-${device}`],
    ["filename", device],
    ["rw", "randwrite"],
    ["rate_iops", perSecond((ACT_WRITES * load * request) / block)],
    ["bs", String(block)],
  ];
  return [reads, writes];
}

const BUILT_IN: Readonly<Record<string, BuiltIn>> = { tiobench: TIOBENCH, act: ACT };

/** The profile of that name. Throws Mistake. */
export function builtIn(name: string): BuiltIn {
  const found = Object.hasOwn(BUILT_IN, name) ? BUILT_IN[name] : undefined;
  if (found !== undefined) return found;
  const names = Object.keys(BUILT_IN).join(" and ");
  throw new Mistake(`profile '${name}' not found; there are ${names}`);
}
