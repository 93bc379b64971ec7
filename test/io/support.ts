/** A job's buffers as a test handles them, and options of jobs when nothing is written of them. */
import { afterEach } from "bun:test";
import { view } from "../../ffi/memory.ts";
import {
  allocateBuffers,
  type Buffers,
  type BuffersOf,
  createFiller,
  isShaped,
} from "../../src/io/buffers.ts";
import type { PageSpec } from "../../src/io/pages.ts";
import { createShaped } from "../../src/io/shaped.ts";
import { Units } from "../../src/io/units.ts";

/** What bs alone says of blocks. */
export const PLAIN_BLOCKS = { bsrange: undefined, bssplit: undefined, bs_is_seq_rand: false };

export const PLAIN_PAGES: PageSpec = {
  buffer_compress_percentage: 0,
  buffer_compress_chunk: 512,
  buffer_pattern: undefined,
  dedupe_percentage: 0,
  dedupe_mode: "repeat",
  dedupe_working_set_percentage: 5,
  dedupe_global: false,
  randseed: undefined,
};

export const BYTES = 8192;
export const DEPTH = 4;

const PLAIN: BuffersOf["spec"] = {
  ...PLAIN_PAGES,
  ...PLAIN_BLOCKS,
  rw: "write",
  refill_buffers: false,
  scramble_buffers: true,
  zero_buffers: false,
  bs: { read: BYTES, write: BYTES, trim: BYTES },
  randrepeat: true,
};

const open: Buffers[] = [];

afterEach(() => {
  for (const buffers of open.splice(0)) buffers.free();
});

/** A job's buffers, and what its next unit in row `unit` would carry. */
export function jobWith(changes: Partial<BuffersOf["spec"]>, index = 0) {
  const plan = {
    spec: { ...PLAIN, ...changes },
    index,
    targets: [{ length: 1000 * BYTES }],
    dedupePeers: [],
    depth: DEPTH,
    bufferBytes: BYTES,
  };
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
export function pieces(bytes: Uint8Array): string[] {
  const count = bytes.length / 512;
  return Array.from({ length: count }, (_, at) => bytes.subarray(at * 512, (at + 1) * 512).toHex());
}

/** Distinct bytes of 8192 random ones: all 256, nearly always. */
export function looksRandom(bytes: Uint8Array): boolean {
  return new Set(bytes).size > 200 && new Set(pieces(bytes)).size === bytes.length / 512;
}
