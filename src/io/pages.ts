/**
 * Pages: contents of whole blocks that compress to a share of their size, and that come again. A
 * page has a number, and is the same bytes whenever its number comes; so a block is repeated by its
 * number, and a working set of any size takes no memory. Knows nothing of units and files.
 */
import { fillPattern, type Pattern } from "../base/filling.ts";
import type { JobSpec } from "../options/options.ts";
import { mix, Noise } from "./noise.ts";

/** Another job whose working set is this one's too. */
export interface DedupePeer {
  /** Position among all clones of all jobs. */
  readonly index: number;
  readonly randseed: number | undefined;
}

/** The options that decide what pages there are. */
export type PageSpec = Pick<
  JobSpec,
  | "buffer_compress_percentage"
  | "buffer_compress_chunk"
  | "buffer_pattern"
  | "dedupe_percentage"
  | "dedupe_mode"
  | "dedupe_working_set_percentage"
  | "dedupe_global"
  | "randseed"
>;

/** Which page comes next. */
export interface PageChoice {
  /** The noise at the start of the page. */
  next(): Noise;
}

/** Of which one can be drawn by 32 bits. */
const MOST_PAGES = 2 ** 32;

/** The noise of a job's pages. */
export function pageNoise({ index, randseed }: DedupePeer): Noise {
  return new Noise(index + 1, randseed ?? 0).hasten();
}

/**
 * `noise` is the job's own; `blocks` how many of its blocks its files have, of which the working
 * set is a share; `peers` the jobs with dedupe_global, this one too, in the order of the run.
 */
export function choosePages(
  spec: PageSpec,
  noise: Noise,
  blocks: number,
  peers: readonly DedupePeer[],
): PageChoice {
  const { dedupe_percentage: percent } = spec;
  if (percent === 0) return new Fresh(noise);
  const draw = new Draw(noise.key);
  if (spec.dedupe_mode === "repeat") return new Repeating(noise, draw, percent);
  const share = Math.floor((blocks * spec.dedupe_working_set_percentage) / 100);
  const pages = Math.max(1, Math.min(share, MOST_PAGES));
  const sets = spec.dedupe_global && peers.length > 0 ? peers.map(pageNoise) : [noise];
  return new WorkingSet(noise, draw, percent, pages, sets);
}

/** Numbers below a limit that are the same in every run: a count, well mixed. */
class Draw {
  #count = 0;

  constructor(private readonly key: number) {}

  below(limit: number): number {
    this.#count = (this.#count + 1) | 0;
    return Math.floor(((mix(mix(this.#count) ^ this.key) >>> 0) * limit) / 0x1_0000_0000);
  }
}

/** Each page once. */
class Fresh implements PageChoice {
  #count = 0;

  constructor(private readonly noise: Noise) {}

  next(): Noise {
    this.noise.page(this.#count++);
    return this.noise;
  }
}

/** dedupe_mode = repeat: a share of the pages is the last new one again. */
class Repeating implements PageChoice {
  #count = 0;

  constructor(
    private readonly noise: Noise,
    private readonly draw: Draw,
    private readonly percent: number,
  ) {}

  next(): Noise {
    const again = this.draw.below(100) < this.percent && this.#count > 0;
    if (!again) this.#count++;
    this.noise.page(this.#count - 1);
    return this.noise;
  }
}

/**
 * dedupe_mode = working_set: a share of the pages is any of the first `pages` new ones, as in fio.
 * Of a set that several jobs have in common, each job's first new pages are an equal part.
 */
class WorkingSet implements PageChoice {
  #count = 0;

  constructor(
    private readonly noise: Noise,
    private readonly draw: Draw,
    private readonly percent: number,
    private readonly pages: number,
    private readonly sets: readonly Noise[],
  ) {}

  next(): Noise {
    const { noise, draw, sets } = this;
    if (draw.below(100) >= this.percent) {
      noise.page(this.#count++);
      return noise;
    }
    const which = draw.below(this.pages);
    const set = sets[which % sets.length]!;
    set.page(Math.floor(which / sets.length));
    return set;
  }
}

const ZERO: Pattern = { bytes: new Uint8Array(1), offsets: [], text: "0" };

/**
 * buffer_compress_percentage: each chunk is random at its start, and zeros or the pattern in the
 * rest, which is that percentage of it.
 */
export class PageMaker {
  readonly #percent: number;
  readonly #chunk: number;
  readonly #filler: Pattern;
  /** What a whole chunk ends with; undefined where that hangs on the offset. */
  readonly #tail: Uint8Array | undefined;
  /** Random bytes of a whole chunk. */
  readonly #head: number;
  /** Whether the random parts begin where noise can be written by itself. */
  readonly #apart: boolean;

  /** `most` is the longest page there will be. */
  constructor(spec: PageSpec, most: number) {
    this.#percent = spec.buffer_compress_percentage;
    this.#filler = spec.buffer_pattern ?? ZERO;
    this.#chunk = Math.min(spec.buffer_compress_chunk || most, most);
    this.#head = this.#randomOf(this.#chunk);
    this.#apart = this.#chunk % 16 === 0;
    if (this.#filler.offsets.length > 0) return;
    this.#tail = new Uint8Array(this.#chunk - this.#head);
    fillPattern(this.#tail, this.#filler, 0);
  }

  /** Makes a page of `length` bytes; `bytes` and `words` are the same memory. */
  make(bytes: Uint8Array, words: Int32Array, length: number, offset: number, noise: Noise): void {
    if (this.#percent === 0) {
      noise.fill(words, length);
      return;
    }
    const chunk = this.#chunk;
    const head = this.#head;
    const tail = this.#tail;
    const apart = this.#apart;
    if (!apart) noise.fill(words, length);
    let at = 0;
    for (; at + chunk <= length; at += chunk) {
      if (apart) noise.fill(words, head, at / 4);
      if (tail !== undefined) bytes.set(tail, at + head);
      else fillPattern(bytes, this.#filler, offset, at + head, at + chunk);
    }
    if (at === length) return;
    const rest = this.#randomOf(length - at);
    if (apart) noise.fill(words, rest, at / 4);
    fillPattern(bytes, this.#filler, offset, at + rest, length);
  }

  #randomOf(bytes: number): number {
    return Math.floor((bytes * (100 - this.#percent)) / 100);
  }
}
