/**
 * Any workload whose units get I/O priorities: the job's, or with a chance another. Draws from
 * fio's stream of priorities, so that the same units get them.
 */
import { SYNC } from "../base/direction.ts";
import type { PriorityChance } from "../base/priority.ts";
import type { Units } from "../io/units.ts";
import type { Random } from "./random.ts";
import { TAKEN, type Workload } from "./workload.ts";

/** What is drawn for a length of units in one direction. */
interface Draw {
  /** NaN for units of every length. */
  readonly bytes: number;
  /** Percents up to and including each priority's. */
  readonly upTo: Int32Array;
  readonly priorities: Int32Array;
}

export class Prioritized implements Workload {
  /** By direction. */
  readonly #draws: readonly (readonly Draw[])[];

  /** `repeats`: every pass draws the same. */
  constructor(
    private readonly inner: Workload,
    private readonly units: Units,
    private readonly random: Random,
    private readonly repeats: boolean,
    /** Of units that get no other. */
    private readonly usual: number,
    chances: readonly PriorityChance[],
  ) {
    this.#draws = Array.from({ length: SYNC }, (_, direction) =>
      drawsOf(chances.filter((chance) => chance.direction === direction)),
    );
  }

  direction(): number {
    return this.inner.direction();
  }

  next(unit: number): ReturnType<Workload["next"]> {
    const answer = this.inner.next(unit);
    if (answer === TAKEN) this.units.priority[unit] = this.#priorityOf(unit);
    return answer;
  }

  completed(unit: number): void {
    this.inner.completed(unit);
  }

  restart(): void {
    if (this.repeats) this.random.rewind();
    this.inner.restart();
  }

  forgive(): void {
    this.inner.forgive();
  }

  #priorityOf(unit: number): number {
    const { units } = this;
    const direction = units.direction[unit]!;
    if (direction >= SYNC) return this.usual;
    const draws = this.#draws[direction]!;
    const length = units.length[unit]!;
    for (let i = 0; i < draws.length; i++) {
      const draw = draws[i]!;
      if (draw.bytes === length || Number.isNaN(draw.bytes)) return this.#drawn(draw);
    }
    return this.usual;
  }

  #drawn({ upTo, priorities }: Draw): number {
    const percent = this.random.below(100);
    for (let i = 0; i < upTo.length; i++) {
      if (percent < upTo[i]!) return priorities[i]!;
    }
    return this.usual;
  }
}

function drawsOf(chances: readonly PriorityChance[]): Draw[] {
  const lengths = Map.groupBy(chances, ({ bytes }) => bytes ?? Number.NaN);
  return [...lengths].map(([bytes, parts]) => {
    let sum = 0;
    return {
      bytes,
      upTo: Int32Array.from(parts, ({ percent }) => {
        sum += percent;
        return sum;
      }),
      priorities: Int32Array.from(parts, ({ priority }) => priority),
    };
  });
}
