/**
 * Several pacers in one: a unit goes when every one of them lets it go. They are asked in turn, and
 * each is asked about the direction the one before it chose; so one that chooses (a rate of a mix)
 * comes last, or another would let a direction go that it was not asked about.
 */
import type { JobFailure } from "../measure/outcome.ts";
import { GO_ON, type Pacer } from "./pacer.ts";

export class Combined implements Pacer {
  wakeAt = Number.POSITIVE_INFINITY;
  readonly #parts: readonly Pacer[];

  constructor(parts: readonly Pacer[]) {
    this.#parts = parts;
  }

  /** The first that holds the unit says until when; the others are asked again then. */
  admit(direction: number, now: number, inFlight: number): number {
    const parts = this.#parts;
    let chosen = direction;
    for (let i = 0; i < parts.length; i++) {
      const part = parts[i]!;
      const answer = part.admit(chosen, now, inFlight);
      if (answer < 0) {
        this.wakeAt = part.wakeAt;
        return answer;
      }
      chosen = answer;
    }
    return chosen;
  }

  get depth(): number {
    const parts = this.#parts;
    let depth = parts[0]!.depth;
    for (let i = 1; i < parts.length; i++) depth = Math.min(depth, parts[i]!.depth);
    return depth;
  }

  get verdict(): number {
    const parts = this.#parts;
    for (let i = 0; i < parts.length; i++) {
      const { verdict } = parts[i]!;
      if (verdict !== GO_ON) return verdict;
    }
    return GO_ON;
  }

  /** Of the part whose verdict counts. */
  get failure(): JobFailure | undefined {
    return this.#parts.find(({ verdict }) => verdict !== GO_ON)?.failure;
  }

  begin(now: number, measured: boolean): void {
    for (const part of this.#parts) part.begin(now, measured);
  }
  queued(unit: number): void {
    const parts = this.#parts;
    for (let i = 0; i < parts.length; i++) parts[i]!.queued(unit);
  }
  completed(unit: number, now: number): void {
    const parts = this.#parts;
    for (let i = 0; i < parts.length; i++) parts[i]!.completed(unit, now);
  }
  close(now: number, finished: boolean): void {
    for (const part of this.#parts) part.close(now, finished);
  }
}
