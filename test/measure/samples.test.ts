import { describe, expect, test } from "bun:test";
import { READ, WRITE } from "../../src/base/direction.ts";
import { MIXED, RunSampler } from "../../src/measure/samples.ts";
import { BYTES, countersAt, RAMP_UNITS, UNITS } from "../../src/measure/statsblock.ts";
import { emptyStats } from "../support/measured.ts";

function moved(ios: number, direction = READ, rampIos = 0): Float64Array {
  const stats = emptyStats();
  const at = countersAt(direction);
  stats[at + UNITS] = ios;
  stats[at + BYTES] = ios * 4096;
  stats[at + RAMP_UNITS] = rampIos;
  return stats;
}

const HALF = 500e6;

describe("a job's windows", () => {
  test("are rates of what moved between two looks", () => {
    const sampler = new RunSampler([{ group: 0 }]);
    for (const [window, ios] of [0, 100, 300, 600].entries()) {
      sampler.look(window * HALF, [moved(ios)]);
    }
    const { iops, bandwidth } = sampler.job(0, READ);
    expect(iops).toEqual({ window_ns: HALF, count: 3, min: 200, max: 600, mean: 400, stddev: 200 });
    expect(bandwidth).toMatchObject({ min: 200 * 4096, max: 600 * 4096 });
    expect(sampler.job(0, WRITE).iops).toMatchObject({ count: 3, min: 0, max: 0 });
  });

  test("use the time that passed when the look came late", () => {
    const sampler = new RunSampler([{ group: 0 }]);
    sampler.look(0, [moved(0)]);
    sampler.look(2e9, [moved(1_000)]);
    expect(sampler.job(0, READ).iops).toMatchObject({ count: 1, min: 500, max: 500 });
  });

  test("are no shorter than half a second, however often one looks", () => {
    const sampler = new RunSampler([{ group: 0 }]);
    for (let look = 0; look <= 20; look++) sampler.look(look * 50e6, [moved(look)]);
    expect(sampler.job(0, READ).iops).toMatchObject({ count: 2, min: 20, max: 20 });
  });

  test("begin and end with the measured part", () => {
    const sampler = new RunSampler([{ group: 0 }]);
    sampler.look(0, [undefined]);
    sampler.look(HALF, [moved(700)]);
    sampler.look(2 * HALF, [moved(800)]);
    sampler.look(3 * HALF, [undefined]);
    sampler.look(4 * HALF, [moved(5_000)]);
    expect(sampler.job(0, READ).iops).toMatchObject({ count: 1, min: 200, max: 200 });
  });

  test("leave out the one in which a ramp ended and the counters began anew", () => {
    const sampler = new RunSampler([{ group: 0 }]);
    sampler.look(0, [moved(900)]);
    sampler.look(HALF, [moved(50, READ, 950)]);
    sampler.look(2 * HALF, [moved(150, READ, 950)]);
    expect(sampler.job(0, READ).iops).toMatchObject({ count: 1, min: 200, max: 200 });
  });

  test("of a job that was never looked at are none", () => {
    const sampler = new RunSampler([{ group: 0 }]);
    expect(sampler.job(0, READ).iops).toEqual({
      window_ns: HALF,
      count: 0,
      min: 0,
      max: 0,
      mean: 0,
      stddev: 0,
    });
  });
});

describe("windows of a job's own length", () => {
  test("are sampled apart for IOPS and bandwidth", () => {
    const sampler = new RunSampler([{ group: 0, iopsNs: 100e6, bandwidthNs: 1e9 }]);
    for (let look = 0; look <= 40; look++) sampler.look(look * 50e6, [moved(look)]);
    const { iops, bandwidth } = sampler.job(0, READ);
    expect(iops).toMatchObject({ window_ns: 100e6, count: 20, min: 20, max: 20 });
    expect(bandwidth).toMatchObject({ window_ns: 1e9, count: 2, min: 20 * 4096 });
  });

  test("are the longest of a group's members", () => {
    const sampler = new RunSampler([
      { group: 0, iopsNs: 100e6 },
      { group: 0, iopsNs: 1e9 },
    ]);
    for (let look = 0; look <= 40; look++) sampler.look(look * 50e6, [moved(look), moved(look)]);
    expect(sampler.job(0, READ).iops.count).toBe(20);
    expect(sampler.group(0, READ).iops).toMatchObject({ window_ns: 1e9, count: 2, max: 40 });
    expect(sampler.total(READ).iops).toMatchObject({ window_ns: 1e9, count: 2 });
  });

  test("add reads, writes and trims up as they ran", () => {
    const sampler = new RunSampler([{ group: 0 }]);
    const both = (reads: number, writes: number): Float64Array => {
      const stats = moved(reads);
      stats[countersAt(WRITE) + UNITS] = writes;
      return stats;
    };
    sampler.look(0, [both(0, 0)]);
    sampler.look(HALF, [both(100, 0)]);
    sampler.look(2 * HALF, [both(100, 100)]);
    expect(sampler.job(0, MIXED).iops).toMatchObject({ count: 2, min: 200, max: 200 });
    expect(sampler.job(0, READ).iops).toMatchObject({ count: 2, min: 0, max: 200 });
  });
});

describe("a group's windows", () => {
  test("add the jobs up as they ran: the minimum is not the sum of minima", () => {
    const sampler = new RunSampler([{ group: 3 }, { group: 3 }, { group: 4 }]);
    sampler.look(0, [moved(0), moved(0), moved(0)]);
    sampler.look(HALF, [moved(100), moved(0), moved(1)]);
    sampler.look(2 * HALF, [moved(100), moved(100), moved(2)]);
    expect(sampler.job(0, READ).iops).toMatchObject({ min: 0, max: 200 });
    expect(sampler.group(3, READ).iops).toMatchObject({ count: 2, min: 200, max: 200 });
    expect(sampler.group(4, READ).iops).toMatchObject({ count: 2, min: 2, max: 2 });
    expect(sampler.total(READ).iops).toMatchObject({ count: 2, min: 202, max: 202 });
  });

  test("leave out those in which a member came or went", () => {
    const sampler = new RunSampler([{ group: 0 }, { group: 0 }]);
    sampler.look(0, [moved(0), undefined]);
    sampler.look(HALF, [moved(10), moved(0)]);
    sampler.look(2 * HALF, [moved(20), moved(30)]);
    sampler.look(3 * HALF, [moved(30), undefined]);
    sampler.look(4 * HALF, [moved(40), undefined]);
    expect(sampler.job(0, READ).iops.count).toBe(4);
    expect(sampler.group(0, READ).iops).toMatchObject({ count: 2, min: 20, max: 80 });
  });

  test("have no part of a job that is in no report", () => {
    const sampler = new RunSampler([{ group: 0 }, { group: undefined }]);
    sampler.look(0, [moved(0), moved(0)]);
    sampler.look(HALF, [moved(10), moved(1_000)]);
    expect(sampler.total(READ).iops).toMatchObject({ count: 1, max: 20 });
    expect(sampler.job(1, READ).iops).toMatchObject({ max: 2_000 });
  });
});
