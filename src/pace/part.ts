/** What most pacers have nothing to say about: a pacer says only what differs. */
import type { JobFailure } from "../measure/outcome.ts";
import { GO_ON, type Pacer } from "./pacer.ts";

export abstract class Part implements Pacer {
  wakeAt = Number.POSITIVE_INFINITY;
  verdict = GO_ON;
  failure: JobFailure | undefined = undefined;

  constructor(public depth: number) {}

  abstract admit(direction: number, now: number, inFlight: number): number;
  begin(_now: number, _measured: boolean): void {}
  queued(_unit: number): void {}
  completed(_unit: number, _now: number): void {}
  close(_now: number, _finished: boolean): void {}

  /** Ends the job with an errno and the sentence that goes with it. */
  protected fail(errno: number, option: string, message: string): void {
    this.verdict = -errno;
    this.failure = { call: option, subject: "", errno, message };
  }
}
