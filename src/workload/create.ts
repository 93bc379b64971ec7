/**
 * From a job's options to its workload: which class, and which streams, maps and limits it gets.
 * The rules are fio's; the exceptions are where fio would leave blocks unvisited, or end early
 * without saying so.
 */
import { blocksOf } from "../base/blocks.ts";
import { READ, TRIM, WRITE } from "../base/direction.ts";
import { UserError } from "../base/errors.ts";
import { type Work, workOf } from "../base/rw.ts";
import type { Ways } from "../base/ways.ts";
import type { Target } from "../io/target.ts";
import type { Units } from "../io/units.ts";
import type { JobSpec } from "../options/options.ts";
import { type BlockChoice, Uniform } from "./choice.ts";
import { GeneralWork } from "./general.ts";
import { type Bounds, Limits } from "./limits.ts";
import { mapOf } from "./maps.ts";
import { type FileDirections, Mix, OneDirection } from "./mix.ts";
import {
  BlockPlace,
  choices,
  MappedPlace,
  MOST_SMALL_BLOCKS,
  type Place,
  type Region,
  SequentialPlace,
  UnmappedPlace,
} from "./places.ts";
import type { Random } from "./random.ts";
import { SingleWork } from "./single.ts";
import { MIX, MOST_BLOCKS_OF_32_BITS, type Streams, streamsOf } from "./streams.ts";
import { type FileTurn, RoundRobin } from "./turns.ts";
import { NOTHING, type Workload } from "./workload.ts";

/** What a workload must know of a job's plan. */
export interface WorkOf {
  readonly spec: JobSpec;
  readonly ways: Ways;
  /** Position among all clones of all jobs, from 0. */
  readonly index: number;
  /** Whether the engine is done with a unit when it has queued it. */
  readonly synchronous: boolean;
  readonly targets: readonly Target[];
  readonly passBytes: number;
  readonly passUnits: number;
}

/** What a rare part is told of the file it is for. */
export interface FileOf {
  readonly plan: WorkOf;
  /** Index among the job's targets. */
  readonly file: number;
  readonly streams: Streams;
  /** The stream of block numbers, shared by all files of the job. */
  readonly random: Random;
  /** Blocks that can be drawn, at most: of the direction that has most. */
  readonly blocks: number;
}

/** What varied places are made of. */
export interface VariedSetting {
  readonly plan: WorkOf;
  readonly work: Work;
  readonly streams: Streams;
  /** Whether random blocks are remembered. */
  readonly mapped: boolean;
  /** Whether a direction that reaches a file's end in order begins again at once. */
  readonly wraps: boolean;
}

/** Makes the places of units that are not all alike. */
export interface Varied {
  place(region: Region, choice: BlockChoice): Place;
  /** How the direction is chosen, once all places are made, where rw and the mix do not say it. */
  readonly directions?: FileDirections;
}

/** What few jobs have in place of the usual; `load.ts` loads it. */
export interface Rare {
  /** How random blocks are chosen, where not all are alike: there is no map then, as with fio. */
  readonly choiceOf?: (file: FileOf) => BlockChoice;
  /** Where in a file the next unit goes; `within` is the usual place in a part of it. */
  readonly placeOf?: (plan: WorkOf, file: Region, within: (part: Region) => Place) => Place;
  /** The order of the files, where they do not simply take turns. */
  readonly turnOf?: (plan: WorkOf, streams: Streams, places: readonly Place[]) => FileTurn;
  /** The places of units that are not all alike. */
  readonly variedOf?: (setting: VariedSetting) => Varied;
}

/** A job's options and files, read once. */
interface Shape extends Work {
  /** The one direction; READ of a mix. */
  readonly direction: number;
  /** Bytes of the shortest block and its alignment, indexed by direction. */
  readonly blocks: Float64Array;
  readonly aligns: Float64Array;
  /** The directions it goes in. */
  readonly ways: readonly number[];
  /** The longest block. */
  readonly longest: number;
  readonly regions: readonly Region[];
}

/**
 * The workload of one job; throws UserError when its random map does not fit into memory, or its
 * generator does not reach all blocks.
 */
export function createWorkload(
  plan: WorkOf,
  units: Units,
  streams: Streams = streamsOf(plan.spec, plan.index + 1),
  rare: Rare = {},
): Workload {
  const { spec } = plan;
  const shape = shapeOf(plan);
  const limits = new Limits(boundsOf(plan, shape));
  const { place, directions } = placesOf(plan, shape, streams, rare);
  const places = shape.regions.map((region, file) => {
    const within = (part: Region): Place => place(part, file);
    return rare.placeOf?.(plan, region, within) ?? within(region);
  });
  const taken = new Float64Array(3);
  const mix = shape.mixed ? new Mix(streams.stream(MIX), spec.rwmixread, taken) : undefined;
  const usual = rare.turnOf === undefined && rare.variedOf === undefined;
  if (usual && isPlain(plan, shape)) {
    const { direction, blocks } = shape;
    const block = blocks[direction]!;
    const ways = mix ?? new OneDirection(direction);
    return new SingleWork(units, places[0]!, ways, direction, block, limits, streams.repeating);
  }
  return new GeneralWork({
    units,
    places,
    turn: rare.turnOf?.(plan, streams, places) ?? new RoundRobin(places.length),
    limits,
    taken,
    direction: shape.direction,
    mix: directions ?? mix,
    uncounted: shape.rewrites ? TRIM : NOTHING,
    fsync: spec.fsync === 0 ? Number.POSITIVE_INFINITY : spec.fsync,
    fdatasync: spec.fdatasync === 0 ? Number.POSITIVE_INFINITY : spec.fdatasync,
    repeating: streams.repeating,
  });
}

