/**
 * The engine of lseek(2), read(2) and write(2): how most programs do I/O. A sequential job seeks
 * once, because the file is already where the next unit begins; a pipe is never sought in.
 */
import { SEEK } from "../../ffi/constants.ts";
import { libc } from "../../ffi/libc.ts";
import { READ } from "../base/direction.ts";
import type { OptionTable } from "../base/option.ts";
import type { EngineContext, EngineDefinition } from "./engine.ts";
import { FILE_TRAITS, Immediate } from "./immediate.ts";

/** Where a file is: not known, so the next unit seeks; a pipe, which has no place at all. */
const UNKNOWN = -1;
const PIPE = -2;

/** One read or write a unit, after a seek where the file is elsewhere. */
class Sync extends Immediate {
  /** Offset at which each file stands, or one of the two above. */
  readonly #at: Float64Array;

  constructor(context: EngineContext<OptionTable>) {
    super(context);
    const start = context.targets.map(({ kind }) => (kind === "pipe" ? PIPE : UNKNOWN));
    this.#at = new Float64Array(start);
  }

  protected override transfer(unit: number): number {
    const { units } = this;
    const file = units.file[unit]!;
    const descriptor = this.files[file]!;
    const moved = units.moved[unit]!;
    const offset = units.offset[unit]! + moved;
    const address = units.address[unit]! + moved;
    const length = units.length[unit]! - moved;
    const at = this.#at[file]!;
    if (at !== offset && at !== PIPE && libc.lseek(descriptor, offset, SEEK.SET) < 0) return -1;
    const bytes =
      units.direction[unit] === READ
        ? libc.read(descriptor, address, length)
        : libc.write(descriptor, address, length);
    if (at !== PIPE) this.#at[file] = bytes < 0 ? UNKNOWN : offset + bytes;
    return bytes;
  }
}

export const sync: EngineDefinition<Record<never, never>> = {
  name: "sync",
  summary: "lseek, read and write, one unit at a time",
  options: {},
  traits: { ...FILE_TRAITS, pipe: true },
  synchronous: () => true,
  unavailable: () => undefined,
  create: (context) => new Sync(context),
};
