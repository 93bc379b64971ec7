/**
 * Contents of buffers that few jobs ask for, loaded by those that do: a pattern that holds the
 * block's offset.
 */
import { READ, WRITE } from "../base/direction.ts";
import { fillPattern, type Pattern, stampOffset } from "../base/filling.ts";
import { type Buffers, type BuffersOf, rowsOf } from "./buffers.ts";
import type { BufferFiller } from "./contents.ts";
import type { Units } from "./units.ts";

/** Fills the buffers for the first time; for the jobs of which `isShaped` is true. */
export function createShaped(plan: BuffersOf, units: Units, buffers: Buffers): BufferFiller {
  const rows = rowsOf(plan, buffers, (memory) => new Uint8Array(memory));
  return new Stamping(units, rows, plan.spec.buffer_pattern!);
}

/** A pattern with %o: the offset is put in its places before every write. */
class Stamping implements BufferFiller {
  /** Rows that a read was in, which then want the whole pattern again. */
  readonly #dirty: Uint8Array;

  constructor(
    private readonly units: Units,
    private readonly rows: readonly Uint8Array[],
    private readonly pattern: Pattern,
  ) {
    this.#dirty = new Uint8Array(units.depth).fill(1);
  }

  fill(unit: number): void {
    const { units, pattern } = this;
    const direction = units.direction[unit]!;
    if (direction === READ) this.#dirty[unit] = 1;
    if (direction !== WRITE) return;
    const row = this.rows[unit]!;
    const offset = units.offset[unit]!;
    // The end of a block may cut an offset: what is behind it belongs to the next longer block.
    if (this.#dirty[unit] === 1) fillPattern(row, pattern, offset);
    else stampOffset(row, pattern, offset, 0, units.length[unit]!);
    this.#dirty[unit] = 0;
  }
}
