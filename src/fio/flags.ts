/**
 * fio's own long options (3.42: its l_opts), as data: which take a value, what they do, and what
 * fathom says to those it does not have. Job options are not here: they are the table's.
 */

/** Whether a value follows: never, always (as the next word too), or only behind a `=`. */
export type Value = "none" | "needed" | "optional";

export interface FioFlag {
  readonly value: Value;
  readonly summary: string;
  /** Why it is refused; absent for one that works, or is accepted and has nothing to do here. */
  readonly refused?: string;
}

const LATER = "is not implemented yet";
const REMOTE = "measuring on other hosts is not implemented yet; run fathom on each of them";
const SELF_TEST = "is a test of fio's own code; there is nothing here that it could test";

function flag(value: Value, summary: string, refused?: string): FioFlag {
  return refused === undefined ? { value, summary } : { value, summary, refused };
}

export const FIO_FLAGS = {
  output: flag("needed", "write the results to a file"),
  "output-format": flag("needed", "normal, terse, json, json+; several with commas between"),
  minimal: flag("none", "the same as --output-format=terse"),
  "append-terse": flag("optional", "terse output behind the others"),
  "terse-version": flag("needed", "version of the terse output: 2, 3, 4 or 5 (3)"),
  section: flag("needed", "run only this section of the job files; may be repeated"),
  readonly: flag("none", "refuse jobs that write or trim"),
  "parse-only": flag("none", "read the options and jobs, and end"),
  showcmd: flag("none", "print job files as command lines"),
  cmdhelp: flag("optional", "show an option of jobs, or all of them"),
  enghelp: flag("optional", "list the engines, or the options of one: ENGINE[,OPTION]"),
  help: flag("none", "print this"),
  version: flag("none", "print the version of fio whose language this is"),
  eta: flag("needed", "when to show progress: auto, always, never"),
  "eta-interval": flag("needed", "time between two lines of progress, 250ms or more (1 s)"),
  "eta-newline": flag("needed", "begin a new line of progress after this time"),
  "warnings-fatal": flag("none", "refuse jobs of which something is passed over"),
  debug: flag("needed", "accepted; there is nothing of fio inside to look at"),
  "max-jobs": flag("needed", "accepted; there is no such limit"),
  "alloc-size": flag("needed", "accepted; there is no such pool"),
  "aux-path": flag("needed", "where the states of verified jobs lie (the current directory)"),
  "status-interval": flag("needed", "report every so often while the jobs run; in seconds"),
  "bandwidth-log": flag("optional", "log the bandwidth of all jobs: agg-read_bw.log and so on"),
  "idle-prof": flag("needed", "report how idle the CPUs were: system or percpu; or calibrate"),
  "inflate-log": flag("needed", "print a compressed log", LATER),
  "merge-blktrace-only": flag("none", "merge traces and end", LATER),
  profile: flag(
    "needed",
    "a workload that is built in, and its own options after it: tiobench, act",
  ),
  client: flag("needed", "run the jobs on another host", REMOTE),
  server: flag("optional", "run the jobs of other hosts", REMOTE),
  daemonize: flag("needed", "go into the background as a server", REMOTE),
  "remote-config": flag("needed", "a job file that lies on the other host", REMOTE),
  "trigger-file": flag("needed", "end the jobs and run --trigger when this file appears"),
  "trigger-timeout": flag("needed", "end the jobs and run --trigger after this time"),
  trigger: flag("needed", "the shell command to run then"),
  "trigger-remote": flag("needed", "the command to run on the server", REMOTE),
  "latency-log": flag("needed", "logs of latency", "is gone from fio; write_lat_log is in jobs"),
  "cpuclock-test": flag("none", "test whether the CPU's counter is a clock, and end"),
  crctest: flag("optional", "time the checksums, or one of them, and end"),
  memcpytest: flag("optional", "time the copying of memory", SELF_TEST),
} as const satisfies Readonly<Record<string, FioFlag>>;

export type FlagName = keyof typeof FIO_FLAGS;

/** The page that --help prints. */
export function fioHelp(): string {
  const rows = Object.entries(FIO_FLAGS as Readonly<Record<string, FioFlag>>)
    .filter(([, { refused }]) => refused === undefined)
    .map(([name, { value, summary }]) => {
      const shown = { none: name, needed: `${name}=VALUE`, optional: `${name}[=VALUE]` }[value];
      return `  --${shown.padEnd(24)}${summary}\n`;
    });
  return `fathom fio [options] [job options] [job file...]\n\n${rows.join("")}
Each --name=NAME begins a job; what stands before the first is for all of them.
--cmdhelp=all lists the options of jobs.\n`;
}
