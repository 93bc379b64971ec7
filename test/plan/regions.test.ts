import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { cloneJobs } from "../../src/plan/clones.ts";
import { Complaints } from "../../src/plan/input.ts";
import { passOf, type Region, regionsOf } from "../../src/plan/regions.ts";
import { bs, inputOf, type Written } from "./support.ts";

const MIB = 1 << 20;

/** A file that can grow, of a size or none; `device` cannot grow. */
interface File {
  readonly size?: number;
  readonly device?: boolean;
}

function regions(written: Written, ...files: readonly File[]) {
  const input = inputOf(written);
  const complaints = new Complaints([input]);
  const clones = cloneJobs([input.spec]);
  const extents = files.map(({ size, device = false }, index) => ({
    path: `f${index}`,
    size,
    unknown: `f${index} does not exist`,
    fixed: device,
  }));
  const all = clones.map((clone) => regionsOf(clone, extents, complaints));
  const whole = all.map((list) => list.filter((region): region is Region => region !== undefined));
  const passes = whole.map((list, i) => passOf(clones[i]!, list, complaints));
  return {
    all: whole.map((list) => list.map(({ offset, length }) => [offset, length])),
    passes,
    problems: complaints.problems.map(({ option, message }) => `${option}: ${message}`),
  };
}

describe("regions", () => {
  test("of no written size are the whole file from the offset on", () => {
    expect(regions({}, { size: MIB }).all).toEqual([[[0, MIB]]]);
    expect(regions({ offset: 4096 }, { size: MIB }).all).toEqual([[[4096, MIB - 4096]]]);
  });

  test("of a size may be less than the file, and more where it can grow", () => {
    expect(regions({ size: 8192, offset: 4096 }, { size: MIB }).all).toEqual([[[4096, 8192]]]);
    expect(regions({ size: 2 * MIB, rw: "write" }, { size: MIB }).all).toEqual([[[0, 2 * MIB]]]);
    expect(regions({ size: MIB }, {}).all).toEqual([[[0, MIB]]]);
  });

  test("share the size over the files in whole blocks, the first files one more", () => {
    const { all, passes } = regions({ size: 44 * 1024 + 5 }, {}, {}, {});
    expect(all).toEqual([
      [
        [0, 16384],
        [0, 16384],
        [0, 12293],
      ],
    ]);
    expect(passes[0]?.bytes).toBe(44 * 1024 + 5);
  });

  test("of a filesize are that for each file, and size limits the pass", () => {
    const { all, passes } = regions({ filesize: MIB, size: 1.5 * MIB, offset: 4096 }, {}, {});
    expect(all).toEqual([
      [
        [4096, MIB - 4096],
        [4096, MIB - 4096],
      ],
    ]);
    expect(passes[0]?.bytes).toBe(1.5 * MIB);
  });

  test("in percent: size down to a block, offset up to one, of each file", () => {
    const half = { size: { percent: 50 }, offset: { percent: 30 } };
    expect(regions(half, { size: 100_000, device: true }).all).toEqual([[[32768, 49152]]]);
    expect(regions({ size: { percent: 100 } }, { size: 100_000 }).all).toEqual([[[0, 100_000]]]);
  });

  test("in percent begin at a multiple of offset_align, where it is written", () => {
    const third = { percent: 33 };
    expect(regions({ offset: third }, { size: MIB }).all[0]![0]![0]).toBe(348_160);
    const aligned = regions({ offset: third, offset_align: 65_536 }, { size: MIB });
    expect(aligned.all[0]![0]![0]).toBe(393_216);
    const bytes = regions({ offset: 4096, offset_align: 65_536 }, { size: MIB });
    expect(bytes.all[0]![0]![0]).toBe(4096);
  });

  test("of blocks that are trimmed and written count each of number_ios twice", () => {
    const passes = regions({ rw: "trimwrite", number_ios: 5 }, { size: MIB }).passes;
    expect(passes.map(({ units }) => units)).toEqual([10]);
  });

  test("of clones move by offset_increment, in bytes or percent of the file", () => {
    const bytes = regions({ numjobs: 3, size: 8192, offset: 4096, offset_increment: 8192 }, {});
    expect(bytes.all).toEqual([[[4096, 8192]], [[12288, 8192]], [[20480, 8192]]]);
    const quarter = { percent: 25 };
    const device = { size: 10 * 4096, device: true };
    const share = regions({ numjobs: 4, size: quarter, offset_increment: quarter }, device);
    expect(share.all).toEqual([[[0, 8192]], [[8192, 8192]], [[16384, 8192]], [[24576, 8192]]]);
    expect(share.problems).toEqual([]);
  });

  test("share a size without loss and within one block of each other", () => {
    const files = fc.integer({ min: 1, max: 40 });
    const blocks = fc.integer({ min: 1, max: 1000 });
    fc.assert(
      fc.property(files, blocks, fc.integer({ min: 0, max: 4095 }), (count, each, rest) => {
        const size = each * count * 4096 + rest;
        const list = regions({ size }, ...Array.from({ length: count }, () => ({}))).all[0]!;
        const lengths = list.map(([, length]) => length!);
        expect(lengths.reduce((a, b) => a + b, 0)).toBe(size);
        expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(4096);
      }),
      { seed: 1, numRuns: 200 },
    );
  });
});

