/**
 * I/O priorities of Linux: class, level and hint in 16 bits (linux/ioprio.h). 0 is none: the
 * kernel then takes the nice value of the thread.
 */

export const REALTIME = 1;
export const BEST_EFFORT = 2;

const CLASS_SHIFT = 13;
const HINT_SHIFT = 3;

export interface PriorityParts {
  /** 1 realtime, 2 best effort, 3 idle; 0 of no priority. */
  readonly class: number;
  /** 0 to 7, of which 0 is the highest. */
  readonly level: number;
  /** 0 to 1023; 1 to 7 choose a duration limit of a device that has them. */
  readonly hint: number;
}

/** A level or hint without a class is of the best effort one, as in fio. */
export function priorityOf(parts: PriorityParts): number {
  return ((parts.class || BEST_EFFORT) << CLASS_SHIFT) | (parts.hint << HINT_SHIFT) | parts.level;
}

export function priorityParts(priority: number): PriorityParts {
  return {
    class: priority >> CLASS_SHIFT,
    level: priority & 7,
    hint: (priority >> HINT_SHIFT) & 0x3ff,
  };
}

/** The options of a job that give its thread a priority. */
export interface PriorityOptions {
  readonly prio: number | undefined;
  readonly prioclass: number | undefined;
  readonly priohint: number | undefined;
}

/** Of a job's thread; 0 when none was written. */
export function jobPriority({ prio, prioclass, priohint }: PriorityOptions): number {
  if (prio === undefined && prioclass === undefined && priohint === undefined) return 0;
  return priorityOf({ class: prioclass ?? 0, level: prio ?? 0, hint: priohint ?? 0 });
}

/** A priority that some of the units of one direction get, and how many of them. */
export interface PriorityChance {
  readonly direction: number;
  /** The length of units it is for; absent for all. */
  readonly bytes?: number;
  readonly percent: number;
  readonly priority: number;
}
