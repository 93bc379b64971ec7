/**
 * The random streams of a job and their seeds, as fio numbers them: 24 independent streams, so that
 * an option that draws more numbers does not move the offsets. Knows nothing of what is drawn.
 */
import type { JobSpec } from "../options/options.ts";
import { type Random, Taus88, Taus258 } from "./random.ts";

/** Position of each stream among a job's seeds, in fio's order (enum of fio.h). */
export const SIZE_OF_READS = 0;
export const SIZE_OF_WRITES = 1;
export const SIZE_OF_TRIMS = 2;
export const VERIFY = 3;
export const MIX = 4;
export const FILE = 5;
export const BLOCK = 6;
export const FILE_SIZE = 7;
export const TRIM_SHARE = 8;
export const BUFFER = 9;
export const RANDOM_OR_NOT = 10;
export const START_DELAY = 13;
export const DEDUPE = 14;
export const POISSON_OF_READS = 15;
export const ZONE = 16;
export const POISSON_OF_WRITES = 17;
export const POISSON_OF_TRIMS = 18;
export const PRIORITY = 19;
export const DEDUPE_SET = 20;
export const PLACEMENT = 21;
export const SPRANDOM = 22;
export const WRITE_MODE = 23;
const STREAMS = 24;

/** fio's randseed when none is written (0x89). */
const DEFAULT_SEED = 0x89n;
/** The prime that spreads the seeds: 2^32 divided by the golden ratio, nearly (fio's hash.h). */
const SPREAD = 0x9e37_0001n;
/** Above this many blocks 32-bit draws would leave blocks that are never visited. */
export const MOST_BLOCKS_OF_32_BITS = 0xffff_ffff;

/** Streams that have 64 bits where random_generator is tausworthe64; fio keeps the others at 32. */
const WIDE: readonly number[] = [
  SIZE_OF_READS,
  SIZE_OF_WRITES,
  SIZE_OF_TRIMS,
  FILE,
  FILE_SIZE,
  TRIM_SHARE,
  START_DELAY,
  DEDUPE_SET,
];

export class Streams {
  /** All that were asked for. */
  readonly #made: Random[] = [];

  constructor(
    /** One seed a stream. */
    readonly seeds: BigUint64Array,
    /** Whether every round of a job repeats the same draws. */
    readonly repeats: boolean,
    /** What was written as random_generator. */
    private readonly generator: JobSpec["random_generator"] = undefined,
  ) {}

  /**
   * A new stream, at its first draw; `position` is one of those above. Where rounds repeat the
   * workload rewinds it with every round.
   */
  stream(position: number): Random {
    const seed = this.seeds[position]!;
    const wide = this.generator === "tausworthe64" && WIDE.includes(position);
    return this.#add(wide ? new Taus258(seed) : new Taus88(seed));
  }

  /** The stream of block numbers, for files of at most this many blocks. */
  blocks(most: number): Random {
    const seed = this.seeds[BLOCK]!;
    const wide = this.generator === "tausworthe64" || most > MOST_BLOCKS_OF_32_BITS;
    return this.#add(wide ? new Taus258(seed) : new Taus88(seed));
  }

  /** The streams that begin again with every round. */
  get repeating(): readonly Random[] {
    return this.repeats ? this.#made : [];
  }

  #add<R extends Random>(random: R): R {
    this.#made.push(random);
    return random;
  }
}

/**
 * The streams of a job. They differ between clones and repeat between runs, unless randrepeat is
 * off: then they come from the system. A written randseed wins over randrepeat and lets the
 * streams go on from round to round instead of repeating. `thread` is fio's thread_number: from 1
 * over all clones of all jobs.
 */
export function streamsOf(
  {
    randseed,
    randrepeat,
    random_generator,
  }: Pick<JobSpec, "randseed" | "randrepeat"> & Partial<Pick<JobSpec, "random_generator">>,
  thread: number,
): Streams {
  if (randseed === undefined && !randrepeat) {
    return new Streams(
      crypto.getRandomValues(new BigUint64Array(STREAMS)),
      false,
      random_generator,
    );
  }
  const base = randseed === undefined ? DEFAULT_SEED : BigInt(randseed);
  return new Streams(seedsOf(base, thread), randseed === undefined, random_generator);
}

function seedsOf(randseed: bigint, thread: number): BigUint64Array {
  const seeds = new BigUint64Array(STREAMS);
  // Elements of the array wrap at 2^64, which is the arithmetic meant.
  let seed = randseed * SPREAD ** 4n;
  for (let stream = 0; stream < STREAMS; stream++) {
    seeds[stream] = seed * BigInt(thread) + BigInt(stream);
    seed = BigInt.asUintN(64, seed * SPREAD);
  }
  return seeds;
}
