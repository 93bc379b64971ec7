import { expect, test } from "bun:test";
import { READ, WRITE } from "../../src/base/direction.ts";
import type { PriorityChance } from "../../src/base/priority.ts";
import { Units } from "../../src/io/units.ts";
import { createWorkload } from "../../src/workload/create.ts";
import { Prioritized } from "../../src/workload/prioritized.ts";
import { Taus88 } from "../../src/workload/random.ts";
import { TAKEN } from "../../src/workload/workload.ts";
import { type JobOf, workOf } from "./support.ts";

const MIB = 1 << 20;

/** [direction, length, priority] of the units of a job, pass after pass. */
function taken(job: JobOf, chances: readonly PriorityChance[], passes = 1, repeats = true) {
  const units = new Units(1);
  const plan = workOf({ norandommap: true, ...job });
  const inner = createWorkload(plan, units);
  const workload = new Prioritized(inner, units, new Taus88(5n), repeats, 7, chances);
  const list: number[][] = [];
  for (let pass = 0; pass < passes; pass++) {
    if (pass > 0) workload.restart();
    while (workload.next(0) === TAKEN) {
      list.push([units.direction[0]!, units.length[0]!, units.priority[0]!]);
    }
  }
  return list;
}

function share(list: readonly number[][], priority: number): number {
  return list.filter(([, , own]) => own === priority).length / list.length;
}

test("units of a direction get a priority as often as is asked for, others the job's", () => {
  const chances = [{ direction: READ, percent: 30, priority: 9 }];
  const list = taken({ rw: "randrw", size: 64 * MIB }, chances);
  const reads = list.filter(([direction]) => direction === READ);
  expect(share(reads, 9)).toBeCloseTo(0.3, 1);
  expect(share(reads, 9) + share(reads, 7)).toBe(1);
  expect(
    share(
      list.filter(([direction]) => direction === WRITE),
      7,
    ),
  ).toBe(1);
});

test("all of them at 100 per cent", () => {
  const chances = [{ direction: READ, percent: 100, priority: 9 }];
  expect(share(taken({ rw: "read", size: MIB }, chances), 9)).toBe(1);
});

test("several priorities share the units of one length, which alone have them", () => {
  const bs = { read: 4096, write: 8192, trim: 4096 };
  const chances = [
    { direction: READ, bytes: 4096, percent: 20, priority: 1 },
    { direction: READ, bytes: 4096, percent: 50, priority: 2 },
    { direction: WRITE, bytes: 4096, percent: 100, priority: 3 },
  ];
  const list = taken({ rw: "randrw", size: 64 * MIB, bs }, chances);
  const reads = list.filter(([direction]) => direction === READ);
  expect(share(reads, 1)).toBeCloseTo(0.2, 1);
  expect(share(reads, 2)).toBeCloseTo(0.5, 1);
  expect(share(list, 3)).toBe(0);
});

test("passes of a job that repeats itself draw the same", () => {
  const chances = [{ direction: READ, percent: 50, priority: 9 }];
  const job = { rw: "read", size: MIB } as const;
  const twice = taken(job, chances, 2);
  expect(twice.slice(256)).toEqual(twice.slice(0, 256));
  const on = taken(job, chances, 2, false);
  expect(on.slice(256)).not.toEqual(on.slice(0, 256));
});

test("syncs keep the job's priority", () => {
  const chances = [{ direction: WRITE, percent: 100, priority: 9 }];
  const list = taken({ rw: "write", size: MIB, fsync: 4 }, chances);
  const syncs = list.filter(([direction]) => direction! > WRITE);
  expect(syncs.length).toBeGreaterThan(50);
  expect(share(syncs, 7)).toBe(1);
});
