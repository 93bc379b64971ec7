/**
 * Which errors a job survives: continue_on_error and ignore_error, by fio's classes. A read is one,
 * everything else that moves or syncs is a write, and a block that is not what was written is a
 * class of its own (fio: td_error_type).
 */
import { EDQUOT, EILSEQ, EIO, ENOSPC } from "../../ffi/errno.ts";
import { READ } from "../base/direction.ts";
import type { JobSpec } from "../options/options.ts";

export type Tolerant = Pick<JobSpec, "continue_on_error" | "ignore_error" | "fill_device">;

/** With fill_device these are how the job is to end: one that went on would never do so. */
const FULL: readonly number[] = [ENOSPC, EDQUOT];

type ErrorClass = "read" | "write" | "verify";

/** Those that a class survives of which no list was written; fio: __NON_FATAL_ERR. */
const NOT_FATAL: readonly number[] = [EIO, EILSEQ];

const CLASSES: Readonly<Record<JobSpec["continue_on_error"], readonly ErrorClass[]>> = {
  none: [],
  read: ["read"],
  write: ["write"],
  io: ["read", "write"],
  verify: ["verify"],
  all: ["read", "write", "verify"],
};

export function isTolerant({ continue_on_error, ignore_error }: Tolerant): boolean {
  return continue_on_error !== "none" || ignore_error !== undefined;
}

export function classOf(direction: number, errno: number): ErrorClass {
  if (errno === EILSEQ) return "verify";
  return direction === READ ? "read" : "write";
}

/** The errors of the class that are survived; undefined when those of the class do not count. */
export function survived(spec: Tolerant, kind: ErrorClass): readonly number[] | undefined {
  const list = spec.ignore_error?.[kind] ?? [];
  if (list.length > 0) return list.filter((errno) => !spec.fill_device || !FULL.includes(errno));
  return CLASSES[spec.continue_on_error].includes(kind) ? NOT_FATAL : undefined;
}

/** Whether a block that is wrong is only counted. */
export function survivesFindings(spec: Tolerant): boolean {
  return survived(spec, "verify")?.includes(EILSEQ) ?? false;
}
