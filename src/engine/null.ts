/**
 * The engine that moves nothing: what remains is fathom's own cost, so it is what the bench
 * compares and what warms a thread up. At depth 1 a unit completes where it is queued; above, it
 * waits until it is reaped, so that batches and depths behave as with a real device.
 */
import type { Clock } from "../../ffi/clock.ts";
import { TRIM } from "../base/direction.ts";
import type { Units } from "../io/units.ts";
import type { Engine, EngineDefinition } from "./engine.ts";

/** Depth 1: done inside `queue`. */
class ImmediateNull implements Engine {
  #done = 0;

  constructor(private readonly units: Units) {}

  queue(unit: number): void {
    const { units } = this;
    units.issuedAt[unit] = units.startedAt[unit]!;
    units.result[unit] = moved(units, unit);
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

/** Depth above 1: everything committed is ready, in the order it was queued. */
class QueuedNull implements Engine {
  /** Queued rows from #stamped on are not committed yet; those before are ready. */
  readonly #ring: Uint32Array;
  readonly #mask: number;
  #head = 0;
  #stamped = 0;
  #tail = 0;

  constructor(
    private readonly units: Units,
    private readonly now: Clock,
  ) {
    const size = 2 ** Math.ceil(Math.log2(units.depth));
    this.#ring = new Uint32Array(size);
    this.#mask = size - 1;
  }

  queue(unit: number): void {
    this.units.result[unit] = moved(this.units, unit);
    this.#ring[this.#tail & this.#mask] = unit;
    this.#tail = (this.#tail + 1) | 0;
  }
  commit(): void {
    const { units } = this;
    const ring = this.#ring;
    const mask = this.#mask;
    const tail = this.#tail;
    const time = this.now();
    for (let at = this.#stamped; at !== tail; at = (at + 1) | 0) {
      units.issuedAt[ring[at & mask]!] = time;
    }
    this.#stamped = tail;
  }
  getevents(_min: number, max: number): number {
    const { completed } = this.units;
    const ring = this.#ring;
    const mask = this.#mask;
    const ready = (this.#stamped - this.#head) | 0;
    const count = Math.min(ready, max);
    const head = this.#head;
    for (let i = 0; i < count; i++) completed[i] = ring[(head + i) & mask]!;
    this.#head = (head + count) | 0;
    return count;
  }
  cancel(): void {}
  close(): void {}
}

/** A read or write moves all that is left of it; a trim or sync succeeds with 0. */
function moved(units: Units, unit: number): number {
  return units.direction[unit]! < TRIM ? units.length[unit]! - units.moved[unit]! : 0;
}

export const nullEngine: EngineDefinition<Record<never, never>> = {
  name: "null",
  summary: "moves no data: measures fathom itself",
  options: {},
  traits: {
    diskless: true,
    raw: false,
    unidirectional: false,
    pipe: false,
    offload: true,
    synchronousTrim: false,
  },
  synchronous: (spec) => spec.iodepth === 1,
  unavailable: () => undefined,
  create: ({ units, now, spec }) =>
    spec.iodepth === 1 ? new ImmediateNull(units) : new QueuedNull(units, now),
};
