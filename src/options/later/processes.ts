/**
 * Options still to come about the threads and processes of jobs, how jobs wait for and end each
 * other, and what an error leads to. Names, defaults and ranges are fio's (3.42).
 */
import { grouped, type LaterTable, later, laterFlag } from "./declare.ts";

export const LATER_PROCESSES: LaterTable = {
  ...grouped("processes", {
    cgroup: later("NAME", "", "control group to run the job in, made when it is not there"),
    cgroup_weight: later("N", "", "I/O weight of that group", { least: 100, most: 1000 }),
    cgroup_nodelete: laterFlag("leave the group behind at the end"),
    uid: later("N", "", "user to run the job as"),
    gid: later("N", "", "group to run the job as"),
  }),
  ...grouped("timing", {
    job_start_clock_id: later("N", "0", "clock of the start times in the report"),
  }),
  ...grouped("errors", {
    continue_on_error: later("WORD", "none", "errors after which a job goes on", {
      values: ["none", "read", "write", "io", "verify", "all"],
    }),
    ignore_error: later("LIST,LIST,LIST", "", "errors that do not count: of read, write, verify"),
    error_dump: laterFlag("show each error that is ignored"),
  }),
};
