import { describe, expect, test } from "bun:test";
import { everywhere } from "../../src/base/option.ts";
import type { JobSpec, OptionName } from "../../src/options/options.ts";
import { does, isRandom, resolve } from "../../src/options/resolve.ts";

/** Effective values when these were written, in that order. */
function effective(written: Partial<JobSpec>): JobSpec {
  return resolve(new Map(Object.entries(written)) as Map<OptionName, unknown>).spec;
}

test("what was not written has its fallback", () => {
  expect(effective({ iodepth: 4 })).toMatchObject({ iodepth: 4, rw: "read", numjobs: 1 });
});

describe("a mix", () => {
  test("has both shares, and the last one written counts", () => {
    expect(effective({ rwmixread: 70 })).toMatchObject({ rwmixread: 70, rwmixwrite: 30 });
    expect(effective({ rwmixwrite: 70 })).toMatchObject({ rwmixread: 30, rwmixwrite: 70 });
    expect(effective({ rwmixread: 70, rwmixwrite: 10 })).toMatchObject({ rwmixread: 90 });
    expect(effective({ rwmixwrite: 10, rwmixread: 70 })).toMatchObject({ rwmixwrite: 30 });
  });
});

describe("direct and buffered", () => {
  test("are each other's opposite, and the last one written counts", () => {
    expect(effective({})).toMatchObject({ direct: false, buffered: true });
    expect(effective({ direct: true })).toMatchObject({ direct: true, buffered: false });
    expect(effective({ buffered: false })).toMatchObject({ direct: true, buffered: false });
    expect(effective({ direct: true, buffered: true })).toMatchObject({ direct: false });
    expect(effective({ buffered: true, direct: true })).toMatchObject({ buffered: false });
  });
});

describe("block sizes", () => {
  const range = { least: 2048, most: 8192 };
  const shares = [{ bytes: 16_384, percent: 100 }];
  test("bs is the shortest of a range or of shares, in the directions that have them", () => {
    const bsrange = { read: range, write: undefined, trim: undefined };
    expect(effective({ bsrange }).bs).toEqual({ read: 2048, write: 4096, trim: 4096 });
    expect(effective({ bsrange }).blockalign).toEqual({ read: 2048, write: 4096, trim: 4096 });
    expect(effective({ bssplit: everywhere(shares) }).bs).toEqual(everywhere(16_384));
  });

  test("of a range and shares the last one written counts", () => {
    const bsrange = everywhere(range);
    const bssplit = everywhere(shares);
    expect(effective({ bsrange, bssplit }).bsrange).toEqual(everywhere(undefined));
    expect(effective({ bssplit, bsrange }).bssplit).toEqual(everywhere([]));
    expect(effective({ bssplit, bsrange }).bs).toEqual(everywhere(2048));
  });
});

describe("alignment", () => {
  const bs = { read: 4096, write: 8192, trim: 512 };
  test("is the block size where it was not written", () => {
    expect(effective({ bs }).blockalign).toEqual(bs);
    expect(effective({ bs, blockalign: { read: 512, write: 0, trim: 0 } }).blockalign).toEqual({
      read: 512,
      write: 8192,
      trim: 512,
    });
  });
  test("other than the block size of random work goes without the map", () => {
    const blockalign = everywhere(512);
    expect(effective({ rw: "randread", blockalign }).norandommap).toBe(true);
    expect(effective({ rw: "read", blockalign }).norandommap).toBe(false);
    expect(effective({ rw: "randread" }).norandommap).toBe(false);
    const writesOnly = { read: 512, write: 4096, trim: 4096 };
    expect(effective({ rw: "randwrite", blockalign: writesOnly }).norandommap).toBe(false);
  });
});

describe("batches", () => {
  test("of 0 or more than the depth are the depth", () => {
    expect(effective({ iodepth: 32, iodepth_batch_submit: 0 }).iodepth_batch_submit).toBe(32);
    expect(effective({ iodepth: 32, iodepth_batch_submit: 64 }).iodepth_batch_submit).toBe(32);
    expect(effective({ iodepth: 32, iodepth_batch_submit: 8 }).iodepth_batch_submit).toBe(8);
    expect(effective({ iodepth: 32 }).iodepth_low).toBe(32);
    expect(effective({ iodepth: 32, iodepth_low: 4 }).iodepth_low).toBe(4);
    expect(effective({ iodepth: 32, iodepth_batch_complete_min: 64 })).toMatchObject({
      iodepth_batch_complete_min: 32,
    });
  });
  test("take back at most what they take back at least, unless more was written", () => {
    expect(
      effective({ iodepth: 8, iodepth_batch_complete_min: 4 }).iodepth_batch_complete_max,
    ).toBe(4);
    expect(
      effective({ iodepth: 8, iodepth_batch_complete_min: 4, iodepth_batch_complete_max: 2 }),
    ).toMatchObject({ iodepth_batch_complete_max: 4 });
    expect(effective({ iodepth: 8, iodepth_batch_complete_max: 8 })).toMatchObject({
      iodepth_batch_complete_min: 1,
      iodepth_batch_complete_max: 8,
    });
    expect(effective({ iodepth: 8, iodepth_batch_complete_min: 0 })).toMatchObject({
      iodepth_batch_complete_min: 0,
      iodepth_batch_complete_max: 0,
    });
  });
});

test("gtod_reduce leaves no latency and no samples", () => {
  expect(effective({ gtod_reduce: true, lat_percentiles: true })).toMatchObject({
    disable_lat: true,
    disable_clat: true,
    disable_slat: true,
    disable_bw_measurement: true,
    clat_percentiles: false,
    lat_percentiles: false,
    slat_percentiles: false,
  });
});

test("what is read is laid out, what is only written is not", () => {
  for (const rw of ["read", "randread", "rw", "randrw"] as const) {
    expect(effective({ rw }).overwrite).toBe(true);
    expect(effective({ rw, overwrite: false }).overwrite).toBe(true);
  }
  for (const rw of ["write", "randwrite", "trim", "randtrim"] as const) {
    expect(effective({ rw }).overwrite).toBe(false);
  }
});

test("the option that decided another is told, and only where it did", () => {
  const { decidedBy } = resolve(new Map<OptionName, unknown>([["rwmixwrite", 30]]));
  expect(decidedBy.get("rwmixread")).toBe("rwmixwrite");
  expect(decidedBy.get("overwrite")).toBe("rw");
  expect(decidedBy.has("rwmixwrite")).toBe(false);
  expect(decidedBy.has("direct")).toBe(false);
  expect(resolve(new Map([["rwmixwrite", 50]])).decidedBy.has("rwmixread")).toBe(false);
});

test("directions and order of each rw", () => {
  const names = ["read", "write", "trim"] as const;
  const of = (rw: JobSpec["rw"]): string =>
    names.filter((name) => does({ rw }, name)).join("+") + (isRandom({ rw }) ? " random" : "");
  const all = [
    "read",
    "write",
    "trim",
    "randread",
    "randwrite",
    "randtrim",
    "rw",
    "randrw",
  ] as const;
  expect(all.map(of)).toEqual([
    "read",
    "write",
    "trim",
    "read random",
    "write random",
    "trim random",
    "read+write",
    "read+write random",
  ]);
});
