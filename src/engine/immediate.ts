/**
 * What synchronous engines share: a unit is over when `queue` returns, and `getevents` hands out
 * what was queued. Which call moves the bytes is the subclass's whole business. A thread loads one
 * subclass, so its `transfer` is inlined.
 */
import { errno } from "../../ffi/errno.ts";
import { TRIM } from "../base/direction.ts";
import type { OptionTable } from "../base/option.ts";
import type { Units } from "../io/units.ts";
import type { Engine, EngineContext, Traits } from "./engine.ts";
import { InlineCalls } from "./inline.ts";

export abstract class Immediate implements Engine {
  protected readonly units: Units;
  protected readonly files: Int32Array;
  readonly #inline: InlineCalls;
  #done = 0;

  constructor({ units, files, targets }: EngineContext<OptionTable>) {
    this.units = units;
    this.files = files;
    this.#inline = new InlineCalls(units, files, targets);
  }

  /** Bytes of a read or write of what is left of the unit, or -1 with errno set. */
  protected abstract transfer(unit: number): number;

  /** There is no slat: the unit is issued when it is taken, and no clock is read here. */
  queue(unit: number): void {
    const { units } = this;
    units.issuedAt[unit] = units.startedAt[unit]!;
    if (units.direction[unit]! < TRIM) {
      const bytes = this.transfer(unit);
      units.result[unit] = bytes < 0 ? -errno[0]! : bytes;
    } else {
      units.result[unit] = this.#inline.run(unit);
    }
    units.completed[this.#done++] = unit;
  }
  commit(): void {}
  getevents(): number {
    const done = this.#done;
    this.#done = 0;
    return done;
  }
  cancel(): void {}
  close(): void {}
}

/** Traits of an engine that moves the bytes of files it is given. */
export const FILE_TRAITS: Traits = {
  diskless: false,
  raw: false,
  unidirectional: false,
  pipe: false,
  synchronousTrim: false,
};
