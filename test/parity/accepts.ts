/** Asks fathom's reading of fio's command line what it makes of words, without running anything. */
import { jobNames } from "../../src/cli/fionames.ts";
import { type ArgvPart, readFioArgv } from "../../src/fio/argv.ts";
import { readFioJobs } from "../../src/jobfile/fio/read.ts";
import type { ReadJob } from "../../src/jobfile/job.ts";

const names = await jobNames();

export interface Answer {
  readonly accepted: boolean;
  readonly jobs: readonly ReadJob[];
  /** Why not; empty when it was accepted. */
  readonly reason: string;
}

export async function accepts(words: readonly string[]): Promise<Answer> {
  try {
    const { parts } = readFioArgv(words, names);
    return await jobsOf(parts.filter((part) => part.kind === "job"));
  } catch (error) {
    return { accepted: false, jobs: [], reason: String(error) };
  }
}

/** The same of a job file. */
export async function acceptsFile(text: string): Promise<Answer> {
  return await jobsOf([{ kind: "file", name: "jobs.fio", text }]);
}

type Part = Parameters<typeof readFioJobs>[0][number];

async function jobsOf(parts: readonly (Part | Extract<ArgvPart, { kind: "job" }>)[]) {
  const { jobs, problems } = await readFioJobs(parts);
  const reason = problems
    .map(({ place, option, message }) => `${option ?? place.source}: ${message}`)
    .join("; ");
  return { accepted: problems.length === 0, jobs, reason };
}
