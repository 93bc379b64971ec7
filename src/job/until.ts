/**
 * A reader that follows a writer which was cut short: ends where the writer's saved state says, and
 * passes over what was in flight then. The reader's units are counted as the writer's writes.
 */
import type { Units } from "../io/units.ts";
import type { Until } from "../verify/state.ts";
import { DONE, NOTHING, TAKEN, type Workload } from "../workload/workload.ts";

export class UntilState implements Workload {
  /** Number of the next unit. */
  #number = 0;
  #ended = false;
  readonly #skipped: ReadonlySet<number>;

  constructor(
    private readonly inner: Workload,
    private readonly units: Units,
    private readonly until: Until,
    /** Called with a unit that is not read, so that whoever counts units counts it too. */
    private readonly skip: (unit: number) => void,
  ) {
    this.#skipped = new Set(until.inFlight);
  }

  direction(): number {
    return this.#ended ? NOTHING : this.inner.direction();
  }

  next(unit: number, direction?: number): ReturnType<Workload["next"]> {
    for (;;) {
      if (this.#ended || this.#number >= this.until.writes) return this.#end();
      const verdict = this.inner.next(unit, direction);
      if (verdict !== TAKEN) return verdict;
      const number = this.#number++;
      if (this.#skipped.has(number)) {
        this.skip(unit);
        this.inner.completed(unit);
        continue;
      }
      if (this.#arrived(unit, number)) return TAKEN;
      this.inner.completed(unit);
      return this.#end();
    }
  }

  completed(unit: number): void {
    this.inner.completed(unit);
  }
  restart(): void {
    this.inner.restart();
  }
  forgive(): void {
    this.inner.forgive();
  }

  #end(): typeof DONE {
    this.#ended = true;
    return DONE;
  }

  /** fio's rule (verify_state_should_stop of 3.33): of the last `depth` only those in the list. */
  #arrived(unit: number, number: number): boolean {
    const { completed, writes, depth } = this.until;
    if (completed === undefined) return true;
    if (writes > depth && writes - number > depth) return true;
    const { file, offset } = this.units;
    return completed.some((one) => one.file === file[unit] && one.offset === offset[unit]);
  }
}
