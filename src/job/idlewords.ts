/**
 * What the main thread and a thread that measures a CPU say to each other: doubles in shared
 * memory, at these places.
 */

/** The main thread's word: 0 wait, 1 count, 2 end. */
export const IDLE_ORDER = 0;
/** ns that a unit takes, and its spread, of those measured at the start. */
export const IDLE_MEAN = 1;
export const IDLE_STDDEV = 2;
/** Units done since the word was count. */
export const IDLE_UNITS = 3;
/** Doubles of one thread: a cache line of its own. */
export const IDLE_DOUBLES = 8;
