/** How jobs wait for each other and end each other, and what an error leads to. */
import { choice, duration, flag, text } from "../base/values.ts";
import { ignoredErrors } from "./ignoring.ts";

export const CONTROL = {
  wait_for: text({
    group: "jobs",
    summary: "start when every clone of an earlier job has ended",
    detail:
      "By the job's name. Jobs that stand behind this one do not wait, unlike behind a stonewall.",
    metavar: "NAME",
    fallback: undefined,
  }),
  exitall: flag({
    group: "jobs",
    summary: "end other jobs as soon as one of them has ended",
    detail:
      "exit_what says which. As in fio it is a matter of the whole run: written in one job it " +
      "counts for the end of every job.",
  }),
  exit_what: choice({
    group: "jobs",
    summary: "which jobs end with this one, by exitall or exitall_on_error",
    detail:
      "group are those of its report group; stonewall those that run, so that the next stage " +
      "begins; all are all, those that have not begun too.",
    values: ["group", "stonewall", "all"],
    fallback: "group",
  }),
  continue_on_error: choice({
    group: "errors",
    summary: "errors after which a job goes on: those of reads, writes, verification, or all",
    detail:
      "EIO and EILSEQ are survived; others end the job unless ignore_error lists them. Trims and " +
      "syncs count as writes. What is survived is counted in the report, and the job succeeds.",
    values: ["none", "read", "write", "io", "verify", "all"],
    spellings: { "0": "none", "1": "all" },
    fallback: "none",
  }),
  ignore_error: ignoredErrors({
    group: "errors",
    summary: "errors that a job survives instead of EIO and EILSEQ: of read, write, verify",
    detail:
      'Names or numbers, as in { read = ["EIO"], write = ["ENOSPC", 122] } or "EIO,ENOSPC:122". ' +
      "A class that has a list needs no continue_on_error.",
    fallback: undefined,
  }),
  error_dump: flag({
    group: "errors",
    summary: "show each error that a job survives",
  }),
  stuck_timeout: duration({
    group: "errors",
    summary: "give a job up that does not end for so long after it was told to",
    detail:
      "It then counts as failed, the report names the file and the place it hangs on, and the " +
      "run ends. A job is told to end by a signal, a trigger, exitall, or its runtime.",
    fallback: 300e9,
    bare: 1e9,
  }),
  exitall_on_error: flag({
    group: "errors",
    summary: "end other jobs when this one fails; exit_what says which",
  }),
} as const;
