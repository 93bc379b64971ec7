/**
 * A pacer that writes down what goes (write_iolog) and leaves everything else to the one behind it.
 * It stands here because a pacer is told of each unit once, when it is queued, and never of a
 * transfer that is carried on.
 */
import type { TraceLog } from "../io/trace/log.ts";
import type { Units } from "../io/units.ts";
import type { JobFailure } from "../measure/outcome.ts";
import type { Pacer } from "./pacer.ts";

export class LoggedPacer implements Pacer {
  readonly #units: Units;
  readonly #log: TraceLog;
  readonly #behind: Pacer;
  /** When the job began; negative before. */
  #begin = -1;

  constructor(units: Units, log: TraceLog, behind: Pacer) {
    this.#units = units;
    this.#log = log;
    this.#behind = behind;
  }

  admit(direction: number, now: number, inFlight: number): number {
    return this.#behind.admit(direction, now, inFlight);
  }

  get wakeAt(): number {
    return this.#behind.wakeAt;
  }

  get depth(): number {
    return this.#behind.depth;
  }

  get verdict(): number {
    const { lost } = this.#log;
    return lost === undefined ? this.#behind.verdict : -lost.errno;
  }

  get failure(): JobFailure | undefined {
    const { lost } = this.#log;
    if (lost === undefined) return this.#behind.failure;
    const { call, subject, errno, message } = lost;
    return { call, subject, errno, message: `${message} (write_iolog)` };
  }

  begin(now: number, measured: boolean): void {
    if (this.#begin < 0) this.#begin = now;
    this.#behind.begin(now, measured);
  }

  queued(unit: number): void {
    const units = this.#units;
    this.#log.unit(
      units.startedAt[unit]! - this.#begin,
      units.direction[unit]!,
      units.kind[unit]!,
      units.file[unit]!,
      units.offset[unit]!,
      units.length[unit]!,
    );
    this.#behind.queued(unit);
  }

  completed(unit: number, now: number): void {
    this.#behind.completed(unit, now);
  }

  close(now: number, finished: boolean): void {
    this.#log.close(now - Math.max(0, this.#begin));
    this.#behind.close(now, finished);
  }
}
