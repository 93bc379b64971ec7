/** Which blocks come next, beyond plain sequential and random: sizes, order, generators. */

import { everywhere } from "../base/option.ts";
import { choice, flag, size } from "../base/values.ts";
import { blockRanges, blockShares, percents } from "./blocksizes.ts";

const group = "i/o";

export const ORDER = {
  rw_sequencer: choice({
    group,
    summary: "what rw = randread:N repeats",
    detail: "sequential: N units in a row from each random place. identical: the place N times.",
    values: ["sequential", "identical"],
    fallback: "sequential",
  }),
  bsrange: blockRanges({
    group,
    summary: "block sizes drawn from a range, in steps of its smallest",
    detail:
      'In place of bs: "4k-64k", ["4k", "64k"], or a table for read, write and trim. As with fio ' +
      "not all sizes are alike where the largest is no multiple of the smallest.",
    aliases: ["blocksize_range"],
    fallback: undefined,
  }),
  bssplit: blockShares({
    group,
    summary: "block sizes, each with its share of the units in percent",
    detail:
      'In place of bs: "4k/60:64k/40", [["4k", 60], ["64k", 40]], or a table for read, write and ' +
      "trim; at most 64 sizes. A size without a share gets an even part of the rest. Sizes are " +
      "cut to multiples of the smallest, unless bs_unaligned is set.",
    fallback: undefined,
  }),
  bs_unaligned: flag({
    group,
    summary: "let a range give sizes that are no multiple of its smallest",
    aliases: ["blocksize_unaligned"],
  }),
  bs_is_seq_rand: flag({
    group,
    summary: "the sizes of bs are for sequential and for random units, not for reads and writes",
  }),
  percentage_random: percents({
    group,
    summary: "share of a random job's units at random places; the rest go on in order",
    detail: "What goes on in order is not noted in the random map.",
    fallback: everywhere(100),
  }),
  random_generator: choice({
    group,
    summary: "where random numbers come from",
    detail:
      "By default tausworthe, and tausworthe64 for files of more than 2^32 blocks. lfsr covers " +
      "every block once without a map; with several block sizes some come twice and some never.",
    values: ["tausworthe", "tausworthe64", "lfsr"],
    fallback: undefined,
  }),
  softrandommap: flag({
    group,
    summary: "go on without a random map that finds no memory",
  }),
  offset_align: size({
    group,
    summary: "what an offset in percent is rounded to; 0 for the block size",
    fallback: 0,
  }),
} as const;
