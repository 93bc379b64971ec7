/** Trims of a share of what is written, around a workload that writes in order. */
import { expect, test } from "bun:test";
import { TRIM, WRITE } from "../../src/base/direction.ts";
import { Units } from "../../src/io/units.ts";
import { Taus88 } from "../../src/workload/random.ts";
import { TrimmingWork } from "../../src/workload/trimming.ts";
import { DONE, NOTHING, TAKEN, type Workload } from "../../src/workload/workload.ts";

const BLOCK = 4096;

/** Writes so many blocks, one after the other. */
function writes(units: Units, count: number): Workload {
  let done = 0;
  return {
    direction: () => (done < count ? WRITE : NOTHING),
    next: (unit) => {
      if (done >= count) return DONE;
      units.direction[unit] = WRITE;
      units.offset[unit] = done++ * BLOCK;
      units.length[unit] = BLOCK;
      return TAKEN;
    },
    completed: () => {},
    restart: () => {},
    forgive: () => {},
  };
}

/** The order of what was done: `w3` is the write of block 3, `t3` its trim. */
function sequence(count: number, trimming: { percent: number; backlog: number; batch: number }) {
  const units = new Units(1);
  const work = new TrimmingWork(writes(units, count), units, new Taus88(7n), trimming);
  const done: string[] = [];
  while (work.direction() !== NOTHING) {
    const announced = work.direction();
    expect(work.next(0)).toBe(TAKEN);
    expect(units.direction[0]).toBe(announced);
    done.push(`${announced === TRIM ? "t" : "w"}${units.offset[0]! / BLOCK}`);
    work.completed(0);
  }
  expect(work.next(0)).toBe(DONE);
  return done;
}

test("every backlog some blocks are trimmed, the oldest first, and all of them in the end", () => {
  expect(sequence(5, { percent: 100, backlog: 3, batch: 2 }).join(" ")).toBe(
    "w0 w1 w2 t0 t1 w3 w4 t2 t3 t4",
  );
  expect(sequence(4, { percent: 100, backlog: 2, batch: 2 }).join(" ")).toBe(
    "w0 w1 t0 t1 w2 w3 t2 t3",
  );
});

test("the share that is trimmed is the one asked for, each block once and after its write", () => {
  const done = sequence(4000, { percent: 30, backlog: 16, batch: 16 });
  const trims = done.filter((unit) => unit.startsWith("t"));
  expect(Math.abs(trims.length / 4000 - 0.3)).toBeLessThan(0.03);
  expect(new Set(trims).size).toBe(trims.length);
  for (const trim of trims) {
    expect(done.indexOf(trim)).toBeGreaterThan(done.indexOf(`w${trim.slice(1)}`));
  }
});
