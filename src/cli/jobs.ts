/**
 * From operands and flags to a plan, as `run` and `check` both need it: reads the job files,
 * collects every mistake of texts and plan, and knows where each value came from.
 */
import { readFileSync } from "node:fs";
import { UserError } from "../base/errors.ts";
import type { Option } from "../base/option.ts";
import type { Source } from "../jobfile/document.ts";
import type { Flag } from "../jobfile/flags.ts";
import type { ReadJob } from "../jobfile/job.ts";
import { inOrder, readJobs } from "../jobfile/read.ts";
import { engineOptions } from "../options/lookup.ts";
import { OPTIONS } from "../options/options.ts";
import { DEFAULT, type Values } from "../plan/describe.ts";
import { thisMachine } from "../plan/environment.ts";
import { plan, type RunPlan } from "../plan/plan.ts";
import { NATIVE, type Profile } from "../plan/profile.ts";
import { showPath } from "../plan/show.ts";

/** Standard input as a job file. */
const STDIN = "-";
/** A job file larger than this is none; 16 MiB. */
const LARGEST = 16 * 2 ** 20;

export interface PlannedRun {
  readonly plan: RunPlan;
  readonly sources: readonly Source[];
  readonly values: Values;
  /** Effective options of a clone as one would write them, by its index in the plan. */
  readonly options: readonly Readonly<Record<string, string>>[];
}

/** Throws UserError with all problems, or SystemError for a file that cannot be read. */
export async function planRun(
  operands: readonly string[],
  flags: readonly Flag[],
  profile: Profile = NATIVE,
): Promise<PlannedRun> {
  const sources = operands.map(readSource);
  const { jobs, problems } = await readJobs(sources, flags);
  const run = await plan(jobs, thisMachine(), profile);
  const all = inOrder([...problems, ...run.problems], sources);
  if (all.length > 0) throw new UserError(all);
  const values = await valuesOf(jobs, run);
  const texts = jobs.map((job, input) => written(job, input, values));
  return { plan: run, sources, values, options: run.inputs.map((input) => texts[input]!) };
}

/** The text of an operand. Throws UserError when it cannot be read. */
export function readSource(operand: string): Source {
  if (operand === STDIN) return { name: "(standard input)", text: read(0, "standard input") };
  return { name: operand, text: read(operand, operand) };
}

function read(from: string | number, path: string): string {
  const name = showPath(path);
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(from);
  } catch (error) {
    const reason = /^[A-Z]+: ([^,]+)/.exec((error as Error).message);
    const message = `cannot be read: ${reason?.[0].replace(": ", " (") ?? String(error)})`;
    throw new UserError([{ place: { source: name }, message }]);
  }
  if (bytes.length > LARGEST) {
    throw new UserError([{ place: { source: name }, message: "is too large for a job file" }]);
  }
  return new TextDecoder().decode(bytes);
}

/** Values of the engine's own options are those of the plan: it may have chosen the engine. */
async function valuesOf(jobs: readonly ReadJob[], run: RunPlan): Promise<Values> {
  const engines = await engineOptions();
  return {
    valueOrigin: (job, option) => jobs[job]?.origins.get(option) ?? DEFAULT,
    formatValue: (job, option) => {
      if (Object.hasOwn(OPTIONS, option)) {
        const name = option as keyof typeof OPTIONS;
        return (OPTIONS[name] as Option<unknown>).format(jobs[job]!.spec[name]);
      }
      const planned = run.jobs[run.inputs.indexOf(job)];
      const declared = engines.get(option)?.engines.get(planned?.engine ?? "");
      return declared?.format(planned?.engineOptions[option]) ?? "";
    },
  };
}

/** Options that somebody wrote or that another option decided: the echo in the report. */
function written(job: ReadJob, input: number, values: Values): Readonly<Record<string, string>> {
  const names = [...job.origins].filter(([, from]) => from !== DEFAULT).map(([name]) => name);
  return Object.fromEntries(names.map((name) => [name, values.formatValue(input, name)]));
}
