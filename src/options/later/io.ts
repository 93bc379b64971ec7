/**
 * Options still to come about which units there are: their order, distribution and size, and how
 * they are handed over. Names, defaults and ranges are fio's (3.42).
 */
import { grouped, type LaterTable, later } from "./declare.ts";

export const LATER_IO: LaterTable = {
  ...grouped("depth", {
    io_submit_mode: later("inline|offload", "inline", "hand units over here or from other threads"),
  }),
};
