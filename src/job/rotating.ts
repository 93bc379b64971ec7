/**
 * Around a job's workload and engine where not all its files are open: a unit is taken only when
 * its file is open, and waits otherwise until one of those in flight is done. The order of the
 * units stays what it was.
 */
import type { Engine } from "../engine/engine.ts";
import type { Rotation } from "../io/rotation.ts";
import type { Units } from "../io/units.ts";
import { LATER, TAKEN, type Workload } from "../workload/workload.ts";

export class RotatingWork implements Workload {
  readonly #inner: Workload;
  readonly #units: Units;
  readonly #rotation: Rotation;
  /** A unit that was decided and waits for its file. */
  #waiting = false;
  #direction = 0;
  #kind = 0;
  #file = 0;
  #offset = 0;
  #length = 0;

  constructor(inner: Workload, units: Units, rotation: Rotation) {
    this.#inner = inner;
    this.#units = units;
    this.#rotation = rotation;
  }

  direction(): number {
    return this.#waiting ? this.#direction : this.#inner.direction();
  }

  next(unit: number, direction?: number): ReturnType<Workload["next"]> {
    const units = this.#units;
    if (this.#waiting) {
      units.direction[unit] = this.#direction;
      units.kind[unit] = this.#kind;
      units.file[unit] = this.#file;
      units.offset[unit] = this.#offset;
      units.length[unit] = this.#length;
    } else {
      const verdict = this.#inner.next(unit, direction);
      if (verdict !== TAKEN) return verdict;
    }
    this.#waiting = !this.#rotation.ready(units.file[unit]!);
    if (!this.#waiting) return TAKEN;
    this.#direction = units.direction[unit]!;
    this.#kind = units.kind[unit]!;
    this.#file = units.file[unit]!;
    this.#offset = units.offset[unit]!;
    this.#length = units.length[unit]!;
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
}

/** Counts what is in flight in each file, whatever becomes of it. */
export class RotatingEngine implements Engine {
  constructor(
    private readonly inner: Engine,
    private readonly units: Units,
    private readonly rotation: Rotation,
  ) {}

  queue(unit: number): void {
    this.rotation.took(this.units.file[unit]!);
    this.inner.queue(unit);
  }
  commit(): void {
    this.inner.commit();
  }
  getevents(min: number, max: number, until: number): number {
    const { units, rotation } = this;
    const count = this.inner.getevents(min, max, until);
    for (let i = 0; i < count; i++) rotation.gave(units.file[units.completed[i]!]!);
    return count;
  }
  cancel(unit: number): void {
    this.inner.cancel(unit);
  }
  close(): void {
    this.inner.close();
  }
}
