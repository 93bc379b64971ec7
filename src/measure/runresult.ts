/** The whole result of a run, put together from what the run left behind. */
import { environmentMessages } from "./environment.ts";
import { type JobParts, jobResult } from "./jobresult.ts";
import { groupResults, totalResult } from "./merge.ts";
import {
  type DiskResult,
  type Environment,
  type JobResult,
  type Message,
  RESULT_SCHEMA,
  RESULT_SCHEMA_VERSION,
  type RunResult,
} from "./result.ts";
import type { RunSampler } from "./samples.ts";

export interface RunParts {
  readonly startedAt: Date;
  readonly elapsedNs: number;
  readonly command: readonly string[];
  readonly processId: number;
  /** Name of the signal that ended the run early. */
  readonly interrupted: string | undefined;
  readonly environment: Environment;
  /** Every job of the run in the order of their indices, those that never started included. */
  readonly jobs: readonly JobParts[];
  readonly sampler: RunSampler;
  readonly disks: readonly DiskResult[];
  /** Notes of the plan and of the run itself. */
  readonly messages: readonly Message[];
}

/**
 * Jobs with `stats = false` are in no list and in no sum; that one of them failed is still said.
 * Messages of each failed job and each job's own notes are added, warnings are not: they are the
 * report's (`withWarnings`).
 */
export function runResult(parts: RunParts): RunResult {
  const { environment, sampler } = parts;
  const all = parts.jobs.map((job) =>
    jobResult(job, (direction) => sampler.job(job.plan.index, direction)),
  );
  const jobs = all.filter((_, index) => parts.jobs[index]!.plan.spec.stats);
  const failures = all.flatMap((job): Message[] =>
    job.error === null ? [] : [failure(job, jobs.includes(job), job.error.text)],
  );
  const survived = parts.jobs.flatMap(({ plan, outcome }): Message[] =>
    (outcome?.errors?.shown ?? []).map((text) => ({
      severity: "warning",
      code: "error_survived",
      text,
      job: plan.spec.stats ? plan.index : null,
    })),
  );
  const notes = parts.jobs.flatMap(({ plan, outcome }): Message[] =>
    (outcome?.notes ?? []).map((text) => ({
      severity: "note",
      code: "job_note",
      text,
      job: plan.index,
    })),
  );
  return {
    schema: RESULT_SCHEMA,
    schema_version: RESULT_SCHEMA_VERSION,
    fathom_version: environment.fathom_version,
    started_at: parts.startedAt.toISOString(),
    elapsed_ns: parts.elapsedNs,
    command: parts.command,
    process_id: parts.processId,
    interrupted: parts.interrupted ?? null,
    environment,
    jobs,
    groups: groupResults(jobs, (group, direction) => sampler.group(group, direction)),
    total: totalResult(jobs, (direction) => sampler.total(direction)),
    disks: parts.disks,
    messages: [
      ...failures,
      ...survived,
      ...parts.messages,
      ...environmentMessages(environment),
      ...notes,
    ],
  };
}

/** A job that is not in the document is named in the text. */
function failure({ index, name }: JobResult, listed: boolean, text: string): Message {
  const about = listed ? { text, job: index } : { text: `${name}: ${text}`, job: null };
  return { severity: "error", code: "job_failed", ...about };
}
