/**
 * Options still to come about what is measured and kept: log files, and the search for a steady
 * state. Names, defaults and ranges are fio's (3.42).
 */
import { grouped, type LaterTable, later, laterFlag } from "./declare.ts";

export const LATER_MEASUREMENT: LaterTable = {
  ...grouped("steady state", {
    steadystate: later(
      "WORD:N[%]",
      "iops_slope:0.01%",
      "end a job once its figures no longer change",
      {
        aliases: ["ss"],
        values: ["iops", "iops_slope", "bw", "bw_slope", "lat", "lat_slope"],
        detail:
          "The number limits the deviation from the mean, or the slope, as such or in percent.",
      },
    ),
    steadystate_duration: later("TIME", "0s", "window that is looked at; 0 for no search", {
      aliases: ["ss_dur"],
    }),
    steadystate_ramp_time: later("TIME", "0s", "time before the first sample", {
      aliases: ["ss_ramp"],
    }),
    steadystate_check_interval: later("TIME", "1s", "distance of two samples", {
      aliases: ["ss_interval"],
    }),
  }),
  ...grouped("logs", {
    write_bw_log: later("[PREFIX]", "", "log of bandwidth over time"),
    write_iops_log: later("[PREFIX]", "", "log of IOPS over time"),
    write_lat_log: later("[PREFIX]", "", "logs of slat, clat and lat over time"),
    write_hist_log: later("[PREFIX]", "", "log of histograms of clat over time"),
    per_job_logs: later("BOOL", "true", "a log of its own for each job"),
    log_entries: later("N", "1024", "entries a log has room for at first", {
      least: 1024,
      most: 1_048_576,
    }),
    log_avg_msec: later("TIME", "0ms", "an average over this time; 0 for a line a unit"),
    log_hist_msec: later("TIME", "0ms", "distance of two histograms"),
    log_hist_coarseness: later("N", "0", "how often the buckets of a histogram are halved", {
      least: 0,
      most: 6,
    }),
    log_window_value: later("avg|max|both", "avg", "what a line says of its time", {
      aliases: ["log_max_value"],
    }),
    log_offset: laterFlag("the offset in every line"),
    log_prio: laterFlag("the I/O priority in every line"),
    log_issue_time: laterFlag("the time of submission in every line"),
    log_compression: later("SIZE", "", "compress logs in memory, in pieces of this size"),
    log_compression_cpus: later("LIST", "", "CPUs that compress"),
    log_store_compressed: laterFlag("leave the file compressed too"),
    log_alternate_epoch: laterFlag("times of day instead of times since the start", {
      aliases: ["log_unix_epoch"],
    }),
    log_alternate_epoch_clock_id: later("N", "", "clock of those times"),
  }),
};
