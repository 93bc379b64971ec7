/**
 * The I/O buffers of a job: one page-aligned mapping, a row a unit, and what its writes put there.
 * fio's order of precedence: buffer_pattern, zero_buffers, refill_buffers, scramble_buffers; where
 * none of them is asked for, a writer's buffers are filled with random bytes once.
 */
import { allocate, free, view } from "../../ffi/memory.ts";
import type { BlockOptions } from "../base/blocks.ts";
import { repeat } from "../base/filling.ts";
import { workOf } from "../base/rw.ts";
import type { JobSpec } from "../options/options.ts";
import { type BufferFiller, Refilling, Restoring, Scrambling, Untouched } from "./contents.ts";
import { Noise } from "./noise.ts";
import type { DedupePeer, PageSpec } from "./pages.ts";
import type { Target } from "./target.ts";
import type { Units } from "./units.ts";

export type { BufferFiller } from "./contents.ts";

/** What of a job's plan decides its buffers. */
export interface BuffersOf {
  readonly spec: Pick<
    JobSpec,
    | "rw"
    | "refill_buffers"
    | "scramble_buffers"
    | "zero_buffers"
    | "buffer_pattern"
    | "randseed"
    | "randrepeat"
  > &
    BlockOptions &
    PageSpec;
  /** Position among all clones of all jobs. */
  readonly index: number;
  readonly targets: readonly Pick<Target, "length">[];
  readonly dedupePeers: readonly DedupePeer[];
  readonly depth: number;
  /** Bytes a row has, whole pages. */
  readonly bufferBytes: number;
}

export interface Buffers {
  /** Address of row 0; row r lies r * `bytes` behind it. */
  readonly base: number;
  /** Bytes of a row. */
  readonly bytes: number;
  /** Gives the memory back; the kernel must be done with it, and views of it are dead. */
  free(): void;
}

/** Zeroed memory for as many rows as the job has units. Throws SystemError. */
export function allocateBuffers({
  depth,
  bufferBytes,
}: Pick<BuffersOf, "depth" | "bufferBytes">): Buffers {
  const bytes = depth * bufferBytes;
  const base = allocate(bytes);
  return { base, bytes: bufferBytes, free: () => free(base, bytes) };
}

/**
 * Whether the contents are made by one of the ways that few jobs have: `shaped.ts` then has the
 * filler, and here is none.
 */
export function isShaped(spec: BuffersOf["spec"]): boolean {
  const { buffer_pattern } = spec;
  return workOf(spec).writes && (isPaged(spec) || (buffer_pattern?.offsets.length ?? 0) > 0);
}

/** Whether blocks compress, or come again. */
export function isPaged(
  spec: Pick<PageSpec, "buffer_compress_percentage" | "dedupe_percentage">,
): boolean {
  return spec.buffer_compress_percentage > 0 || spec.dedupe_percentage > 0;
}

/** Fills a writer's buffers for the first time, and says what happens before each later write. */
export function createFiller(plan: BuffersOf, units: Units, buffers: Buffers): BufferFiller {
  const { spec } = plan;
  const { mixed, writes } = workOf(spec);
  if (!writes) return new Untouched();
  const constant = constantOf(spec);
  if (constant !== undefined) {
    const rows = rowsOf(plan, buffers, (memory) => new Uint8Array(memory));
    for (const row of rows) repeat(row, constant);
    return mixed ? new Restoring(units, rows, constant) : new Untouched();
  }
  const words = rowsOf(plan, buffers, (memory) => new Int32Array(memory));
  const noise = noiseOf(plan);
  for (const row of words) noise.fill(row, buffers.bytes);
  if (spec.refill_buffers) return new Refilling(units, words, noise.hasten());
  if (!spec.scramble_buffers) return new Untouched();
  const rows = rowsOf(plan, buffers, (memory) => new Float64Array(memory));
  const [low = 0, high = 0] = crypto.getRandomValues(new Int32Array(2));
  return new Scrambling(units, rows, [low, high]);
}

/** What every buffer holds from beginning to end; undefined where it is random. */
function constantOf({ buffer_pattern, zero_buffers }: BuffersOf["spec"]): Uint8Array | undefined {
  if (buffer_pattern !== undefined) return buffer_pattern.bytes;
  return zero_buffers ? new Uint8Array(1) : undefined;
}

/** Repeats between runs and differs between clones, as the job's offsets do. */
export function noiseOf({ spec: { randseed, randrepeat }, index }: BuffersOf): Noise {
  if (randseed === undefined && !randrepeat) {
    const [high = 0, low = 0] = crypto.getRandomValues(new Int32Array(2));
    return new Noise(high, low);
  }
  return new Noise(index + 1, randseed ?? 0);
}

/** Views of the rows; one a row, because a view has at most 4 GiB and all rows may have more. */
export function rowsOf<T>(
  { depth }: Pick<BuffersOf, "depth">,
  { base, bytes }: Buffers,
  viewed: (memory: ArrayBuffer) => T,
): T[] {
  return Array.from({ length: depth }, (_, row) => viewed(view(base + row * bytes, bytes)));
}
