/**
 * How long a job's units can be, read off bs, bsrange and bssplit in one place: who sizes buffers,
 * cuts regions or checks alignments asks here and not the options.
 */
import type { PerDirection } from "./direction.ts";

type Direction = keyof PerDirection<unknown>;

/** Bytes, both possible. */
export interface BlockRange {
  readonly least: number;
  readonly most: number;
}

/** One size of a bssplit and its share of the units, in percent. */
export interface BlockShare {
  readonly bytes: number;
  readonly percent: number;
}

/** The options that say how long units are. */
export interface BlockOptions {
  readonly bs: PerDirection<number>;
  readonly bsrange: PerDirection<BlockRange | undefined> | undefined;
  /** Empty where none was written; else in ascending order of the shares, which come to 100. */
  readonly bssplit: PerDirection<readonly BlockShare[]> | undefined;
  readonly bs_is_seq_rand: boolean;
}

/** The shortest and the longest unit of that direction. */
export function blocksOf(options: BlockOptions, direction: Direction): BlockRange {
  if (!options.bs_is_seq_rand) return written(options, direction);
  const sequential = written(options, "read");
  const random = written(options, "write");
  return {
    least: Math.min(sequential.least, random.least),
    most: Math.max(sequential.most, random.most),
  };
}

/** The sizes with shares of that direction; empty where none was written. */
export function sharesOf(
  { bssplit }: Pick<BlockOptions, "bssplit">,
  direction: Direction,
): readonly BlockShare[] {
  return bssplit?.[direction] ?? [];
}

/** The option that says it. */
export function writtenIn(
  { bssplit, bsrange }: BlockOptions,
  direction: Direction,
): "bssplit" | "bsrange" | "bs" {
  if (sharesOf({ bssplit }, direction).length > 0) return "bssplit";
  return bsrange?.[direction] === undefined ? "bs" : "bsrange";
}

/** As `blocksOf`, of what stands at that place of the options, whatever it is there for. */
export function written(options: BlockOptions, direction: Direction): BlockRange {
  const split = sharesOf(options, direction).filter(({ percent }) => percent > 0);
  if (split.length > 0) {
    const sizes = split.map(({ bytes }) => bytes);
    return { least: Math.min(...sizes), most: Math.max(...sizes) };
  }
  const bytes = options.bs[direction];
  return options.bsrange?.[direction] ?? { least: bytes, most: bytes };
}
