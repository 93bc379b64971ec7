/**
 * Options still to come about the processes of jobs. Names, defaults and ranges are fio's (3.42).
 */
import { grouped, type LaterTable, later, laterFlag } from "./declare.ts";

export const LATER_PROCESSES: LaterTable = {
  ...grouped("processes", {
    cgroup: later("NAME", "", "control group to run the job in, made when it is not there"),
    cgroup_weight: later("N", "", "I/O weight of that group", { least: 100, most: 1000 }),
    cgroup_nodelete: laterFlag("leave the group behind at the end"),
  }),
  ...grouped("timing", {
    job_start_clock_id: later("N", "0", "clock of the start times in the report"),
  }),
};
