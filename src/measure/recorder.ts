/**
 * Writes a job's statistics while it runs: the hot side of the stats block. Which latencies are
 * kept, and how finely, decides which object stands in each of three slots; the loop does not know.
 */
import { SYNC } from "../base/direction.ts";
import type { Units } from "../io/units.ts";
import { BUCKETS } from "./histogram.ts";
import type { PriorityLatency } from "./outcome.ts";
import { type Fineness, HistogramSink, type Sink, sink } from "./sinks.ts";
import {
  BYTES,
  bucketsAt,
  CLAT,
  COMPLETE_MAP,
  COUNT,
  countersAt,
  DEPTH_MAP,
  FAILURES,
  LAG,
  LAST_AT,
  LAT,
  latencyAt,
  RAMP_BYTES,
  RAMP_UNITS,
  SHORT,
  SLAT,
  SUBMIT_MAP,
  SYNC_MAP,
  UNITS,
} from "./statsblock.ts";

/** Row of a depth map: 1, 2, 4, 8, 16, 32, >= 64 (fio: io_u_mark_depth). */
function depthRow(depth: number): number {
  return depth >= 64 ? 6 : 31 - Math.clz32(depth | 1);
}

/** Row of a submit or complete map: 0, 1–4, 5–8, 9–16, 17–32, 33–64, more (fio: io_u_mark_map). */
function batchRow(count: number): number {
  if (count === 0) return 0;
  if (count <= 4) return 1;
  return count > 64 ? 6 : 32 - Math.clz32(count - 1) - 1;
}

export class Recorder {
  readonly #slat: Sink;
  readonly #clat: Sink;
  readonly #lat: Sink;
  readonly #sync: Sink;

  constructor(
    protected readonly block: Float64Array,
    private readonly units: Units,
    fineness: { readonly slat: Fineness; readonly clat: Fineness; readonly lat: Fineness },
  ) {
    this.#slat = sink(fineness.slat, block, SLAT);
    this.#clat = sink(fineness.clat, block, CLAT);
    this.#lat = sink(fineness.lat, block, LAT);
    this.#sync = new HistogramSink(block, LAT);
  }

  /** `count` units were handed over and `inFlight` are with the engine, these included. */
  committed(inFlight: number, count: number): void {
    const { block } = this;
    const depth = DEPTH_MAP + depthRow(inFlight);
    block[depth] = block[depth]! + count;
    const submit = SUBMIT_MAP + batchRow(count);
    block[submit] = block[submit]! + 1;
  }

  /** One reap gave `count` units. */
  reaped(count: number): void {
    const row = COMPLETE_MAP + batchRow(count);
    this.block[row] = this.block[row]! + 1;
  }

  /** A unit is done, whole, at `time`. */
  completed(unit: number, time: number): void {
    const { block, units } = this;
    const direction = units.direction[unit]!;
    const at = countersAt(direction);
    block[at + UNITS] = block[at + UNITS]! + 1;
    block[at + LAST_AT] = time;
    const started = units.startedAt[unit]!;
    if (direction === SYNC) {
      const call = SYNC_MAP + units.kind[unit]!;
      block[call] = block[call]! + 1;
      this.#sync.add(SYNC, time - started);
      return;
    }
    block[at + BYTES] = block[at + BYTES]! + units.length[unit]!;
    const issued = units.issuedAt[unit]!;
    this.#slat.add(direction, issued - started);
    this.#clat.add(direction, time - issued);
    this.#lat.add(direction, time - started);
  }

  /** A sync that was no unit of the loop (end_fsync); `kind` says which call. */
  synced(kind: number, startedAt: number, time: number): void {
    const at = countersAt(SYNC);
    this.block[SYNC_MAP + kind] = this.block[SYNC_MAP + kind]! + 1;
    this.block[at + UNITS] = this.block[at + UNITS]! + 1;
    this.block[at + LAST_AT] = time;
    this.#sync.add(SYNC, time - startedAt);
  }

  /** The kernel cut a transfer short; it is being carried on. */
  short(unit: number): void {
    const at = countersAt(this.units.direction[unit]!) + SHORT;
    this.block[at] = this.block[at]! + 1;
  }

  failed(unit: number): void {
    const at = countersAt(this.units.direction[unit]!) + FAILURES;
    this.block[at] = this.block[at]! + 1;
  }

  /** Latencies by I/O priority, where a recorder keeps them. */
  get priorities(): readonly PriorityLatency[] | undefined {
    return undefined;
  }

  /** The job has ended: what follows from the counts is filled in. */
  close(): void {}

  /** The end of the ramp: everything so far is forgotten, save how much it was. */
  reset(): void {
    const { block } = this;
    for (let direction = 0; direction <= SYNC; direction++) {
      const at = countersAt(direction);
      const bytes = block[at + BYTES]!;
      const units = block[at + UNITS]!;
      block.fill(0, at, at + RAMP_BYTES);
      block[at + RAMP_BYTES] = bytes;
      block[at + RAMP_UNITS] = units;
      block[at + LAST_AT] = 0;
    }
    block.fill(0, DEPTH_MAP, latencyAt(0, SLAT));
    for (let direction = 0; direction <= SYNC; direction++) {
      for (let kind = SLAT; kind <= LAG; kind++) {
        const at = latencyAt(direction, kind);
        if (block[at + COUNT]! > 0) block.fill(0, at, bucketsAt(direction, kind) + BUCKETS);
      }
    }
  }
}

/**
 * Of a synchronous engine, where every unit goes out alone and comes back at once: its maps follow
 * from its counts, so they are filled in at the end and cost 8 ns a unit less.
 */
export class SynchronousRecorder extends Recorder {
  override committed(): void {}
  override reaped(): void {}

  override close(): void {
    countSingly(this.block);
  }
}

/** The maps of a job whose units were in flight, handed over and brought back one by one. */
function countSingly(block: Float64Array): void {
  let calls = 0;
  for (let direction = 0; direction <= SYNC; direction++) {
    const at = countersAt(direction);
    calls += block[at + UNITS]! + block[at + FAILURES]!;
  }
  block[DEPTH_MAP] = calls;
  block[SUBMIT_MAP + batchRow(1)] = calls;
  block[COMPLETE_MAP + batchRow(1)] = calls;
}

/** The same of a job that is not over, as a copy of its counters and maps. */
export function singly(block: Float64Array): Float64Array {
  const copy = block.slice(0, latencyAt(0, SLAT));
  countSingly(copy);
  return copy;
}
