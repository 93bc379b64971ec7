/** What a job is called, how many there are of it, and when it starts beside the others. */
import { flag, integer, text } from "../base/values.ts";

const group = "jobs";

export const JOBS = {
  name: text({
    group,
    summary: "the job's name in the report and in the names of its files",
    detail: "In a job file this is the name of the table: `[job.NAME]`.",
    fallback: "job",
    check: oneLine,
  }),
  description: text({ group, summary: "free text, shown in the report", fallback: undefined }),
  numjobs: integer({
    group,
    summary: "how many clones of the job run at once",
    detail:
      "Clones share an explicit filename and work at the same offsets of it, unless " +
      "offset_increment moves them apart; files named by filename_format are each clone's own. " +
      "A clone differs from the others in its random numbers.",
    fallback: 1,
    least: 1,
    // fio's REAL_MAX_JOBS.
    most: 4096,
  }),
  stonewall: flag({
    group,
    summary: "start when all jobs before this one have ended",
    detail: "Also starts a new report group. The clones of one job run together.",
    aliases: ["wait_for_previous"],
  }),
  new_group: flag({ group, summary: "start a new report group with this job" }),
  group_reporting: flag({
    group,
    summary: "report the job's group in one block instead of each of its jobs",
    detail: "In text only: the JSON document always has jobs, groups and the total.",
  }),
  stats: flag({ group, summary: "count the job in the report", fallback: true }),
  prio: integer({
    group,
    summary: "I/O priority within its class; 0 is the highest",
    detail: "Of the job's thread, by ioprio_set(2). Not every I/O scheduler looks at it.",
    fallback: undefined,
    least: 0,
    most: 7,
  }),
  prioclass: integer({
    group,
    summary: "I/O priority class: 1 realtime (for root), 2 best effort, 3 idle",
    detail: "2 where only prio or priohint is written.",
    fallback: undefined,
    least: 0,
    most: 3,
  }),
  priohint: integer({
    group,
    summary: "hint beside the I/O priority; 1 to 7 choose a duration limit of the device",
    fallback: undefined,
    least: 0,
    most: 1023,
  }),
  thread: flag({
    group,
    summary: "run the job in a thread; false: in a process of its own",
    detail:
      "Both do the same work. A process takes 15 MB more, may have another user and group, and " +
      "dies alone.",
    fallback: true,
  }),
} as const;

/** A name is one line: it stands in reports, file names and thread names. */
function oneLine(name: string): string | undefined {
  if (name.trim() === "") return "a job's name cannot be empty; write any text";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(name)) {
    return "a job's name is one line without control characters; use letters, digits, - and _";
  }
  return name.length > LONGEST_NAME
    ? `a job's name has at most ${LONGEST_NAME} characters`
    : undefined;
}

/** Leaves room for clone and file number in a file name of 255 bytes (NAME_MAX, linux/limits.h). */
const LONGEST_NAME = 200;
