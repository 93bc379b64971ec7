/** What is measured of each unit, and how finely. */
import { numberList } from "../base/lists.ts";
import { flag } from "../base/values.ts";

const group = "measurement";

export const MEASUREMENT = {
  percentile_list: numberList({
    group,
    metavar: "PERCENT,PERCENT…",
    summary: "percentiles of latency to report",
    // fio's list (FIO_IO_U_LIST_DEF, stat.h).
    fallback: [1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 99.5, 99.9, 99.95, 99.99],
    above: 0,
    most: 100,
    longest: 100,
  }),
  clat_percentiles: flag({
    group,
    summary: "percentiles of the time from submission to completion",
    fallback: true,
  }),
  lat_percentiles: flag({ group, summary: "percentiles of the whole time of a unit" }),
  slat_percentiles: flag({ group, summary: "percentiles of the time to submission" }),
  disable_lat: flag({ group, summary: "do not measure the whole time of a unit" }),
  disable_clat: flag({
    group,
    summary: "do not measure the time from submission to completion",
  }),
  disable_slat: flag({ group, summary: "do not measure the time to submission" }),
  disable_bw_measurement: flag({
    group,
    summary: "do not sample bandwidth and IOPS while the job runs",
    aliases: ["disable_bw"],
  }),
  gtod_reduce: flag({
    group,
    summary: "read the clock as rarely as possible: no latencies, no samples",
    detail: "Sets disable_lat, disable_clat, disable_slat and disable_bw_measurement.",
  }),
} as const;
