/** The record of last writers, against a plain list that remembers every byte. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import {
  GRAIN_BYTES,
  layOutColumns,
  Run,
  TRIMMED,
  UNKNOWN,
  WRITTEN,
  Written,
} from "../../src/verify/written.ts";

const GRAIN = 512;
const GRAINS = 40;
const START = 3 * GRAIN;

function written(): Written {
  const memory = new ArrayBuffer(GRAIN_BYTES * GRAINS);
  const columns = layOutColumns(GRAINS, (offset, bytes) => memory.slice(offset, offset + bytes));
  return new Written(columns, START, GRAIN, GRAINS);
}

const stretch = fc
  .tuple(fc.integer({ min: 0, max: GRAINS - 1 }), fc.integer({ min: 1, max: 6 }))
  .map(([at, span]) => ({ at, span: Math.min(span, GRAINS - at) }));

test("what is found is what was written last, in pieces of one write", () => {
  const steps = fc.array(
    fc.record({ place: stretch, state: fc.constantFrom(WRITTEN, TRIMMED, UNKNOWN) }),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(steps, fc.integer({ min: 1, max: 9 }), (writes, most) => {
      const record = written();
      const oracle = new Array<{ state: number; sequence: number } | undefined>(GRAINS);
      for (const [index, { place, state }] of writes.entries()) {
        const sequence = index * 2 ** 31 + 7;
        const offset = START + place.at * GRAIN;
        record.begin(offset, place.span * GRAIN, sequence, index, ~index >>> 0);
        expect(record.busy(offset, GRAIN)).toBe(true);
        record.end(offset, place.span * GRAIN, state);
        expect(record.busy(START, GRAINS * GRAIN)).toBe(false);
        for (let at = place.at; at < place.at + place.span; at++) oracle[at] = { state, sequence };
      }
      const run = new Run();
      const seen = new Array<{ state: number; sequence: number } | undefined>(GRAINS);
      let from = 0;
      while (record.find(from, most * GRAIN, run)) {
        expect(run.length).toBeLessThanOrEqual(most * GRAIN);
        expect(run.offset).toBeGreaterThanOrEqual(from);
        expect(run.seedLow).toBe((run.sequence - 7) / 2 ** 31);
        for (let at = run.offset; at < run.offset + run.length; at += GRAIN) {
          seen[(at - START) / GRAIN] = { state: run.state, sequence: run.sequence };
        }
        from = run.offset + run.length;
      }
      expect(seen).toEqual(oracle.map((grain) => (grain?.state === UNKNOWN ? undefined : grain)));
    }),
    { numRuns: 300, seed: 6 },
  );
});

test("a write that is on its way is neither found nor free", () => {
  const record = written();
  record.begin(START + GRAIN, 2 * GRAIN, 0, 0, 0);
  expect(record.find(0, 10 * GRAIN, new Run())).toBe(false);
  expect(record.busy(START, GRAIN)).toBe(false);
  expect(record.busy(START + 2 * GRAIN, GRAIN)).toBe(true);
});

test("a block that reaches over the last grain is cut there", () => {
  const record = written();
  const last = START + (GRAINS - 1) * GRAIN;
  record.begin(last, 4 * GRAIN, 5, 1, 2);
  record.end(last, 4 * GRAIN, WRITTEN);
  const run = new Run();
  expect(record.find(last, 4 * GRAIN, run)).toBe(true);
  expect(run).toEqual(Object.assign(new Run(), run, { offset: last, length: GRAIN }));
});
