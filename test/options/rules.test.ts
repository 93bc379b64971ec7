import { describe, expect, test } from "bun:test";
import { everywhere } from "../../src/base/option.ts";
import type { JobSpec, OptionName } from "../../src/options/options.ts";
import { resolve } from "../../src/options/resolve.ts";
import { objections, RULES, type RuleInput } from "../../src/options/rules.ts";

const GIB = 2 ** 30;

function input(written: Partial<JobSpec>, machine: Partial<RuleInput> = {}): RuleInput {
  const { spec } = resolve(new Map(Object.entries(written)) as Map<OptionName, unknown>);
  return { spec, depth: spec.iodepth, diskless: false, memory: 8 * GIB, ...machine };
}

/** What that rule says, and whom it blames first. */
function said(
  rule: keyof typeof RULES,
  written: Partial<JobSpec>,
  machine: Partial<RuleInput> = {},
): string[] {
  return RULES[rule](input(written, machine)).map(
    ({ options, message }) => `${options[0]}: ${message}`,
  );
}

test("an ordinary job meets no objection", () => {
  const job = {
    rw: "randrw",
    iodepth: 32,
    size: GIB,
    direct: true,
    runtime: 1e9,
    time_based: true,
  } as const;
  expect(objections(input(job))).toEqual([]);
  expect(objections(input({}))).toEqual([]);
});

test("time_based needs a runtime", () => {
  expect(said("timeBasedNeedsRuntime", { time_based: true })).toEqual([
    'time_based: there is no runtime to fill; write runtime = "30s", or leave time_based out',
  ]);
  expect(said("timeBasedNeedsRuntime", { time_based: true, runtime: 1 })).toEqual([]);
  expect(said("timeBasedNeedsRuntime", {})).toEqual([]);
});

test("readonly refuses whatever changes the target", () => {
  for (const rw of ["write", "randwrite", "rw", "randrw", "trim", "randtrim"] as const) {
    expect(said("readonlyMeansReading", { rw, readonly: true })[0]).toStartWith(`rw: rw = ${rw}`);
    expect(said("readonlyMeansReading", { rw })).toEqual([]);
  }
  expect(said("readonlyMeansReading", { rw: "trim", readonly: true })[0]).toContain("trims");
  for (const rw of ["read", "randread"] as const) {
    expect(said("readonlyMeansReading", { rw, readonly: true })).toEqual([]);
  }
});

test("a rate is given in bytes or in units, and not both", () => {
  const rate = { read: 0, write: 2 ** 20, trim: 0 };
  const rate_iops = { read: 500, write: 0, trim: 0 };
  expect(said("rateIsOneOfTwo", { rate, rate_iops })[0]).toStartWith("rate: rate and rate_iops");
  expect(said("rateIsOneOfTwo", { rate })).toEqual([]);
  expect(said("rateIsOneOfTwo", { rate_iops })).toEqual([]);
});

test("a least rate is no more than the rate of its direction", () => {
  const rate_iops = { read: 1000, write: 0, trim: 0 };
  const least = (read: number, write: number) => ({ read, write, trim: 0 });
  const reading = { rate_iops, rate_iops_min: least(1001, 0) };
  expect(said("leastRateIsBelow", reading)[0]).toContain("rate_iops = 1000 (read)");
  expect(said("leastRateIsBelow", { rate_iops, rate_iops_min: least(1000, 5000) })).toEqual([]);
  expect(said("leastRateIsBelow", { rate_min: everywhere(5) })).toEqual([]);
  const bytes = { rate: everywhere(10), rate_min: everywhere(11) };
  expect(said("leastRateIsBelow", bytes)).toHaveLength(1);
});

