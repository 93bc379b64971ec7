/**
 * The measured part of a job's life: ramp, passes, the syncs and the reading back at their ends;
 * then its times and why it ended. What a pass does is the loop's.
 */
import type { Clock } from "../../ffi/clock.ts";
import { EILSEQ, errnoText } from "../../ffi/errno.ts";
import { READ, SYNC, TRIM, WRITE } from "../base/direction.ts";
import { SystemError } from "../base/errors.ts";
import type { OpenFiles } from "../io/files.ts";
import { threadUsage } from "../measure/cpu.ts";
import type {
  CpuUsage,
  ErrorCount,
  JobFailure,
  JobOutcome,
  StopReason,
} from "../measure/outcome.ts";
import { countersAt, LAST_AT, RUNTIME, UNITS } from "../measure/statsblock.ts";
import { END, GO_ON } from "../pace/pacer.ts";
import type { BuiltJob } from "./build.ts";
import type { JobControl } from "./control.ts";
import { syncAtEnd } from "./endsync.ts";
import type { JobPlan } from "./jobplan.ts";
import { runLoop } from "./loop.ts";
import { Phases } from "./phases.ts";
import { survivesFindings } from "./tolerance.ts";
import type { Verification } from "./verification.ts";

/** The measured part: ramp, passes, the syncs at their ends; then the times and the reason. */
export function runPasses(
  plan: JobPlan,
  built: BuiltJob,
  files: OpenFiles,
  job: JobControl,
  stats: Float64Array,
  now: Clock,
): Omit<JobOutcome, "clock" | "notes"> {
  const { spec } = plan;
  const { workload, recorder, faults, pacer, verification } = built;
  let usage = threadUsage();
  built.offload?.measured();
  const startedAt = now();
  const times = {
    startedAt,
    rampNs: spec.ramp_size > 0 ? Number.POSITIVE_INFINITY : spec.ramp_time,
    runtimeNs: spec.runtime,
    rampCounts: plan.ways.rampCounts,
  };
  const measured = (): void => {
    usage = threadUsage();
    built.offload?.measured();
  };
  const phases = new Phases(times, { control: job, recorder, workload, pacer, measured });
  const { syncFailure, takenUntil } = goThrough(plan, built, files, { job, stats, phases, now });
  const endedAt = now();
  phases.close(endedAt);
  recorder.close();
  const elapsed = closeTimes(stats, phases.measuredFrom, endedAt, verification);
  const failure = faults.failure ?? pacer.failure ?? syncFailure ?? findingsOf(plan, built);
  const ended = {
    failed: failure !== undefined,
    full: !faults.goOn,
    expired: phases.expired,
    found: pacer.verdict === END,
    stopped: job.stopped,
    byOther: job.stoppedByOther,
  };
  const cutShort = ended.failed || ended.expired || ended.stopped || pacer.verdict !== GO_ON;
  pacer.close(phases.expired ? phases.nextAt : takenUntil, !cutShort);
  const own = difference(threadUsage(), usage);
  const cpu = built.offload === undefined ? own : sum(own, built.offload.usage());
  return {
    stopped: stopReason(plan, stats, ended),
    // The end of a log goes out when the pacer is closed.
    failure: failure ?? pacer.failure,
    errors: errorsOf(plan, built),
    cpu,
    overheadNs: overhead(stats, cpu),
    elapsedNs: elapsed,
    startedAt,
    rampNs: phases.measuredFrom - startedAt,
    priorities: recorder.priorities,
    depth: pacer.depth,
    verification: verification?.outcome(),
  };
}

/** One pass after the other, until one of them is the last. */
function goThrough(
  plan: JobPlan,
  built: BuiltJob,
  files: OpenFiles,
  { job, stats, phases, now }: Going,
): { readonly syncFailure: JobFailure | undefined; readonly takenUntil: number } {
  const { spec } = plan;
  const { workload, recorder, faults, pacer, verification } = built;
  const loop = built.start(phases);
  let syncFailure: JobFailure | undefined;
  let takenUntil = now();
  for (let pass = 0; pass < spec.loops; pass++) {
    if (pass > 0) {
      if (spec.unlink_each_loop) syncFailure = renewed(files);
      if (syncFailure !== undefined) break;
      workload.restart();
      verification?.passBegins(spec.unlink_each_loop);
    }
    runLoop(loop);
    takenUntil = now();
    if (faults.failure === undefined) {
      syncFailure = syncAtEnd({ plan, files, job, stats, recorder, now });
    }
    const failed =
      faults.failure !== undefined || syncFailure !== undefined || pacer.verdict !== GO_ON;
    verification?.passEnded(built, files, { failed, expired: phases.expired });
    if (failed || findingsOf(plan, built) !== undefined) break;
    if (!faults.goOn || phases.expired || job.stopped) break;
  }
  return { syncFailure, takenUntil };
}

