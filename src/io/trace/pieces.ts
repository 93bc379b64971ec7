/**
 * Entries in memory: columns of a fixed number of rows over one shared buffer, 29 bytes an entry,
 * which the job's thread reads where the main thread wrote them. A trace that is read whole is a
 * list of pieces; one that is read while it runs goes through a few of them again and again.
 */
import type { TraceReader } from "./trace.ts";

/** What a row holds. */
export type Entry = Pick<TraceReader, "time" | "offset" | "length" | "file" | "action">;

/** Rows of a piece: half a MiB, and a handful of pieces outlasts any pause of who fills them. */
export const PIECE_ROWS = 16_384;

const DOUBLE = 8;
const HEAD = 2 * DOUBLE;
export const PIECE_BYTES = HEAD + PIECE_ROWS * (3 * DOUBLE + 4 + 1);

export class Piece {
  /** Rows that are filled, and whether they are the last of a pass. */
  readonly #head: Float64Array;
  readonly time: Float64Array;
  readonly offset: Float64Array;
  readonly length: Float64Array;
  readonly file: Uint32Array;
  readonly action: Uint8Array;

  constructor(buffer: SharedArrayBuffer, at = 0) {
    const column = PIECE_ROWS * DOUBLE;
    this.#head = new Float64Array(buffer, at, 2);
    this.time = new Float64Array(buffer, at + HEAD, PIECE_ROWS);
    this.offset = new Float64Array(buffer, at + HEAD + column, PIECE_ROWS);
    this.length = new Float64Array(buffer, at + HEAD + 2 * column, PIECE_ROWS);
    this.file = new Uint32Array(buffer, at + HEAD + 3 * column, PIECE_ROWS);
    this.action = new Uint8Array(buffer, at + HEAD + 3 * column + 4 * PIECE_ROWS, PIECE_ROWS);
  }

  get rows(): number {
    return this.#head[0]!;
  }

  get last(): boolean {
    return this.#head[1] === 1;
  }

  /** Copies the reader's entry to the row behind the others. */
  add({ time, offset, length, file, action }: Entry): void {
    const row = this.rows;
    this.time[row] = time;
    this.offset[row] = offset;
    this.length[row] = length;
    this.file[row] = file;
    this.action[row] = action;
    this.#head[0] = row + 1;
  }

  get full(): boolean {
    return this.rows === PIECE_ROWS;
  }

  clear(): void {
    this.#head[0] = 0;
    this.#head[1] = 0;
  }

  /** Marks it as the last of a pass. */
  end(): void {
    this.#head[1] = 1;
  }
}

/** Where a replay gets its pieces from. */
export interface PieceSource {
  /** The next piece; undefined when it is not there yet. The one before is done with. */
  take(): Piece | undefined;
  /** Begins the next pass, also where the one before was not at its end. */
  rewind(): void;
  /** Why there is no next piece and never will be; undefined while all is well. */
  readonly failure: string | undefined;
  /** No more pieces are wanted. */
  close(): void;
}

/** Pieces that are all there; the last one says so. */
export class StoredPieces implements PieceSource {
  readonly failure = undefined;
  readonly #pieces: readonly Piece[];
  #at = 0;

  constructor(buffers: readonly SharedArrayBuffer[]) {
    this.#pieces = buffers.map((buffer) => new Piece(buffer));
  }

  take(): Piece | undefined {
    return this.#pieces[this.#at++];
  }

  rewind(): void {
    this.#at = 0;
  }

  close(): void {}
}

/** Collects a trace; at least one piece. */
export class PieceWriter {
  readonly buffers: SharedArrayBuffer[] = [];
  #piece = this.#begin();

  add(entry: Entry): void {
    if (this.#piece.full) this.#piece = this.#begin();
    this.#piece.add(entry);
  }

  finish(): readonly SharedArrayBuffer[] {
    this.#piece.end();
    return this.buffers;
  }

  #begin(): Piece {
    const buffer = new SharedArrayBuffer(PIECE_BYTES);
    this.buffers.push(buffer);
    return new Piece(buffer);
  }
}
