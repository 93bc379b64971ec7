/**
 * Around a job's workload and engine where not all its files are open: a unit is taken only when
 * its file is open, and waits otherwise until one of those in flight is done. The order of the
 * units stays what it was.
 */
import type { Engine } from "../engine/engine.ts";
import type { Rotation } from "../io/rotation.ts";
import type { Units } from "../io/units.ts";
import { HoldingWork } from "../workload/holding.ts";
import type { Workload } from "../workload/workload.ts";

export class RotatingWork extends HoldingWork {
  readonly #rotation: Rotation;

  constructor(inner: Workload, units: Units, rotation: Rotation) {
    super(inner, units);
    this.#rotation = rotation;
  }

  protected override mayGo(unit: number): boolean {
    return this.#rotation.ready(this.units.file[unit]!);
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
