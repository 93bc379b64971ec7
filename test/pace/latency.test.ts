import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { READ, SYNC, TRIM, WRITE } from "../../src/base/direction.ts";
import type { Target } from "../../src/io/target.ts";
import { Units } from "../../src/io/units.ts";
import { LongestLatency } from "../../src/pace/longest.ts";
import { END, GO_ON } from "../../src/pace/pacer.ts";
import { type LatencyGoal, LatencyTarget } from "../../src/pace/target.ts";
import { TARGET } from "../support/measured.ts";

const MS = 1e6;
const targets: readonly Target[] = [TARGET, { ...TARGET, path: "/data/f1" }];

/** A unit of a file that was taken at 0. */
function unitOf(direction: number): Units {
  const units = new Units(1);
  units.direction[0] = direction;
  units.file[0] = 1;
  units.offset[0] = 8192;
  units.length[0] = 4096;
  return units;
}

describe("max_latency", () => {
  const limits = { read: 10 * MS, write: 0, trim: 5 * MS };

  test("ends the job at the first unit that took longer, and says which and how long", () => {
    const units = unitOf(READ);
    const pacer = new LongestLatency(1, { units, targets }, limits);
    pacer.begin(0, true);
    pacer.completed(0, 10 * MS);
    expect(pacer.verdict).toBe(GO_ON);
    pacer.completed(0, 12.3456 * MS);
    pacer.completed(0, 99 * MS);
    expect(pacer.verdict).toBe(-110);
    expect(pacer.failure).toEqual({
      call: "max_latency",
      subject: "/data/f1",
      errno: 110,
      message:
        "read of 4096 bytes at offset 8192 of /data/f1 took 12.3 ms, and max_latency is 10 ms",
      direction: "read",
      offset: 8192,
      length: 4096,
    });
  });

  test("goes by direction; 0 is no limit, and a sync has none", () => {
    const verdictOf = (direction: number, took: number): number => {
      const pacer = new LongestLatency(1, { units: unitOf(direction), targets }, limits);
      pacer.begin(0, true);
      pacer.completed(0, took);
      return pacer.verdict;
    };
    expect(verdictOf(TRIM, 6 * MS)).toBe(-110);
    expect(verdictOf(WRITE, 1e12)).toBe(GO_ON);
    expect(verdictOf(SYNC, 1e12)).toBe(GO_ON);
  });

  test("does not judge a ramp", () => {
    const pacer = new LongestLatency(1, { units: unitOf(READ), targets }, limits);
    pacer.begin(0, false);
    pacer.completed(0, 1e12);
    expect(pacer.verdict).toBe(GO_ON);
    pacer.begin(0, true);
    pacer.completed(0, 1e12);
    expect(pacer.verdict).toBe(-110);
  });
});

const GOAL: LatencyGoal = {
  target: MS,
  window: 10 * MS,
  percentile: 90,
  forever: false,
  lenient: false,
};

/**
 * A device that serves units one by one: a unit of a full queue takes as long as the queue. Runs
 * until the verdict, or for so many units.
 */
class Device {
  readonly depths: number[] = [];
  readonly restarts: number[] = [];
  readonly pacer: LatencyTarget;
  #now = 0;
  readonly #units = new Units(64);
  #inFlight: number[] = [];

