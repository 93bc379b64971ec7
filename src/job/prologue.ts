/**
 * Where a job's thread runs and what its memory is: set after the warm-up, whose helper threads
 * would be bound with it, and before anything of the job is allocated. Loaded by jobs that ask.
 */
import { EPERM, failure } from "../../ffi/errno.ts";
import { addNice, runOn, takeMemoryFrom } from "../../ffi/placement.ts";
import type { ProloguePlan } from "./prologueplan.ts";

/** Throws SystemError with the call that the kernel refused. */
export function settle({ cpus, memory, nice }: ProloguePlan): void {
  if (cpus !== undefined) check("sched_setaffinity", `CPUs ${cpus}`, runOn(cpus));
  if (memory !== undefined) {
    const { mode, nodes } = memory;
    check("set_mempolicy", `${mode} ${nodes}`.trim(), takeMemoryFrom(mode, nodes));
  }
  if (nice !== 0) {
    const hint = "a nice value below that of fathom is for root (CAP_SYS_NICE)";
    check("setpriority", `nice ${nice}`, addNice(nice), hint);
  }
}

const EACCES = 13;

function check(call: string, subject: string, errno: number, notPermitted = ""): void {
  if (errno === 0) return;
  throw failure(call, subject, errno, errno === EPERM || errno === EACCES ? notPermitted : "");
}
