import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { READ, SYNC } from "../../src/base/direction.ts";
import { CHECK, Units } from "../../src/io/units.ts";
import { Thinkcycles, type Thinking, Thinktime } from "../../src/pace/think.ts";
import { drive, stillPlace } from "./drive.ts";

const MS = 1e6;
const NEVER = Number.POSITIVE_INFINITY;
const EVERY: Thinking = { pause: MS, spin: 0, blocks: 1, counts: "complete", ioTime: NEVER };

interface Course {
  readonly depth?: number;
  readonly most?: number;
  readonly service?: number;
  readonly runtime?: number;
  readonly ramp?: number;
}

function think(changes: Partial<Thinking>, course: Course = {}) {
  const { depth = 1, most = 12, service = 10_000, runtime = 0, ramp = 0 } = course;
  return drive(({ units, now }) => new Thinktime(depth, units, now, { ...EVERY, ...changes }), {
    depth,
    most,
    runtime,
    ramp,
    service: () => service,
  });
}

/** Times between a unit's end and the next one's begin that are as long as a pause, in ms. */
function pauses({ issues }: ReturnType<typeof think>): number[] {
  const gaps = issues.slice(1).map(({ startedAt }, i) => {
    const before = Math.max(...issues.slice(0, i + 1).map(({ finishedAt }) => finishedAt));
    return (startedAt - before) / MS;
  });
  return gaps.filter((gap) => gap > 0.5).map((gap) => Number(gap.toFixed(2)));
}

describe("pauses after units", () => {
  test("come after every thinktime_blocks of them, and none after the last", () => {
    expect(pauses(think({}))).toEqual(Array(11).fill(1));
    expect(pauses(think({ blocks: 4 }))).toEqual([1, 1]);
    expect(pauses(think({ blocks: 4, pause: 2.5 * MS }))).toEqual([2.5, 2.5]);
    expect(pauses(think({ blocks: 12 }))).toEqual([]);
  });

  test("begin when nothing is in flight, and all that time nothing goes", () => {
    const { issues, sleeps } = think({ blocks: 5 }, { depth: 4, most: 40 });
    expect(sleeps.length).toBeGreaterThan(3);
    for (const [from, to] of sleeps.map((both) => both.map((at) => at - 5e9))) {
      for (const { startedAt, finishedAt } of issues) {
        expect(startedAt >= to! || finishedAt <= from!).toBe(true);
      }
    }
  });

  test("in a queue, what is issued counts at once and what is done when it is reaped", () => {
    const options = { depth: 4, most: 16, service: 10_000 };
    // Four are issued, none is done: the pause is due, and the four are waited for.
    expect(pauses(think({ blocks: 4, counts: "issue" }, options))).toEqual([1, 1, 1]);
    // The next is issued as soon as one is done: seven were issued when four were done.
    const { issues } = think({ blocks: 4 }, options);
    const [first] = issues
      .map(({ startedAt }, i) => [i, startedAt] as const)
      .filter(([, at]) => at > MS);
    expect(first![0]).toBeWithin(4, 9);
  });

  test("are as many as the units allow, whatever the depth", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.integer({ min: 1, max: 10 }),
        fc.constantFrom("issue", "complete"),
        (depth, blocks, counts) => {
          const found = pauses(think({ blocks, counts }, { depth, most: 80 })).length;
          expect(found).toBeLessThanOrEqual(80 / blocks);
          expect(found).toBeGreaterThanOrEqual(Math.floor(80 / (blocks + depth)) - 1);
        },
      ),
      { seed: 1, numRuns: 60 },
    );
  });

  test("go on through the end of a ramp, which begins no new count", () => {
    expect(pauses(think({ blocks: 4 }, { most: 12, ramp: 1.5 * MS }))).toEqual([1, 1]);
  });

  test("are cut short by the end of the run time", () => {
    const { endedAt, startedAt } = think({ pause: 50 * MS }, { runtime: 3 * MS });
    expect(endedAt - startedAt).toBeWithin(3 * MS, 3.1 * MS);
  });
});

