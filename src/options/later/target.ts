/**
 * Options still to come about targets: units of sizes, further files of a job, when they are made,
 * and strided zones. Names, defaults and ranges are fio's (3.42).
 */
import { grouped, type LaterTable, later } from "./declare.ts";

export const LATER_TARGET: LaterTable = {
  ...grouped("units", {
    kb_base: later("1024|1000", "1024", "bytes of a kilobyte in sizes, as fio's files write them", {
      detail: "TOML sizes say it themselves: 4KiB is 4096 bytes, 4kB is 4000.",
    }),
    unit_base: later("0|8|1", "0", "show rates in bytes (8) or bits (1); 0 for what fits"),
  }),
  ...grouped("target", {
    ioscheduler: later("NAME", "", "I/O scheduler to set on the device before the job"),
  }),
};
