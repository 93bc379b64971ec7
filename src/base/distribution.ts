/**
 * How often which part of a file is hit: the value of random_distribution as plain data, and the
 * text it is shown as. How it is read is the table's business, what is drawn from it `workload/`'s.
 */
import { formatSize } from "./quantity.ts";

/** Accesses in percent, and what they go to: percent of the file, or bytes. */
export interface Zone {
  readonly share: number;
  readonly space: number;
}

export interface Curve {
  readonly kind: "zipf" | "pareto" | "normal";
  /** zipf's theta, pareto's h, normal's deviation in percent of the file. */
  readonly parameter: number;
  /** Where the most often hit block is, from 0 to 1. */
  readonly centre?: number;
}

export type Distribution =
  | { readonly kind: "random" }
  | Curve
  | { readonly kind: "zoned" | "zoned_abs"; readonly zones: readonly Zone[] }
  | { readonly kind: "sequence"; readonly blocks: readonly number[] };

/** fio's text of it. */
export function formatDistribution(value: Distribution): string {
  switch (value.kind) {
    case "random":
      return value.kind;
    case "sequence":
      return [value.kind, ...value.blocks].join(":");
    case "zoned":
      return [value.kind, ...value.zones.map(({ share, space }) => `${share}/${space}`)].join(":");
    case "zoned_abs": {
      const zones = value.zones.map(({ share, space }) => `${share}/${formatSize(space)}`);
      return [value.kind, ...zones].join(":");
    }
    default: {
      const { kind, parameter, centre } = value;
      return [kind, parameter, ...(centre === undefined ? [] : [centre])].join(":");
    }
  }
}
