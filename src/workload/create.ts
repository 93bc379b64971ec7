/**
 * From a job's options to its workload: which class, and which streams, maps and limits it gets.
 * The rules are fio's; the exceptions are where fio would leave blocks unvisited, or end early
 * without saying so.
 */
import { READ, TRIM, WRITE } from "../base/direction.ts";
import type { Ways } from "../base/ways.ts";
import type { Target } from "../io/target.ts";
import type { Units } from "../io/units.ts";
import type { JobSpec } from "../options/options.ts";
import { type BlockChoice, Uniform } from "./choice.ts";
import { Coverage } from "./coverage.ts";
import { GeneralWork } from "./general.ts";
import { type Bounds, Limits } from "./limits.ts";
import { Mix, OneDirection } from "./mix.ts";
import {
  BlockPlace,
  MappedPlace,
  MOST_SMALL_BLOCKS,
  type Place,
  type Region,
  SequentialPlace,
  UnmappedPlace,
} from "./places.ts";
import type { Random } from "./random.ts";
import { SingleWork } from "./single.ts";
import { type Streams, streamsOf } from "./streams.ts";
import { type FileTurn, RoundRobin } from "./turns.ts";
import type { Workload } from "./workload.ts";

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

/** A job's options and files, read once. */
interface Shape {
  readonly random: boolean;
  readonly mixed: boolean;
  /** The one direction; READ of a mix. */
  readonly direction: number;
  readonly writes: boolean;
  /** Bytes of a block and its alignment, indexed by direction. */
  readonly blocks: Float64Array;
  readonly aligns: Float64Array;
  /** The directions it goes in. */
  readonly directions: readonly number[];
  readonly regions: readonly Region[];
}

/** What a rare part is told of the file it is for. */
export interface FileOf {
  readonly plan: WorkOf;
  /** Index among the job's targets. */
  readonly file: number;
  readonly streams: Streams;
  /** The stream of block numbers, shared by all files of the job. */
  readonly random: Random;
}

/** What few jobs have in place of the usual; `load.ts` loads it. */
export interface Rare {
  /** How random blocks are chosen, where not all are alike: there is no map then, as with fio. */
  readonly choiceOf?: (file: FileOf) => BlockChoice;
  /** Where in a file the next unit goes; `within` is the usual place in a part of it. */
  readonly placeOf?: (plan: WorkOf, file: Region, within: (part: Region) => Place) => Place;
  /** The order of the files, where they do not simply take turns. */
  readonly turnOf?: (plan: WorkOf, streams: Streams, places: readonly Place[]) => FileTurn;
}

/** The workload of one job; throws UserError when its random map does not fit into memory. */
export function createWorkload(
  plan: WorkOf,
  units: Units,
  streams: Streams = streamsOf(plan.spec, plan.index + 1),
  rare: Rare = {},
): Workload {
  const { spec } = plan;
  const shape = shapeOf(plan);
  const limits = new Limits(boundsOf(plan, shape));
  const blockStream = streams.blocks(mostBlocks(shape));
  const places = shape.regions.map((region, file) => {
    const of = { plan, file, streams, random: blockStream };
    const within = (part: Region): Place => placeOf(shape, part, of, rare);
    return rare.placeOf?.(plan, region, within) ?? within(region);
  });
  const mixStream = streams.mix();
  const repeating = streams.repeats ? [blockStream, mixStream] : [];
  const taken = new Float64Array(3);
  const mix = shape.mixed ? new Mix(mixStream, spec.rwmixread, taken) : undefined;
  if (isPlain(plan, shape) && rare.turnOf === undefined) {
    const { direction, blocks } = shape;
    const block = blocks[direction]!;
    const directions = mix ?? new OneDirection(direction);
    return new SingleWork(units, places[0]!, directions, direction, block, limits, repeating);
  }
  return new GeneralWork({
    units,
    places,
    turn: rare.turnOf?.(plan, streams, places) ?? new RoundRobin(places.length),
    limits,
    taken,
    direction: shape.direction,
    mix,
    fsync: spec.fsync === 0 ? Number.POSITIVE_INFINITY : spec.fsync,
    fdatasync: spec.fdatasync === 0 ? Number.POSITIVE_INFINITY : spec.fdatasync,
    repeating,
  });
}

