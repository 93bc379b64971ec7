/**
 * How much a job may take: the limits of its passes, and when a round over the files is over. A
 * round is fio's do_io: it ends when it moved the size of the files or no file has anything left;
 * a pass (a loop, to the user) may need several when io_size is larger than size, and its limit
 * may fall inside one when it is smaller.
 */

export interface Bounds {
  /** Bytes and units of one pass; Infinity for no limit, and both for a job that runs by time. */
  readonly passBytes: number;
  readonly passUnits: number;
  /** Bytes after which a round is over. */
  readonly roundBytes: number;
  /** The longest block: a rest that is shorter is not worth another round (fio's keep_running). */
  readonly longest: number;
  /** Whether another round may follow when the files have nothing left. */
  readonly wraps: boolean;
  /** Whether only units are forgiven: under fio the bytes of a ramp count, and its units do not. */
  readonly bytesStay: boolean;
}

export class Limits {
  #bytes = 0;
  #units = 0;
  #roundBytes = 0;
  #mostBytes: number;
  #mostUnits: number;
  #wraps: boolean;
  /** Rounds that may follow whatever is left, one for every pass but the first. */
  #spareRounds = 0;

  constructor(private readonly bounds: Bounds) {
    this.#mostBytes = bounds.passBytes;
    this.#mostUnits = bounds.passUnits;
    this.#wraps = bounds.wraps;
  }

  /** Units that move bytes were taken. */
  count(bytes: number, units: number): void {
    this.#bytes += bytes;
    this.#units += units;
    this.#roundBytes += bytes;
  }

  /** The pass may take nothing more. */
  get reached(): boolean {
    return this.#bytes >= this.#mostBytes || this.#units >= this.#mostUnits;
  }

  /** The round has moved what a round moves. */
  get roundOver(): boolean {
    return this.#roundBytes >= this.bounds.roundBytes;
  }

  /** Bytes that may be taken before the pass or the round is over. */
  get bytesLeft(): number {
    const ofRound = this.bounds.roundBytes - this.#roundBytes;
    return Math.min(this.#mostBytes - this.#bytes, ofRound);
  }

  get unitsLeft(): number {
    return this.#mostUnits - this.#units;
  }

  /** Whether a round may follow this one; `exhausted`: because no file has anything left. */
  another(exhausted: boolean): boolean {
    // A round that moved nothing: no round ever will.
    if (this.#roundBytes === 0) return false;
    if (this.#spareRounds > 0) {
      this.#spareRounds--;
      return true;
    }
    if (exhausted && !this.#wraps) return false;
    return this.#mostBytes - this.#bytes >= this.bounds.longest;
  }

  beginRound(): void {
    this.#roundBytes = 0;
  }

  allowPass(): void {
    this.#mostBytes += this.bounds.passBytes;
    this.#mostUnits += this.bounds.passUnits;
    this.#spareRounds++;
  }

  /** What was counted is forgotten; the files are gone over again for what is now missing. */
  forgive(): void {
    this.#units = 0;
    if (this.bounds.bytesStay) return;
    this.#bytes = 0;
    this.#wraps = true;
  }
}
