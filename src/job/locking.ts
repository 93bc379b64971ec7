/**
 * lockfile: around an engine with one unit in flight, the lock of the unit's file from before it is
 * queued until it is reaped. One unit a job, so no two jobs can wait for each other.
 */
import { READ } from "../base/direction.ts";
import type { Engine } from "../engine/engine.ts";
import { FileLock } from "../io/filelock.ts";
import type { Target } from "../io/target.ts";
import type { Units } from "../io/units.ts";
import { LOCK_BYTES } from "./control.ts";

export class LockingEngine implements Engine {
  /** One a target; several names of one file are one lock. */
  readonly #locks: readonly (FileLock | undefined)[];

  /** `shared`: reads may be at the same time. */
  constructor(
    private readonly inner: Engine,
    private readonly units: Units,
    targets: readonly Pick<Target, "lock">[],
    locksAddress: number,
    private readonly shared: boolean,
  ) {
    this.#locks = targets.map(({ lock }) =>
      lock === undefined ? undefined : new FileLock(locksAddress + lock * LOCK_BYTES),
    );
  }

  queue(unit: number): void {
    this.#locks[this.units.file[unit]!]?.acquire(this.#shares(unit));
    this.inner.queue(unit);
  }
  commit(): void {
    this.inner.commit();
  }
  getevents(min: number, max: number, until: number): number {
    const { units } = this;
    const count = this.inner.getevents(min, max, until);
    for (let i = 0; i < count; i++) {
      const unit = units.completed[i]!;
      this.#locks[units.file[unit]!]?.release(this.#shares(unit));
    }
    return count;
  }
  cancel(unit: number): void {
    this.inner.cancel(unit);
  }
  close(): void {
    this.inner.close();
  }

  #shares(unit: number): boolean {
    return this.shared && this.units.direction[unit] === READ;
  }
}
