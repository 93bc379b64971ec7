/**
 * Which file the next unit goes to. One file after the other here; other orders (file_service_type,
 * openfiles) are other implementations of the same interface, loaded by the jobs that ask for them.
 */

/** `next` when no file has anything left in this round. */
export const NO_FILE = -1;

export interface FileTurn {
  /** The file of the next unit, or NO_FILE; called once a unit, and again after `emptied`. */
  next(): number;
  /** The file that `next` said has nothing left in this round. */
  emptied(file: number): void;
  /** A new round over the files. */
  reset(): void;
}

/** The files in turn, those with nothing left skipped (fio's roundrobin). */
export class RoundRobin implements FileTurn {
  /** Files that have nothing left in this round. */
  readonly #empty: Uint8Array;
  #emptyCount = 0;
  #turn = 0;

  constructor(private readonly files: number) {
    this.#empty = new Uint8Array(files);
  }

  next(): number {
    const { files } = this;
    if (this.#emptyCount === files) return NO_FILE;
    let file = this.#turn;
    while (this.#empty[file] === 1) file = file + 1 < files ? file + 1 : 0;
    this.#turn = file + 1 < files ? file + 1 : 0;
    return file;
  }

  emptied(file: number): void {
    this.#empty[file] = 1;
    this.#emptyCount++;
  }

  reset(): void {
    this.#empty.fill(0);
    this.#emptyCount = 0;
  }
}