describe("what cannot be a region", () => {
  test.each([
    [
      "no size of a file that is not there",
      {},
      {},
      'size: needed, because f0 does not exist; write one, such as size = "1g"',
    ],
    ["percent of nothing", { size: { percent: 50 } }, {}, "size: percent of what?"],
    ["offset in percent of nothing", { size: MIB, offset: { percent: 5 } }, {}, "offset: percent"],
    ["size 0", { size: 0 }, { size: MIB }, "size: size 0 is no work"],
    ["an empty file without a size", {}, { size: 0 }, "size: f0 is empty"],
    [
      "an offset beyond the end",
      { offset: 2 * MIB },
      { size: MIB },
      "offset: 2 MiB lies beyond the end of f0, which has 1 MiB",
    ],
    [
      "more than a device has",
      { size: MIB + 4096, offset: 4096 },
      { size: MIB, device: true },
      "size: 1 MiB (1052672 bytes) from 4 KiB on do not fit f0, which has 1 MiB; use at most " +
        "1020 KiB",
    ],
    [
      "a filesize a device does not have",
      { filesize: 2 * MIB },
      { size: MIB, device: true },
      "filesize: 2 MiB do not fit",
    ],
    [
      "a block larger than the size",
      { size: 4096, bs: bs(8192) },
      {},
      "bs: a block of 8 KiB does not fit the 4 KiB of f0; use a smaller bs or a larger size",
    ],
    [
      "a filesize that ends before the offset",
      { filesize: 4096, offset: 8192 },
      {},
      "offset: 8 KiB lies beyond the end of f0, which has 4 KiB",
    ],
  ])("%s", (_, written, file, problem) => {
    expect(regions(written, file).problems).toEqual([expect.stringContaining(problem)]);
  });

  test("a clone pushed beyond the end is told from the others, once", () => {
    const { problems } = regions(
      { numjobs: 5, size: 4096, offset_increment: 4096 },
      { size: 8192, device: true },
    );
    expect(problems).toEqual([
      "offset_increment: 8 KiB lies beyond the end of f0, which has 8 KiB (clone 2 of 5)",
    ]);
  });

  test("a block that only the unused direction has does no harm", () => {
    const block = { read: 4096, write: MIB, trim: MIB };
    expect(regions({ size: 8192, bs: block }, {}).problems).toEqual([]);
    expect(regions({ size: 8192, bs: block, rw: "rw" }, {}).problems).toHaveLength(1);
  });

  test("a share of the size that holds no block says that it is a share", () => {
    const { problems } = regions({ size: 8192, filename: ["a", "b", "c"] }, {}, {}, {});
    expect(problems).toEqual([
      "bs: a block of 4 KiB does not fit the 0 bytes of f2 (its share of the size); use a " +
        "smaller bs or a larger size",
    ]);
  });
});

describe("a pass", () => {
  test("moves size, or io_size whether smaller or larger, or a share of the size", () => {
    const bytes = (written: Written) => regions(written, { size: MIB }).passes[0]?.bytes;
    expect(bytes({})).toBe(MIB);
    expect(bytes({ io_size: 8192 })).toBe(8192);
    expect(bytes({ io_size: 3 * MIB })).toBe(3 * MIB);
    expect(bytes({ io_size: { percent: 25 } })).toBe(MIB / 4);
  });

  test("moves no more than the files hold, whatever size says", () => {
    expect(regions({ filesize: MIB, size: 5 * MIB }, {}).passes[0]?.bytes).toBe(MIB);
  });

  test("ends by number_ios where that is written", () => {
    expect(regions({}, { size: MIB }).passes[0]?.units).toBe(Number.POSITIVE_INFINITY);
    expect(regions({ number_ios: 7 }, { size: MIB }).passes[0]?.units).toBe(7);
  });

  test("of less than a block is a problem", () => {
    expect(regions({ io_size: 512 }, { size: MIB }).problems).toEqual([
      "io_size: 512 bytes is less than one block of 4 KiB",
    ]);
  });
});

test("zones of a size fit the region, in the directions the job has", () => {
  const zones = (space: number) => ({ kind: "zoned_abs", zones: [{ share: 100, space }] }) as const;
  const asked = { read: zones(2 * MIB), write: zones(4 * MIB), trim: zones(4 * MIB) };
  const job = { rw: "randread", size: 2 * MIB, random_distribution: asked } as const;
  expect(regions(job, {}).problems).toEqual([]);
  expect(regions({ ...job, rw: "randrw" }, {}).problems).toEqual([
    "random_distribution: zones of 4 MiB together do not fit the 2 MiB used of f0; " +
      "write smaller zones or a larger size",
  ]);
});
