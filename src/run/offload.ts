/**
 * The threads that do the units of one job (io_submit_mode = offload): started beside it, ended
 * with it, and a job whose threads die does not wait for them.
 */
import { allocateShared } from "../../ffi/memory.ts";
import type { JobPlan } from "../job/jobplan.ts";
import type { OffloadLaunch } from "../job/launch.ts";
import { OffloadBlock, offloadBytes } from "../job/offloadblock.ts";
import { type Runner, Thread } from "./thread.ts";

/** What the job's own clock is made of. */
type ClockWords = Pick<OffloadLaunch, "epoch" | "calibration" | "timeAddress">;

export class OffloadThreads {
  /** Of the memory that they share with the job's thread. */
  readonly address: number;
  readonly #block: OffloadBlock;
  readonly #threads: readonly Thread[];

  constructor(entry: string, plan: JobPlan, clock: ClockWords) {
    const { depth, targets } = plan;
    this.address = allocateShared(offloadBytes(depth, targets.length));
    this.#block = new OffloadBlock(this.address, depth, targets.length);
    const { address } = this;
    this.#threads = Array.from(
      { length: depth },
      (_, row) => new Thread(entry, { role: "offload", plan, row, address, ...clock }),
    );
  }

  /** They end with their job's thread, which is given up when one of them dies. */
  goWith(job: Runner): void {
    for (const thread of this.#threads) {
      thread.ended.then((end) => {
        if (end.kind !== "failure") return;
        job.giveUp(`a thread of io_submit_mode = offload ended: ${end.failure.message}`);
      });
    }
    job.ended.then(() => this.#block.end());
  }
}

/** The threads of a job; undefined where it does its units itself. */
export function offloadFor(
  plan: JobPlan,
  entry: string,
  clock: ClockWords,
): OffloadThreads | undefined {
  return plan.spec.io_submit_mode === "inline" ? undefined : new OffloadThreads(entry, plan, clock);
}
