/**
 * Blocks of a job that are not all hit alike: which distribution is drawn from in which direction
 * of which file. Loaded by the jobs that have one. The formulas are in
 * `distribution_native.ts` and `distribution_fio.ts`.
 */
import { blocksOf } from "../base/blocks.ts";
import type { Distribution, Zone } from "../base/distribution.ts";
import type { BlockChoice } from "./choice.ts";
import type { FileOf } from "./create.ts";
import { FioNormal, FioPareto, type FioSeed, FioZipf, FioZoned } from "./distribution_fio.ts";
import { Normal, Pareto, Sequence, Uniform, Zipf, Zoned } from "./distribution_native.ts";
import type { Draws } from "./draws.ts";
import { nameHash } from "./namehash.ts";
import { Taus88 } from "./random.ts";
import { Centred, type Placing, Scattered } from "./scatter.ts";
import { BLOCK, ZONE } from "./streams.ts";

/** Any block at any time, as often as its direction's distribution says. */
class Distributed implements BlockChoice {
  /** One a direction, made when its first block is drawn; some share one. */
  readonly #draws: (Draws | undefined)[] = [undefined, undefined, undefined];
  readonly #make: (choices: number, direction: number) => Draws;

  constructor(make: (choices: number, direction: number) => Draws) {
    this.#make = make;
  }

  /**
   * fio's formulas count a cut block at the end, and blocks of the other direction's size: one that
   * does not lie in the file begins again at its start. fio itself ends the job there.
   */
  draw(choices: number, direction: number): number {
    const block = (this.#draws[direction] ?? this.#first(choices, direction)).draw();
    return block < choices ? block : block % choices;
  }

  capacity(): number {
    return Number.POSITIVE_INFINITY;
  }

  reset(): void {
    for (const draws of this.#draws) draws?.rewind();
  }

  #first(choices: number, direction: number): Draws {
    const draws = this.#make(choices, direction);
    this.#draws[direction] = draws;
    return draws;
  }
}

/** Makes the choices of a job's files. */
export function distributedChoice(): (file: FileOf) => BlockChoice {
  let zones: Taus88 | undefined;
  return (file) => {
    const { random_distribution: asked } = file.plan.spec;
    zones ??= new Taus88(file.streams.seeds[ZONE]!);
    const which = zones;
    const made = new Map<string, Draws>();
    return new Distributed((choices, direction) => {
      const distribution = [asked.read, asked.write, asked.trim][direction]!;
      // The same formula over the same blocks is one stream.
      const curved = file.plan.ways.hashedDistributions && isCurve(distribution);
      const key = JSON.stringify([distribution, curved ? 0 : choices]);
      const draws = made.get(key) ?? drawsOf(distribution, { file, direction, choices, which });
      made.set(key, draws);
      return draws;
    });
  };
}

function drawsOf(distribution: Distribution, of: Of): Draws {
  const isFio = of.file.plan.ways.hashedDistributions;
  return isFio ? ofFio(distribution, of) : native(distribution, of);
}

function isCurve({ kind }: Distribution): boolean {
  return kind === "zipf" || kind === "pareto" || kind === "normal";
}

interface Of {
  readonly file: FileOf;
  readonly direction: number;
  /** Blocks of the file. */
  readonly choices: number;
  /** fio's stream that zones are drawn from, one for all files. */
  readonly which: Taus88;
}

/** fio's seed when none is written: files keep their hot blocks as long as it is the same. */
const DEFAULT_SEED = 0x89;

function native(distribution: Distribution, of: Of): Draws {
  const { random, plan, file } = of.file;
  const { choices } = of;
  const placing = (centre: number | undefined): Placing => {
    if (centre !== undefined) return new Centred(choices, centre);
    // Not of the clone: what is popular in a file is so for everybody who works on it.
    const { randseed = DEFAULT_SEED } = plan.spec;
    return new Scattered(choices, nameHash(plan.targets[file]!.path) ^ randseed);
  };
  switch (distribution.kind) {
    case "random":
      return new Uniform(random, choices);
    case "zipf":
      return new Zipf(random, choices, distribution.parameter, placing(distribution.centre));
    case "pareto":
      return new Pareto(random, choices, distribution.parameter, placing(distribution.centre));
    case "normal":
      return new Normal(random, choices, distribution.parameter, distribution.centre);
    case "sequence":
      return new Sequence(distribution.blocks, choices, plan.spec.random_sequence_stride);
    case "zoned":
      return new Zoned(random, distribution.zones, relativeEnds(distribution.zones, choices));
    default:
      return new Zoned(random, distribution.zones, absoluteEnds(distribution.zones, of));
  }
}

function ofFio(distribution: Distribution, of: Of): Draws {
  const { streams, random } = of.file;
  const { choices, which } = of;
  switch (distribution.kind) {
    case "zipf":
      return new FioZipf(seedOf(of.file, distribution.centre), distribution.parameter);
    case "pareto":
      return new FioPareto(seedOf(of.file, distribution.centre), distribution.parameter);
    case "normal":
      return new FioNormal(seedOf(of.file, distribution.centre), distribution.parameter);
    case "zoned": {
      const { zones } = distribution;
      const spaces = zones.map(({ space }) => space);
      const spans = summed(spaces).map((upTo, zone): [number, number] => {
        const space = spaces[zone]!;
        return [Math.floor(((upTo - space) * choices) / 100), Math.floor((choices * space) / 100)];
      });
      return new FioZoned(which, random, streams.repeats, zones, spans);
    }
    case "zoned_abs": {
      const ends = absoluteEnds(distribution.zones, of);
      const spans = ends.map((end, zone): [number, number] => {
        const start = ends[zone - 1] ?? 0;
        return [start, end - start];
      });
      return new FioZoned(which, random, streams.repeats, distribution.zones, spans);
    }
    default:
      return native(distribution, of);
  }
}

/** fio divides a file by the smaller block of its reads and writes, whatever the direction. */
function seedOf({ plan, file, streams }: FileOf, centre: number | undefined): FioSeed {
  const { path, length } = plan.targets[file]!;
  const grain = Math.min(blocksOf(plan.spec, "read").least, blocksOf(plan.spec, "write").least);
  return {
    blocks: Math.ceil(length / grain),
    seed: streams.repeats ? BigInt(nameHash(path)) * BigInt(plan.index + 1) : streams.seeds[BLOCK]!,
    centre,
  };
}

function summed(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => {
    sum += value;
    return sum;
  });
}

function relativeEnds(zones: readonly Zone[], choices: number): number[] {
  const ends = summed(zones.map(({ space }) => space));
  return ends.map((percent, zone) =>
    zone === zones.length - 1 ? choices : Math.round((percent * choices) / 100),
  );
}

/** A plan has only zones that fit; the small file of a warm-up has them as far as it goes. */
function absoluteEnds(zones: readonly Zone[], { file, direction, choices }: Of): number[] {
  const { spec } = file.plan;
  const name = (["read", "write", "trim"] as const)[direction]!;
  const grain = spec.blockalign[name] || blocksOf(spec, name).least;
  const ends = summed(zones.map(({ space }) => space));
  return ends.map((end) => Math.min(choices, Math.floor(end / grain)));
}
