/**
 * What the buffers of writes hold: random data, zeros or a pattern, and how often it is made anew.
 */
import { pattern } from "../base/pattern.ts";
import { flag } from "../base/values.ts";

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
} as const;
