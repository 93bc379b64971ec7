/**
 * fio's aggregate bandwidth logs: what all jobs of the run move together, a line every half second
 * for each of read, write and trim. Read off the live counters, ramps included, as fio's progress
 * line counts them. Where the lines are written is not known here.
 */
import { READ, TRIM, WRITE } from "../base/direction.ts";
import { BYTES, countersAt, RAMP_BYTES } from "../measure/statsblock.ts";
import type { Coordinator, Observer } from "./coordinator.ts";

/** fio: the default of bwavgtime. */
const EVERY = 500e6;

const WAYS = [
  ["read", READ],
  ["write", WRITE],
  ["trim", TRIM],
] as const;

export class AggregateBandwidth implements Observer {
  readonly #lines: readonly string[][] = WAYS.map(() => []);
  readonly #before = new Float64Array(WAYS.length);
  #beganAt: number | undefined;
  #lookedAt = 0;

  tick(run: Coordinator): void {
    if (run.phase !== "running") return;
    const now = run.now();
    if (this.#beganAt === undefined) {
      this.#beganAt = now;
      this.#lookedAt = now;
    }
    const elapsed = now - this.#lookedAt;
    if (elapsed < EVERY) return;
    this.#lookedAt = now;
    const ms = Math.floor((now - this.#beganAt) / 1e6);
    for (const [row, [, direction]] of WAYS.entries()) {
      const bytes = moved(run, direction);
      const rate = Math.floor(((bytes - this.#before[row]!) / elapsed) * 1e9);
      this.#before[row] = bytes;
      this.#lines[row]!.push(`${ms}, ${Math.floor(rate / 1024)}, ${direction}, 0, 0\n`);
    }
  }

  /** Direction → its lines: ms since the start, KiB/s, direction, and two columns without use. */
  texts(): readonly (readonly [direction: string, text: string])[] {
    return WAYS.map(([name], row) => [name, this.#lines[row]!.join("")] as const);
  }
}

function moved(run: Coordinator, direction: number): number {
  const at = countersAt(direction);
  let bytes = 0;
  for (const { index } of run.jobs) {
    const stats = run.shared.stats(index);
    bytes += stats[at + BYTES]! + stats[at + RAMP_BYTES]!;
  }
  return bytes;
}
