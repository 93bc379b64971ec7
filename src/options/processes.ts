/** Where a job's thread runs, where its memory is from, and the commands around it. */
import { formatNumbers, numberSet, readNumbers } from "../base/numberset.ts";
import { Mistake } from "../base/problem.ts";
import { quote, show } from "../base/quote.ts";
import { choice, integer, option, text } from "../base/values.ts";

const group = "processes";

/** The NUMA nodes memory is from, and how: set_mempolicy(2). */
export interface MemoryPolicy {
  readonly mode: (typeof MODES)[number];
  /** Empty of default and local. */
  readonly nodes: readonly number[];
}

/** uid_t is 32 bits, and all of them set is none: setreuid(2). */
const LARGEST_ID = 2 ** 32 - 2;

const MODES = ["default", "local", "prefer", "bind", "interleave"] as const;

export const PROCESSES = {
  comm: text({
    group,
    summary: "name of the job's thread, in place of the job's name",
    detail: "As ps -L and top -H show it: at most 15 bytes of it.",
    fallback: undefined,
  }),
  nice: integer({
    group,
    summary: "nice value that is added to the thread's own",
    detail: "Below 0 is for root (CAP_SYS_NICE).",
    fallback: 0,
    least: -20,
    most: 19,
  }),
  cpus_allowed: numberSet({
    group,
    summary: "CPUs the job may run on",
    detail: 'As the kernel lists them, "0,2-3", or an array.',
    fallback: undefined,
  }),
  cpus_allowed_policy: choice({
    group,
    summary: "whether clones share these CPUs, or have one each",
    detail:
      "split: each job has one CPU of the set, by its position among all jobs of the run; when " +
      "there are more jobs than CPUs it goes round.",
    values: ["shared", "split"],
    fallback: "shared",
  }),
  cpumask: integer({
    group,
    summary: "the same CPUs as the bits of a number: 5 is CPUs 0 and 2",
    fallback: undefined,
    least: 1,
  }),
  numa_cpu_nodes: numberSet({
    group,
    summary: "NUMA nodes on whose CPUs the job may run",
    fallback: undefined,
    all: true,
  }),
  numa_mem_policy: option<MemoryPolicy, undefined>(
    {
      group,
      summary: "NUMA nodes that the job's memory is from",
      detail: 'default, local, "prefer:0", "bind:0,1" or "interleave:0-3".',
      fallback: undefined,
    },
    {
      metavar: "WORD[:LIST]",
      parse: (raw) => {
        if (typeof raw !== "string") throw new Mistake(`${show(raw)} is not a word; ${WRITE}`);
        const [word = "", list] = raw.split(/:(.*)/s);
        const mode = MODES.find((one) => one === word.trim());
        if (mode === undefined) throw new Mistake(`${quote(raw)} is no policy; ${WRITE}`);
        if (mode === "default" || mode === "local") {
          if (list === undefined || list === "") return { mode, nodes: [] };
          throw new Mistake(`${mode} is not of certain nodes; write ${mode} alone`);
        }
        if (list === undefined || list.trim() === "") {
          throw new Mistake(`${mode} needs to know of which nodes; write "${mode}:0"`);
        }
        const nodes = readNumbers(list);
        if (mode !== "prefer" || nodes.length === 1) return { mode, nodes };
        throw new Mistake(`one node can be preferred, and these are ${nodes.length}; name one`);
      },
      format: ({ mode, nodes }) => (nodes.length === 0 ? mode : `${mode}:${formatNumbers(nodes)}`),
      schema: { type: "string", pattern: "^(default|local|(prefer|bind|interleave):[0-9, -]+)$" },
    },
  ),
  uid: integer({
    group,
    summary: "user the job runs as, by number",
    detail: "The job gets a process of its own. Its files are laid out by fathom's user before.",
    fallback: undefined,
    least: 0,
    most: LARGEST_ID,
  }),
  gid: integer({
    group,
    summary: "group the job runs as, by number",
    detail: "The job gets a process of its own.",
    fallback: undefined,
    least: 0,
    most: LARGEST_ID,
  }),
  exec_prerun: text({
    group,
    summary: "shell command before the job; when it fails the job does",
    detail:
      "By /bin/sh -c, after startdelay and before pre_read. What it says goes to " +
      "NAME.prerun.txt in the current directory; further clones have NAME.1.prerun.txt and so on.",
    metavar: "COMMAND",
    fallback: undefined,
  }),
  exec_postrun: text({
    group,
    summary: "shell command after the job",
    detail:
      "Also after a job that failed on the way or was told to end. What it says goes to " +
      "NAME.postrun.txt; that it fails is noted in the report.",
    metavar: "COMMAND",
    fallback: undefined,
  }),
} as const;

const WRITE = 'write default, local, "prefer:0", "bind:0,1" or "interleave:0-3"';
