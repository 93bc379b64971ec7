/**
 * Options still to come about reading back what was written, and trimming it. Names, defaults and
 * ranges are fio's (3.42).
 */
import { grouped, type LaterTable, later, laterFlag } from "./declare.ts";

/** Bytes of fio's header in front of each block: verify.h. */
const HEADER = 48;
/** The least distance of two headers: fio's table of options. */
const LEAST_INTERVAL = 2 * HEADER;

const VERIFY_METHODS = [
  ...["none", "meta", "pattern", "pattern_hdr", "null", "crc7", "crc16", "crc32", "crc32c"],
  ...["crc32c-intel", "crc64", "xxhash", "md5", "sha1", "sha256", "sha512"],
  ...["sha3-224", "sha3-256", "sha3-384", "sha3-512"],
];

export const LATER_VERIFICATION: LaterTable = {
  ...grouped("verification", {
    verify: later("WORD", "none", "how a block shows that it is the one that was written", {
      values: VERIFY_METHODS,
      detail: "A checksum, a pattern, or the header alone (meta).",
    }),
    do_verify: later("BOOL", "true", "read everything back after the writes"),
    verify_only: laterFlag("write nothing: check what an equal job has written before"),
    verify_offset: later("SIZE", "", "where in a block its header stands", { least: HEADER }),
    verify_interval: later("SIZE", "", "a header every so many bytes; else one a block", {
      least: LEAST_INTERVAL,
    }),
    verify_pattern: later("BYTES", "", "bytes that blocks are filled with and compared to"),
    verify_pattern_interval: later("SIZE", "0", "how often the pattern's changing parts change"),
    verify_policy: later("completed|fsynced", "completed", "which writes are read back"),
    verify_fatal: laterFlag("stop at the first wrong part of a block"),
    verify_dump: laterFlag("write a wrong block to a file, and what it should have been"),
    verify_async: later("N", "0", "threads that check beside the job's own"),
    verify_async_cpus: later("LIST", "", "CPUs of those threads"),
    verify_backlog: later("N", "", "read back after so many writes instead of at the end"),
    verify_backlog_batch: later("N", "", "how many then; else all of them"),
    verify_state_save: later("BOOL", "true", "save what was in flight when a job is cut short"),
    verify_state_load: laterFlag("check up to where a saved state says"),
    experimental_verify: laterFlag("keep no list of writes: draw the same places again"),
    verify_write_sequence: later("BOOL", "true", "check each header's write number"),
    verify_header_seed: later("BOOL", "true", "check each header's random seed"),
    trim_percentage: later("PERCENT", "0", "share of written blocks that are trimmed", {
      least: 0,
      most: 100,
    }),
    trim_verify_zero: later("BOOL", "true", "a trimmed block must read as zeros"),
    trim_backlog: later("N", "", "trim after so many blocks"),
    trim_backlog_batch: later("N", "", "how many then; else all of them"),
  }),
};
