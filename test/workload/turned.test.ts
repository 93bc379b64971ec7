/** A mix whose pacer wants the other direction than the one drawn: nothing is lost by it. */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { READ, WRITE } from "../../src/base/direction.ts";
import { Units } from "../../src/io/units.ts";
import { createWorkload } from "../../src/workload/create.ts";
import { NOTHING, TAKEN } from "../../src/workload/workload.ts";
import { type JobOf, workOf } from "./support.ts";

interface Turned {
  readonly direction: number;
  readonly file: number;
  readonly offset: number;
  readonly length: number;
  readonly wanted: number;
}

/** All units of a job of which each is wanted to go this way or that. */
function turned(job: JobOf, wants: readonly number[]): Turned[] {
  const units = new Units(1);
  const workload = createWorkload(workOf(job), units);
  const list: Turned[] = [];
  for (;;) {
    const announced = workload.direction();
    if (announced === NOTHING) return list;
    const wanted = announced > WRITE ? announced : wants[list.length % wants.length]!;
    if (workload.next(0, wanted) !== TAKEN) return list;
    const { direction, file, offset, length } = units;
    list.push({
      direction: direction[0]!,
      file: file[0]!,
      offset: offset[0]!,
      length: length[0]!,
      wanted,
    });
  }
}

const wants = fc.array(fc.constantFrom(READ, WRITE), { minLength: 1, maxLength: 50 });
const shape = fc.record({
  blocks: fc.integer({ min: 1, max: 200 }),
  nrfiles: fc.integer({ min: 1, max: 3 }),
  rwmixread: fc.integer({ min: 1, max: 99 }),
});

describe("a random mix", () => {
  test("visits every block exactly once, whichever way each unit is turned", () => {
    fc.assert(
      fc.property(shape, wants, ({ blocks, nrfiles, rwmixread }, wants) => {
        const size = blocks * nrfiles * 4096;
        const list = turned({ rw: "randrw", size, nrfiles, rwmixread }, wants);
        const places = new Set(list.map(({ file, offset }) => `${file} ${offset}`));
        expect(list).toHaveLength(blocks * nrfiles);
        expect(places.size).toBe(blocks * nrfiles);
      }),
      { numRuns: 100 },
    );
  });

  test("goes the way that is wanted, until there is no more to choose from", () => {
    fc.assert(
      fc.property(shape, wants, ({ blocks, nrfiles, rwmixread }, wants) => {
        const size = blocks * nrfiles * 4096;
        const list = turned({ rw: "randrw", size, nrfiles, rwmixread }, wants);
        const against = list.filter(({ direction, wanted }) => direction !== wanted);
        // The last unit may be prepared already, and one may have been put aside for it.
        for (const unit of against)
          expect(list.indexOf(unit)).toBeGreaterThanOrEqual(list.length - 2);
      }),
      { numRuns: 100 },
    );
  });
});

describe("a sequential mix", () => {
  test("has each direction go on where it was, and moves as many bytes", () => {
    fc.assert(
      fc.property(shape, wants, ({ blocks, nrfiles, rwmixread }, wants) => {
        const size = blocks * nrfiles * 4096;
        const job: JobOf = { rw: "rw", size, nrfiles, rwmixread };
        const list = turned(job, wants);
        for (const direction of [READ, WRITE]) {
          for (let file = 0; file < nrfiles; file++) {
            const own = list.filter((unit) => unit.direction === direction && unit.file === file);
            expect(own.map(({ offset }) => offset)).toEqual(own.map((_, n) => n * 4096));
          }
        }
        const bytes = list.reduce((sum, { length }) => sum + length, 0);
        expect(bytes).toBeLessThanOrEqual(size);
        expect(bytes).toBeGreaterThan(0);
      }),
      { numRuns: 100 },
    );
  });
});
