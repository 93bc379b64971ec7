/**
 * What fio's backend does around the loop, by the numbers of its rows in the project's map of fio
 * (waits, ends and errors), and the tests that show each: file and a part of the test's name. An
 * empty list is a row that is still open. `rows.test.ts` sees that the named tests are there.
 */
export const ROWS: Readonly<Record<number, readonly (readonly [file: string, name: string])[]>> = {
  /** Serial file creation: the jobs of a file that cannot be made fail, the others go on. */
  13: [["e2e/faults.test.ts", "a file that cannot be laid out ends the jobs that use it"]],
  /** Launch loop: stages in order, and none after a stop. */
  14: [["e2e/signals.test.ts", "keeps later stages from starting"]],
  15: [
    ["e2e/control.test.ts", "wait_for starts a job when the last clone"],
    ["plan/waiting.test.ts", "wait_for names an earlier job"],
  ],
  /** start_delay, and a stop that ends the wait. */
  16: [["e2e/signals.test.ts", "reaches a job that waits for its start"]],
  17: [["e2e/processes.test.ts", "a process does what a thread does, to the last unit"]],
  18: [["run/barrier.test.ts", "a job that stands still before it is ready is given up"]],
  19: [["run/barrier.test.ts", "a job that stands still before it is ready is given up"]],
  /** Poll rates. */
  20: [],
  /** Reap: exit status and signals of children. */
  21: [["e2e/processes.test.ts", "a job that a signal ends is reported with it"]],
  22: [
    ["e2e/control.test.ts", "a job whose read never comes back is named with its file"],
    ["job/lingering.test.ts", "after a stop what is silent for 10 s is cancelled"],
    ["e2e/signals.test.ts", "is given up a stuck_timeout after the first"],
  ],
  /** Short transfers and ends of files. */
  63: [["e2e/faults.test.ts", "a file that is truncated while it is read"]],
  71: [
    ["e2e/commands.test.ts", "prerun comes before the work and postrun after it"],
    ["e2e/commands.test.ts", "a prerun that fails fails its job"],
  ],
  /** Cancel: on objects of the tests only; no kernel request was seen to be cancelled. */
  72: [["job/lingering.test.ts", "after a stop what is silent for 10 s is cancelled"]],
  73: [["e2e/counts.test.ts", "the writes and the fsyncs that the report counts"]],
  74: [],
  75: [["e2e/control.test.ts", "ENOSPC ends a job with fill_device well"]],
  76: [["e2e/control.test.ts", "the EIO of a read ends a job with %s"]],
  77: [
    ["e2e/control.test.ts", "continue_on_error = read counts the EIO of reads"],
    ["e2e/control.test.ts", "continue_on_error = verify only counts"],
    ["e2e/control.test.ts", "error_dump shows what is survived"],
  ],
};
