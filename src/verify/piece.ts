/**
 * One verified piece of a block, from one header to the next: made before it is written, examined
 * after it was read. What it ought to be is told from outside; this file knows no unit and no job.
 */
import { type Checksum, LONGEST } from "./checksums.ts";
import type { Content } from "./content.ts";
import { type Header, type HeaderLayout, layoutAt } from "./header.ts";
import type { Row } from "./row.ts";

/** What the first wrong thing about a piece is, in the order in which it is looked at. */
export const FINE = 0;
export const MAGIC = 1;
export const KIND = 2;
export const LENGTH = 3;
export const SEED = 4;
export const OFFSET = 5;
export const SEQUENCE = 6;
/** The header's own checksum. */
export const HEADER = 7;
/** The checksum of what is behind it. */
export const CHECKSUM = 8;
export const PATTERN = 9;
/** A trimmed piece that is not all zeros. */
export const ZEROS = 10;

/** How the pieces of a job are built. */
export interface PieceForm {
  /** Undefined where a pattern alone fills the piece. */
  readonly layout: HeaderLayout | undefined;
  /** Number of the checksum in the header, its bytes, and the checksum. */
  readonly kind: number;
  readonly checksumBytes: number;
  readonly checksum: Checksum;
  /** Where in the piece the header stands: it changes places with what is there. */
  readonly headerAt: number;
  readonly content: Content;
  /** Whether the content is compared byte by byte. */
  readonly compared: boolean;
  readonly checksSeed: boolean;
  readonly checksSequence: boolean;
}

/** Bytes behind a piece that its content may change. */
const OVERRUN = 16;

export class Pieces {
  readonly #computed = new Uint8Array(LONGEST);
  #copy: Row | undefined;

  constructor(
    readonly form: PieceForm,
    /** A row of at least so many bytes, for what a piece ought to be. */
    private readonly scratch: (bytes: number) => Row,
  ) {}

  /** Makes row[from, to), which goes to `header.offset`, with that header and its checksums. */
  make(row: Row, from: number, to: number, header: Header): void {
    const { layout, content, checksum, checksumBytes, kind, headerAt } = this.form;
    content.fill(row, from, to, header.offset, header.seedLow, header.seedHigh);
    if (layout === undefined) return;
    header.kind = kind;
    header.length = to - from;
    layout.write(row, from, header);
    const behind = from + layout.bytes;
    checksum.sum(row, behind + checksumBytes, to, row.bytes, behind);
    if (headerAt > 0) exchange(row.bytes, from, from + headerAt, layout.bytes + checksumBytes);
  }

  /**
   * What is wrong with row[from, to) first, against what `wanted` says of it; `found` is what its
   * header says. The bytes are as they were afterwards.
   */
  examine(row: Row, from: number, to: number, wanted: Header, found: Header): number {
    const { layout, headerAt, compared, checksumBytes } = this.form;
    if (layout === undefined) return compared ? this.#compare(row, from, to, wanted, 0) : FINE;
    if (headerAt === 0) return this.#examine(row, from, to, wanted, found);
    // What was exchanged depends on the layout that stands there, not on ours.
    const bytes = (layoutAt(row, from + headerAt) ?? layout).bytes + checksumBytes;
    exchange(row.bytes, from, from + headerAt, bytes);
    const wrong = this.#examine(row, from, to, wanted, found);
    exchange(row.bytes, from, from + headerAt, bytes);
    return wrong;
  }

  #examine(row: Row, from: number, to: number, wanted: Header, found: Header): number {
    const { form } = this;
    const layout = layoutAt(row, from);
    if (layout === undefined) return MAGIC;
    layout.read(row, from, found);
    if (found.kind !== form.kind) return KIND;
    if (found.length !== to - from) return LENGTH;
    if (form.checksSeed && !sameSeed(found, wanted)) return SEED;
    if (found.offset !== wanted.offset) return OFFSET;
    if (form.checksSequence && found.sequence !== wanted.sequence % layout.sequences) {
      return SEQUENCE;
    }
    if (!layout.intact(row, from)) return HEADER;
    const behind = from + layout.bytes;
    const computed = this.#computed;
    form.checksum.sum(row, behind + form.checksumBytes, to, computed, 0);
    for (let i = 0; i < form.checksumBytes; i++) {
      if (computed[i] !== row.bytes[behind + i]) return CHECKSUM;
    }
    return form.compared ? this.#compare(row, from, to, found, layout.bytes) : FINE;
  }

  /** A piece as it ought to be, in memory that the next call uses again. */
  makeAside(length: number, header: Header): Row {
    const copy = this.#aside(length);
    this.make(copy, 0, length, header);
    return copy;
  }

  /** The checksum that row[from, to) ought to have by its bytes, and the one it carries, as hex. */
  checksumsOf(row: Row, from: number, to: number): { expected: string; got: string } {
    const { headerAt, checksumBytes, checksum } = this.form;
    const bytes = (layoutAt(row, from + headerAt)?.bytes ?? 0) + checksumBytes;
    if (headerAt > 0) exchange(row.bytes, from, from + headerAt, bytes);
    const behind = from + bytes;
    checksum.sum(row, behind, to, this.#computed, 0);
    const got = row.bytes.slice(behind - checksumBytes, behind).toHex();
    if (headerAt > 0) exchange(row.bytes, from, from + headerAt, bytes);
    return { expected: this.#computed.subarray(0, checksumBytes).toHex(), got };
  }

  #aside(length: number): Row {
    if (this.#copy === undefined || this.#copy.bytes.length < length + OVERRUN) {
      this.#copy = this.scratch(length + OVERRUN);
    }
    return this.#copy;
  }

  /** Compares what is behind the first `skipped` bytes with what the content makes. */
  #compare(row: Row, from: number, to: number, header: Header, skipped: number): number {
    const length = to - from;
    const copy = this.#aside(length);
    this.form.content.fill(copy, 0, length, header.offset, header.seedLow, header.seedHigh);
    for (let i = skipped; i < length; i++) {
      if (copy.bytes[i] !== row.bytes[from + i]) return PATTERN;
    }
    return FINE;
  }
}

function sameSeed(a: Header, b: Header): boolean {
  return a.seedLow === b.seedLow && a.seedHigh === b.seedHigh;
}

function exchange(bytes: Uint8Array, a: number, b: number, length: number): void {
  for (let i = 0; i < length; i++) {
    const kept = bytes[a + i]!;
    bytes[a + i] = bytes[b + i]!;
    bytes[b + i] = kept;
  }
}

/** Whether row[from, to) is all zeros: what a trimmed piece must read as. */
export function zeros(row: Row, from: number, to: number): boolean {
  const { bytes } = row;
  for (let i = from; i < to; i++) if (bytes[i] !== 0) return false;
  return true;
}
