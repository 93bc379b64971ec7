/**
 * Where the thread of a gtod_cpu writes the time and where its readers find it, in doubles: a cache
 * line of shared memory. The writer's side and the readers' meet here and nowhere else.
 */

/** The time, ns since the run's epoch. */
export const KEPT_TIME = 0;
/** Whether the writer is to end. */
export const KEEPER_ENDS = 1;

export const KEPT_DOUBLES = 8;
