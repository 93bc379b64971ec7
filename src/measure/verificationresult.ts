/** What verification found, as the report has it: base units, the unit in the key. */
import type { CheckName, Look } from "./finding.ts";
import type { VerificationOutcome } from "./outcome.ts";

export interface VerificationResult {
  /** The option `verify`. */
  readonly kind: string;
  /** Units and bytes that were examined. */
  readonly ios: number;
  readonly bytes: number;
  /** Time that reading back took; no part of the job's elapsed_ns. */
  readonly elapsed_ns: number;
  /** Pieces that were wrong; `findings` are the first of them. */
  readonly wrong: number;
  /** Why what was written was not read back; null when it was. */
  readonly skipped: string | null;
  readonly findings: readonly FindingResult[];
}

export interface FindingResult {
  readonly path: string;
  readonly offset_bytes: number;
  readonly length_bytes: number;
  /** The unit that was read, whose piece this is. */
  readonly block: { readonly offset_bytes: number; readonly length_bytes: number };
  readonly check: CheckName;
  readonly look: Look;
  readonly explanation: string;
  readonly expected: string;
  readonly got: string;
  /** Offsets in the file; null where it is not known what ought to stand there. */
  readonly first_wrong_offset_bytes: number | null;
  readonly last_wrong_offset_bytes: number | null;
  readonly wrong_bits: number | null;
  /** What the header that stands there says of who wrote it; null where it is damaged. */
  readonly writer: {
    readonly job: number;
    readonly write_number: number;
    readonly written_at: string | null;
  } | null;
  readonly dump: {
    readonly offset_bytes: number;
    readonly expected: string;
    readonly got: string;
  } | null;
}

export function verificationResult(
  outcome: VerificationOutcome | undefined,
): VerificationResult | null {
  if (outcome === undefined) return null;
  const { kind, units, bytes, elapsedNs, wrong, skipped, findings } = outcome;
  return {
    kind,
    ios: units,
    bytes,
    elapsed_ns: elapsedNs,
    wrong,
    skipped: skipped ?? null,
    findings: findings.map(({ writer, dump, ...finding }) => ({
      path: finding.path,
      offset_bytes: finding.offset,
      length_bytes: finding.length,
      block: { offset_bytes: finding.block.offset, length_bytes: finding.block.length },
      check: finding.check,
      look: finding.look,
      explanation: finding.explanation,
      expected: finding.expected,
      got: finding.got,
      first_wrong_offset_bytes: finding.firstWrong,
      last_wrong_offset_bytes: finding.lastWrong,
      wrong_bits: finding.wrongBits,
      writer:
        writer === null
          ? null
          : { job: writer.job, write_number: writer.sequence, written_at: writer.at },
      dump:
        dump === null
          ? null
          : { offset_bytes: dump.offset, expected: dump.expected, got: dump.got },
    })),
  };
}
