/** The engine of preadv(2) and pwritev(2), a vector of one buffer each. */
import { Vectors } from "../../ffi/iovec.ts";
import { libc } from "../../ffi/libc.ts";
import { READ } from "../base/direction.ts";
import type { EngineDefinition } from "./engine.ts";
import { FILE_TRAITS, Immediate } from "./immediate.ts";

/** One preadv or pwritev a unit, done inside `queue`. */
class Pvsync extends Immediate {
  readonly #vectors = new Vectors(1);

  protected override transfer(unit: number): number {
    const { units } = this;
    const moved = units.moved[unit]!;
    const file = this.files[units.file[unit]!]!;
    const offset = units.offset[unit]! + moved;
    const vector = this.#vectors.set(0, units.address[unit]! + moved, units.length[unit]! - moved);
    return units.direction[unit] === READ
      ? libc.preadv(file, vector, 1, offset)
      : libc.pwritev(file, vector, 1, offset);
  }
  override close(): void {
    this.#vectors.close();
  }
}

export const pvsync: EngineDefinition<Record<never, never>> = {
  name: "pvsync",
  summary: "preadv and pwritev, one unit at a time",
  options: {},
  traits: { ...FILE_TRAITS, offload: true },
  synchronous: () => true,
  unavailable: () => undefined,
  create: (context) => new Pvsync(context),
};
