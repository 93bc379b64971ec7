/**
 * Units that do not come back although the job is to end: told to by a stop, they are cancelled
 * after a while, which frees what waits for a pipe or a dead server; what does not come even then
 * is named, and the job ends without it. Asked only when the last wait brought nothing.
 */
import { DIRECTIONS } from "../base/direction.ts";
import type { Engine } from "../engine/engine.ts";
import type { Target } from "../io/target.ts";
import type { Units } from "../io/units.ts";
import type { JobControl } from "./control.ts";
import type { FirstFaultEnds } from "./faults.ts";

/** Silence after a stop until the units are cancelled: many times what a busy disk takes. */
const CANCEL_AFTER = 10e9;
/** What is left for cancelled units to come back. */
const GRACE = 1e9;
/** The loop asks at least every 100 ms while it waits; after a longer pause it waits anew. */
const PAUSE = 1e9;
/** Silence after which a loop that does not wait is slowed down, and by how much. */
const SILENT = 100e6;
const NAP = 1e6;

/** Units that are named when they are given up. */
const NAMED = 4;

export interface LingeringParts {
  readonly units: Units;
  readonly targets: readonly Target[];
  readonly engine: Pick<Engine, "cancel">;
  readonly faults: Pick<FirstFaultEnds, "giveUp" | "cancelling" | "cancelled">;
  readonly control: Pick<JobControl, "stopped">;
  /** Whether the run time is over. */
  readonly expired: () => boolean;
  readonly sleepUntil: (instant: number) => void;
  /** ns; stuck_timeout. */
  readonly limit: number;
}

export class Lingering {
  /** Whether units are still with the kernel: then nothing of theirs may be freed. */
  abandoned = false;
  #left = 0;
  #since = 0;
  #askedAt = Number.NEGATIVE_INFINITY;
  #cancelledAt = Number.POSITIVE_INFINITY;

  constructor(private readonly parts: LingeringParts) {}

  /** Whether the job must end without the units that are in flight. */
  givesUp(time: number): boolean {
    const { units, control, expired, limit, sleepUntil } = this.parts;
    if (!control.stopped && !expired()) return false;
    const left = units.depth - units.free;
    if (left !== this.#left || time - this.#askedAt > PAUSE) {
      this.#left = left;
      this.#since = time;
    }
    this.#askedAt = time;
    const silent = time - this.#since;
    if (silent > SILENT) sleepUntil(time + NAP);
    if (this.#cancelledAt === Number.POSITIVE_INFINITY) {
      const patience = control.stopped ? Math.min(CANCEL_AFTER, limit / 2) : limit;
      if (silent >= patience) this.#cancel(time);
      return false;
    }
    if (silent < limit || time - this.#cancelledAt < GRACE) return false;
    this.abandoned = true;
    this.#fail();
    return true;
  }

  /** What became of the units that were cancelled, as a note of the job. */
  get notes(): readonly string[] {
    const { cancelled } = this.parts.faults;
    if (cancelled === 0) return [];
    const units = cancelled === 1 ? "1 unit" : `${cancelled} units`;
    return [`${units} in flight did not come back at the end and had to be cancelled`];
  }

  #cancel(time: number): void {
    this.#cancelledAt = time;
    this.parts.faults.cancelling = true;
    for (const unit of this.#inFlight()) this.parts.engine.cancel(unit);
  }

  #inFlight(): number[] {
    const { units } = this.parts;
    const free = new Set(Array.from({ length: units.free }, (_, i) => units.freeRow(i)));
    return Array.from({ length: units.depth }, (_, row) => row).filter((row) => !free.has(row));
  }

  #fail(): void {
    const { units, targets, control, limit } = this.parts;
    const stuck = this.#inFlight();
    const places = stuck.slice(0, NAMED).map((unit) => {
      const call = DIRECTIONS[units.direction[unit]!]!;
      const path = targets[units.file[unit]!]?.path ?? "";
      return { call, path, offset: units.offset[unit]!, length: units.length[unit]! };
    });
    const named = places.map(
      ({ call, path, offset, length }) => `${call} ${path} at offset ${offset}, ${length} bytes`,
    );
    const more = stuck.length > NAMED ? `; and ${stuck.length - NAMED} more` : "";
    const told = control.stopped ? "it was told to end" : "its runtime was over";
    const { call, path, offset, length } = places[0]!;
    this.parts.faults.giveUp({
      call,
      subject: path,
      errno: 0,
      message:
        `it is stuck in ${named.join("; ")}${more}: ${told}, and nothing came back for ` +
        `${limit / 1e9} s`,
      direction: call,
      offset,
      length,
    });
  }
}
