/**
 * Filling in submission entries. An entry belongs to a row of Units for good, so what never
 * changes (user_data) is written once; here is the rest. Knows nothing of queues or completions.
 *
 * Words of an entry: 0 operation, flags, priority · 1 file · 2, 3 offset · 4, 5 address · 6 length
 * · 7 flags of the operation · 8, 9 user_data · 10 buffer · 12, 13 third address.
 */
import { FALLOC_KEEP_SIZE, FALLOC_PUNCH_HOLE, RWF } from "../../ffi/constants.ts";
import {
  ENTRY_ASYNC,
  ENTRY_FIXED_FILE,
  ENTRY_WORDS,
  FSYNC_DATASYNC,
  OP,
} from "../../ffi/io_uring_abi.ts";
import { Vectors } from "../../ffi/iovec.ts";
import { FDATASYNC, FILE_RANGE, SYNCFS, TRIM, WRITE } from "../base/direction.ts";
import type { Target } from "../io/target.ts";
import type { Units } from "../io/units.ts";

const HIGH = 2 ** 32;

/** _IO(0x12, 0) of linux/blkdev.h: a discard as a ring's command, since Linux 6.12. */
const BLOCK_URING_CMD_DISCARD = 0x1200;

/** Entries of reads and writes. */
export interface TransferEntries {
  write(unit: number): void;
  close(): void;
}

/** What the entries of one ring have in common. */
export interface EntryContext {
  readonly units: Units;
  readonly entries: Int32Array;
  /** What the file word says of each target: its descriptor, or its registered place. */
  readonly files: Int32Array;
  readonly registered: boolean;
}

export interface TransferSettings {
  /** Buffers are registered, one a row. */
  readonly fixed: boolean;
  readonly nowait: boolean;
  readonly uncached: boolean;
}

/** The entry carries the address itself. */
export class PlainEntries implements TransferEntries {
  protected readonly units: Units;
  protected readonly entries: Int32Array;
  protected readonly files: Int32Array;
  /** First word of an entry for READ and WRITE. */
  protected readonly operations: Int32Array;
  protected readonly flags: number;
  /** All ones where a row's buffer is registered under the row's number. */
  readonly #bufferMask: number;

  constructor(context: EntryContext, settings: TransferSettings) {
    this.units = context.units;
    this.entries = context.entries;
    this.files = context.files;
    const [read, write] = settings.fixed ? [OP.READ_FIXED, OP.WRITE_FIXED] : this.codes();
    const flags = context.registered ? ENTRY_FIXED_FILE : 0;
    this.operations = Int32Array.of(read | flags, write | flags);
    this.flags = (settings.nowait ? RWF.NOWAIT : 0) | (settings.uncached ? RWF.DONTCACHE : 0);
    this.#bufferMask = settings.fixed ? -1 : 0;
  }

  protected codes(): readonly [number, number] {
    return [OP.READ, OP.WRITE];
  }

  write(unit: number): void {
    const { units, entries } = this;
    const at = unit * ENTRY_WORDS;
    const moved = units.moved[unit]!;
    const offset = units.offset[unit]! + moved;
    const address = units.address[unit]! + moved;
    entries[at] = this.operations[units.direction[unit]!]!;
    entries[at + 1] = this.files[units.file[unit]!]!;
    entries[at + 2] = offset;
    entries[at + 3] = offset / HIGH;
    entries[at + 4] = address;
    entries[at + 5] = address / HIGH;
    entries[at + 6] = units.length[unit]! - moved;
    entries[at + 7] = this.flags;
    entries[at + 10] = unit & this.#bufferMask;
  }
  close(): void {}
}

/** The entry carries the address of a vector of one buffer. */
export class VectoredEntries extends PlainEntries {
  readonly #vectors: Vectors;

  constructor(context: EntryContext, settings: TransferSettings) {
    super(context, settings);
    this.#vectors = new Vectors(context.units.depth);
  }

  protected override codes(): readonly [number, number] {
    return [OP.READV, OP.WRITEV];
  }

  override write(unit: number): void {
    const { units, entries } = this;
    const at = unit * ENTRY_WORDS;
    const moved = units.moved[unit]!;
    const offset = units.offset[unit]! + moved;
    const length = units.length[unit]! - moved;
    const vector = this.#vectors.set(unit, units.address[unit]! + moved, length);
    entries[at] = this.operations[units.direction[unit]!]!;
    entries[at + 1] = this.files[units.file[unit]!]!;
    entries[at + 2] = offset;
    entries[at + 3] = offset / HIGH;
    entries[at + 4] = vector;
    entries[at + 5] = vector / HIGH;
    entries[at + 6] = 1;
    entries[at + 7] = this.flags;
    entries[at + 10] = 0;
  }
  override close(): void {
    this.#vectors.close();
  }
}

/** The entry carries the unit's own I/O priority, in the upper half of its first word. */
export class PriorityEntries implements TransferEntries {
  constructor(
    private readonly inner: TransferEntries,
    private readonly entries: Int32Array,
    private readonly units: Units,
  ) {}

  write(unit: number): void {
    this.inner.write(unit);
    const at = unit * ENTRY_WORDS;
    this.entries[at] = this.entries[at]! | (this.units.priority[unit]! << 16);
  }
  close(): void {
    this.inner.close();
  }
}