/** One file, one block size, no syncs; and what is left in the file is one number for a mix too. */
function isPlain({ spec, targets }: WorkOf, { mixed, random, blocks }: Shape): boolean {
  const alike = !mixed || (random && blocks[READ] === blocks[WRITE]);
  return targets.length === 1 && alike && spec.fsync === 0 && spec.fdatasync === 0;
}

const WAYS = ["read", "write", "trim"] as const;

function shapeOf({ spec, targets }: WorkOf): Shape {
  const work = workOf(spec);
  const ranges = WAYS.map((way) => blocksOf(spec, way));
  const ways = work.directions.map((way) => WAYS.indexOf(way));
  return {
    ...work,
    ways,
    direction: work.mixed ? READ : ways[0]!,
    longest: Math.max(...ways.map((way) => ranges[way]!.most)),
    blocks: Float64Array.from(ranges, ({ least }) => least),
    aligns: Float64Array.from(WAYS, (way, i) => spec.blockalign[way] || ranges[i]!.least),
    regions: targets.map(({ offset, length, size, layout }) => ({
      start: offset,
      length,
      end: Math.max(size, layout, offset + length),
    })),
  };
}

function boundsOf(plan: WorkOf, shape: Shape): Bounds {
  const { spec, ways, passBytes, passUnits } = plan;
  const endless = spec.time_based;
  return {
    passBytes: endless ? Number.POSITIVE_INFINITY : passBytes,
    passUnits: endless ? Number.POSITIVE_INFINITY : passUnits,
    roundBytes: endless ? Number.POSITIVE_INFINITY : roundBytes(plan, shape),
    longest: shape.longest,
    wraps: endless || spec.io_size !== undefined || !Number.isFinite(passBytes),
    bytesStay: ways.rampCounts,
  };
}

/**
 * fio's total_bytes (do_io): the size, or io_size where a writer need not begin anew at the end.
 * It counts only what an engine has queued and not yet done, so that a round of a synchronous
 * engine ends when its files have nothing left: one draw later, and without a map never.
 */
function roundBytes({ spec, synchronous, passBytes }: WorkOf, shape: Shape): number {
  if (synchronous) return Number.POSITIVE_INFINITY;
  const size = sizeOf(shape);
  if (shape.writes && (!shape.random || spec.norandommap)) return Math.max(size, passBytes);
  return spec.io_size === undefined && Number.isFinite(passBytes) ? passBytes : size;
}

function sizeOf({ regions }: Shape): number {
  return regions.reduce((sum, { length }) => sum + length, 0);
}

interface Places {
  readonly place: (region: Region, file: number) => Place;
  readonly directions: FileDirections | undefined;
}

/** Where units go in a part of a file; all places of a job share its streams. */
function placesOf(plan: WorkOf, shape: Shape, streams: Streams, rare: Rare): Places {
  const { spec, passBytes } = plan;
  const { random: scattered, blocks, aligns } = shape;
  const random = streams.blocks(mostBlocks(spec, shape));
  const uniform = new Uniform(random);
  const choiceOf = (region: Region, file: number): BlockChoice =>
    rare.choiceOf?.({ plan, file, streams, random, blocks: blocksIn(region, shape) }) ?? uniform;
  const mapped = rare.choiceOf === undefined && hasMap(spec, shape);
  const alone = shape.regions.length === 1;
  const wraps = spec.time_based ? alone : shape.mixed && passBytes > sizeOf(shape);
  const varied = rare.variedOf?.({ plan, work: shape, streams, mapped, wraps });
  const place = (region: Region, file: number): Place => {
    if (varied !== undefined) return varied.place(region, choiceOf(region, file));
    if (!scattered) return new SequentialPlace(region, blocks, wraps);
    const map = mapped ? mappedPlace(spec, shape, region, random) : undefined;
    return map ?? new UnmappedPlace(region, blocks, aligns, choiceOf(region, file));
  };
  return { place, directions: varied?.directions };
}

/** Undefined when the map finds no memory and may do without. */
function mappedPlace(
  { time_based, softrandommap }: JobSpec,
  { blocks, ways }: Shape,
  region: Region,
  random: Random,
): Place | undefined {
  const grain = ways.map((way) => blocks[way]!).reduce(commonDivisor);
  const map = mapOf(region.length, grain, softrandommap);
  if (map === undefined) return undefined;
  const alike = ways.every((way) => blocks[way] === grain);
  return alike && map.blocks <= MOST_SMALL_BLOCKS
    ? new BlockPlace(region, grain, random, map, time_based)
    : new MappedPlace(region, blocks, random, map, grain, time_based);
}

/** An alignment other than the block's leaves no blocks to keep a map of (fio's fixup_options). */
function hasMap({ norandommap }: JobSpec, { ways, blocks, aligns }: Shape): boolean {
  return !norandommap && ways.every((way) => blocks[way] === aligns[way]);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

function blocksIn(region: Region, { ways, blocks, aligns }: Shape): number {
  return Math.max(...ways.map((way) => choices(region, blocks[way]!, aligns[way]!)));
}

/** Blocks of the largest file. */
function mostBlocks({ random_generator }: JobSpec, shape: Shape): number {
  const { regions, ways, aligns, random } = shape;
  const finest = Math.min(...ways.map((way) => aligns[way]!));
  const most = Math.max(0, ...regions.map(({ length }) => length / finest));
  if (random && random_generator === "tausworthe" && most > MOST_BLOCKS_OF_32_BITS) {
    throw new UserError(
      `tausworthe draws 32 bits and does not reach all of ${most} blocks; leave random_generator ` +
        "out, or use tausworthe64 or lfsr",
    );
  }
  return most;
}
