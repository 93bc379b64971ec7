/** How blocks that were written show that they are what was written, and what is done about it. */
import { pattern } from "../base/pattern.ts";
import { choice, flag, integer, size } from "../base/values.ts";

const group = "verification";

/** Bytes of fio's header in front of each block: verify.h. */
const HEADER = 48;
/** The least distance of two headers: fio's table of options. */
const LEAST_INTERVAL = 2 * HEADER;

export const VERIFICATION = {
  verify: choice({
    group,
    summary: "how a block shows that it is the one that was written",
    detail:
      "A checksum behind a header that says which block it is; true is xxh3. meta: the header " +
      "alone. pattern: the bytes of verify_pattern and no header; pattern_hdr: both. null reads " +
      "back and checks nothing. Natively each block is held against the write that came last.",
    values: [
      ...(["none", "xxh3", "xxhash", "crc32c", "crc32c-intel", "crc32", "crc64"] as const),
      ...(["crc16", "crc7", "md5", "sha1", "sha256", "sha512", "sha3-224", "sha3-256"] as const),
      ...(["sha3-384", "sha3-512", "meta", "pattern", "pattern_hdr", "null"] as const),
    ],
    spellings: { true: "xxh3", false: "none", 0: "none", "1": "xxh3" },
    fallback: "none",
  }),
  do_verify: flag({
    group,
    summary: "read everything back after the writes",
    fallback: true,
  }),
  verify_interval: size({
    group,
    summary: "a header every so many bytes; else one in each of the smallest blocks",
    detail: "Where it does not divide the blocks, the largest piece that does.",
    fallback: undefined,
    least: LEAST_INTERVAL,
  }),
  verify_offset: size({
    group,
    summary: "where in its interval a header stands",
    fallback: undefined,
    least: HEADER,
  }),
  verify_pattern: pattern({
    group,
    summary: "bytes that blocks are filled with, and compared to",
    detail: "As buffer_pattern. Without verify it means verify = pattern.",
    fallback: undefined,
  }),
  verify_pattern_interval: size({
    group,
    summary: "bytes after which verify_pattern begins again, %o with its new place; 0 for never",
    fallback: 0,
  }),
  verify_fatal: flag({
    group,
    summary: "end the job at the first wrong block",
    detail: "Natively all of it is read otherwise, and every wrong block counted.",
  }),
  verify_write_sequence: flag({
    group,
    summary: "check the number of the write that each header carries",
    fallback: true,
  }),
  verify_header_seed: flag({
    group,
    summary: "check the random seed that each header carries",
    fallback: true,
  }),
  verify_header_version: choice({
    group,
    summary: "layout of the headers that are written",
    detail:
      "present: 48 bytes, of fio since 3.36. 5: the 40 bytes before it. What is read may be of " +
      "either.",
    values: ["present", "5"],
    fallback: "present",
  }),
  verify_state_save: flag({
    group,
    summary: "save which writes were done, for verify_state_load",
    detail:
      "Into local-JOB-NUMBER-verify.state beside the report of --output. fathom fio does it by " +
      "default, as fio, and into the current directory or that of --aux-path. A state of fio " +
      "3.41 and later; of fio 3.33 where verify_header_version = 5.",
  }),
  verify_state_load: flag({
    group,
    summary: "read no further than what the saved state of the writer says was written",
  }),
  experimental_verify: flag({
    group,
    summary: "taken for fio's sake: what is read back follows from the record of the writes",
    detail:
      "fio draws the same places again instead of keeping a list; the record here is small, and " +
      "its memory is in `fathom check`.",
  }),
  trim_percentage: integer({
    group,
    summary: "share of the written blocks that are trimmed",
    detail: "Of verified blocks; which ones follows from randseed. They must read as zeros then.",
    fallback: 0,
    least: 0,
    most: 100,
  }),
  trim_backlog: integer({
    group,
    summary: "trim after so many of these blocks were written",
    fallback: undefined,
    least: 1,
    most: 1 << 20,
  }),
  trim_backlog_batch: integer({
    group,
    summary: "how many are trimmed then; else all of them",
    fallback: undefined,
    least: 1,
    most: 1 << 20,
  }),
  trim_verify_zero: flag({
    group,
    summary: "a trimmed block must read as zeros",
    fallback: true,
  }),
} as const;
