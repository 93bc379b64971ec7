/**
 * From what was written to what a job works with: fallbacks for the rest, then the options that
 * decide others. Each change is told with the option it comes from, so that `check` can show it.
 * Nothing is refused here; that is `rules.ts`.
 */
import { blocksOf, written as blocksWritten } from "../base/blocks.ts";
import { DIRECTIONS, type PerDirection } from "../base/direction.ts";
import { workOf } from "../base/rw.ts";
import { type JobSpec, OPTIONS, type OptionName } from "./options.ts";

/** Values by option, in the order they were written: the last of two that contradict counts. */
export type WrittenValues = ReadonlyMap<OptionName, unknown>;

export interface Effective {
  readonly spec: JobSpec;
  /** Option → the option that decided it, where that was not itself. */
  readonly decidedBy: ReadonlyMap<OptionName, OptionName>;
}

type Draft = { -readonly [K in OptionName]: JobSpec[K] };
/** What follows from other options: option, value, the option it follows from. */
type Change = { [K in OptionName]: readonly [K, JobSpec[K], OptionName] }[OptionName];
type Consequence = (spec: JobSpec, written: WrittenValues) => readonly Change[];

/** fio's fixup_options (init.c) in its facts; each is applied on what those before it left. */
const CONSEQUENCES: readonly Consequence[] = [
  mix,
  caching,
  wholeWrites,
  blockSizes,
  shortestBlocks,
  alignment,
  batches,
  withoutClock,
  layout,
  withoutMap,
  withoutMapWhereUneven,
  warmCache,
  zones,
  patternAlone,
];

export function resolve(written: WrittenValues): Effective {
  const fallbacks = Object.entries(OPTIONS).map(([name, { fallback }]) => [name, fallback]);
  const draft = { ...Object.fromEntries(fallbacks), ...Object.fromEntries(written) } as Draft;
  const decidedBy = new Map<OptionName, OptionName>();
  for (const consequence of CONSEQUENCES) {
    for (const [option, value, because] of consequence(draft, written)) {
      if (Bun.deepEquals(draft[option], value)) continue;
      (draft as Record<OptionName, unknown>)[option] = value;
      decidedBy.set(option, because);
    }
  }
  return { spec: draft, decidedBy };
}

/** Whether units of that direction can come of it. */
export function does(spec: Pick<JobSpec, "rw">, direction: "read" | "write" | "trim"): boolean {
  return workOf(spec).directions.includes(direction);
}

export function isRandom(spec: Pick<JobSpec, "rw">): boolean {
  return workOf(spec).random;
}

/** The one of the two that was written last; the first when neither was. */
function last<A extends OptionName, B extends OptionName>(
  written: WrittenValues,
  a: A,
  b: B,
): A | B {
  const order = [...written.keys()];
  return order.indexOf(b) > order.indexOf(a) ? b : a;
}

function mix(spec: JobSpec, written: WrittenValues): Change[] {
  return last(written, "rwmixread", "rwmixwrite") === "rwmixread"
    ? [["rwmixwrite", 100 - spec.rwmixread, "rwmixread"]]
    : [["rwmixread", 100 - spec.rwmixwrite, "rwmixwrite"]];
}

function caching(spec: JobSpec, written: WrittenValues): Change[] {
  return last(written, "direct", "buffered") === "direct"
    ? [["buffered", !spec.direct, "direct"]]
    : [["direct", !spec.buffered, "buffered"]];
}

/** Where both were written, the last one counts, for the directions that it names. */
function blockSizes({ bsrange, bssplit }: JobSpec, written: WrittenValues): Change[] {
  if (bsrange === undefined || bssplit === undefined) return [];
  if (last(written, "bsrange", "bssplit") === "bssplit") {
    const range = (way: Way) => (bssplit[way].length > 0 ? undefined : bsrange[way]);
    return [["bsrange", each(range), "bssplit"]];
  }
  const split = (way: Way) => (bsrange[way] === undefined ? bssplit[way] : []);
  return [["bssplit", each(split), "bsrange"]];
}

