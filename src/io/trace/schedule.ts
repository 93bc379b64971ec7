/**
 * When the next unit of a replay is due: written by the workload, which knows the trace, and read
 * by the pacer, which lets it go. Two of a job's stages meet here and nowhere else.
 */

/** The next entry has not been read yet: nobody knows when it is due. */
export const UNREAD = -1;

export class Schedule {
  /** ns after the begin of the pass, or UNREAD. */
  due = 0;
  /** Whether the pass has begun: its begin is the first time it is asked for. */
  begun = false;
  /** Why the trace cannot be read any further; undefined while it can. */
  failure: string | undefined = undefined;

  constructor(
    /** Whether the trace's times are kept. */
    readonly timed: boolean,
  ) {}
}
