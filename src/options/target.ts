/** Which files or devices a job works on, where in them, and how the files come to be. */

import { textList } from "../base/lists.ts";
import { quote } from "../base/quote.ts";
import { sizeOrRange } from "../base/ranges.ts";
import { amount, choice, flag, integer, text } from "../base/values.ts";

const group = "target";

export const TARGET = {
  filename: textList({
    group,
    metavar: "PATH",
    summary: "files or block devices to work on, shared by all clones of the job",
    detail:
      "An array of paths; as a flag, given once for each path. The job's size is divided among " +
      "them, and nrfiles is not looked at. Without it the job makes files of its own, named by " +
      "filename_format.",
    fallback: [],
    check: path,
  }),
  directory: textList({
    group,
    metavar: "PATH",
    summary: "put in front of every file name; several are spread over the clones",
    fallback: [],
    check: path,
  }),
  filename_format: text({
    group,
    metavar: "FORMAT",
    summary: "how files without a given name are called",
    detail:
      "$jobname, $jobnum and $filenum stand for the job's name, its clone and the file's number.",
    fallback: "$jobname.$jobnum.$filenum",
    check: format,
  }),
  filetype: choice({
    group,
    summary: "what the target must be: a file, a block or a character device",
    values: ["none", "file", "block", "char"],
    fallback: "none",
  }),
  nrfiles: integer({
    group,
    summary: "files each clone makes and works on; the size is divided among them",
    aliases: ["nr_files"],
    fallback: 1,
    least: 1,
    most: 1_000_000,
  }),
  size: amount({
    group,
    summary: "bytes of the job's region, over all its files",
    detail:
      "A percentage is of the file or device. By default all of a file that is there or of the " +
      "device; a file that is not there needs a size. One pass goes over this many bytes, unless " +
      "io_size says otherwise.",
    fallback: undefined,
    least: 1,
  }),
  filesize: sizeOrRange({
    group,
    summary: "bytes of each file; of a range each file's are drawn",
    detail:
      "A file that is there keeps a size that lies in the range. A drawn size is a multiple of " +
      "the smallest block, and the same in every run unless randrepeat is off.",
    fallback: undefined,
    least: 1,
  }),
  offset: amount({
    group,
    summary: "where in each file the job's region starts",
    aliases: ["fileoffset"],
    fallback: 0,
  }),
  offset_increment: amount({
    group,
    summary: "how much further the region of each next clone starts",
    fallback: 0,
  }),
  fallocate: choice({
    group,
    summary: "how the space of a new file is allocated",
    detail:
      "native: fallocate(2), silently skipped where the file system has none. posix: " +
      "posix_fallocate(3). keep: the space without the size. truncate: the size without the space.",
    values: ["native", "posix", "keep", "truncate", "none"],
    spellings: { "0": "none", "1": "posix" },
    fallback: "native",
  }),
  overwrite: flag({
    group,
    summary: "write the whole file before the clock starts, so that writes overwrite",
    detail:
      "A job that reads always lays its missing files out. Written as true, it also allows to " +
      "extend a file that is there but too short.",
  }),
  create_only: flag({ group, summary: "lay the files out and do nothing else" }),
  create_fsync: flag({ group, summary: "fsync a file after its layout", fallback: true }),
  unlink: flag({
    group,
    summary: "delete the job's regular files at the end, also those that were there before",
  }),
  readonly: flag({
    group: "safety",
    summary: "refuse the run when a job writes or trims",
  }),
  allow_mounted_write: flag({
    group: "safety",
    summary: "let the job write to a block device that is mounted",
  }),
  destroy: textList({
    group: "safety",
    metavar: "DEVICE",
    summary: "block devices whose partition table or file system may be lost",
    detail:
      "A device with a signature on it is written to only when it is named here. What is written " +
      "at the top of the file, in [global], in the job and as flags is taken together.",
    fallback: [],
    check: path,
  }),
  ioscheduler: text({
    group,
    metavar: "NAME",
    summary: "I/O scheduler of the devices while the job's stage runs",
    detail:
      "As in queue/scheduler of sysfs: none, mq-deadline, kyber, bfq. For files it is that " +
      "of the device below their file system. Read back, and put back afterwards. Needs root.",
    fallback: undefined,
    check: (name) =>
      /^[\w-]+$/.test(name) ? undefined : `${quote(name)} is no scheduler; write none or bfq`,
  }),
} as const;

/** Bytes of a path, its ending NUL included: PATH_MAX, linux/limits.h. */
const LONGEST_PATH = 4096;

/** What is wrong with a path as such, or undefined. */
export function path(name: string): string | undefined {
  if (new TextEncoder().encode(name.slice(0, LONGEST_PATH)).length >= LONGEST_PATH) {
    return `${quote(name)} is too long for a path; the most is ${LONGEST_PATH - 1} bytes`;
  }
  return name === "" ? "a path cannot be empty; write the name of a file or device" : undefined;
}

const TOKENS = ["$jobname", "$jobnum", "$filenum"];

function format(value: string): string | undefined {
  if (value === "")
    return "a file name cannot be empty; write for example $jobname.$jobnum.$filenum";
  const token = value.match(/\$\w+/g)?.find((found) => !TOKENS.includes(found));
  if (token === "$clientuid") return "$clientuid is not implemented yet";
  return token === undefined ? undefined : `${quote(token)} is none of ${TOKENS.join(", ")}`;
}
