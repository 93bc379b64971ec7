/** How fast a job may go, and how fast it must go. */
import { integers, sizes } from "../base/lists.ts";
import { everywhere } from "../base/option.ts";
import { choice, duration, integer } from "../base/values.ts";

const group = "pacing";

/** Each clone of a job has the whole rate, as in fio. */
export const RATES = {
  rate: sizes({
    group,
    summary: "bytes a second, for each clone and direction; 0 for no limit",
    detail:
      'By position read, write, trim: "1m,500k"; "500k," is for reads only. Units are due at ' +
      "instants that do not wait for the device, and what goes late is reported with the time it " +
      "waited. Under fathom fio the queue is emptied before each wait instead, as fio does it.",
    fallback: everywhere(0),
    least: 0,
  }),
  rate_min: sizes({
    group,
    summary: "bytes a second at least, or the job fails; 0 for no limit",
    detail: "Judged over windows of rate_cycle, after two seconds to settle.",
    aliases: ["ratemin"],
    fallback: everywhere(0),
    least: 0,
  }),
  rate_iops: integers({
    group,
    summary: "units a second, for each clone and direction; 0 for no limit",
    detail: "As rate, which cannot be given beside it.",
    fallback: everywhere(0),
    least: 0,
    most: 1e9,
  }),
  rate_iops_min: integers({
    group,
    summary: "units a second at least, or the job fails; 0 for no limit",
    fallback: everywhere(0),
    least: 0,
    most: 1e9,
  }),
  rate_process: choice({
    group,
    summary: "even gaps between units, or random ones of the same mean",
    values: ["linear", "poisson"],
    fallback: "linear",
  }),
  rate_cycle: duration({
    group,
    summary: "window over which the least rates are judged",
    aliases: ["ratecycle"],
    // A bare number is ms, as in fio.
    fio: { time: 1e6 },
    fallback: 1e9,
  }),
  rate_catchup: integer({
    group,
    metavar: "PERCENT",
    summary: "speed of what is owed after a stall, in percent of the rate",
    detail:
      "At 100 what is owed stays owed: gaps are never shorter than the rate's. A unit up to 1 ms " +
      "late is no stall, nor is what fell due in a sleep that ended late.",
    fallback: 200,
    least: 100,
    most: 1_000_000,
  }),
  rate_spin: duration({
    group,
    summary: "do not sleep in this time before a unit is due, but watch the clock",
    detail: "Buys precision of a few µs, where a sleep has tens of them, for most of a CPU.",
    fallback: 0,
  }),
} as const;
