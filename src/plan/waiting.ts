/**
 * Whom a job waits for: every clone of the earlier jobs that wait_for names. Those of an earlier
 * stage have ended before it begins.
 */
import type { Clone } from "./clones.ts";
import type { Complaints } from "./input.ts";

/** Positions among all clones, of the job's own stage only. */
export function waitsFor(
  clone: Clone,
  clones: readonly Clone[],
  complaints: Complaints,
): readonly number[] {
  const { wait_for: name } = clone.spec;
  if (name === undefined) return [];
  const named = clones.filter(({ spec }) => spec.name === name);
  const earlier = named.filter(({ input }) => input < clone.input);
  if (earlier.length === 0) complaints.add(clone, "wait_for", whyNone(name, clone, named));
  return earlier.filter(({ stage }) => stage === clone.stage).map(({ index }) => index);
}

function whyNone(name: string, { input }: Clone, named: readonly Clone[]): string {
  const shown = JSON.stringify(name);
  if (named.some((other) => other.input === input)) {
    return `${shown} is this job itself; name one that stands before it`;
  }
  if (named.length === 0) return `there is no job ${shown}; name one that stands before this one`;
  return `${shown} stands behind this job, and only an earlier one can be waited for; move it up`;
}
