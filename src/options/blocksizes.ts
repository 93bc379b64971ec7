/** Options about how long units are, where that is more than one number: bsrange and bssplit. */
import type { BlockRange, BlockShare } from "../base/blocks.ts";
import type { PerDirection } from "../base/direction.ts";
import type { Option, RawValue } from "../base/option.ts";
import { type Part, perDirection } from "../base/perdirection.ts";
import { Mistake } from "../base/problem.ts";
import { formatSize, SIZE_PATTERN } from "../base/quantity.ts";
import { quote, show } from "../base/quote.ts";
import { type About, readSize, sizeSchema } from "../base/values.ts";

/** fio's BSSPLIT_MAX. */
const MOST_SHARES = 64;
const SIZE = SIZE_PATTERN.slice(1, -1);

const RANGE: Part<BlockRange | undefined> = {
  metavar: "SIZE-SIZE[,…]",
  example: '"4k-64k"',
  read: readRange,
  unset: undefined,
  format: (range) =>
    range === undefined ? "" : `${formatSize(range.least)}-${formatSize(range.most)}`,
  schema: {
    anyOf: [
      { type: "string", pattern: `^(${SIZE})-(${SIZE})$` },
      { type: "array", items: sizeSchema(1), minItems: 2, maxItems: 2 },
    ],
  },
  fio: "ranges",
};

type Ranges = PerDirection<BlockRange | undefined>;
type Shares = PerDirection<readonly BlockShare[]>;

export function blockRanges(about: About<undefined>): Option<Ranges | undefined> {
  return perDirection<BlockRange | undefined, undefined>(about, RANGE);
}

function readRange(raw: RawValue): BlockRange {
  const sizes = typeof raw === "string" ? raw.split("-") : raw;
  if (!Array.isArray(sizes) || sizes.length !== 2) {
    throw new Mistake(
      `${show(raw)} is no range of sizes; write "4k-64k", or ["4k", "64k"] in a job file`,
    );
  }
  const [least, most] = (sizes as readonly RawValue[]).map((size) => readSize(plain(size), 1));
  if (least! <= most!) return { least: least!, most: most! };
  throw new Mistake(`${show(raw)} runs downwards; write the smaller size first`);
}

/** What can be a size at all; the rest is told as `readSize` tells it. */
function plain(raw: RawValue): RawValue {
  return typeof raw === "string" ? raw.trim() : raw;
}

const SPLIT: Part<readonly BlockShare[]> = {
  metavar: "SIZE/PERCENT:…[,…]",
  example: '"4k/60:64k/40"',
  read: readSplit,
  unset: [],
  format: (shares) =>
    shares.map(({ bytes, percent }) => `${formatSize(bytes)}/${percent}`).join(":"),
  schema: {
    anyOf: [
      { type: "string", pattern: `^(${SIZE})(/\\d+)?(:(${SIZE})(/\\d+)?)*$` },
      {
        type: "array",
        minItems: 1,
        maxItems: MOST_SHARES,
        items: { type: "array", minItems: 1, maxItems: 2 },
      },
    ],
  },
  fio: "shares",
};

export function blockShares(about: About<undefined>): Option<Shares | undefined> {
  return perDirection<readonly BlockShare[], undefined>(about, SPLIT);
}

interface Entry {
  readonly bytes: number;
  readonly percent: number | undefined;
}

function readSplit(raw: RawValue): readonly BlockShare[] {
  const items = typeof raw === "string" ? raw.split(":").map((text) => text.split("/")) : raw;
  if (!Array.isArray(items) || items.length === 0) {
    throw new Mistake(
      `${show(raw)} is no list of sizes with shares; write "4k/60:64k/40", or ` +
        '[["4k", 60], ["64k", 40]] in a job file',
    );
  }
  if (items.length > MOST_SHARES) {
    throw new Mistake(`${items.length} sizes are too many; write at most ${MOST_SHARES}`);
  }
  return shared((items as readonly RawValue[]).map((item) => readEntry(item, raw)));
}

function readEntry(item: RawValue, all: RawValue): Entry {
  if (!Array.isArray(item) || item.length === 0 || item.length > 2) {
    throw new Mistake(`${show(item)} in ${show(all)} is no size with its share; write ["4k", 60]`);
  }
  const [size, share] = item as readonly RawValue[];
  const bytes = readSize(plain(size!), 1);
  if (share === undefined || share === "") return { bytes, percent: undefined };
  const text = typeof share === "string" ? share.trim() : String(share);
  if (typeof share === "object" || !/^\d{1,3}$/.test(text) || Number(text) > 100) {
    throw new Mistake(`the share ${show(share)} is no whole number from 0 to 100`);
  }
  return { bytes, percent: Number(text) };
}

/**
 * Ascending by share, as fio looks them up, and 100 in all: sizes without a share get an even part
 * of what is left, in whole percents, and the last one what that leaves.
 */
function shared(entries: readonly Entry[]): readonly BlockShare[] {
  const sum = entries.reduce((all, { percent = 0 }) => all + percent, 0);
  const without = entries.filter(({ percent }) => percent === undefined).length;
  if (sum > 100) throw new Mistake(`the shares come to ${sum} percent; write 100 at most`);
  if (sum < 100 && without === 0) {
    throw new Mistake(`the shares come to ${sum} percent; write 100, or leave one share out`);
  }
  const even = without === 0 ? 0 : Math.floor((100 - sum) / without);
  const shares = entries
    .map(({ bytes, percent = even }) => ({ bytes, percent }))
    .sort((a, b) => a.percent - b.percent);
  const missing = 100 - shares.reduce((all, { percent }) => all + percent, 0);
  return shares.map((share, i) =>
    i === shares.length - 1 ? { ...share, percent: share.percent + missing } : share,
  );
}

const PERCENT: Part<number> = {
  metavar: "PERCENT[,PERCENT[,PERCENT]]",
  example: "50",
  read: (raw) => {
    const value = typeof raw === "string" && /^\d{1,4}$/.test(raw) ? Number(raw) : raw;
    if (typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 100) {
      return value;
    }
    const written = typeof raw === "string" ? quote(raw) : show(raw);
    throw new Mistake(`${written} is no share in percent; write a whole number from 0 to 100`);
  },
  unset: 0,
  format: String,
  schema: { type: "integer", minimum: 0, maximum: 100 },
  fio: "integers",
};

export function percents(about: About<PerDirection<number>>): Option<PerDirection<number>> {
  return perDirection<number, PerDirection<number>>(about, PERCENT);
}
