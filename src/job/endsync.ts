/**
 * The syncs at the end of a pass (end_fsync, end_syncfs): each file, one call after the other,
 * timed as units of direction sync and counted in the writers' run time.
 */
import type { Clock } from "../../ffi/clock.ts";
import { errnoOf, errnoText } from "../../ffi/errno.ts";
import { libc } from "../../ffi/libc.ts";
import { FSYNC, SYNCFS, TRIM, WRITE } from "../base/direction.ts";
import { workOf } from "../base/rw.ts";
import type { OpenFiles } from "../io/files.ts";
import type { JobFailure } from "../measure/outcome.ts";
import type { Recorder } from "../measure/recorder.ts";
import { countersAt, LAST_AT, UNITS } from "../measure/statsblock.ts";
import type { JobControl } from "./control.ts";
import type { JobPlan } from "./jobplan.ts";

interface Syncing {
  readonly plan: JobPlan;
  readonly files: OpenFiles;
  readonly job: JobControl;
  readonly stats: Float64Array;
  readonly recorder: Recorder;
  readonly now: Clock;
}

/** The first failure, or undefined when every call succeeded or none was asked for. */
export function syncAtEnd(syncing: Syncing): JobFailure | undefined {
  const { plan, files, job, stats, recorder, now } = syncing;
  const { spec, targets } = plan;
  const calls = [
    ...(spec.end_fsync ? ([["fsync", FSYNC, libc.fsync]] as const) : []),
    ...(spec.end_syncfs ? ([["syncfs", SYNCFS, libc.syncfs]] as const) : []),
  ];
  if (calls.length === 0 || !workOf(spec).changes) return undefined;
  job.enter("syncing");
  for (const [name, kind, call] of calls) {
    for (const [index, target] of targets.entries()) {
      // An engine that works on no file has none to sync.
      if (target.kind === "none") continue;
      const startedAt = now();
      if (call(files.descriptorOf(index)) !== 0) {
        const errno = errnoOf();
        const message = `${name} ${target.path} at the end of the pass: ${errnoText(errno)}`;
        return { call: name, subject: target.path, errno, message, direction: "sync" };
      }
      recorder.synced(kind, startedAt, now());
    }
  }
  const time = now();
  for (const direction of [WRITE, TRIM]) {
    const at = countersAt(direction);
    if (stats[at + UNITS]! > 0) stats[at + LAST_AT] = time;
  }
  job.enter("running");
  return undefined;
}