/** Writes are done whole or not at all. */
export class AtomicWrites implements TransferEntries {
  constructor(
    private readonly inner: TransferEntries,
    private readonly units: Units,
    private readonly entries: Int32Array,
  ) {}

  write(unit: number): void {
    this.inner.write(unit);
    if (this.units.direction[unit] !== WRITE) return;
    const at = unit * ENTRY_WORDS + 7;
    this.entries[at] = this.entries[at]! | RWF.ATOMIC;
  }
  close(): void {
    this.inner.close();
  }
}

/** Every `every`-th entry goes straight to a kernel thread instead of being tried at once. */
export class ForcedAsync implements TransferEntries {
  #left: number;

  constructor(
    private readonly inner: TransferEntries,
    private readonly entries: Int32Array,
    private readonly every: number,
  ) {
    this.#left = every;
  }

  write(unit: number): void {
    this.inner.write(unit);
    if (--this.#left > 0) return;
    this.#left = this.every;
    const at = unit * ENTRY_WORDS;
    this.entries[at] = this.entries[at]! | ENTRY_ASYNC;
  }
  close(): void {
    this.inner.close();
  }
}

export interface ControlSettings {
  /** Operations the kernel has. */
  readonly fallocate: boolean;
  readonly discard: boolean;
  readonly fileRange: boolean;
  /** False on a polled ring, which takes reads and writes only. */
  readonly any: boolean;
}

/** Entries of trims and syncs. */
export class ControlEntries {
  /** 1 where a target is a block device. */
  readonly #device: Uint8Array;
  readonly #flags: number;

  constructor(
    private readonly context: EntryContext,
    targets: readonly Target[],
    private readonly settings: ControlSettings,
  ) {
    this.#device = Uint8Array.from(targets, ({ kind }) => (kind === "block" ? 1 : 0));
    this.#flags = context.registered ? ENTRY_FIXED_FILE : 0;
  }

  /** False when the kernel has no operation for the unit: it must be done by a plain call. */
  write(unit: number): boolean {
    const { any, discard, fallocate } = this.settings;
    const { units } = this.context;
    if (!any) return false;
    if (units.direction[unit] !== TRIM) return this.#sync(unit);
    const device = this.#device[units.file[unit]!] === 1;
    if (device ? !discard : !fallocate) return false;
    if (device) this.#discard(unit);
    else this.#punch(unit);
    return true;
  }

  #sync(unit: number): boolean {
    const kind = this.context.units.kind[unit]!;
    if (kind === SYNCFS) return false;
    if (kind === FILE_RANGE) return this.#syncRange(unit);
    const at = this.#begin(unit, OP.FSYNC);
    this.context.entries[at + 7] = kind === FDATASYNC ? FSYNC_DATASYNC : 0;
    return true;
  }

  /** An entry's length has 32 bits. */
  #syncRange(unit: number): boolean {
    const { units, entries } = this.context;
    const length = units.length[unit]!;
    if (!this.settings.fileRange || length >= HIGH) return false;
    const offset = units.offset[unit]!;
    const at = this.#begin(unit, OP.SYNC_FILE_RANGE);
    entries[at + 2] = offset;
    entries[at + 3] = offset / HIGH;
    entries[at + 6] = length;
    entries[at + 7] = units.rangeFlags;
    return true;
  }

  /** The length lies where an address lies elsewhere, and the mode where a length does. */
  #punch(unit: number): void {
    const { units, entries } = this.context;
    const moved = units.moved[unit]!;
    const offset = units.offset[unit]! + moved;
    const length = units.length[unit]! - moved;
    const at = this.#begin(unit, OP.FALLOCATE);
    entries[at + 2] = offset;
    entries[at + 3] = offset / HIGH;
    entries[at + 4] = length;
    entries[at + 5] = length / HIGH;
    entries[at + 6] = FALLOC_PUNCH_HOLE | FALLOC_KEEP_SIZE;
  }

  /** The command lies where an offset lies elsewhere; the range is address and third address. */
  #discard(unit: number): void {
    const { units, entries } = this.context;
    const moved = units.moved[unit]!;
    const offset = units.offset[unit]! + moved;
    const length = units.length[unit]! - moved;
    const at = this.#begin(unit, OP.URING_CMD);
    entries[at + 2] = BLOCK_URING_CMD_DISCARD;
    entries[at + 4] = offset;
    entries[at + 5] = offset / HIGH;
    entries[at + 12] = length;
    entries[at + 13] = length / HIGH;
  }

  /** Where the unit's entry begins, with operation and file written and the rest empty. */
  #begin(unit: number, operation: number): number {
    const { units, entries, files } = this.context;
    const at = unit * ENTRY_WORDS;
    entries.fill(0, at, at + 8);
    entries[at] = operation | this.#flags;
    entries[at + 1] = files[units.file[unit]!]!;
    // Buffer and third address: the kernel wants them empty in some operations, ignores them in
    // a read or write of a plain buffer, and every entry that uses them writes them.
    entries.fill(0, at + 10, at + ENTRY_WORDS);
    return at;
  }
}
