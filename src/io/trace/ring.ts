/**
 * A trace that is read while it is replayed: a thread of its own fills a few pieces ahead, the
 * job's thread takes them, and neither waits for the other where there is anything to do. The
 * memory is the same however long the trace is.
 */
import { PIECE_BYTES, Piece, type PieceSource } from "./pieces.ts";

/** 64 k units ahead: at a million units a second the reader may pause for 65 ms. */
const SLOTS = 4;

/** Words of the head: pieces filled and pieces given back so far, how it stands, bytes of text. */
const FILLED = 0;
const RELEASED = 1;
const STATE = 2;
const TEXT_BYTES = 3;
const HEAD_BYTES = 64;
/** Room for why the reader failed. */
const TEXT_ROOM = 1024 - HEAD_BYTES;
export const RING_BYTES = HEAD_BYTES + TEXT_ROOM + SLOTS * PIECE_BYTES;

const GOING = 0;
const STOPPED = 1;
const FAILED = 2;

/** Between two looks of a reader that waits, ms: a job may end without a word. */
const LOOK_MS = 100;

class Ring {
  protected readonly head: Int32Array;
  protected readonly text: Uint8Array;
  protected readonly pieces: readonly Piece[];

  constructor(buffer: SharedArrayBuffer) {
    this.head = new Int32Array(buffer, 0, HEAD_BYTES / 4);
    this.text = new Uint8Array(buffer, HEAD_BYTES, TEXT_ROOM);
    const first = HEAD_BYTES + TEXT_ROOM;
    this.pieces = Array.from(
      { length: SLOTS },
      (_, slot) => new Piece(buffer, first + slot * PIECE_BYTES),
    );
  }
}

/** The reader's side. */
export class RingWriter extends Ring {
  #filled = 0;

  /** An empty piece to fill, waited for; undefined when the job has ended. */
  claim(): Piece | undefined {
    const { head } = this;
    for (;;) {
      if (Atomics.load(head, STATE) !== GOING) return undefined;
      const released = Atomics.load(head, RELEASED);
      if (this.#filled - released < SLOTS) break;
      Atomics.wait(head, RELEASED, released, LOOK_MS);
    }
    const piece = this.pieces[this.#filled % SLOTS]!;
    piece.clear();
    return piece;
  }

  /** The piece claimed last is filled. */
  publish(): void {
    Atomics.store(this.head, FILLED, ++this.#filled);
  }

  /** The trace cannot be read any further, and why. */
  fail(message: string): void {
    const { written } = new TextEncoder().encodeInto(message, this.text);
    Atomics.store(this.head, TEXT_BYTES, written);
    Atomics.compareExchange(this.head, STATE, GOING, FAILED);
  }
}

/** The job's side. */
export class FetchedPieces extends Ring implements PieceSource {
  #taken = 0;
  #current: Piece | undefined;
  /** Whether the pass has pieces to come; what is left of one that was cut short is passed by. */
  #inside = false;
  #skipping = false;

  take(): Piece | undefined {
    for (;;) {
      this.#release();
      if (Atomics.load(this.head, FILLED) === this.#taken) return undefined;
      const piece = this.pieces[this.#taken % SLOTS]!;
      this.#taken++;
      this.#current = piece;
      this.#inside = !piece.last;
      if (!this.#skipping) return piece;
      this.#skipping = !piece.last;
    }
  }

  rewind(): void {
    if (this.#inside) this.#skipping = true;
  }

  get failure(): string | undefined {
    if (Atomics.load(this.head, STATE) !== FAILED) return undefined;
    const bytes = this.text.slice(0, Atomics.load(this.head, TEXT_BYTES));
    return new TextDecoder().decode(bytes);
  }

  /** No more pieces are wanted: the reader may end. */
  close(): void {
    Atomics.compareExchange(this.head, STATE, GOING, STOPPED);
    Atomics.notify(this.head, RELEASED);
  }

  #release(): void {
    if (this.#current === undefined) return;
    this.#current = undefined;
    Atomics.store(this.head, RELEASED, this.#taken);
    Atomics.notify(this.head, RELEASED);
  }
}
