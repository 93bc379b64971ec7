/**
 * What the damage of a piece looks like, and how to say it. Reached only when a check failed, so it
 * may take its time: it makes the piece anew as it ought to be and compares the two.
 */
import type { CheckName, Finding, Look } from "../measure/finding.ts";
import { checksumNamed } from "./checksums.ts";
import { Header, layoutAt, MAGIC as MAGIC_NUMBER } from "./header.ts";
import * as piece from "./piece.ts";
import type { Row } from "./row.ts";

/** A piece that was read, and what is known of it. */
export interface Suspect {
  readonly path: string;
  readonly row: Row;
  readonly from: number;
  readonly to: number;
  /** The unit that was read. */
  readonly block: Finding["block"];
  /** What its header ought to say. */
  readonly wanted: Header;
  /** Whether seed and sequence of `wanted` are known, from this run's own writes. */
  readonly known: boolean;
  /** The failed check. */
  readonly wrong: number;
  /** Time of day of a header's time, ISO 8601; null where its clock is another. */
  readonly timeOf: (seconds: number, nanoseconds: number) => string | null;
}

const NAMES: Readonly<Record<number, CheckName>> = {
  [piece.MAGIC]: "magic",
  [piece.KIND]: "kind",
  [piece.LENGTH]: "length",
  [piece.SEED]: "seed",
  [piece.OFFSET]: "offset",
  [piece.SEQUENCE]: "sequence",
  [piece.HEADER]: "header",
  [piece.CHECKSUM]: "checksum",
  [piece.PATTERN]: "pattern",
  [piece.ZEROS]: "zeros",
};

/** The smallest piece a device writes whole. */
const SECTOR = 512;
/** More turned bits than this are no longer called a bit flip. */
const FEW_BITS = 8;
/** Bytes shown around the first wrong one. */
const SHOWN = 64;
/** Where a header has its time, and the bytes of it. */
const TIME_AT = 24;
const TIME_BYTES = 8;

export function findingOf(suspect: Suspect, pieces: piece.Pieces): Finding {
  const { path, row, from, to, wanted, wrong } = suspect;
  const found = new Header();
  const at = from + pieces.form.headerAt;
  const layout = pieces.form.layout === undefined ? undefined : layoutAt(row, at);
  layout?.read(row, at, found);
  const intact = layout?.intact(row, at) === true;
  const difference = compare(suspect, pieces, intact ? found : undefined);
  const look = lookOf(suspect, pieces, intact ? found : undefined, difference);
  const { expected, got } = sayCheck(suspect, pieces, found, difference);
  return {
    path,
    offset: wanted.offset,
    length: to - from,
    block: suspect.block,
    check: NAMES[wrong] ?? "checksum",
    look,
    expected,
    got,
    firstWrong: difference === undefined ? null : wanted.offset + difference.first,
    lastWrong: difference === undefined ? null : wanted.offset + difference.last,
    wrongBits: difference?.bits ?? null,
    explanation: explain(look, found, wanted, difference),
    writer: intact
      ? {
          job: found.thread,
          sequence: found.sequence,
          at: suspect.timeOf(found.seconds, found.nanoseconds),
        }
      : null,
    dump: difference === undefined ? null : dumpOf(suspect, difference),
  };
}

interface Difference {
  /** As it ought to be. */
  readonly right: Uint8Array;
  /** Of the first and last wrong byte, from the piece's start. */
  readonly first: number;
  readonly last: number;
  readonly bits: number;
  /** Whole sectors that are wrong, and all there are. */
  readonly wrongSectors: readonly number[];
  readonly sectors: number;
}

/**
 * The piece as it ought to be against the one that was read; undefined where the first is not
 * known. The time of a header is known to nobody, so what stands there is taken for right.
 */
function compare(
  { row, from, to, wanted, known, wrong }: Suspect,
  pieces: piece.Pieces,
  found: Header | undefined,
): Difference | undefined {
  const length = to - from;
  const got = row.bytes.subarray(from, to);
  if (wrong === piece.ZEROS) return differenceOf(new Uint8Array(length), got);
  const believed = known || pieces.form.layout === undefined ? wanted : found;
  if (believed === undefined) return undefined;
  const { seedLow, seedHigh, sequence, thread } = believed;
  const header = Object.assign(new Header(), wanted, { seedLow, seedHigh, sequence, thread });
  takeTime(header, row, from + pieces.form.headerAt);
  return differenceOf(pieces.makeAside(length, header).bytes.slice(0, length), got);
}

function takeTime(header: Header, { view }: Row, at: number): void {
  if (view.byteLength < at + TIME_AT + TIME_BYTES) return;
  header.seconds = view.getUint32(at + TIME_AT, true);
  header.nanoseconds = view.getUint32(at + TIME_AT + 4, true);
}

function differenceOf(right: Uint8Array, got: Uint8Array): Difference | undefined {
  let first = -1;
  let last = -1;
  let bits = 0;
  const wrongSectors = new Set<number>();
  for (let i = 0; i < got.length; i++) {
    let turned = right[i]! ^ got[i]!;
    if (turned === 0) continue;
    if (first < 0) first = i;
    last = i;
    wrongSectors.add(Math.floor(i / SECTOR));
    for (; turned !== 0; turned &= turned - 1) bits++;
  }
  if (first < 0) return undefined;
  const sectors = Math.ceil(got.length / SECTOR);
  return { right, first, last, bits, wrongSectors: [...wrongSectors], sectors };
}

