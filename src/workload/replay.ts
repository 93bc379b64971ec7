/**
 * The units of a trace, in its order. When each is due is left in the schedule, and the pacer holds
 * it back until then. A pass is the whole trace; further passes replay it again.
 */
import { READ, SYNC } from "../base/direction.ts";
import type { Piece, PieceSource } from "../io/trace/pieces.ts";
import { type Schedule, UNREAD } from "../io/trace/schedule.ts";
import { DIRECTION_MASK, KIND_SHIFT } from "../io/trace/trace.ts";
import type { Units } from "../io/units.ts";
import { DONE, LATER, NOTHING, TAKEN, type Workload } from "./workload.ts";

export interface ReplayOf {
  readonly units: Units;
  readonly source: PieceSource;
  readonly schedule: Schedule;
  /** Whether the trace begins again at its end, until the time is over. */
  readonly endless: boolean;
  /** Units of one pass at most, syncs not counted. */
  readonly most: number;
}

export class ReplayWork implements Workload {
  readonly #units: Units;
  readonly #source: PieceSource;
  readonly #schedule: Schedule;
  #piece: Piece | undefined;
  #row = 0;
  #rows = 0;
  /** Units that this pass may still take, syncs not counted. */
  #left: number;

  constructor(private readonly job: ReplayOf) {
    this.#units = job.units;
    this.#source = job.source;
    this.#schedule = job.schedule;
    this.#left = job.most;
  }

  direction(): number {
    if (this.#left === 0) return NOTHING;
    if (this.#row === this.#rows && !this.#advance()) {
      // Not read yet: any direction will do, since the pacer lets none go.
      return this.#schedule.due === UNREAD ? READ : NOTHING;
    }
    const piece = this.#piece!;
    this.#schedule.due = piece.time[this.#row]!;
    return piece.action[this.#row]! & DIRECTION_MASK;
  }

  next(unit: number): typeof TAKEN | typeof LATER | typeof DONE {
    if (this.direction() === NOTHING) return DONE;
    if (this.#schedule.due === UNREAD) return LATER;
    const units = this.#units;
    const piece = this.#piece!;
    const row = this.#row++;
    const action = piece.action[row]!;
    if ((action & DIRECTION_MASK) !== SYNC) this.#left--;
    units.direction[unit] = action & DIRECTION_MASK;
    units.kind[unit] = action >> KIND_SHIFT;
    units.file[unit] = piece.file[row]!;
    units.offset[unit] = piece.offset[row]!;
    units.length[unit] = piece.length[row]!;
    return TAKEN;
  }

  completed(): void {}

  restart(): void {
    this.#left = this.job.most;
    this.#rewind();
  }

  /** A ramp's units count for nothing; a trace that ended within it begins again. */
  forgive(): void {
    this.#left = this.job.most;
    if (this.#ended()) this.#rewind();
  }

  #ended(): boolean {
    return this.#row === this.#rows && this.#piece?.last === true;
  }

  #rewind(): void {
    this.#source.rewind();
    this.#piece = undefined;
    this.#row = 0;
    this.#rows = 0;
    this.#schedule.begun = false;
  }

  /** Moves to the next piece that has rows; false at the end, or when it is not there yet. */
  #advance(): boolean {
    this.#schedule.due = 0;
    for (;;) {
      if (this.#ended()) {
        if (!this.job.endless) return false;
        this.#rewind();
      }
      const piece = this.#source.take();
      if (piece === undefined) {
        this.#schedule.due = UNREAD;
        this.#schedule.failure = this.#source.failure;
        return false;
      }
      this.#piece = piece;
      this.#row = 0;
      this.#rows = piece.rows;
      if (this.#rows > 0) return true;
      if (piece.last && this.job.endless) return false;
    }
  }
}
