/**
 * The instants that part a job's time: the end of the ramp, after which figures start at zero, and
 * the end of the run time. The loop compares one number; what an instant means is decided here.
 */
import type { Recorder } from "../measure/recorder.ts";
import type { JobControl } from "./control.ts";

export interface PhaseTimes {
  /** ns since the run's epoch. */
  readonly startedAt: number;
  /** 0 for no ramp, and for no limit of time; a ramp of Infinity is ended by `endRamp`. */
  readonly rampNs: number;
  readonly runtimeNs: number;
  /** Whether the work of a ramp counts towards the job's limits of bytes. */
  readonly rampCounts: boolean;
}

export interface PhaseParts {
  readonly control: JobControl;
  readonly recorder: Recorder;
  readonly workload: { forgive(): void };
  readonly pacer: { begin(now: number, measured: boolean): void };
  /** Called when the measured part begins after a ramp. */
  readonly measured: () => void;
}

export class Phases {
  /** The next instant at which `passed` wants to be asked, ns since the run's epoch. */
  nextAt: number;
  /** When the measured part began; meaningful once the ramp is over. */
  measuredFrom: number;
  /** Whether the run time ended the job. */
  expired = false;
  #ramping: boolean;

  constructor(
    private readonly times: PhaseTimes,
    private readonly parts: PhaseParts,
  ) {
    const { startedAt, rampNs } = times;
    this.#ramping = rampNs > 0;
    this.measuredFrom = startedAt;
    this.nextAt = this.#ramping ? startedAt + rampNs : this.#end();
    parts.control.enter(this.#ramping ? "ramp" : "running");
    parts.pacer.begin(startedAt, !this.#ramping);
  }

  /** Whether the job goes on after an instant has passed; called with the time of a reap. */
  passed(time: number): boolean {
    if (!this.#ramping) {
      this.expired = true;
      return false;
    }
    this.#measureFrom(time);
    this.nextAt = this.#end();
    return true;
  }

  /** The ramp is over with what has been reaped; nothing happens when it is already. */
  endRamp(now: number): void {
    if (this.#ramping) this.nextAt = now;
  }

  /** What was done so far is no figure, and the run time begins anew. */
  measureFrom(now: number): void {
    this.#measureFrom(now);
    this.nextAt = this.#end();
  }

  /** The work is all taken: whether there is more of it, as in a ramp whose work counts not. */
  exhausted(): boolean {
    if (!this.#ramping || this.times.rampCounts) return false;
    this.parts.workload.forgive();
    return true;
  }

  /** The job is over: what it did in a ramp that did not end is no figure either. */
  close(time: number): void {
    if (this.#ramping) this.#measureFrom(time);
  }

  #measureFrom(time: number): void {
    const { control, recorder, workload, pacer, measured } = this.parts;
    this.#ramping = false;
    this.measuredFrom = time;
    recorder.reset();
    workload.forgive();
    pacer.begin(time, true);
    measured();
    control.enter("running");
  }

  #end(): number {
    const { runtimeNs } = this.times;
    return runtimeNs === 0 ? Number.POSITIVE_INFINITY : this.measuredFrom + runtimeNs;
  }
}

/** Stands for the phases of a job in stages that are made before they begin. */
export class Turning {
  phases: Phases | undefined;

  endRamp(now: number): void {
    this.phases?.endRamp(now);
  }
  measureFrom(now: number): void {
    this.phases?.measureFrom(now);
  }
}
