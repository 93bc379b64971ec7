/**
 * Jobs that do not end although they were told to: a pipe without another end, a dead server or
 * device. The thread of one stands still in the kernel; where it stands is read from /proc, then it
 * is given up, and the run ends with what it measured until then. A unit that an asynchronous
 * engine waits for is the job's own business (`lingering.ts`): its thread never stands still.
 */
import type { JobPlan } from "../job/jobplan.ts";
import { standstill } from "../measure/standstill.ts";
import { taskUsage } from "../measure/taskusage.ts";
import type { SharedMemory } from "./shared.ts";
import type { Runner } from "./thread.ts";

/** Of a job that has not begun there is nothing to lose by not waiting longer; fio: 10 s. */
const NOT_BEGUN_NS = 10e9;
/** Between two looks at a thread. */
const LOOK_NS = 250e6;

interface Seen {
  /** Whatever changes when the thread does anything. */
  readonly mark: number;
  readonly since: number;
}

export class StuckJobs {
  readonly #seen = new Map<number, Seen>();
  #lookedAt = 0;

  constructor(
    private readonly shared: SharedMemory,
    private readonly releasedAt: Float64Array,
  ) {}

  /** Gives up those that have stood still for too long. */
  look(threads: ReadonlyMap<number, Runner>, jobs: readonly JobPlan[], now: number): void {
    if (now - this.#lookedAt < LOOK_NS) return;
    this.#lookedAt = now;
    for (const [index, thread] of threads) this.#lookAt(jobs[index]!, thread, now);
  }

  #lookAt(plan: JobPlan, thread: Runner, now: number): void {
    const { index, spec } = plan;
    const job = this.shared.control.job(index);
    // A cache that is written back may take its time; fio too looks no further than here.
    if (!this.#mustEnd(plan, now) || job.state === "syncing") {
      this.#seen.delete(index);
      return;
    }
    const usage = taskUsage(job.thread);
    const mark =
      job.progress +
      (usage === undefined
        ? 0
        : usage.voluntarySwitches + usage.involuntarySwitches + usage.userNs + usage.systemNs);
    const seen = this.#seen.get(index);
    if (seen === undefined || seen.mark !== mark) {
      this.#seen.set(index, { mark, since: now });
      return;
    }
    const begun = this.releasedAt[index]! > 0;
    const limit = begun ? spec.stuck_timeout : Math.min(spec.stuck_timeout, NOT_BEGUN_NS);
    if (now - seen.since < limit) return;
    const told = job.stopped ? "it was told to end" : "its runtime was over";
    const where = standstill(job.thread);
    thread.giveUp(
      `it is stuck in ${where.text}: ${told}, and nothing came back for ${limit / 1e9} s`,
      where,
    );
  }

  #mustEnd({ index, spec, startDelay }: JobPlan, now: number): boolean {
    if (this.shared.control.job(index).stopped) return true;
    const releasedAt = this.releasedAt[index]!;
    if (releasedAt === 0 || spec.runtime === 0 || spec.ramp_size > 0) return false;
    return now > releasedAt + startDelay + spec.ramp_time + spec.runtime;
  }
}
