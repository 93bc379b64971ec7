/**
 * Options still to come about reading back what was written, and trimming it. Names, defaults and
 * ranges are fio's (3.42).
 */
import { grouped, type LaterTable, later, laterFlag } from "./declare.ts";

export const LATER_VERIFICATION: LaterTable = {
  ...grouped("verification", {
    verify_only: laterFlag("write nothing: check what an equal job has written before"),
    verify_policy: later("completed|fsynced", "completed", "which writes are read back"),
    verify_dump: laterFlag("write a wrong block to a file, and what it should have been"),
    verify_async: later("N", "0", "threads that check beside the job's own"),
    verify_async_cpus: later("LIST", "", "CPUs of those threads"),
    verify_backlog: later("N", "", "read back after so many writes instead of at the end"),
    verify_backlog_batch: later("N", "", "how many then; else all of them"),
  }),
};
