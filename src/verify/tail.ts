/**
 * What is kept of the last writes of a job for its state: as many as could be in flight. Fed by the
 * verifier with every write, so that it allocates nothing.
 */

export interface Tail {
  /** A write of this file was completed. */
  completed(file: number, offset: number): void;
  /** The write of this number was given up. */
  lost(sequence: number): void;
}

/** Of a job that saves no state. */
export class NoTail implements Tail {
  completed(): void {}
  lost(): void {}
}

export class LastWrites implements Tail {
  /** A ring a file. */
  readonly #offsets: Float64Array;
  readonly #counts: Float64Array;
  readonly #lost: Float64Array;
  #lostCount = 0;

  constructor(
    readonly files: number,
    readonly depth: number,
  ) {
    this.#offsets = new Float64Array(files * depth);
    this.#counts = new Float64Array(files);
    this.#lost = new Float64Array(depth);
  }

  completed(file: number, offset: number): void {
    const count = this.#counts[file]!;
    this.#offsets[file * this.depth + (count % this.depth)] = offset;
    this.#counts[file] = count + 1;
  }

  lost(sequence: number): void {
    this.#lost[this.#lostCount++ % this.depth] = sequence;
  }

  /** Places of the last `depth` writes of each file that were completed, in no order. */
  places(): { readonly file: number; readonly offset: number }[] {
    return Array.from({ length: this.files }, (_, file) => {
      const known = Math.min(this.depth, this.#counts[file]!);
      const from = file * this.depth;
      return [...this.#offsets.subarray(from, from + known)].map((offset) => ({ file, offset }));
    }).flat();
  }

  /** Numbers of the last `depth` writes that were given up. */
  numbers(): number[] {
    return [...this.#lost.subarray(0, Math.min(this.depth, this.#lostCount))];
  }
}
