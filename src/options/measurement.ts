/** What is measured of each unit, and how finely. */
import { numberList } from "../base/lists.ts";
import { choice, duration, flag, integer } from "../base/values.ts";

const group = "measurement";

/** The main thread looks every 50 ms. */
const WINDOWS =
  "Jobs are looked at every 50 ms, so a window is at least that long. Jobs that are reported " +
  "together are sampled in the longest of their windows.";

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
  bwavgtime: duration({
    group,
    summary: "length of the windows that bandwidth is sampled in",
    detail: WINDOWS,
    fallback: 500e6,
    fio: { time: 1e6 },
  }),
  iopsavgtime: duration({
    group,
    summary: "length of the windows that IOPS are sampled in",
    detail: WINDOWS,
    fallback: 500e6,
    fio: { time: 1e6 },
  }),
  disk_util: flag({
    group,
    summary: "report how busy the disks behind the job's files were",
    fallback: true,
  }),
  unified_rw_reporting: choice({
    group,
    summary: "report reads, writes and trims as one",
    detail: "mixed shows the sum instead of the directions, both beside them.",
    values: ["none", "mixed", "both"],
    spellings: { "0": "none", "1": "mixed", "2": "both" },
    fallback: "none",
  }),
  significant_figures: integer({
    group,
    summary: "digits of rates and sizes in fio's report",
    fallback: 4,
    least: 1,
    most: 10,
  }),
  gtod_reduce: flag({
    group,
    summary: "read the clock as rarely as possible: no latencies, no samples",
    detail: "Sets disable_lat, disable_clat, disable_slat and disable_bw_measurement.",
  }),
} as const;
