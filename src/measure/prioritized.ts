/**
 * The recorder of a job whose units have I/O priorities: keeps the latency of each priority beside
 * what every job keeps, in a block of its own that only such jobs have.
 */
import { SYNC } from "../base/direction.ts";
import type { Units } from "../io/units.ts";
import { BUCKETS, bucketOf } from "./histogram.ts";
import { type Latency, latencyAtPlace } from "./latency.ts";
import type { PriorityLatency } from "./outcome.ts";
import { Recorder } from "./recorder.ts";
import { type Fineness, summarize } from "./sinks.ts";
import { SUMMARY } from "./statsblock.ts";

const LATENCY = SUMMARY + BUCKETS;
/** Priorities are 16 bits. */
const PRIORITIES = 0x1_0000;

export class PriorityRecorder extends Recorder {
  readonly #rows: Units;
  readonly #priorities: readonly number[];
  /** Place of each priority in the list. */
  readonly #places: Uint8Array;
  /** Summary and buckets of each direction and priority. */
  readonly #own: Float64Array;
  /** From when latencies count: a unit was taken, or issued. */
  readonly #from: Float64Array;

  /** `whole`: of lat, not clat. `priorities`: all that units can have, at most 256. */
  constructor(
    block: Float64Array,
    units: Units,
    fineness: { readonly slat: Fineness; readonly clat: Fineness; readonly lat: Fineness },
    whole: boolean,
    priorities: readonly number[],
  ) {
    super(block, units, fineness);
    this.#rows = units;
    this.#priorities = [...new Set(priorities)];
    this.#places = new Uint8Array(PRIORITIES);
    this.#priorities.forEach((priority, place) => {
      this.#places[priority] = place;
    });
    this.#own = new Float64Array(SYNC * this.#priorities.length * LATENCY);
    this.#from = whole ? units.startedAt : units.issuedAt;
  }

  override completed(unit: number, time: number): void {
    super.completed(unit, time);
    const direction = this.#rows.direction[unit]!;
    if (direction >= SYNC) return;
    const place = this.#places[this.#rows.priority[unit]!]!;
    const at = (direction * this.#priorities.length + place) * LATENCY;
    const ns = time - this.#from[unit]!;
    const own = this.#own;
    summarize(own, at, ns);
    const bucket = at + SUMMARY + bucketOf(ns);
    own[bucket] = own[bucket]! + 1;
  }

  override reset(): void {
    super.reset();
    this.#own.fill(0);
  }

  /** By direction, in the order of the priorities; those without a unit are left out. */
  override get priorities(): readonly PriorityLatency[] {
    const all: PriorityLatency[] = [];
    for (let direction = 0; direction < SYNC; direction++) {
      this.#priorities.forEach((priority, place) => {
        const at = (direction * this.#priorities.length + place) * LATENCY;
        const latency: Latency | undefined = latencyAtPlace(this.#own, at, true);
        if (latency !== undefined) all.push({ direction, priority, latency });
      });
    }
    return all;
  }
}