describe("pauses after time", () => {
  test("come when so much time has passed since the last one", () => {
    const work = { blocks: NEVER, ioTime: 0.1 * MS };
    const { issues, ...rest } = think(work, { most: 60 });
    const found = pauses({ issues, ...rest });
    expect(found.length).toBeWithin(4, 7);
    expect(new Set(found)).toEqual(new Set([1]));
  });

  test("come after units if that is sooner", () => {
    expect(pauses(think({ blocks: 6, ioTime: MS }))).toEqual([1]);
    expect(pauses(think({ blocks: 600, ioTime: 60_000 })).length).toBeGreaterThan(0);
  });
});

describe("a pause that burns CPU", () => {
  test("looks at the clock instead of sleeping, then sleeps for the rest", () => {
    const { sleeps, ...rest } = think({ pause: 0.8 * MS, spin: 0.3 * MS }, { most: 2 });
    expect(pauses({ sleeps, ...rest })).toEqual([0.8]);
    const slept = sleeps.reduce((sum, [from, to]) => sum + to - from, 0);
    expect(slept).toBeWithin(0.49 * MS, 0.51 * MS);
  });

  test("does not sleep at all when it burns for all of it, or for more", () => {
    for (const spin of [0.8, 1.1]) {
      const { sleeps, ...rest } = think({ pause: 0.8 * MS, spin: spin * MS }, { most: 2 });
      expect(pauses({ sleeps, ...rest })).toEqual([spin]);
      expect(sleeps.reduce((sum, [from, to]) => sum + to - from, 0)).toBeLessThan(1000);
    }
  });

  test("gives the loop a look within a ms, so that a stop is seen", () => {
    const { refusals } = think({ pause: 20 * MS, spin: 20 * MS }, { most: 2 });
    for (let i = 1; i < refusals.length; i++) {
      expect(refusals[i]!.at - refusals[i - 1]!.at).toBeLessThan(MS);
    }
    expect(refusals.length).toBeGreaterThan(20);
  });
});

test("syncs and checks of a verification bring no pause", () => {
  const units = new Units(1);
  const pacer = new Thinktime(1, units, stillPlace(units).now, EVERY);
  pacer.begin(0);
  const does = (direction: number, kind: number): void => {
    units.direction[0] = direction;
    units.kind[0] = kind;
    pacer.queued(0);
    pacer.completed(0);
  };
  does(SYNC, 0);
  does(READ, CHECK);
  expect(pacer.admit(READ, 10, 0)).toBe(READ);
  does(READ, 0);
  expect(pacer.admit(READ, 20, 0)).toBe(-1);
  expect(pacer.wakeAt).toBe(20 + MS);
});

test("who plans ahead hears how long each pause was", () => {
  const told: number[] = [];
  const units = new Units(1);
  const pacer = new Thinktime(1, units, stillPlace(units).now, EVERY, [
    { postpone: (ns) => told.push(ns) },
  ]);
  pacer.begin(0);
  for (const at of [100, 2 * MS]) {
    pacer.completed(0);
    expect(pacer.admit(READ, at, 0)).toBe(-1);
    expect(pacer.admit(READ, at + MS + 7, 0)).toBe(READ);
  }
  expect(told).toEqual([MS + 7, MS + 7]);
});

test("thinkcycles turns a loop before the next unit, once for each", () => {
  const units = new Units(1);
  const cycles = 30_000_000;
  const pacer = new Thinkcycles(1, units, cycles);
  const time = (): number => {
    const before = performance.now();
    expect(pacer.admit(READ)).toBe(READ);
    return performance.now() - before;
  };
  expect(time()).toBeLessThan(2);
  pacer.queued(0);
  // At four turns a ns the loop would not be one.
  expect(time()).toBeGreaterThan(cycles / 4e6);
  expect(time()).toBeLessThan(2);
  units.direction[0] = SYNC;
  pacer.queued(0);
  expect(time()).toBeLessThan(2);
});
