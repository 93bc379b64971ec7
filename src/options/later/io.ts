/**
 * Options still to come about which units there are: their order, distribution and size, and how
 * they are handed over. Names, defaults and ranges are fio's (3.42).
 */
import { grouped, type LaterTable, later, laterFlag } from "./declare.ts";

export const LATER_IO: LaterTable = {
  ...grouped("i/o", {
    rw_sequencer: later("sequential|identical", "sequential", "what rw = randread:N repeats", {
      detail: "sequential: N units in a row from each random place. identical: the place N times.",
    }),
    offset_align: later("SIZE", "0", "what an offset in percent is rounded to; 0 for the block"),
    percentage_random: later(
      "PERCENT,PERCENT,PERCENT",
      "100",
      "share of a random job's units at random places; the rest go on in order",
      { least: 0, most: 100 },
    ),
    softrandommap: laterFlag("go on without a random map that finds no memory"),
    random_generator: later("WORD", "tausworthe", "where random numbers come from", {
      values: ["tausworthe", "tausworthe64", "lfsr"],
      detail: "lfsr covers every block once without a map.",
    }),
    bsrange: later("SIZE-SIZE,…", "", "block sizes drawn from a range", {
      aliases: ["blocksize_range"],
    }),
    bssplit: later("SIZE/PERCENT:…,…", "", "block sizes, each with its share of the units", {
      detail: "At most 64 for a direction. A size without a share gets an even part of the rest.",
    }),
    bs_unaligned: laterFlag("let a range give sizes that are no multiple of its smallest", {
      aliases: ["blocksize_unaligned"],
    }),
    bs_is_seq_rand: laterFlag("the sizes of bs are for sequential and random units"),
    ramp_size: later("SIZE", "0", "move this much before anything is measured"),
  }),
  ...grouped("depth", {
    serialize_overlap: laterFlag("hold a unit back while one in flight overlaps it"),
    io_submit_mode: later("inline|offload", "inline", "hand units over here or from other threads"),
  }),
  ...grouped("buffers", {}),
};
