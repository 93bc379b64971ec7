/**
 * A workload around another one that holds a unit back until it may go. The order of the units
 * stays what it was; one that waits holds up those behind it, and may go out in another row than
 * the one it was decided in.
 */
import type { Units } from "../io/units.ts";
import { LATER, TAKEN, type Workload } from "./workload.ts";

export abstract class HoldingWork implements Workload {
  readonly #inner: Workload;
  /** A unit that was decided and waits, column by column. */
  #isWaiting = false;
  #direction = 0;
  #kind = 0;
  #file = 0;
  #offset = 0;
  #length = 0;
  #dueAt = 0;

  constructor(
    inner: Workload,
    protected readonly units: Units,
  ) {
    this.#inner = inner;
  }

  /** Whether the unit of a row may go now; asked again after each completion. */
  protected abstract mayGo(unit: number): boolean;

  direction(): number {
    return this.#isWaiting ? this.#direction : this.#inner.direction();
  }

  next(unit: number, direction?: number): ReturnType<Workload["next"]> {
    if (this.#isWaiting) {
      this.#putBack(unit);
    } else {
      const verdict = this.#inner.next(unit, direction);
      if (verdict !== TAKEN) return verdict;
    }
    this.#isWaiting = !this.mayGo(unit);
    if (!this.#isWaiting) return TAKEN;
    this.#keep(unit);
    return LATER;
  }

  completed(unit: number): void {
    this.#inner.completed(unit);
  }
  restart(): void {
    this.#inner.restart();
  }
  forgive(): void {
    this.#inner.forgive();
  }

  #keep(unit: number): void {
    const { units } = this;
    this.#direction = units.direction[unit]!;
    this.#kind = units.kind[unit]!;
    this.#file = units.file[unit]!;
    this.#offset = units.offset[unit]!;
    this.#length = units.length[unit]!;
    this.#dueAt = units.dueAt[unit]!;
  }

  #putBack(unit: number): void {
    const { units } = this;
    units.direction[unit] = this.#direction;
    units.kind[unit] = this.#kind;
    units.file[unit] = this.#file;
    units.offset[unit] = this.#offset;
    units.length[unit] = this.#length;
    units.dueAt[unit] = this.#dueAt;
  }
}
