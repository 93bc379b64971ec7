/**
 * The random map: which blocks of a file this pass has visited. One bit a block, and above it a
 * tree in which a bit says that 32 below it are all set, so the next free block is found in a few
 * steps however full the map is. Same answers as fio's axmap, which does it 64 ways.
 */
import { UserError } from "../base/errors.ts";

/** All 32 bits of a word are set. */
const FULL = -1;
const WORD_BITS = 32;
const WORDS_PER_BIT = 1 / WORD_BITS;
/** Bits of the longest typed array, 4 GiB. */
const MOST_BLOCKS = 2 ** 35;

export class Coverage {
  /** Blocks not visited yet. */
  left = 0;
  readonly #bits: Int32Array;
  /** `#bits` first, then one level after the other up to a single word. */
  readonly #levels: readonly Int32Array[];

  constructor(readonly blocks: number) {
    this.#levels = levelsFor(blocks);
    this.#bits = this.#levels[0]!;
    this.reset();
  }

  /** Visits the block, or the first free one after it, round the end; -1 when none is left. */
  take(block: number): number {
    // Blocks pass 2^32, words do not: a product and `>>> 0` instead of `>>> 5`.
    const word = (block * WORDS_PER_BIT) >>> 0;
    const bits = this.#bits[word]!;
    // The block and those after it in one go: whether it is taken is a branch nobody can predict.
    const free = ~bits & (-1 << block);
    if (free === 0) return this.#takeBeyond(word);
    const bit = free & -free;
    this.#mark(word, bits | bit);
    return word * WORD_BITS + 31 - Math.clz32(bit);
  }

  /** As `take`, of a map of at most 2^31 blocks: a word's number is then a shift away. */
  takeSmall(block: number): number {
    const word = block >>> 5;
    const bits = this.#bits[word]!;
    const free = ~bits & (-1 << block);
    if (free === 0) return this.#takeBeyond(word);
    const bit = free & -free;
    this.#mark(word, bits | bit);
    return (word << 5) + 31 - Math.clz32(bit);
  }

  /** The block, or the first free one after it, round the end; -1 when none is left. */
  free(block: number): number {
    const word = (block * WORDS_PER_BIT) >>> 0;
    const free = ~this.#bits[word]! & (-1 << block);
    if (free !== 0) return word * WORD_BITS + lowest(free);
    if (this.left === 0) return -1;
    const found = this.#wordAfter(word);
    return found * WORD_BITS + lowest(~this.#bits[found]!);
  }

  /** Visits free blocks one after another from `block` on, `count` at most; how many there were. */
  takeRun(block: number, count: number): number {
    let taken = 0;
    while (taken < count && block + taken < this.blocks) {
      const word = ((block + taken) * WORDS_PER_BIT) >>> 0;
      const bits = this.#bits[word]!;
      const bit = 1 << (block + taken);
      if ((bits & bit) !== 0) break;
      this.#mark(word, bits | bit);
      taken++;
    }
    return taken;
  }

  /** A new pass: nothing is visited. */
  reset(): void {
    let inUse = this.blocks;
    for (const level of this.#levels) {
      level.fill(0);
      const rest = inUse % WORD_BITS;
      // Bits past the last block count as visited, so that they are never found.
      if (rest !== 0) level[level.length - 1] = FULL << rest;
      inUse = level.length;
    }
    this.left = this.blocks;
  }

  #mark(word: number, bits: number): void {
    this.#bits[word] = bits;
    this.left--;
    if (bits === FULL) this.#fill(word);
  }

  /** Tells the levels above that a word is full, as far up as that makes another one full. */
  #fill(word: number): void {
    let below = word;
    for (let level = 1; level < this.#levels.length; level++) {
      const words = this.#levels[level]!;
      const bits = words[below >>> 5]! | (1 << below);
      below >>>= 5;
      words[below] = bits;
      if (bits !== FULL) return;
    }
  }

  /** As `take`, when the word has nothing free from the block on. */
  #takeBeyond(word: number): number {
    if (this.left === 0) return -1;
    const found = this.#wordAfter(word);
    const bits = this.#bits[found]!;
    const bit = ~bits & -~bits;
    this.#mark(found, bits | bit);
    return found * WORD_BITS + lowest(bit);
  }

  /** First word with a free bit after this one, round the end; there is one. */
  #wordAfter(word: number): number {
    let index = word;
    for (let level = 1; level < this.#levels.length; level++) {
      const free = ~this.#levels[level]![index >>> 5]! & (-2 << index);
      index >>>= 5;
      if (free !== 0) return this.#descend(level, index * WORD_BITS + lowest(free));
    }
    return this.#descend(this.#levels.length, 0);
  }

  /** First word with a free bit below word `index` of the level under `level`. */
  #descend(level: number, index: number): number {
    let word = index;
    for (let under = level - 1; under > 0; under--) {
      word = word * WORD_BITS + lowest(~this.#levels[under]![word]!);
    }
    return word;
  }
}

/** Position of the lowest set bit. */
function lowest(bits: number): number {
  return 31 - Math.clz32(bits & -bits);
}

function levelsFor(blocks: number): Int32Array[] {
  if (blocks > MOST_BLOCKS) {
    throw new UserError(
      `a random map of ${blocks} blocks does not fit into memory (${MOST_BLOCKS} at most);` +
        " use larger blocks or norandommap = true",
    );
  }
  const levels: Int32Array[] = [];
  let words = blocks;
  do {
    words = Math.ceil(words / WORD_BITS);
    levels.push(allocateWords(words, blocks));
  } while (words > 1);
  return levels;
}

function allocateWords(words: number, blocks: number): Int32Array {
  try {
    return new Int32Array(words);
  } catch {
    const bytes = Math.ceil(blocks / 8);
    throw new UserError(
      `no memory for a random map of ${blocks} blocks (${bytes} bytes);` +
        " use larger blocks or norandommap = true",
    );
  }
}
