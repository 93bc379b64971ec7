/** The engine of pread(2) and pwrite(2): the baseline for every other one, and the default. */
import { libc } from "../../ffi/libc.ts";
import { READ } from "../base/direction.ts";
import type { EngineDefinition } from "./engine.ts";
import { FILE_TRAITS, Immediate } from "./immediate.ts";

/** One pread or pwrite a unit, done inside `queue`. */
class Psync extends Immediate {
  protected override transfer(unit: number): number {
    const { units } = this;
    const moved = units.moved[unit]!;
    const file = this.files[units.file[unit]!]!;
    const address = units.address[unit]! + moved;
    const length = units.length[unit]! - moved;
    const offset = units.offset[unit]! + moved;
    return units.direction[unit] === READ
      ? libc.pread(file, address, length, offset)
      : libc.pwrite(file, address, length, offset);
  }
}

export const psync: EngineDefinition<Record<never, never>> = {
  name: "psync",
  summary: "pread and pwrite, one unit at a time",
  options: {},
  traits: { ...FILE_TRAITS, offload: true },
  synchronous: () => true,
  unavailable: () => undefined,
  create: (context) => new Psync(context),
};
