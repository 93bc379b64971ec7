/**
 * Which jobs end with one that ends: exitall, exitall_on_error and exit_what. As in fio exitall is
 * a matter of the run: one job that has it makes the end of any job count.
 */
import type { JobPlan } from "../job/jobplan.ts";

type Ending = Pick<JobPlan, "index" | "group"> & {
  readonly spec: Pick<JobPlan["spec"], "exitall" | "exit_what" | "exitall_on_error">;
};

/** Positions of the others that are to end, `over` having ended; `runs` says which have begun. */
export function endingWith(
  over: Ending,
  failed: boolean,
  jobs: readonly Ending[],
  runs: (index: number) => boolean,
): readonly number[] {
  const { exit_what: what, exitall_on_error: onError } = over.spec;
  if (!(failed && onError) && !jobs.some(({ spec }) => spec.exitall)) return [];
  return jobs
    .filter(({ index, group }) => {
      if (index === over.index) return false;
      if (what === "group") return group === over.group;
      return what === "all" || runs(index);
    })
    .map(({ index }) => index);
}