  constructor(
    goal: Partial<LatencyGoal>,
    private readonly serviceOf: (unit: number) => number,
    private readonly most = 64,
  ) {
    const of = { units: this.#units, targets };
    this.pacer = new LatencyTarget(this.most, of, { ...GOAL, ...goal }, (now) => {
      this.restarts.push(now);
      this.pacer.begin(now, true);
    });
  }

  begin(measured = true): this {
    this.pacer.begin(this.#now, measured);
    return this;
  }

  run(most = 200_000): this {
    const { pacer } = this;
    const units = this.#units;
    for (let done = 0; done < most && pacer.verdict === GO_ON; done++) {
      while (this.#inFlight.length < pacer.depth) {
        if (pacer.admit(READ, this.#now, this.#inFlight.length) < 0) break;
        const unit = units.take();
        units.direction[unit] = READ;
        units.startedAt[unit] = this.#now;
        this.#inFlight.push(unit);
      }
      const unit = this.#inFlight.shift()!;
      this.#now += this.serviceOf(done);
      pacer.completed(unit, this.#now);
      units.give(unit);
      if (this.depths.at(-1) !== pacer.depth) this.depths.push(pacer.depth);
    }
    return this;
  }
}

describe("latency_target", () => {
  // A unit takes 100 us of the device: ten in flight are done in 1 ms.
  const steady = (): number => 100_000;

  test("doubles the depth while it is kept, then closes in on the greatest", () => {
    const device = new Device({}, steady).begin().run();
    expect(device.depths.slice(0, 5)).toEqual([1, 2, 4, 8, 16]);
    expect(device.pacer.verdict).toBe(END);
    expect(device.pacer.depth).toBe(10);
  });

  test("measures anew once at the depth that was found, for one window", () => {
    const device = new Device({}, steady).begin().run();
    expect(device.restarts).toHaveLength(1);
    const again = new Device({ forever: true }, steady).begin().run(5000);
    expect(again.restarts).toEqual([]);
    expect(again.pacer.verdict).toBe(GO_ON);
    expect(again.pacer.depth).toBeWithin(9, 12);
  });

  test("the whole depth of the job is the answer where it is kept", () => {
    const device = new Device({}, () => 1000).begin().run();
    expect(device.pacer.verdict).toBe(END);
    expect(device.pacer.depth).toBe(64);
    const single = new Device({}, () => 1000, 1).begin().run();
    expect([single.pacer.verdict, single.pacer.depth]).toEqual([END, 1]);
  });

  test("finds what the device allows, for any speed and depth", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10_000, max: 1_000_000 }),
        fc.integer({ min: 1, max: 64 }),
        (service, most) => {
          const { pacer } = new Device({}, () => service, most).begin().run();
          expect(pacer.verdict).toBe(END);
          expect(pacer.depth).toBe(Math.max(1, Math.min(most, Math.floor(MS / service))));
        },
      ),
      { seed: 1, numRuns: 40 },
    );
  });

  test("with percentile 100 one miss counts at once, else the share of a window", () => {
    const spiky = (unit: number): number => (unit % 50 === 49 ? 3 * MS : 10_000);
    const strict = new Device({ percentile: 100 }, spiky).begin().run();
    expect(strict.pacer.verdict).toBe(-110);
    expect(strict.pacer.failure!.message).toBe(
      "read of 0 bytes at offset 0 of /data/f0 took 3 ms: one unit at a time does not keep " +
        "latency_target = 1 ms",
    );
    const lax = new Device({}, spiky).begin().run(3000);
    expect(lax.depths.length).toBeGreaterThan(1);
  });

  test("fails at depth 1 with the share that was kept; under fio it goes on", () => {
    const slow = (unit: number): number => (unit % 5 === 0 ? 2 * MS : 100_000);
    const device = new Device({}, slow).begin().run();
    expect(device.pacer.verdict).toBe(-110);
    expect(device.pacer.failure!.message).toMatch(/^one at a time \d+(\.\d)? % of the units kept /);
    expect(device.pacer.failure!.message).toEndWith(
      "latency_target = 1 ms, and latency_percentile is 90",
    );
    const lenient = new Device({ lenient: true }, slow).begin().run(5000);
    expect([lenient.pacer.verdict, lenient.pacer.depth]).toEqual([GO_ON, 1]);
  });

  test("a lower depth is tried from an empty queue on", () => {
    const units = new Units(2);
    const lowered = new LatencyTarget(
      8,
      { units, targets },
      { ...GOAL, percentile: 100 },
      () => {},
    );
    lowered.begin(0, true);
    for (const at of [11, 22]) lowered.completed(0, units.startedAt.fill(at * MS)[0]!);
    expect(lowered.depth).toBe(4);
    lowered.completed(0, 30 * MS);
    expect(lowered.depth).toBe(3);
    expect(lowered.admit(READ, 31 * MS, 2)).toBe(-1);
    // What comes back meanwhile is late because of the depth before, and counts for nothing.
    lowered.completed(0, 40 * MS);
    expect(lowered.depth).toBe(3);
    expect(lowered.admit(READ, 41 * MS, 0)).toBe(READ);
  });

  test("a ramp is no part of the search", () => {
    const device = new Device({}, steady).begin(false).run(1000);
    expect(device.depths).toEqual([1]);
    device.begin(true).run();
    expect(device.pacer.depth).toBe(10);
  });
});
