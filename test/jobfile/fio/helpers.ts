/** A machine of its own for job files of fio: nothing of this one shows in the results. */
import { expect } from "bun:test";
import { showProblem } from "../../../src/base/problem.ts";
import type { Host } from "../../../src/jobfile/fio/host.ts";
import { type FioPart, readFioJobs } from "../../../src/jobfile/fio/read.ts";
import type { ReadJob } from "../../../src/jobfile/job.ts";

/** Files that an include finds. */
export type Files = Readonly<Record<string, string>>;

export function hostWith(files: Files = {}, special: readonly string[] = []): Host {
  return {
    environment: { SIZE: "64k", EMPTY: "" },
    pageSize: 4096,
    cpus: 6,
    memory: 2 ** 33,
    include: (name) => {
      const text = files[name];
      return text === undefined ? "is not there" : { name, text };
    },
    isSpecial: (path) => special.includes(path),
  };
}

export function file(text: string, name = "a.fio"): FioPart {
  return { kind: "file", name, text };
}

/** The jobs of the parts, which must be without mistakes. */
export async function fioJobs(
  parts: string | readonly FioPart[],
  host: Host = hostWith(),
): Promise<readonly ReadJob[]> {
  const all = typeof parts === "string" ? [file(parts)] : parts;
  const { jobs, problems } = await readFioJobs(all, host);
  expect(problems.map(showProblem)).toEqual([]);
  return jobs;
}

/** Every mistake as `file:line:column: option: message`. */
export async function fioMistakes(
  parts: string | readonly FioPart[],
  host: Host = hostWith(),
): Promise<string[]> {
  const all = typeof parts === "string" ? [file(parts)] : parts;
  const { problems } = await readFioJobs(all, host);
  return problems.map((problem) => showProblem(problem).split("\n")[0]!);
}
