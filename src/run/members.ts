/** What the jobs of a run have in common: the flow they share, the locks of their files. */
import type { JobPlan } from "../job/jobplan.ts";

/** Jobs that share with this one, by index, itself among them; empty of a job in no flow. */
export function flowOf({ spec: own }: JobPlan, jobs: readonly JobPlan[]): readonly number[] {
  if (own.flow === 0) return [];
  return jobs
    .filter(({ spec }) => spec.flow > 0 && spec.flow_id === own.flow_id)
    .map(({ index }) => index);
}

/** Locks of files in the run. */
export function locksOf(jobs: readonly JobPlan[]): number {
  const locks = jobs.flatMap(({ targets }) => targets.map(({ lock }) => lock ?? -1));
  return locks.reduce((most, lock) => Math.max(most, lock), -1) + 1;
}
