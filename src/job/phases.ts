/**
 * The instants that part a job's time: the end of the ramp, after which figures start at zero, and
 * the end of the run time. The loop compares one number; what an instant means is decided here.
 */
import type { Recorder } from "../measure/recorder.ts";
import type { JobControl } from "./control.ts";

export class Phases {
  /** The next instant at which `passed` wants to be asked, ns since the run's epoch. */
  nextAt: number;
  /** When the measured part began; meaningful once the ramp is over. */
  measuredFrom: number;
  /** Whether the run time ended the job. */
  expired = false;
  #ramping: boolean;

  /** `runtime` is 0 for no limit; `forgive` makes the ramp's units count for no limit. */
  constructor(
    startedAt: number,
    rampNs: number,
    private readonly runtimeNs: number,
    private readonly control: JobControl,
    private readonly recorder: Recorder,
    private readonly forgive: () => void,
  ) {
    this.#ramping = rampNs > 0;
    this.measuredFrom = startedAt;
    this.nextAt = this.#ramping ? startedAt + rampNs : this.#end();
    control.enter(this.#ramping ? "ramp" : "running");
  }

  /** Whether the job goes on after an instant has passed; called with the time of a reap. */
  passed(time: number): boolean {
    if (!this.#ramping) {
      this.expired = true;
      return false;
    }
    this.#ramping = false;
    this.recorder.reset();
    this.forgive();
    this.measuredFrom = time;
    this.nextAt = this.#end();
    this.control.enter("running");
    return true;
  }

  /** The ramp took all the work there was: nothing was measured. */
  get ramping(): boolean {
    return this.#ramping;
  }

  #end(): number {
    return this.runtimeNs === 0 ? Number.POSITIVE_INFINITY : this.measuredFrom + this.runtimeNs;
  }
}
