/**
 * Where one latency is kept, and how finely: a summary, with a histogram or without, or nothing.
 * Which it is decides an object once, so that whoever records a unit has no branch for it.
 */
import { bucketOf } from "./histogram.ts";
import { bucketsAt, COUNT, latencyAt, MAX, MIN, SHIFT, SUM, SUM_OF_SQUARES } from "./statsblock.ts";

/** How finely one latency is kept. */
export type Fineness = "off" | "summary" | "histogram";

export interface Sink {
  add(direction: number, ns: number): void;
}

class NoSink implements Sink {
  add(): void {}
}

/** Adds a sample to the summary that begins there. */
export function summarize(block: Float64Array, at: number, ns: number): void {
  const count = block[at + COUNT]!;
  block[at + COUNT] = count + 1;
  if (count === 0) {
    block[at + SHIFT] = ns;
    block[at + MIN] = ns;
    block[at + MAX] = ns;
    return;
  }
  const difference = ns - block[at + SHIFT]!;
  block[at + SUM] = block[at + SUM]! + difference;
  block[at + SUM_OF_SQUARES] = block[at + SUM_OF_SQUARES]! + difference * difference;
  if (ns < block[at + MIN]!) block[at + MIN] = ns;
  else if (ns > block[at + MAX]!) block[at + MAX] = ns;
}

class SummarySink implements Sink {
  constructor(
    private readonly block: Float64Array,
    private readonly kind: number,
  ) {}

  add(direction: number, ns: number): void {
    summarize(this.block, latencyAt(direction, this.kind), ns);
  }
}

export class HistogramSink implements Sink {
  constructor(
    private readonly block: Float64Array,
    private readonly kind: number,
  ) {}

  add(direction: number, ns: number): void {
    const { block, kind } = this;
    summarize(block, latencyAt(direction, kind), ns);
    const bucket = bucketsAt(direction, kind) + bucketOf(ns);
    block[bucket] = block[bucket]! + 1;
  }
}

/** The sink of a latency in a job's stats block; `kind` is SLAT, CLAT … */
export function sink(fineness: Fineness, block: Float64Array, kind: number): Sink {
  if (fineness === "off") return new NoSink();
  return fineness === "summary" ? new SummarySink(block, kind) : new HistogramSink(block, kind);
}
