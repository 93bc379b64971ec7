/**
 * Options still to come about targets. Names, defaults and ranges are fio's (3.42).
 */
import { grouped, type LaterTable, later } from "./declare.ts";

export const LATER_TARGET: LaterTable = {
  ...grouped("target", {
    ioscheduler: later("NAME", "", "I/O scheduler to set on the device before the job"),
  }),
};
