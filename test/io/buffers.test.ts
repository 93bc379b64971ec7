import { afterEach, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { view } from "../../ffi/memory.ts";
import { READ, SYNC, TRIM, WRITE } from "../../src/base/direction.ts";
import { repeat } from "../../src/base/filling.ts";
import { parsePattern } from "../../src/base/pattern.ts";
import {
  allocateBuffers,
  type Buffers,
  type BuffersOf,
  createFiller,
  isShaped,
} from "../../src/io/buffers.ts";
import { markOf } from "../../src/io/contents.ts";
import { createShaped } from "../../src/io/shaped.ts";
import { Units } from "../../src/io/units.ts";

const BYTES = 8192;
const DEPTH = 4;

const PLAIN: BuffersOf["spec"] = {
  rw: "write",
  refill_buffers: false,
  scramble_buffers: true,
  zero_buffers: false,
  buffer_pattern: undefined,
  randseed: undefined,
  randrepeat: true,
};

const open: Buffers[] = [];

afterEach(() => {
  for (const buffers of open.splice(0)) buffers.free();
});

/** A job's buffers, and what its next unit in row `unit` would carry. */
function jobWith(changes: Partial<BuffersOf["spec"]>, index = 0) {
  const plan = { spec: { ...PLAIN, ...changes }, index, depth: DEPTH, bufferBytes: BYTES };
  const units = new Units(DEPTH);
  const buffers = allocateBuffers(plan);
  open.push(buffers);
  const create = isShaped(plan.spec) ? createShaped : createFiller;
  const filler = create(plan, units, buffers);
  const row = (unit: number) => new Uint8Array(view(buffers.base + unit * BYTES, BYTES));
  const go = (direction: number, unit = 0, length = BYTES, offset = 0): Uint8Array => {
    units.direction[unit] = direction;
    units.length[unit] = length;
    units.offset[unit] = offset;
    filler.fill(unit);
    return row(unit).slice();
  };
  return { units, buffers, row, go };
}

/** Pieces of 512 bytes as text. */
function pieces(bytes: Uint8Array): string[] {
  const count = bytes.length / 512;
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * 512, (at + 1) * 512).toHex());
}

/** Distinct bytes of 8192 random ones: all 256, nearly always. */
function looksRandom(bytes: Uint8Array): boolean {
  return new Set(bytes).size > 200 && new Set(pieces(bytes)).size === bytes.length / 512;
}

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

describe("zero_buffers and buffer_pattern", () => {
  const pattern = parsePattern("0xabcdef");
  const repeated = Uint8Array.from({ length: BYTES }, (_, at) => pattern.bytes[at % 3]!);

  test("writes carry zeros, or the pattern from the buffer's start on", () => {
    expect(jobWith({ zero_buffers: true }).go(WRITE)).toEqual(new Uint8Array(BYTES));
    expect(jobWith({ buffer_pattern: pattern }).go(WRITE)).toEqual(repeated);
  });

  test("the pattern wins over zeros, and both over random bytes", () => {
    const all = { zero_buffers: true, refill_buffers: true, scramble_buffers: true };
    expect(jobWith(all).go(WRITE)).toEqual(new Uint8Array(BYTES));
    expect(jobWith({ ...all, buffer_pattern: pattern }).go(WRITE)).toEqual(repeated);
  });

  test("a buffer that a read was in carries them again", () => {
    const { go, row } = jobWith({ rw: "randrw", buffer_pattern: pattern });
    go(READ, 2);
    row(2).fill(7);
    expect(go(WRITE, 2)).toEqual(repeated);
    const zeros = jobWith({ rw: "rw", zero_buffers: true });
    zeros.go(READ, 1, 4096);
    zeros.row(1).fill(7);
    expect(zeros.go(WRITE, 1)).toEqual(new Uint8Array(BYTES));
  });

  test("%o is the offset of each write, also in a buffer that a read was in", () => {
    const { go, row } = jobWith({ rw: "randrw", buffer_pattern: parsePattern('"ab"%o') });
    const expected = (offset: number) => {
      const bytes = new Uint8Array(BYTES);
      for (let at = 0; at < BYTES; at++) {
        const place = (at % 10) - 2;
        bytes[at] = place < 0 ? 0x61 + place + 2 : Math.floor(offset / 256 ** place) % 256;
      }
      return bytes;
    };
    for (const offset of [4096, 3 * 2 ** 40 + 512, 0]) {
      expect(go(WRITE, 1, BYTES, offset)).toEqual(expected(offset));
    }
    go(READ, 1);
    row(1).fill(7);
    expect(go(WRITE, 1, BYTES, 512)).toEqual(expected(512));
    expect(jobWith({ rw: "read", buffer_pattern: parsePattern("%o") }).go(READ)).toEqual(
      new Uint8Array(BYTES),
    );
  });

  test("a pattern of any length fills a buffer of any length", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.integer({ min: 0, max: 2000 }),
        (bytes, length) => {
          const buffer = new Uint8Array(length);
          repeat(buffer, bytes);
          expect(buffer.every((byte, at) => byte === bytes[at % bytes.length])).toBe(true);
        },
      ),
      { seed: 1, numRuns: 200 },
    );
  });
});