/** What the damage looks like; `found` is the header when it is intact. */
function lookOf(
  suspect: Suspect,
  pieces: piece.Pieces,
  found: Header | undefined,
  difference: Difference | undefined,
): Look {
  const { row, from, to, wanted, known, wrong } = suspect;
  if (wrong === piece.ZEROS) return "stale";
  if (piece.zeros(row, from, to)) return "zeros";
  if (found !== undefined && found.offset !== wanted.offset) return "shifted";
  if (found !== undefined && known && isOther(suspect, pieces, found)) return "stale";
  if (difference === undefined) return "other";
  if (difference.bits <= FEW_BITS || onlyChecked(pieces, difference)) return "bit_flip";
  if (allZeros(row.bytes, from, difference)) return "zeros";
  return isTorn(difference) ? "torn" : "other";
}

/** A whole block of this place, only not the last one written: its own checks all hold. */
function isOther({ row, from, to, wanted }: Suspect, pieces: piece.Pieces, found: Header): boolean {
  const same = found.sequence === wanted.sequence && found.seedLow === wanted.seedLow;
  if (same) return false;
  const own = Object.assign(new Header(), found);
  return pieces.examine(row, from, to, own, new Header()) === piece.FINE;
}

/** Nothing but the header's checksum differs: what was turned is in the time it covers. */
function onlyChecked({ form }: piece.Pieces, { first, last }: Difference): boolean {
  if (form.layout === undefined) return false;
  const at = form.headerAt + form.layout.bytes - 4;
  return first >= at && last < at + 4;
}

/** Every wrong sector holds nothing but zeros. */
function allZeros(bytes: Uint8Array, from: number, { wrongSectors }: Difference): boolean {
  return wrongSectors.every((sector) => {
    const at = from + sector * SECTOR;
    return bytes.subarray(at, at + SECTOR).every((byte) => byte === 0);
  });
}

/** Some sectors are right; of the wrong ones hardly a byte is. */
function isTorn({ wrongSectors, sectors, bits }: Difference): boolean {
  return wrongSectors.length < sectors && bits > wrongSectors.length * SECTOR;
}

function explain(
  look: Look,
  found: Header,
  wanted: Header,
  difference: Difference | undefined,
): string {
  switch (look) {
    case "zeros":
      return "zeros stand where data was written: the write was dropped, or this was trimmed";
    case "shifted":
      return `the block that stands here belongs to offset ${found.offset}`;
    case "stale":
      return found.sequence < wanted.sequence
        ? `an older write stands here, number ${found.sequence}: the last one never arrived`
        : "what stands here was written before, or by somebody else";
    case "bit_flip":
      return `${difference?.bits === 1 ? "one bit is" : `${difference?.bits} bits are`} turned`;
    case "torn":
      return (
        `${difference?.wrongSectors.length} of ${difference?.sectors} sectors are not those ` +
        "of this write: it arrived in part"
      );
    default:
      return "what stands here is neither this write nor another of this job";
  }
}

function sayCheck(
  { wanted, wrong, row, from, to, known }: Suspect,
  pieces: piece.Pieces,
  found: Header,
  difference: Difference | undefined,
): { readonly expected: string; readonly got: string } {
  const seed = ({ seedHigh, seedLow }: Header): string => `${hex32(seedHigh)}${hex32(seedLow)}`;
  switch (wrong) {
    case piece.MAGIC: {
      const at = from + pieces.form.headerAt;
      const got = row.view.getUint16(at, true).toString(16).padStart(4, "0");
      return { expected: MAGIC_NUMBER.toString(16), got };
    }
    case piece.KIND:
      return {
        expected: checksumNamed(pieces.form.kind) ?? `${pieces.form.kind}`,
        got: checksumNamed(found.kind) ?? `${found.kind}`,
      };
    case piece.LENGTH:
      return { expected: `${wanted.length}`, got: `${found.length}` };
    case piece.SEED:
      return { expected: seed(wanted), got: seed(found) };
    case piece.OFFSET:
      return { expected: `${wanted.offset}`, got: `${found.offset}` };
    case piece.SEQUENCE:
      return { expected: known ? `${wanted.sequence}` : "", got: `${found.sequence}` };
    case piece.CHECKSUM:
      return pieces.checksumsOf(row, from, to);
    default: {
      const at = difference?.first ?? 0;
      const right = difference?.right[at] ?? 0;
      return { expected: hex(right), got: hex(row.bytes[from + at] ?? 0) };
    }
  }
}

function dumpOf({ row, from, to, wanted }: Suspect, { right, first }: Difference): Finding["dump"] {
  const at = Math.max(0, Math.floor(first / 16) * 16 - 16);
  const end = Math.min(to - from, at + SHOWN);
  return {
    offset: wanted.offset + at,
    expected: right.subarray(at, end).toHex(),
    got: row.bytes.subarray(from + at, from + end).toHex(),
  };
}

function hex(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}

function hex32(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
