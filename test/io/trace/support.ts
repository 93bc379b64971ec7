/** Traces for the tests: made of entries, and read back as entries. */
import { DIRECTIONS, FDATASYNC, SYNC } from "../../../src/base/direction.ts";
import { CATEGORY, MAGIC, QUEUE, RECORD_BYTES, VERSION } from "../../../src/io/trace/blktrace.ts";
import { streamOf } from "../../../src/io/trace/stream.ts";
import { TextTrace } from "../../../src/io/trace/text.ts";
import { DIRECTION_MASK, KIND_SHIFT, type TraceReader } from "../../../src/io/trace/trace.ts";

export interface Entry {
  /** µs. */
  readonly time: number;
  readonly action: string;
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/** Everything a reader has to give. */
export function entriesOf(reader: TraceReader): Entry[] {
  const list: Entry[] = [];
  while (reader.next()) {
    const direction = reader.action & DIRECTION_MASK;
    const data = direction === SYNC && reader.action >> KIND_SHIFT === FDATASYNC;
    list.push({
      time: reader.time / 1000,
      action: data ? "datasync" : DIRECTIONS[direction]!,
      file: reader.names[reader.file]!,
      offset: reader.offset,
      length: reader.length,
    });
  }
  return list;
}

/** Reads a text, a few bytes at a time where `step` says so. */
export function readText(text: string, step?: number): Entry[] {
  const bytes = new TextEncoder().encode(text);
  return entriesOf(new TextTrace(streamOf(bytes, step), "t.log"));
}

/** A record of blktrace; what is not said is a queued read of 4 KiB on 8:16. */
export interface Raw {
  /** ns. */
  readonly time?: number;
  readonly sector?: number;
  readonly bytes?: number;
  readonly action?: number;
  readonly device?: readonly [number, number];
  readonly payload?: number;
  readonly version?: number;
}

export const Q = QUEUE | CATEGORY.read;

export function blktrace(records: readonly Raw[], little = true): Uint8Array {
  const parts = records.map((raw) => {
    const { time = 0, sector = 0, bytes = 4096, action = Q, payload = 0 } = raw;
    const [major, minor] = raw.device ?? [8, 16];
    const record = new Uint8Array(RECORD_BYTES + payload).fill(0xa5, RECORD_BYTES);
    const view = new DataView(record.buffer);
    view.setUint32(0, MAGIC | (raw.version ?? VERSION), little);
    view.setBigUint64(8, BigInt(time), little);
    view.setBigUint64(16, BigInt(sector), little);
    view.setUint32(24, bytes, little);
    view.setUint32(28, action, little);
    view.setUint32(36, major * 2 ** 20 + minor, little);
    view.setUint16(46, payload, little);
    return record;
  });
  return new Uint8Array(Buffer.concat(parts));
}
