/** How long a job's units can be, over all of its directions. */
import { type BlockOptions, type BlockRange, blocksOf } from "../base/blocks.ts";
import { type Rw, workOf } from "../base/rw.ts";

export { type Work, workOf } from "../base/rw.ts";

type Sized = BlockOptions & { readonly rw: Rw };

/** The smallest block of the job's directions, in bytes: the grain its regions are cut in. */
export function smallestBlock(spec: Sized): number {
  return Math.min(...ranges(spec).map(({ least }) => least));
}

export function largestBlock(spec: Sized): number {
  return Math.max(...ranges(spec).map(({ most }) => most));
}

function ranges(spec: Sized): readonly BlockRange[] {
  return workOf(spec).directions.map((direction) => blocksOf(spec, direction));
}
