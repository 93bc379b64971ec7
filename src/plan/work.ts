/** What a job does to its files, read off its options: which directions, in which blocks. */
import type { PerDirection } from "../base/direction.ts";
import type { JobSpec } from "../options/options.ts";

export interface Work {
  readonly reads: boolean;
  readonly writes: boolean;
  readonly trims: boolean;
  readonly random: boolean;
  /** Whether it changes what is stored. */
  readonly changes: boolean;
  /** The directions it goes in. */
  readonly directions: readonly (keyof PerDirection<unknown>)[];
}

export function workOf({ rw }: Pick<JobSpec, "rw">): Work {
  const kind = rw.startsWith("rand") ? rw.slice("rand".length) : rw;
  const reads = kind === "read" || kind === "rw";
  const writes = kind === "write" || kind === "rw";
  const trims = kind === "trim";
  const directions = [
    ...(reads ? (["read"] as const) : []),
    ...(writes ? (["write"] as const) : []),
    ...(trims ? (["trim"] as const) : []),
  ];
  return { reads, writes, trims, random: kind !== rw, changes: writes || trims, directions };
}

/** The smallest block of the job's directions, in bytes: the grain its regions are cut in. */
export function smallestBlock(spec: Pick<JobSpec, "rw" | "bs">): number {
  return Math.min(...workOf(spec).directions.map((direction) => spec.bs[direction]));
}

export function largestBlock(spec: Pick<JobSpec, "rw" | "bs">): number {
  return Math.max(...workOf(spec).directions.map((direction) => spec.bs[direction]));
}
