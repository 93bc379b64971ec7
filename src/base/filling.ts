/**
 * A byte pattern as it is repeated over a block: fixed bytes, and places in them that hold the
 * block's offset. Plain data that a structured clone carries to a job's thread, which fills blocks
 * with it or compares them; how a pattern is written is `pattern.ts`'s matter.
 */

export interface Pattern {
  /** At least one; those of an offset are zero here. */
  readonly bytes: Uint8Array;
  /** Where in `bytes` an offset begins: eight bytes, the lowest first. Ascending. */
  readonly offsets: readonly number[];
  /** As one would write it. */
  readonly text: string;
}

/** Bytes an offset takes; as in fio, the end of a block may cut it. */
export const OFFSET_BYTES = 8;

/** Fills [from, to) with the pattern from its start on; `offset` is what %o stands for. */
export function fillPattern(
  into: Uint8Array,
  pattern: Pattern,
  offset: number,
  from = 0,
  to: number = into.length,
): void {
  repeat(into, pattern.bytes, from, to);
  if (pattern.offsets.length > 0) stampOffset(into, pattern, offset, from, to);
}

/** Puts `offset` in its places of a block that the pattern's fixed bytes are in already. */
export function stampOffset(
  into: Uint8Array,
  { bytes, offsets }: Pattern,
  offset: number,
  from = 0,
  to: number = into.length,
): void {
  for (let start = from; start < to; start += bytes.length) {
    for (let i = 0; i < offsets.length; i++) {
      const at = start + offsets[i]!;
      const end = Math.min(at + OFFSET_BYTES, to);
      let rest = offset;
      for (let place = at; place < end; place++) {
        into[place] = rest;
        rest = Math.floor(rest / 256);
      }
    }
  }
}

/** Fills [from, to) with the bytes, over and over from their start. */
export function repeat(
  into: Uint8Array,
  bytes: Uint8Array,
  from = 0,
  to: number = into.length,
): void {
  const first = Math.min(bytes.length, to - from);
  for (let i = 0; i < first; i++) into[from + i] = bytes[i]!;
  for (let done = first; done > 0 && done < to - from; done *= 2) {
    into.copyWithin(from + done, from, from + Math.min(done, to - from - done));
  }
}
