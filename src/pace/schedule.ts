/**
 * When the units of one direction are due: evenly spaced, or as a Poisson process has it. A
 * schedule knows instants and amounts; who keeps to it, and how, is not its business.
 */

/** What a rate counts: each unit as one, or its bytes. */
export interface Pace {
  /** ns between two units, or for a byte. */
  readonly scale: number;
  readonly byBytes: boolean;
  /** Bytes of a unit, as far as is known before there was one. */
  readonly block: number;
}

/** What was due before an instant and was not taken. */
export interface Owed {
  readonly units: number;
  readonly bytes: number;
}

const NOTHING_OWED: Owed = { units: 0, bytes: 0 };

export interface Schedule {
  /** Instant at which the next unit is due, ns since the run's epoch. */
  readonly dueAt: number;
  /** The schedule begins. */
  begin(now: number): void;
  /** The unit that was due next was taken, and has so many bytes. */
  took(bytes: number): void;
  /** All that is still to come is due so many ns later. */
  postpone(ns: number): void;
  /** The last thing asked of a schedule, which does not go on from there. */
  owed(until: number): Owed;
}

/** Evenly: due times are multiples of the gap, so that no rounding adds up. */
export class Linear implements Schedule {
  dueAt = 0;
  #base = 0;
  #amount = 0;
  #units = 0;
  #bytes = 0;

  constructor(private readonly pace: Pace) {}

  begin(now: number): void {
    this.#base = now;
    this.#amount = 0;
    this.dueAt = now;
  }

  took(bytes: number): void {
    this.#units++;
    this.#bytes += bytes;
    this.#amount += this.pace.byBytes ? bytes : 1;
    this.dueAt = this.#base + this.#amount * this.pace.scale;
  }

  postpone(ns: number): void {
    this.#base += ns;
    this.dueAt += ns;
  }

  owed(until: number): Owed {
    if (this.dueAt >= until) return NOTHING_OWED;
    const { pace } = this;
    const block = this.#units > 0 ? this.#bytes / this.#units : pace.block;
    const step = pace.byBytes ? block : 1;
    const due = (units: number): number => this.#base + (this.#amount + units * step) * pace.scale;
    let units = Math.floor((until - this.dueAt) / (step * pace.scale));
    while (due(units) >= until) units--;
    while (due(units + 1) < until) units++;
    return { units: units + 1, bytes: Math.round((units + 1) * block) };
  }
}

/** Draws from 0 to 2^32 - 1. */
export interface Draws {
  next(): number;
}

const TWO_32 = 0x1_0000_0000;

/** More units than this that are owed are not drawn one by one. */
const MOST_DRAWN = 1e6;

/** Gaps of an exponential distribution whose mean is what the rate asks for. */
export class Poisson implements Schedule {
  dueAt = 0;
  #units = 0;
  #bytes = 0;

  constructor(
    private readonly pace: Pace,
    private readonly draws: Draws,
    /** Whether the first unit is due at once, as fio has it, or after a gap as any other. */
    private readonly firstAtOnce: boolean,
  ) {}

  begin(now: number): void {
    this.dueAt = now;
    if (!this.firstAtOnce) this.#advance(this.pace.block);
  }

  took(bytes: number): void {
    this.#units++;
    this.#bytes += bytes;
    this.#advance(bytes);
  }

  postpone(ns: number): void {
    this.dueAt += ns;
  }

  /** Exact up to a million units, from there on what is to be expected. */
  owed(until: number): Owed {
    const { pace } = this;
    const block = this.#units > 0 ? this.#bytes / this.#units : pace.block;
    let units = 0;
    while (this.dueAt < until && units < MOST_DRAWN) {
      units++;
      this.#advance(block);
    }
    const mean = pace.scale * (pace.byBytes ? block : 1);
    if (this.dueAt < until) units += Math.round((until - this.dueAt) / mean);
    return { units, bytes: Math.round(units * block) };
  }

  #advance(bytes: number): void {
    const { scale, byBytes } = this.pace;
    const gap = -Math.log((this.draws.next() + 1) / TWO_32);
    this.dueAt += gap * scale * (byBytes ? bytes : 1);
  }
}