describe("a block must fit", () => {
  test("in the size, divided among the files", () => {
    expect(said("blockFitsFile", { size: 2048 })).toEqual([
      "bs: a block of 4k (read) is larger than size = 2k; write a smaller bs or a larger size",
    ]);
    expect(said("blockFitsFile", { size: 4096 })).toEqual([]);
    expect(said("blockFitsFile", { size: 8192, nrfiles: 3 })[0]).toContain(
      "size = 8k, divided among 3 files",
    );
    expect(said("blockFitsFile", { size: 8192, filename: ["a", "b", "c"] })[0]).toContain(
      "3 files",
    );
    expect(said("blockFitsFile", { size: 8192, nrfiles: 9, filename: ["a"] })).toEqual([]);
    expect(said("blockFitsFile", { size: { percent: 1 } })).toEqual([]);
  });
  test("in the file size", () => {
    expect(said("blockFitsFile", { filesize: 1000 })[0]).toContain("larger than filesize = 1kB");
    expect(said("blockFitsFile", { filesize: 4096, nrfiles: 9 })).toEqual([]);
  });
  test("only where its direction is used", () => {
    const bs = { read: 512, write: 65536, trim: 65536 };
    expect(said("blockFitsFile", { size: 4096, bs })).toEqual([]);
    expect(said("blockFitsFile", { size: 4096, bs, rw: "rw" })[0]).toContain("64k (write)");
  });
  test("in one transfer, which a trim is not", () => {
    expect(said("blockIsOneTransfer", { bs: everywhere(2 * GIB) })[0]).toContain(
      "one read moves less",
    );
    expect(said("blockIsOneTransfer", { bs: everywhere(0x7ffff000) })).toEqual([]);
    expect(said("blockIsOneTransfer", { bs: everywhere(2 * GIB), rw: "trim" })).toEqual([]);
  });
});

describe("direct I/O", () => {
  const unaligned = (option: string, bytes: number, near: string): string =>
    `${option}: direct I/O needs multiples of 512 bytes, and ${bytes} is none; ` +
    `write ${option} = "${near}", or direct = false`;

  test("moves whole sectors, from whole sectors", () => {
    const written = {
      direct: true,
      bs: everywhere(2300),
      blockalign: everywhere(100),
      offset: 1,
      offset_increment: 513,
    };
    expect(said("directNeedsSectors", written)).toEqual([
      unaligned("bs", 2300, "2k"),
      unaligned("blockalign", 100, "512"),
      unaligned("offset", 1, "512"),
      unaligned("offset_increment", 513, "512"),
    ]);
    expect(said("directNeedsSectors", { ...written, direct: false })).toEqual([]);
    expect(said("directNeedsSectors", written, { diskless: true })).toEqual([]);
  });
  test("does not look at directions that are not used, nor at shares", () => {
    const bs = { read: 512, write: 1, trim: 1 };
    expect(said("directNeedsSectors", { direct: true, bs, offset: { percent: 1 } })).toEqual([]);
    expect(said("directNeedsSectors", { direct: true, bs: everywhere(1000) })).toHaveLength(1);
  });
});

describe("buffers", () => {
  test("take at most half of the memory", () => {
    const bs = everywhere(2 ** 20);
    expect(said("memoryIsThere", { iodepth: 4096, bs })).toEqual([]);
    expect(said("memoryIsThere", { iodepth: 4097, bs })).toEqual([
      "iodepth: 4097 units of 1m need 4 GiB of buffers, and half of this machine's memory is " +
        "4 GiB; write a smaller iodepth, bs or numjobs",
    ]);
    expect(said("memoryIsThere", { iodepth: 64, bs, numjobs: 100 })[0]).toContain(
      "64 units of 1m in each of 100 jobs need 6.3 GiB",
    );
  });
  test("are as many as the engine can use, and none for trims", () => {
    const big = { iodepth: 65536, bs: everywhere(2 ** 20) };
    expect(said("memoryIsThere", big, { depth: 1 })).toEqual([]);
    expect(said("memoryIsThere", { ...big, rw: "trim" })).toEqual([]);
  });
  test("beyond what a double counts are refused too", () => {
    const huge = { iodepth: 65536, bs: everywhere(0x7ffff000), numjobs: 4096 };
    expect(said("memoryIsThere", huge)[0]).toContain("more than any machine has");
  });
});

test("the last clone's end must be a number that a double counts exactly", () => {
  const far = { offset_increment: 2 ** 50, numjobs: 9 };
  expect(said("offsetsAreExact", far)[0]).toStartWith("offset_increment: the last clone would end");
  expect(said("offsetsAreExact", { ...far, numjobs: 8 })).toEqual([]);
  expect(said("offsetsAreExact", { offset: Number.MAX_SAFE_INTEGER, size: 1 })).toHaveLength(1);
});

test("a synchronous engine with a depth above 1 is no objection: the report warns of it", () => {
  expect(objections(input({ iodepth: 32, ioengine: "psync" }, { depth: 1 }))).toEqual([]);
});
