/** Job files as texts in, jobs or mistakes out: what the tests of this folder share. */
import { expect } from "bun:test";
import { showProblem } from "../../src/base/problem.ts";
import type { Flag } from "../../src/jobfile/flags.ts";
import type { ReadJob } from "../../src/jobfile/job.ts";
import { readJobs } from "../../src/jobfile/read.ts";

/** The jobs of one or more texts, which must be without mistakes. */
export async function jobs(
  texts: string | string[],
  flags: Flag[] = [],
): Promise<readonly ReadJob[]> {
  const result = await readJobs(sources(texts), flags);
  expect(result.problems.map(showProblem)).toEqual([]);
  return result.jobs;
}

/** Every mistake as `file:line:column: option: message`, or with the flag in front. */
export async function mistakes(texts: string | string[], flags: Flag[] = []): Promise<string[]> {
  const { problems } = await readJobs(sources(texts), flags, 2 ** 33);
  return problems.map((problem) => showProblem(problem).split("\n")[0]!);
}

/** Sources called j.toml, or j0.toml, j1.toml … */
export function sources(texts: string | string[]): { name: string; text: string }[] {
  const all = Array.isArray(texts) ? texts : [texts];
  return all.map((text, i) => ({ name: all.length === 1 ? "j.toml" : `j${i}.toml`, text }));
}
