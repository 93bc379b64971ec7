/** What fio says on stderr of blocks that are not what was written: from findings to its lines. */
import type { CheckName } from "../measure/finding.ts";
import type { FindingResult, VerificationResult } from "../measure/verificationresult.ts";

/** Flags of fio's unit as it prints them: that it is in flight, IO_U_F_FLIGHT. */
const FLAGS = 8;

/** fio's words for the fields of a header. */
const FIELDS: Partial<Record<CheckName, string>> = {
  magic: "magic header",
  length: "header length",
  seed: "header rand_seed",
  offset: "header offset",
  sequence: "header numberio",
};

/** All lines about the findings of a job, in their order. */
export function verifyLines({ kind, findings }: VerificationResult): string[] {
  return findings.flatMap((finding) => linesOf(kind, finding));
}

function linesOf(kind: string, finding: FindingResult): string[] {
  const { check, expected, got, block, path, offset_bytes, length_bytes } = finding;
  const requested = `requested block: offset=${block.offset_bytes}, length=${block.length_bytes}`;
  const where = `at file ${path} offset ${offset_bytes}, length ${length_bytes}`;
  const field = FIELDS[check];
  if (field !== undefined) {
    const [found, wanted] = [got, expected].map((value) => shown(check, value));
    return [`verify: bad ${field} ${found}, wanted ${wanted} ${where} (${requested})`];
  }
  if (check === "header") return [`verify: bad header crc ${where} (${requested})`];
  if (check === "kind") return [`fio: verify type mismatch (${got} media, ${expected} given)`];
  const failed = `${where} (${requested}, flags=${FLAGS.toString(16)})`;
  if (check === "zeros") return [`trim: verify failed for zeroed data ${failed}`];
  const head = `${kind.slice(0, 8)}: verify failed ${failed}`;
  if (check !== "pattern") {
    // fio expects what the header says, and received what the data comes to.
    return [head, `       Expected CRC: ${got}`, `       Received CRC: ${expected}`];
  }
  const at = (finding.first_wrong_offset_bytes ?? offset_bytes) - offset_bytes;
  const turned = Number.parseInt(got, 16) ^ Number.parseInt(expected, 16);
  const bits = turned.toString(2).replaceAll("0", "").length;
  return [
    `fio: got pattern '${got}', wanted '${expected}'. Bad bits ${bits}`,
    `fio: bad pattern block offset ${at}`,
    head,
  ];
}

/** A seed is hex in the finding, and decimal for fio. */
function shown(check: CheckName, value: string): string {
  return check === "seed" ? `${BigInt(`0x${value}`)}` : value;
}
