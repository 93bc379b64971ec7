/** Pieces as a job would build them, in memory of a test. */
import { CHECKSUMS, type ChecksumName } from "../../src/verify/checksums.ts";
import { type Content, PatternContent, SeededNoise } from "../../src/verify/content.ts";
import { Header, OLD, PRESENT } from "../../src/verify/header.ts";
import { type PieceForm, Pieces } from "../../src/verify/piece.ts";
import { type Row, rowOf } from "../../src/verify/row.ts";

export const memory = (bytes: number): Row => rowOf(new ArrayBuffer(bytes), 0);

export function piecesOf(
  name: ChecksumName | "pattern",
  changes: Partial<PieceForm> & { readonly old?: boolean; readonly content?: Content } = {},
): Pieces {
  const kind = CHECKSUMS[name === "pattern" ? "meta" : name];
  const patterned = name.startsWith("pattern");
  const pattern = { bytes: Uint8Array.of(0xde, 0xad, 0xbe), offsets: [], text: "0xdeadbe" };
  const { old = false, ...rest } = changes;
  return new Pieces(
    {
      layout: name === "pattern" ? undefined : old ? OLD : PRESENT,
      kind: kind.id,
      checksumBytes: kind.bytes,
      checksum: kind.create({ fastCrc32c: undefined, asFio: false }),
      headerAt: 0,
      content: patterned ? new PatternContent(pattern, 0) : new SeededNoise(),
      compared: patterned,
      checksSeed: true,
      checksSequence: true,
      ...rest,
    },
    memory,
  );
}

export function headerOf(changes: Partial<Header> = {}): Header {
  return Object.assign(new Header(), {
    ...{ length: 4096, seedLow: 0x1234_5678, seedHigh: 0x9abc_def0, offset: 8192 },
    ...{ seconds: 1_700_000_000, nanoseconds: 5, sequence: 77, thread: 3 },
    ...changes,
  });
}
