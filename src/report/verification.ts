/** What verification found: its part of the JSON Schema, and its lines of the text report. */
import type { FindingResult, VerificationResult } from "../measure/verificationresult.ts";
import { bytes, duration } from "./format.ts";
import { about, amount, choice, list, object, optional, text, whole } from "./schemaparts.ts";

const finding = object({
  path: text,
  offset_bytes: whole,
  length_bytes: whole,
  block: about(
    "The unit that was read, whose piece this is.",
    object({ offset_bytes: whole, length_bytes: whole }),
  ),
  check: about(
    "What was looked at and is wrong first.",
    choice(
      ...["magic", "kind", "length", "seed", "offset", "sequence", "header", "checksum"],
      ...["pattern", "zeros", "missing"],
    ),
  ),
  look: choice("zeros", "shifted", "stale", "bit_flip", "torn", "truncated", "other"),
  explanation: text,
  expected: text,
  got: text,
  first_wrong_offset_bytes: optional(about("Offset in the file.", whole)),
  last_wrong_offset_bytes: optional(whole),
  wrong_bits: optional(whole),
  writer: optional(
    about(
      "Who wrote what stands there, as its header says.",
      object({ job: whole, write_number: whole, written_at: optional(text) }),
    ),
  ),
  dump: optional(
    about(
      "Bytes around the first wrong one, as hex.",
      object({ offset_bytes: whole, expected: text, got: text }),
    ),
  ),
});

export const verification = object({
  kind: text,
  ios: whole,
  bytes: whole,
  elapsed_ns: about("No part of the job's elapsed_ns.", amount),
  wrong: about("Pieces that were wrong; the first of them are the findings.", whole),
  skipped: optional(about("Why what was written was not read back.", text)),
  findings: list(finding),
});

/** Findings that the text report shows whole; the JSON report has more. */
const SHOWN = 5;
/** Bytes of a line of a dump. */
const ROW = 16;

/** Lines about a job's verification; the first says how it went. */
export function verificationLines(result: VerificationResult): string[] {
  const { kind, ios, bytes: moved, elapsed_ns, wrong, skipped, findings } = result;
  const took = elapsed_ns > 0 ? ` in ${duration(elapsed_ns)}` : "";
  const all = `${ios} ${ios === 1 ? "unit" : "units"}, ${bytes(moved)}, were read back${took}`;
  const how = wrong === 0 ? "all of it right" : `${wrong} of its pieces wrong`;
  const head =
    skipped === null ? `${kind}: ${all}; ${how}` : `${kind}: not read back, because ${skipped}`;
  const shown = findings.slice(0, SHOWN).flatMap(findingLines);
  const more = wrong - Math.min(SHOWN, findings.length);
  return [head, ...shown, ...(more > 0 ? [`… and ${more} more`] : [])];
}

function findingLines(found: FindingResult): string[] {
  const { path, offset_bytes: offset, length_bytes: length, check, look, writer } = found;
  const wrong =
    found.first_wrong_offset_bytes === null
      ? []
      : [
          `  wrong from byte ${found.first_wrong_offset_bytes} ` +
            `to ${found.last_wrong_offset_bytes}, ${found.wrong_bits} bits in all`,
        ];
  const when = writer?.written_at === null ? "" : ` at ${writer?.written_at}`;
  const who =
    writer === null
      ? []
      : [`  written by job ${writer.job}, its write ${writer.write_number}${when}`];
  return [
    `${path} at offset ${offset}, ${length} bytes: ${look.replace("_", " ")}; ${found.explanation}`,
    `  ${check}: expected ${found.expected}, got ${found.got}`,
    ...wrong,
    ...who,
    ...dumpLines(found.dump),
  ];
}

function dumpLines(dump: FindingResult["dump"]): string[] {
  if (dump === null) return [];
  const rows = Math.ceil(dump.got.length / 2 / ROW);
  return Array.from({ length: rows }, (_, row) => {
    const part = (hex: string): string => hex.slice(row * 2 * ROW, (row + 1) * 2 * ROW);
    const expected = part(dump.expected);
    const got = part(dump.got);
    const at = `${dump.offset_bytes + row * ROW}`.padStart(12);
    return expected === got ? `${at}  ${got}` : `${at}  ${got}  expected ${expected}`;
  });
}
