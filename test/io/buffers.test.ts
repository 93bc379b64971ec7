import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { READ, SYNC, TRIM, WRITE } from "../../src/base/direction.ts";
import type { BuffersOf } from "../../src/io/buffers.ts";
import { markOf } from "../../src/io/contents.ts";
import { BYTES, DEPTH, jobWith, looksRandom, pieces } from "./support.ts";

describe("allocation", () => {
  test("is aligned to pages, with a row a unit and room for all of it", () => {
    const { buffers, row } = jobWith({ rw: "read" });
    expect(buffers.base % 4096).toBe(0);
    expect(buffers.bytes).toBe(BYTES);
    for (let unit = 0; unit < DEPTH; unit++) {
      expect(row(unit).every((byte) => byte === 0)).toBe(true);
      row(unit).fill(unit + 1);
    }
    for (let unit = 0; unit < DEPTH; unit++) expect(row(unit)[BYTES - 1]).toBe(unit + 1);
  });
});

describe("the first fill", () => {
  test("gives every buffer of a writer other random bytes", () => {
    const { row } = jobWith({ scramble_buffers: false });
    for (let unit = 0; unit < DEPTH; unit++) expect(looksRandom(row(unit))).toBe(true);
    const all = Array.from({ length: DEPTH }, (_, unit) => pieces(row(unit))).flat();
    expect(new Set(all).size).toBe(all.length);
  });

  test("leaves the buffers of readers and trimmers alone", () => {
    for (const rw of ["read", "randread", "trim", "randtrim"] as const) {
      expect(
        jobWith({ rw })
          .row(0)
          .every((byte) => byte === 0),
      ).toBe(true);
    }
  });

  test("repeats between runs and differs between clones and seeds", () => {
    const bytes = (spec: Partial<BuffersOf["spec"]>, index: number) =>
      jobWith(spec, index).row(0).toHex();
    expect(bytes({}, 3)).toBe(bytes({}, 3));
    const all = [bytes({}, 0), bytes({}, 1), bytes({ randseed: 1 }, 0), bytes({ randseed: 2 }, 0)];
    expect(new Set(all).size).toBe(4);
    expect(bytes({ randrepeat: false }, 0)).not.toBe(bytes({ randrepeat: false }, 0));
  });
});

describe("refill_buffers", () => {
  test("no two writes carry a piece of 512 bytes that is the same", () => {
    const { go } = jobWith({ refill_buffers: true });
    const all = Array.from({ length: 50 }, (_, write) => pieces(go(WRITE, write % DEPTH))).flat();
    expect(new Set(all).size).toBe(all.length);
  });

  test("fills what is written and leaves the rest and other directions alone", () => {
    const { go, row } = jobWith({ rw: "randrw", refill_buffers: true });
    const before = row(1).slice();
    for (const direction of [READ, TRIM, SYNC]) expect(go(direction, 1)).toEqual(before);
    const after = go(WRITE, 1, 4096);
    expect(after.subarray(4096)).toEqual(before.subarray(4096));
    expect(after.subarray(0, 4096)).not.toEqual(before.subarray(0, 4096));
  });
});

describe("scramble_buffers", () => {
  test("makes each 512 bytes of each write unique, and changes 24 bytes of them", () => {
    const { go, row } = jobWith({});
    const seen = new Set<string>();
    for (let write = 0; write < 100; write++) {
      const before = row(0).slice();
      const after = go(WRITE, 0, BYTES, 4096);
      pieces(after).forEach((piece) => {
        seen.add(piece);
      });
      const changed = after.filter((byte, at) => byte !== before[at]).length;
      expect(changed).toBeLessThanOrEqual((24 * BYTES) / 512);
      expect(changed).toBeGreaterThan(0);
    }
    expect(seen.size).toBe((100 * BYTES) / 512);
  });

  test("puts the offset of each 512 bytes at the start of one of its cache lines", () => {
    const { go } = jobWith({});
    for (const start of [0, 4096, 2 ** 32 - 1024, 3 * 2 ** 40 + 512]) {
      const bytes = new DataView(go(WRITE, 0, BYTES, start).buffer);
      const found = Array.from({ length: 8 }, (_, line) => line).filter((line) =>
        Array.from({ length: BYTES / 512 }, (_, piece) => piece).every(
          (piece) =>
            bytes.getBigUint64(piece * 512 + line * 64, true) === BigInt(start + piece * 512),
        ),
      );
      expect(found.length).toBe(1);
    }
  });

  test("two jobs that write the same do not carry the same", () => {
    const first = pieces(jobWith({}, 5).go(WRITE));
    const second = pieces(jobWith({}, 5).go(WRITE));
    expect(first.some((piece) => second.includes(piece))).toBe(false);
  });

  test("its mark is never a NaN, whose bits a compiler may change, whatever is drawn", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer(), (low, high) => {
        expect(markOf([low, high])).not.toBeNaN();
      }),
      { seed: 1, numRuns: 500 },
    );
    expect(markOf([-1, -1])).not.toBeNaN();
  });

  test("every offset below 2^53 is stored to the bit, also when compiled", () => {
    const { units, row, go } = jobWith({});
    const bytes = new DataView(row(0).buffer);
    for (let write = 1; write <= 20_000; write++) {
      const start = Math.floor((write / 20_000) ** 4 * (2 ** 53 - BYTES));
      if (write % 100 === 0) go(WRITE, 0, BYTES, start);
      else go(WRITE, 0, 1024, start);
      const line = 64 * (write % 8);
      const last = units.length[0]! - 512;
      expect(bytes.getBigUint64(line, true)).toBe(BigInt(start));
      expect(bytes.getBigUint64(last + line, true)).toBe(BigInt(start + last));
      expect(bytes.getFloat64(line + 56, true)).toBe(write);
    }
  });

  test("leaves units under 512 bytes and other directions alone", () => {
    const { go, row } = jobWith({ rw: "rw" });
    const before = row(0).slice();
    expect(go(WRITE, 0, 511)).toEqual(before);
    for (const direction of [READ, TRIM, SYNC]) expect(go(direction)).toEqual(before);
  });

  test("turned off, writes carry what was filled in once", () => {
    const { go, row } = jobWith({ scramble_buffers: false });
    const before = row(0).slice();
    expect(go(WRITE)).toEqual(before);
  });
});
