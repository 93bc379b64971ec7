/**
 * Pauses between units, shares among jobs, and latencies that must be kept. Rates are elsewhere.
 */
import type { Option } from "../base/option.ts";
import { Mistake } from "../base/problem.ts";
import { PERCENT_PATTERN, parsePercent } from "../base/quantity.ts";
import { show } from "../base/quote.ts";
import { durations } from "../base/times.ts";
import { type About, choice, duration, flag, integer, option } from "../base/values.ts";

/** What a number without a unit counts where fio means seconds. */
const SECOND = 1e9;

/** fio's int options end here; a countdown that stays an int32 is the cheapest. */
const INT_MAX = 2 ** 31 - 1;

const pacing = "pacing";

export const THINKING = {
  thinktime: duration({
    group: pacing,
    summary: "pause after every thinktime_blocks units, once nothing is in flight",
    detail: "What is in flight is waited for first. The time is in no latency of a unit.",
    fallback: 0,
  }),
  thinktime_spin: duration({
    group: pacing,
    summary: "part of the pause, at its begin, that burns CPU instead of sleeping",
    detail: "A longer one makes the pause longer.",
    fallback: 0,
  }),
  thinktime_blocks: integer({
    group: pacing,
    summary: "units between two pauses; 1 unless thinktime_iotime is set",
    fallback: undefined,
    least: 1,
    most: INT_MAX,
  }),
  thinktime_blocks_type: choice({
    group: pacing,
    summary: "which units count for a pause: those that are done, or those that were issued",
    values: ["complete", "issue"],
    fallback: "complete",
  }),
  thinktime_iotime: duration({
    group: pacing,
    summary: "pause after so much time of work; with thinktime_blocks whichever comes first",
    fallback: 0,
    bare: SECOND,
  }),
  rate_ignore_thinktime: flag({
    group: pacing,
    summary: "let a rate owe nothing for its pauses, instead of catching up after them",
  }),
  thinkcycles: integer({
    group: pacing,
    summary: "turns of an empty loop after each unit, before the next is taken",
    fallback: 0,
    least: 0,
    most: INT_MAX,
  }),
  flow: integer({
    group: pacing,
    summary: "weight of the job beside others of its flow; 0 for no flow",
    detail:
      "Jobs of a flow do their units in the proportion of their weights: one that is ahead waits " +
      "for the others, from the start of its stage until they end.",
    fallback: 0,
    least: 0,
    most: 1000,
  }),
  flow_id: integer({
    group: pacing,
    summary: "which jobs share a flow: those of one number",
    fallback: 0,
    least: 0,
    most: INT_MAX,
  }),
  flow_sleep: duration({
    group: pacing,
    summary: "sleep of a job that is ahead of its share, with nothing in flight; 0 for short naps",
    fallback: 0,
    fio: { time: 1e3, counted: true },
  }),
} as const;

/** Percent, fractions of one too: 99.9 or "99.9%". */
function percentage(about: About<number>): Option<number> {
  return option<number, number>(about, {
    metavar: "PERCENT",
    parse: (raw) => {
      if (typeof raw !== "number" && typeof raw !== "string") {
        throw new Mistake(`${show(raw)} is not a share; write a percentage from 0% to 100%`);
      }
      const text = String(raw).trim();
      return parsePercent(/^[\d.]+$/.test(text) ? `${text}%` : text);
    },
    format: String,
    schema: {
      anyOf: [
        { type: "number", minimum: 0, maximum: 100 },
        { type: "string", pattern: PERCENT_PATTERN.replace("%$", "%?$") },
      ],
    },
  });
}

const latency = "latency";

export const LATENCY = {
  latency_target: duration({
    group: latency,
    summary: "search the greatest depth, up to iodepth, that keeps this latency",
    detail:
      "A depth is tried for a latency_window, beginning with 1; it is doubled while the latency " +
      "is kept and halved towards the last good one when it is not. Once it is found, one more " +
      "window is measured, and that is what the report shows. The job fails when depth 1 misses.",
    fallback: 0,
  }),
  latency_window: duration({
    group: latency,
    summary: "time that a depth is tried",
    fallback: 0,
  }),
  latency_percentile: percentage({
    group: latency,
    summary: "percent of the units that must keep the target; of 100 a single miss counts",
    fallback: 100,
  }),
  latency_run: flag({
    group: latency,
    summary: "go on searching once the depth is found, until the job ends",
  }),
  max_latency: durations({
    group: latency,
    summary: "fail the job at the first unit that takes longer; 0 for no limit",
    fallback: { read: 0, write: 0, trim: 0 },
  }),
} as const;
