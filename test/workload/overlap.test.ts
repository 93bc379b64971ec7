import { expect, test } from "bun:test";
import fc from "fast-check";
import { SYNC } from "../../src/base/direction.ts";
import { Units } from "../../src/io/units.ts";
import { createWorkload } from "../../src/workload/create.ts";
import { Serialized } from "../../src/workload/overlap.ts";
import { DONE, LATER, NOTHING, TAKEN } from "../../src/workload/workload.ts";
import { type JobOf, workOf } from "./support.ts";

const K = 1024;

interface Seen {
  readonly direction: number;
  readonly file: number;
  readonly offset: number;
  readonly length: number;
}

const seen = (units: Units, unit: number): Seen => ({
  direction: units.direction[unit]!,
  file: units.file[unit]!,
  offset: units.offset[unit]!,
  length: units.length[unit]!,
});

const collide = (a: Seen, b: Seen): boolean =>
  a.direction !== SYNC &&
  b.direction !== SYNC &&
  a.file === b.file &&
  a.offset < b.offset + b.length &&
  b.offset < a.offset + a.length;

/** Takes as much as it can, then gives one back, chosen by `which`, until the work is done. */
function run(job: JobOf, depth: number, which: (most: number) => number, serialize = true) {
  const units = new Units(depth);
  const inner = createWorkload(workOf({ synchronous: false, ...job }), units);
  const workload = serialize ? new Serialized(inner, units) : inner;
  const inFlight: number[] = [];
  const taken: Seen[] = [];
  let held = 0;
  let collisions = 0;
  for (let open = true; open || inFlight.length > 0; ) {
    while (open && units.free > 0) {
      const announced = workload.direction();
      const unit = units.take();
      const verdict = workload.next(unit);
      if (verdict !== TAKEN) {
        units.give(unit);
        if (verdict === LATER) held++;
        else open = false;
        expect(announced === NOTHING).toBe(verdict === DONE);
        // Nothing can be waited for when nothing is in flight.
        if (verdict === LATER) expect(inFlight.length).toBeGreaterThan(0);
        break;
      }
      const one = seen(units, unit);
      expect(one.direction).toBe(announced);
      collisions += inFlight.filter((other) => collide(one, seen(units, other))).length;
      inFlight.push(unit);
      taken.push(one);
    }
    const [unit] = inFlight.splice(which(inFlight.length), 1);
    if (unit !== undefined) {
      workload.completed(unit);
      units.give(unit);
    }
  }
  return { taken, held, collisions };
}

const jobs = fc.record({
  rw: fc.constantFrom("randread", "randwrite", "randrw", "rw", "write"),
  blocks: fc.integer({ min: 1, max: 12 }),
  align: fc.constantFrom(512, 4 * K),
  nrfiles: fc.integer({ min: 1, max: 2 }),
  depth: fc.integer({ min: 1, max: 8 }),
  fsync: fc.constantFrom(0, 3),
  order: fc.array(fc.nat({ max: 7 }), { minLength: 1, maxLength: 20 }),
});

test("no two units in flight overlap, the order stays, and none is lost", () => {
  let everHeld = 0;
  let everCollided = 0;
  fc.assert(
    fc.property(jobs, ({ rw, blocks, align, nrfiles, depth, fsync, order }) => {
      const blockalign = { read: align, write: align, trim: align };
      const size = blocks * 4 * K * nrfiles;
      const job: JobOf = {
        ...{ rw, blockalign, nrfiles, fsync, size, io_size: 200 * K },
        norandommap: true,
      };
      const picks = () => {
        let at = 0;
        return (most: number): number => order[at++ % order.length]! % Math.max(1, most);
      };
      const plain = run(job, depth, picks(), false);
      const serialized = run(job, depth, picks());
      expect(serialized.collisions).toBe(0);
      expect(serialized.taken).toEqual(plain.taken);
      everHeld += serialized.held;
      everCollided += plain.collisions;
    }),
    { seed: 1, numRuns: 150 },
  );
  expect(everHeld).toBeGreaterThan(100);
  expect(everCollided).toBeGreaterThan(100);
});

test("one block is done one unit at a time, apart blocks at once", () => {
  const first = (): number => 0;
  const job: JobOf = { rw: "randwrite", size: 4 * K, io_size: 40 * K, norandommap: true };
  const one = run(job, 8, first);
  expect([one.taken.length, one.held]).toEqual([10, 9]);
  expect(run({ rw: "write", size: 64 * K }, 8, first).held).toBe(0);
});
