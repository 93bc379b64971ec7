/**
 * Binary traces of blktrace (linux/blktrace_api.h): records of 48 bytes, each with a payload behind
 * it that is skipped. What was queued (Q) is a unit; merges, issues and the rest only say how many
 * were queued at a time, which fio takes for the depth. Either byte order is read.
 */
import { FSYNC, READ, SYNC, TRIM, WRITE } from "../../base/direction.ts";
import type { ByteStream } from "./stream.ts";
import { KIND_SHIFT, TraceMistake, TraceReader } from "./trace.ts";

export const RECORD_BYTES = 48;
/** BLK_IO_TRACE_MAGIC and BLK_IO_TRACE_VERSION. */
export const MAGIC = 0x65617400;
export const VERSION = 7;
const SECTOR = 512;

/** Low half of an action: what happened. */
export const QUEUE = 1;
const BACK_MERGE = 2;
const FRONT_MERGE = 3;
const ISSUE = 7;
/** High half: kinds of request, as bits. */
export const CATEGORY = {
  read: 1 << 16,
  write: 1 << 17,
  flush: 1 << 18,
  notify: 1 << 26,
  discard: 1 << 29,
} as const;

/** Where fields lie in a record. */
const AT = {
  magic: 0,
  time: 8,
  sector: 16,
  bytes: 24,
  action: 28,
  pid: 32,
  device: 36,
  cpu: 40,
  payload: 46,
} as const;

/** Whether the first four bytes of a file are those of such a trace, and in which byte order. */
export function byteOrder(bytes: Uint8Array): "little" | "big" | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 4);
  if ((view.getUint32(0, true) & 0xffffff00) === MAGIC) return "little";
  return (view.getUint32(0, false) & 0xffffff00) === MAGIC ? "big" : undefined;
}

export class BlockTrace extends TraceReader {
  override readonly numbered = true;
  /** The record of the entry as it was read, for a merge to hand on. */
  readonly raw = { action: 0, pid: 0, cpu: 0, device: 0, sector: 0, bytes: 0 };
  /** Whether the entry is the second of its record. */
  repeated = false;
  /** ns by the trace's own clock; `time` counts from the first entry on. */
  stamp = 0;
  /** The last time in the trace so far. */
  latest = 0;
  readonly #view: DataView;
  readonly #devices = new Map<number, number>();
  #records = 0;
  #first = -1;
  #queued = 0;
  /** A flush that carries data is a sync, and then its write. */
  #carried = false;

  constructor(
    private readonly stream: ByteStream,
    private readonly path: string,
    private readonly little: boolean,
    /** What lengths are rounded up to; 0 for nothing. fio does so in binary traces alone. */
    private readonly align = 0,
  ) {
    super();
    this.#view = new DataView(stream.buffer.buffer);
  }

  next(): boolean {
    if (this.#carried) {
      this.#carried = false;
      this.repeated = true;
      return this.#unit(WRITE);
    }
    this.repeated = false;
    while (this.#load()) {
      if (this.#entry()) return true;
    }
    return false;
  }

  /** Copies the next record; false at the end. */
  #load(): boolean {
    const { stream } = this;
    if (!stream.need(RECORD_BYTES)) {
      if (stream.end > stream.at) throw this.#mistake("is cut short");
      return false;
    }
    this.#records++;
    const view = this.#view;
    const { at } = stream;
    const magic = view.getUint32(at + AT.magic, this.little);
    if ((magic & 0xffffff00) !== MAGIC) throw this.#mistake("does not begin as records do");
    if ((magic & 0xff) !== VERSION) {
      throw this.#mistake(`is of version ${magic & 0xff}; ${VERSION} can be read`);
    }
    const payload = view.getUint16(at + AT.payload, this.little);
    this.#read(view, at);
    stream.at += RECORD_BYTES;
    if (!stream.skip(payload)) throw this.#mistake("is cut short");
    return true;
  }

  #read(view: DataView, at: number): void {
    const { little, raw } = this;
    this.stamp = this.#large(view, at + AT.time);
    raw.sector = this.#large(view, at + AT.sector);
    raw.bytes = view.getUint32(at + AT.bytes, little);
    raw.action = view.getUint32(at + AT.action, little);
    raw.pid = view.getUint32(at + AT.pid, little);
    raw.device = view.getUint32(at + AT.device, little);
    raw.cpu = view.getUint32(at + AT.cpu, little);
    this.offset = raw.sector * SECTOR;
  }

  #large(view: DataView, at: number): number {
    const low = view.getUint32(at + (this.little ? 0 : 4), this.little);
    const high = view.getUint32(at + (this.little ? 4 : 0), this.little);
    return high * 2 ** 32 + low;
  }

  /** Whether the record is a unit. */
  #entry(): boolean {
    const { action, bytes, device } = this.raw;
    if ((action & CATEGORY.notify) !== 0) return false;
    const what = action & 0xffff;
    if (what !== QUEUE) {
      if (what === BACK_MERGE || what === FRONT_MERGE) this.#queued--;
      if (what === ISSUE) {
        this.depth = Math.max(this.depth, this.#queued);
        this.#queued = 0;
      }
      return false;
    }
    this.#queued++;
    const flush = (action & CATEGORY.flush) !== 0;
    if (!flush && bytes === 0) return false;
    if (!Number.isSafeInteger(this.offset)) throw this.#mistake("lies beyond 8 PiB");
    this.latest = Math.max(this.latest, this.stamp);
    if (this.#first < 0) this.#first = this.stamp;
    this.time = Math.max(this.time, this.stamp - this.#first);
    this.file = this.#find(device);
    if (flush) {
      this.#carried = bytes > 0 && (action & CATEGORY.write) !== 0;
      this.action = SYNC | (FSYNC << KIND_SHIFT);
      this.length = 0;
      return true;
    }
    if ((action & CATEGORY.discard) !== 0) return this.#unit(TRIM);
    return this.#unit((action & CATEGORY.write) !== 0 ? WRITE : READ);
  }

  #unit(action: number): true {
    const { align, raw } = this;
    this.action = action;
    this.length = align === 0 ? raw.bytes : Math.ceil(raw.bytes / align) * align;
    return true;
  }

  /** A dev_t of the kernel: 20 bits of minor below the major; linux/kdev_t.h. */
  #find(device: number): number {
    let index = this.#devices.get(device);
    if (index === undefined) {
      index = this.names.length;
      this.#devices.set(device, index);
      this.names.push(`${device >>> 20}:${device & 0xfffff}`);
    }
    return index;
  }

  #mistake(message: string): TraceMistake {
    return new TraceMistake(`${this.path}: record ${Math.max(1, this.#records)} ${message}`);
  }
}
