/**
 * What the option rw says, read once: directions, order, and what stands behind its colon. A spec
 * carries the text, `randread:8` or `read:-4096`, because reports and plans show it as it is; who
 * must know what it means asks here.
 */
import type { PerDirection } from "./direction.ts";

export const RW_WORDS = [
  "read",
  "write",
  "trim",
  "randread",
  "randwrite",
  "randtrim",
  "rw",
  "randrw",
  "trimwrite",
  "randtrimwrite",
] as const;
export type RwWord = (typeof RW_WORDS)[number];
/** Behind the colon: bytes of a skip, or units of a random place. */
export type Rw = RwWord | `${RwWord}:${number}`;

export interface Work {
  readonly word: RwWord;
  readonly reads: boolean;
  readonly writes: boolean;
  readonly trims: boolean;
  readonly random: boolean;
  /** Reads and writes in a ratio. */
  readonly mixed: boolean;
  /** Every block is trimmed and then written. */
  readonly rewrites: boolean;
  /** Whether it changes what is stored. */
  readonly changes: boolean;
  /** The directions it goes in. */
  readonly directions: readonly (keyof PerDirection<unknown>)[];
  /** Of a random job: units from one new random place to the next. */
  readonly every: number;
  /** Of a sequential job: bytes passed over after each unit; below zero it runs backwards. */
  readonly skip: number;
}

export function workOf({ rw }: { readonly rw: Rw }): Work {
  const colon = rw.indexOf(":");
  const word = (colon < 0 ? rw : rw.slice(0, colon)) as RwWord;
  const suffix = colon < 0 ? undefined : Number(rw.slice(colon + 1));
  const random = word.startsWith("rand");
  const kind = random ? word.slice("rand".length) : word;
  const mixed = kind === "rw";
  const rewrites = kind === "trimwrite";
  const reads = kind === "read" || mixed;
  const writes = kind === "write" || mixed || rewrites;
  const trims = kind === "trim" || rewrites;
  const directions = [
    ...(reads ? (["read"] as const) : []),
    ...(writes ? (["write"] as const) : []),
    ...(trims ? (["trim"] as const) : []),
  ];
  return {
    word,
    reads,
    writes,
    trims,
    random,
    mixed,
    rewrites,
    changes: writes || trims,
    directions,
    every: random ? (suffix ?? 1) : 1,
    skip: random ? 0 : (suffix ?? 0),
  };
}
