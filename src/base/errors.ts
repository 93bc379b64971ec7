/**
 * The kinds of failure a user can meet. `UserError`: what was written is wrong, nothing ran, exit
 * 2. `SystemError`: the machine said no, exit 1. Anything else that is thrown is a bug in fathom.
 */
import type { Problem } from "./problem.ts";
import { showProblem } from "./problem.ts";

/** One or more mistakes in job file, flags or plan; all of them are shown at once. */
export class UserError extends Error {
  override readonly name = "UserError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[] | string) {
    super(typeof problems === "string" ? problems : problems.map(showProblem).join("\n"));
    this.problems = typeof problems === "string" ? [] : problems;
  }
}

/**
 * A call that failed: `pread /data/f0: EIO (input/output error)`, with a hint where there is one.
 */
export class SystemError extends Error {
  override readonly name = "SystemError";

  constructor(
    readonly call: string,
    /** Path or other object of the call; empty when there is none. */
    readonly subject: string,
    /** Positive errno value; 0 when the failure has none. */
    readonly errno: number,
    /** Name and meaning: `EIO (input/output error)`. */
    readonly meaning: string,
    /** What to do about it, one sentence; empty when nothing better is known. */
    readonly hint = "",
  ) {
    super(
      `${call}${subject === "" ? "" : ` ${subject}`}: ${meaning}${hint === "" ? "" : `; ${hint}`}`,
    );
  }
}

/** Exit values of every verb. A run ended by a signal exits with 128 + its number. */
export const EXIT = { ok: 0, failed: 1, usage: 2, threshold: 3 } as const;