/** One file, one block size, no syncs; and what is left in the file is one number for a mix too. */
function isPlain({ spec, targets }: WorkOf, { mixed, random, blocks }: Shape): boolean {
  const alike = !mixed || (random && blocks[READ] === blocks[WRITE]);
  return targets.length === 1 && alike && spec.fsync === 0 && spec.fdatasync === 0;
}

function shapeOf({ spec, targets }: WorkOf): Shape {
  const random = spec.rw.startsWith("rand");
  const kind = random ? spec.rw.slice("rand".length) : spec.rw;
  const mixed = kind === "rw";
  const direction = kind === "write" ? WRITE : kind === "trim" ? TRIM : READ;
  const { bs, blockalign: align } = spec;
  return {
    random,
    mixed,
    direction,
    writes: mixed || direction === WRITE,
    directions: mixed ? [READ, WRITE] : [direction],
    blocks: Float64Array.of(bs.read, bs.write, bs.trim),
    aligns: Float64Array.of(align.read || bs.read, align.write || bs.write, align.trim || bs.trim),
    regions: targets.map(({ offset, length, size, layout }) => ({
      start: offset,
      length,
      end: Math.max(size, layout, offset + length),
    })),
  };
}

function boundsOf(plan: WorkOf, shape: Shape): Bounds {
  const { spec, passBytes, passUnits } = plan;
  const endless = spec.time_based;
  return {
    passBytes: endless ? Number.POSITIVE_INFINITY : passBytes,
    passUnits: endless ? Number.POSITIVE_INFINITY : passUnits,
    roundBytes: endless ? Number.POSITIVE_INFINITY : roundBytes(plan, shape),
    longest: Math.max(...shape.directions.map((direction) => shape.blocks[direction]!)),
    wraps: endless || spec.io_size !== undefined || !Number.isFinite(passBytes),
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

function placeOf(shape: Shape, region: Region, file: FileOf, rare: Rare): Place {
  const { plan, random } = file;
  const { spec, passBytes } = plan;
  const { blocks, aligns } = shape;
  if (!shape.random) {
    const alone = shape.regions.length === 1;
    const wraps = spec.time_based ? alone : shape.mixed && passBytes > sizeOf(shape);
    return new SequentialPlace(region, blocks, wraps);
  }
  const choice = rare.choiceOf?.(file);
  if (choice !== undefined || !mapped(spec, shape)) {
    return new UnmappedPlace(region, blocks, aligns, choice ?? new Uniform(random));
  }
  const grain = grainOf(shape);
  const map = new Coverage(Math.floor(region.length / grain));
  const alike = shape.directions.every((direction) => blocks[direction] === grain);
  if (alike && map.blocks <= MOST_SMALL_BLOCKS) {
    return new BlockPlace(region, grain, random, map, spec.time_based);
  }
  return new MappedPlace(region, blocks, random, map, grain, spec.time_based);
}

/** An alignment other than the block's leaves no blocks to keep a map of (fio's fixup_options). */
function mapped({ norandommap }: JobSpec, { directions, blocks, aligns }: Shape): boolean {
  return !norandommap && directions.every((direction) => blocks[direction] === aligns[direction]);
}

function grainOf({ directions, blocks }: Shape): number {
  return directions.map((direction) => blocks[direction]!).reduce(commonDivisor);
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b);
}

function mostBlocks({ regions, directions, aligns }: Shape): number {
  const finest = Math.min(...directions.map((direction) => aligns[direction]!));
  return Math.max(0, ...regions.map(({ length }) => length / finest));
}
