/**
 * The engine of preadv2(2) and pwritev2(2): a vector of one buffer, and flags for each transfer.
 * Called by number: glibc has the two functions only since 2.26.
 */
import { RWF, SYS } from "../../ffi/constants.ts";
import { ENOSYS, errnoOf } from "../../ffi/errno.ts";
import { Vectors } from "../../ffi/iovec.ts";
import { libc } from "../../ffi/libc.ts";
import { READ } from "../base/direction.ts";
import type { Spec } from "../base/option.ts";
import { flag, integer } from "../base/values.ts";
import type { EngineContext, EngineDefinition } from "./engine.ts";
import { FILE_TRAITS, Immediate } from "./immediate.ts";
import { nowait, refuseUncached, transferHint, uncached } from "./transfer_options.ts";

const OPTIONS = {
  hipri: flag({
    group: "engine",
    summary: "ask the kernel to poll for the completion (RWF_HIPRI)",
    detail:
      "Needs direct = true. Since Linux 5.19 the kernel ignores the flag for synchronous I/O; " +
      "io_uring polls on every kernel that can.",
  }),
  hipri_percentage: integer({
    group: "engine",
    metavar: "PERCENT",
    fallback: 100,
    least: 0,
    most: 100,
    summary: "share of the units that hipri is for, drawn at random",
  }),
  nowait,
  uncached,
};

type Options = Spec<typeof OPTIONS>;

/** One preadv2 or pwritev2 a unit, all with the same flags. */
class Pvsync2 extends Immediate {
  readonly #vectors = new Vectors(1);
  readonly #flags: number;
  /** What writes have beside the flags of all. */
  readonly #ofWrites: number;

  constructor(context: EngineContext<typeof OPTIONS>) {
    super(context);
    this.#ofWrites = context.spec.atomic ? RWF.ATOMIC : 0;
    const { hipri, hipri_percentage, nowait, uncached } = context.options;
    this.#flags =
      (hipri && hipri_percentage === 100 ? RWF.HIPRI : 0) |
      (nowait ? RWF.NOWAIT : 0) |
      (uncached ? RWF.DONTCACHE : 0);
  }

  protected flags(): number {
    return this.#flags;
  }
  protected override transfer(unit: number): number {
    const { units } = this;
    const moved = units.moved[unit]!;
    const file = this.files[units.file[unit]!]!;
    const offset = units.offset[unit]! + moved;
    const vector = this.#vectors.set(0, units.address[unit]! + moved, units.length[unit]! - moved);
    const flags = this.flags();
    return units.direction[unit] === READ
      ? libc.syscall(SYS.preadv2, file, vector, 1, offset, 0, flags)
      : libc.syscall(SYS.pwritev2, file, vector, 1, offset, 0, flags | this.#ofWrites);
  }
  override close(): void {
    this.#vectors.close();
  }
}

/** The same with RWF_HIPRI on a share of the units. */
class PartlyPolled extends Pvsync2 {
  /** xorshift32 (Marsaglia 2003): quick, and any state but 0 has the full period. */
  #state = 0x9e3779b9 | 0;
  readonly #below: number;

  constructor(context: EngineContext<typeof OPTIONS>) {
    super(context);
    this.#below = (context.options.hipri_percentage / 100) * 2 ** 32;
  }

  protected override flags(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return state >>> 0 < this.#below ? super.flags() | RWF.HIPRI : super.flags();
  }
}

function refuse({ direct }: { readonly direct: boolean }, options: Options): string | undefined {
  if (options.hipri && !direct) {
    return "hipri polls the device for completions, which only direct I/O can: add direct = true";
  }
  return refuseUncached(direct, options);
}

export const pvsync2: EngineDefinition<typeof OPTIONS> = {
  name: "pvsync2",
  summary: "preadv2 and pwritev2, one unit at a time, with flags for polling and not waiting",
  options: OPTIONS,
  traits: { ...FILE_TRAITS, offload: true, atomicWrites: true },
  synchronous: () => true,
  unavailable: () => {
    if (libc.syscall(SYS.preadv2, -1, 0, 0, 0, 0, 0) >= 0 || errnoOf() !== ENOSYS) return undefined;
    return 'pvsync2 needs preadv2(2), which came with Linux 4.6: use ioengine = "pvsync"';
  },
  refuse,
  hint: transferHint,
  calm: (options) => ({ ...options, hipri: false, nowait: false, uncached: false }),
  create: (context) => {
    const { hipri, hipri_percentage } = context.options;
    return hipri && hipri_percentage < 100 ? new PartlyPolled(context) : new Pvsync2(context);
  },
};
