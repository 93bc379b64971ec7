/**
 * Several binary traces as one, in the order of their times: each with its own share of time
 * (merge_blktrace_scalars) and as many times over as asked (merge_blktrace_iters). fio's rule
 * (manual, "Merging Traces"): a later turn begins where the one before it ended, then all is
 * scaled. Holds one record of each trace.
 */

import { O } from "../../../ffi/constants.ts";
import { errnoOf, failure } from "../../../ffi/errno.ts";
import { openFile } from "../../../ffi/file.ts";
import { libc } from "../../../ffi/libc.ts";
import { BlockTrace, byteOrder, MAGIC, RECORD_BYTES, VERSION } from "./blktrace.ts";
import { type ByteStream, openStream } from "./stream.ts";
import { TraceMistake, TraceReader } from "./trace.ts";

export type OpenStream = (path: string) => ByteStream;

export interface MergePart {
  readonly path: string;
  /** Percent of its time. */
  readonly scalar: number;
  readonly iterations: number;
}

/** One trace of a merge and the entry it stands at. */
class Cursor {
  trace: BlockTrace;
  time = 0;
  #stream: ByteStream;
  #turn = 0;
  /** Length of the turns that are over, ns. */
  #passed = 0;

  constructor(
    private readonly part: MergePart,
    private readonly open: OpenStream,
    private readonly align: number,
  ) {
    [this.#stream, this.trace] = this.#begin();
  }

  #begin(): [ByteStream, BlockTrace] {
    const stream = this.open(this.part.path);
    const order = stream.need(4) ? byteOrder(stream.buffer) : undefined;
    if (order === undefined) {
      stream.close();
      const { path } = this.part;
      throw new TraceMistake(`${path}: merge_blktrace_file joins binary traces, and this is none`);
    }
    return [stream, new BlockTrace(stream, this.part.path, order === "little", this.align)];
  }

  /** Moves to the next entry; false when all turns are over. */
  next(): boolean {
    while (!this.trace.next()) {
      this.#passed += this.trace.latest;
      this.#stream.close();
      if (++this.#turn >= this.part.iterations) return false;
      [this.#stream, this.trace] = this.#begin();
    }
    // What is repeated keeps the record's time; a clock that steps back is no reason to reorder.
    const stamp = this.trace.stamp + this.#passed;
    this.time = Math.max(this.time, Math.floor((stamp * this.part.scalar) / 100));
    return true;
  }

  close(): void {
    this.#stream.close();
  }
}

export class MergedTrace extends TraceReader {
  override readonly numbered = true;
  /** The trace that the entry is from. */
  source: BlockTrace | undefined;
  readonly #cursors: Cursor[] = [];
  readonly #indices = new Map<string, number>();
  #current: Cursor | undefined;
  #first = -1;
  /** ns by the clock of the merged trace; `time` counts from its first entry on. */
  stamp = 0;

  constructor(parts: readonly MergePart[], open: OpenStream = openStream, align = 0) {
    super();
    for (const part of parts) {
      const cursor = new Cursor(part, open, align);
      if (cursor.next()) this.#cursors.push(cursor);
    }
  }

  next(): boolean {
    const before = this.#current;
    if (before !== undefined && !before.next()) {
      this.depth = Math.max(this.depth, before.trace.depth);
      this.#cursors.splice(this.#cursors.indexOf(before), 1);
    }
    let first: Cursor | undefined;
    for (const cursor of this.#cursors) {
      if (first === undefined || cursor.time < first.time) first = cursor;
    }
    this.#current = first;
    if (first === undefined) return false;
    const { trace } = first;
    this.source = trace;
    if (this.#first < 0) this.#first = first.time;
    this.stamp = first.time;
    this.time = first.time - this.#first;
    this.action = trace.action;
    this.offset = trace.offset;
    this.length = trace.length;
    this.depth = Math.max(this.depth, trace.depth);
    this.file = this.#find(trace.names[trace.file]!);
    return true;
  }

  #find(name: string): number {
    let index = this.#indices.get(name);
    if (index === undefined) {
      index = this.names.length;
      this.#indices.set(name, index);
      this.names.push(name);
    }
    return index;
  }

  close(): void {
    for (const cursor of this.#cursors) cursor.close();
  }
}

const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Records written at a time. */
const BATCH = 1024;

/** Writes the merge as a binary trace of this machine's byte order. Throws SystemError. */
export function writeMerged(parts: readonly MergePart[], path: string): void {
  const fd = openFile(path, O.WRONLY | O.CREAT | O.TRUNC);
  const merged = new MergedTrace(parts);
  const bytes = new Uint8Array(new ArrayBuffer(BATCH * RECORD_BYTES));
  let count = 0;
  let sequence = 0;
  const flush = (): void => {
    let done = 0;
    while (done < count * RECORD_BYTES) {
      const part = bytes.subarray(done, count * RECORD_BYTES);
      const wrote = libc.write(fd, part, part.length);
      if (wrote <= 0) throw failure("write", path, errnoOf());
      done += wrote;
    }
    count = 0;
  };
  try {
    while (merged.next()) {
      const { source } = merged;
      if (source!.repeated) continue;
      encode(
        new DataView(bytes.buffer, count * RECORD_BYTES),
        source!.raw,
        merged.stamp,
        sequence++,
      );
      if (++count === BATCH) flush();
    }
    flush();
  } finally {
    merged.close();
    libc.close(fd);
  }
}

/** A record as this machine writes it; its payload is left out. */
function encode(
  view: DataView,
  { action, pid, cpu, device, sector, bytes }: BlockTrace["raw"],
  time: number,
  sequence: number,
): void {
  const low = (value: number): number => value % 2 ** 32;
  const high = (value: number): number => Math.floor(value / 2 ** 32);
  const words = [
    MAGIC | VERSION,
    sequence,
    low(time),
    high(time),
    low(sector),
    high(sector),
    bytes,
    action,
    pid,
    device,
    cpu,
    0,
  ];
  for (const [word, value] of words.entries()) view.setUint32(word * 4, value, LITTLE);
}