/** What verification found, unless the job survives that. */
function findingsOf({ spec }: JobPlan, { verification }: BuiltJob): JobFailure | undefined {
  return survivesFindings(spec) ? undefined : verification?.failure;
}

/** Errors that were counted: of units, and what verification found where that is survived. */
function errorsOf({ spec }: JobPlan, built: BuiltJob): ErrorCount | undefined {
  const { counted } = built.faults;
  if (counted === undefined || !survivesFindings(spec)) return counted;
  const wrong = built.verification?.outcome().wrong ?? 0;
  const total = counted.total + wrong;
  if (wrong === 0 || counted.first !== 0) return { ...counted, total };
  return { ...counted, total, first: EILSEQ, firstText: errnoText(EILSEQ) };
}

interface Going {
  readonly job: JobControl;
  readonly stats: Float64Array;
  readonly phases: Phases;
  readonly now: Clock;
}

/** A direction's run time ends at its last completion; the job's ends when everything is done. */
function closeTimes(
  stats: Float64Array,
  from: number,
  endedAt: number,
  verification: Verification | undefined,
): number {
  for (let direction = 0; direction <= SYNC; direction++) {
    const at = countersAt(direction);
    const last = stats[at + LAST_AT]!;
    stats[at + RUNTIME] = last === 0 ? 0 : Math.max(0, last - from);
  }
  return endedAt - from - (verification?.takeOut(stats) ?? 0);
}

/** Fewer units than this say nothing about the cost of one. */
const ENOUGH_UNITS = 1000;

/**
 * User CPU time of this thread a unit: what fathom, libc and the clock add to the kernel's work.
 */
function overhead(stats: Float64Array, cpu: CpuUsage): number | undefined {
  const units = moved(stats) + stats[countersAt(SYNC) + UNITS]!;
  return units < ENOUGH_UNITS ? undefined : cpu.userNs / units;
}

/** Units that read, wrote or trimmed. */
function moved(stats: Float64Array): number {
  return [READ, WRITE, TRIM].reduce((sum, way) => sum + stats[countersAt(way) + UNITS]!, 0);
}

/** Why nothing more was taken; of what the plan asked for, the limit that was reached. */
function stopReason(
  { passUnits, spec }: JobPlan,
  stats: Float64Array,
  ended: {
    readonly [why in "failed" | "full" | "expired" | "found" | "stopped" | "byOther"]: boolean;
  },
): StopReason {
  if (ended.failed) return "error";
  if (ended.full) return "full";
  if (ended.expired) return "runtime";
  if (ended.found) return "latency_target";
  if (ended.byOther) return "exitall";
  if (ended.stopped) return "signal";
  return moved(stats) >= passUnits * spec.loops ? "number_ios" : "bytes";
}

/** New files for the next pass; what went wrong with the old ones or the new. */
function renewed(files: OpenFiles): JobFailure | undefined {
  try {
    const lost = files.renew();
    return lost === undefined ? undefined : closeFailure(lost);
  } catch (error) {
    if (!(error instanceof SystemError)) throw error;
    return failureOf(error);
  }
}

export function failureOf({ call, subject, errno, message }: SystemError): JobFailure {
  return { call, subject, errno, message };
}

export function closeFailure(error: SystemError): JobFailure {
  return { ...failureOf(error), message: `${error.message} (closing the file)` };
}

function sum(one: CpuUsage, other: CpuUsage): CpuUsage {
  return {
    userNs: one.userNs + other.userNs,
    systemNs: one.systemNs + other.systemNs,
    voluntarySwitches: one.voluntarySwitches + other.voluntarySwitches,
    involuntarySwitches: one.involuntarySwitches + other.involuntarySwitches,
    majorFaults: one.majorFaults + other.majorFaults,
    minorFaults: one.minorFaults + other.minorFaults,
  };
}

function difference(after: CpuUsage, before: CpuUsage): CpuUsage {
  return {
    userNs: after.userNs - before.userNs,
    systemNs: after.systemNs - before.systemNs,
    voluntarySwitches: after.voluntarySwitches - before.voluntarySwitches,
    involuntarySwitches: after.involuntarySwitches - before.involuntarySwitches,
    majorFaults: after.majorFaults - before.majorFaults,
    minorFaults: after.minorFaults - before.minorFaults,
  };
}