/** bs is then the shortest that a range or shares give: who wants one size takes that. */
function shortestBlocks(spec: JobSpec): Change[] {
  if (spec.bsrange === undefined && spec.bssplit === undefined) return [];
  const because = spec.bssplit === undefined ? "bsrange" : "bssplit";
  return [["bs", each((way) => blocksWritten(spec, way).least), because]];
}

type Way = keyof PerDirection<unknown>;

function each<T>(value: (way: Way) => T): PerDirection<T> {
  return { read: value("read"), write: value("write"), trim: value("trim") };
}

function alignment(spec: JobSpec): Change[] {
  const { blockalign } = spec;
  const filled = each((way) => blockalign[way] || blocksOf(spec, way).least);
  return [["blockalign", filled, "bs"]];
}

function batches(spec: JobSpec): Change[] {
  const { iodepth } = spec;
  const orDepth = (count: number): number => (count === 0 ? iodepth : Math.min(count, iodepth));
  const least = Math.min(spec.iodepth_batch_complete_min, iodepth);
  const most = Math.max(spec.iodepth_batch_complete_max, least);
  return [
    ["iodepth_batch_submit", orDepth(spec.iodepth_batch_submit), "iodepth"],
    ["iodepth_low", orDepth(spec.iodepth_low), "iodepth"],
    ["iodepth_batch_complete_min", least, "iodepth"],
    ["iodepth_batch_complete_max", most, "iodepth_batch_complete_min"],
  ];
}

function withoutClock({ gtod_reduce }: JobSpec): Change[] {
  if (!gtod_reduce) return [];
  const because = "gtod_reduce";
  return [
    ["disable_lat", true, because],
    ["disable_clat", true, because],
    ["disable_slat", true, because],
    ["disable_bw_measurement", true, because],
    ["lat_percentiles", false, because],
    ["clat_percentiles", false, because],
    ["slat_percentiles", false, because],
  ];
}

/** What is read must be there. */
function layout(spec: JobSpec): Change[] {
  return does(spec, "read") ? [["overwrite", true, "rw"]] : [];
}

/** The map has a bit for each block: it cannot tell blocks that overlap apart. */
function withoutMap(spec: JobSpec): Change[] {
  const { blockalign } = spec;
  const used = DIRECTIONS.filter((name) => name !== "sync").filter((name) => does(spec, name));
  const odd =
    isRandom(spec) && used.some((name) => blockalign[name] !== blocksOf(spec, name).least);
  return odd ? [["norandommap", true, "blockalign"]] : [];
}

/** What was read into the cache is not to be dropped from it again. */
function warmCache({ pre_read }: JobSpec): Change[] {
  return pre_read ? [["invalidate", false, "pre_read"]] : [];
}

/** Blocks that are hit more often than others are hit more than once. */
function withoutMapWhereUneven(spec: JobSpec): Change[] {
  const { read, write, trim } = spec.random_distribution;
  const uneven = isRandom(spec) && [read, write, trim].some(({ kind }) => kind !== "random");
  return uneven ? [["norandommap", true, "random_distribution"]] : [];
}

/** A size alone asks for zones, and a zone is as long as what is worked on in it. */
function zones(spec: JobSpec, written: WrittenValues): Change[] {
  const strided = spec.zonemode === "strided" || !written.has("zonemode");
  if (spec.zonesize === 0 || !strided) return [];
  const range = spec.zonerange === 0 ? spec.zonesize : spec.zonerange;
  return [
    ["zonemode", "strided", "zonesize"],
    ["zonerange", range, "zonesize"],
  ];
}

/** The page cache keeps no write whole. */
function wholeWrites({ atomic }: JobSpec): Change[] {
  if (!atomic) return [];
  return [
    ["direct", true, "atomic"],
    ["buffered", false, "atomic"],
  ];
}

/** A pattern to verify with, and nothing said of how. */
function patternAlone({ verify, verify_pattern }: JobSpec, written: WrittenValues): Change[] {
  const alone = verify_pattern !== undefined && verify === "none" && !written.has("verify");
  return alone ? [["verify", "pattern", "verify_pattern"]] : [];
}
