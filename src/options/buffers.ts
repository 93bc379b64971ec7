/**
 * What the buffers of writes hold: random data, zeros or a pattern, and how often it is made anew.
 */
import { pattern } from "../base/pattern.ts";
import { choice, flag, integer, size } from "../base/values.ts";

const group = "buffers";

export const BUFFERS = {
  zero_buffers: flag({ group, summary: "write zeros" }),
  refill_buffers: flag({
    group,
    summary: "fill the buffer with new random data before every write",
    detail: "By default a buffer is filled once and scrambled before each write.",
  }),
  scramble_buffers: flag({
    group,
    summary: "change a little of each 512 bytes before every write",
    detail: "Enough to defeat simple deduplication, at a fraction of the cost of a refill.",
    fallback: true,
  }),
  buffer_pattern: pattern({
    group,
    summary: "bytes to write, repeated over the buffer",
    detail:
      "0x and hex digits, a decimal number, text in double quotes, the name of a file in single " +
      "ones, %o for the offset of the block in eight bytes, or several of them one after the " +
      "other: '0xff%o\"abcd\"-12'. A job file may also list the pieces: " +
      '["0xff", { text = "abcd" }, { file = "path" }, -12].',
    fallback: undefined,
  }),
  buffer_compress_percentage: integer({
    group,
    summary: "how much of a buffer compresses away, in percent",
    detail:
      "Each chunk begins with random bytes and ends with zeros, or with buffer_pattern. What is " +
      "written once is not scrambled then; with refill_buffers every write has new random bytes.",
    least: 0,
    most: 100,
    fallback: 0,
  }),
  buffer_compress_chunk: size({
    group,
    summary: "stretch over which that share holds",
    detail: "0 is the whole block.",
    fallback: 512,
  }),
  dedupe_percentage: integer({
    group,
    summary: "share of writes that repeat an earlier buffer, in percent",
    detail: "Makes all others new, as refill_buffers does.",
    least: 0,
    most: 100,
    fallback: 0,
  }),
  dedupe_mode: choice({
    group,
    summary: "repeat the last new buffer, or one of a set",
    detail: "working_set: any of the first new buffers of the job.",
    values: ["repeat", "working_set"],
    fallback: "repeat",
  }),
  dedupe_working_set_percentage: integer({
    group,
    summary: "size of that set, in percent of the job's files",
    least: 0,
    most: 100,
    fallback: 5,
  }),
  dedupe_global: flag({
    group,
    summary: "share the set among all jobs that have this",
    detail: "The first new buffers of each make up an equal part of it.",
  }),
} as const;
