/** How many units are in flight, and in what batches they are handed over and taken back. */
import { choice, flag, integer } from "../base/values.ts";

const group = "depth";

/** Entries of the largest completion ring (IORING_MAX_CQ_ENTRIES, io_uring); aio has as many. */
const DEEPEST = 65_536;

export const DEPTH = {
  iodepth: integer({
    group,
    summary: "units in flight at most; a synchronous engine has one",
    fallback: 1,
    least: 1,
    most: DEEPEST,
  }),
  iodepth_batch_submit: integer({
    group,
    summary: "units handed over in one call at most; 0 for iodepth",
    aliases: ["iodepth_batch"],
    fallback: 1,
    least: 0,
    most: DEEPEST,
  }),
  iodepth_batch_complete_min: integer({
    group,
    summary: "units taken back in one call at least; 0 to poll without waiting",
    aliases: ["iodepth_batch_complete"],
    fallback: 1,
    least: 0,
    most: DEEPEST,
  }),
  iodepth_batch_complete_max: integer({
    group,
    summary: "units taken back in one call at most; 0 for iodepth_batch_complete_min",
    fallback: 0,
    least: 0,
    most: DEEPEST,
  }),
  iodepth_low: integer({
    group,
    summary: "once full, wait until so few are in flight; 0 for iodepth",
    detail: "By default the queue is filled up again at once.",
    fallback: 0,
    least: 0,
    most: DEEPEST,
  }),
  io_submit_mode: choice({
    group,
    summary: "do the units in the job's thread, or each in flight in a thread of its own",
    detail:
      "offload starts iodepth threads that have the engine at depth 1 each, so that psync too " +
      "has iodepth units in flight; a slow submission holds up no other, and a rate of fathom " +
      "fio is kept without emptying the queue. Not with the engine sync.",
    values: ["inline", "offload"],
    fallback: "inline",
  }),
  serialize_overlap: flag({
    group,
    summary: "hold a unit back while one in flight overlaps it",
    detail: "Of the units of one job, whatever they do; those behind it wait with it.",
  }),
} as const;
