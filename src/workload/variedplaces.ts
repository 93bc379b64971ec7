/** From a job's options to its varied places: which sizes, streams and maps each gets. */
import { type BlockRange, sharesOf, written } from "../base/blocks.ts";
import type { PerDirection } from "../base/direction.ts";
import type { JobSpec } from "../options/options.ts";
import type { BlockChoice } from "./choice.ts";
import type { Varied, VariedSetting } from "./create.ts";
import { mapOf } from "./maps.ts";
import type { Region } from "./places.ts";
import type { Random } from "./random.ts";
import { OneSize, RangeOfSizes, SharesOfSizes, type Sizes } from "./sizes.ts";
import { RANDOM_OR_NOT, SIZE_OF_READS, SIZE_OF_WRITES, type Streams } from "./streams.ts";
import { Rewriting, Sequencer, type VariedParts, VariedPlace } from "./varied.ts";

const WAYS = ["read", "write", "trim"] as const;

export function varied({ plan, work, streams, mapped, wraps }: VariedSetting): Varied {
  const { spec } = plan;
  const slots = WAYS.map((way, position) =>
    sizesOf(spec, way, stream(streams, position, work, spec)),
  );
  const scattered = spec.bs_is_seq_rand ? slots.map(() => slots[1]!) : slots;
  const used = work.directions.map((way) => WAYS.indexOf(way));
  const grain = used.map((way) => grainOf(spec, scattered[way]!)).reduce(commonDivisor);
  const aligns = Float64Array.from(WAYS, (way, i) => alignOf(spec, way, scattered[i]!));
  const shared = {
    random: work.random,
    sequencer: new Sequencer(work.every),
    identical: spec.rw_sequencer === "identical",
    skip: work.skip,
    rewrites: work.rewrites,
    sequential: spec.bs_is_seq_rand ? slots.map(() => slots[0]!) : slots,
    scattered,
    aligns,
    grain,
    percent: Float64Array.from(WAYS, (way) => spec.percentage_random[way]),
    deciding: decidingOf(spec, work.random, streams),
    repeats: spec.time_based,
  };
  const withMap = mapped && used.every((way) => aligns[way] === scattered[way]!.least);
  const places: VariedPlace[] = [];
  const place = (region: Region, choice: BlockChoice): VariedPlace => {
    const map = withMap ? mapOf(region.length, grain, spec.softrandommap) : undefined;
    const parts: VariedParts = { ...shared, region, choice, map, wraps };
    const made = new VariedPlace(parts);
    places.push(made);
    return made;
  };
  return work.rewrites ? { place, directions: new Rewriting(places) } : { place };
}

/**
 * As fio seeds them: what is trimmed and then written has the writes' sizes, and what is verified
 * is written in the sizes in which a reader with the same options reads.
 */
function stream(
  streams: Streams,
  position: number,
  { rewrites }: VariedSetting["work"],
  { verify }: JobSpec,
): Random {
  const ofWrites = verify === "none" ? SIZE_OF_WRITES : SIZE_OF_READS;
  const written = rewrites || position === SIZE_OF_WRITES;
  return streams.stream(written ? ofWrites : SIZE_OF_READS + position);
}

function sizesOf(spec: JobSpec, way: keyof PerDirection<unknown>, random: Random): Sizes {
  const range: BlockRange = written(spec, way);
  if (range.least === range.most) return new OneSize(range.least);
  const grain = spec.bs_unaligned ? 1 : range.least;
  const shares = sharesOf(spec, way);
  return shares.length > 0
    ? new SharesOfSizes(shares, range, grain, random)
    : new RangeOfSizes(range, grain, random);
}

/** What all lengths are a multiple of; where they are of any length, the shortest. */
function grainOf({ bs_unaligned }: JobSpec, sizes: Sizes): number {
  return bs_unaligned || !(sizes instanceof RangeOfSizes)
    ? sizes.least
    : commonDivisor(sizes.least, sizes.most);
}

/** Written, or that of the units at random places. */
function alignOf(spec: JobSpec, way: keyof PerDirection<unknown>, { least }: Sizes): number {
  const align = spec.blockalign[way];
  const shortest = spec.bs_is_seq_rand
    ? Math.min(written(spec, "read").least, written(spec, "write").least)
    : least;
  return align === 0 || align === shortest ? least : align;
}

/** One a direction; all three from the same seed, as fio has it. */
function decidingOf(spec: JobSpec, random: boolean, streams: Streams): readonly Random[] {
  const decides = random && WAYS.some((way) => spec.percentage_random[way] !== 100);
  return decides ? WAYS.map(() => streams.stream(RANDOM_OR_NOT)) : [];
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}
