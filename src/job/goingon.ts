/**
 * continue_on_error and ignore_error: errors of the named classes are counted and the job goes on.
 * An error that is counted and not survived is left to what is below: it ends the job, or is how a
 * job with fill_device is meant to end. Loaded only by the jobs that have one of the two.
 */
import { EINTR, EIO, errnoText } from "../../ffi/errno.ts";
import type { ErrorCount } from "../measure/outcome.ts";
import { type FirstFaultEnds, GIVE, type RETRY } from "./faults.ts";
import { classOf, survived, type Tolerant } from "./tolerance.ts";

/** Errors that error_dump shows of one job. */
const SHOWN = 100;

export function goingOn(
  Base: typeof FirstFaultEnds,
  spec: Tolerant & { readonly error_dump: boolean },
): typeof FirstFaultEnds {
  const lists = {
    read: survived(spec, "read"),
    write: survived(spec, "write"),
    verify: survived(spec, "verify"),
  };
  return class GoesOn extends Base {
    #total = 0;
    #first = 0;
    readonly #shown: string[] = [];

    override handle(unit: number): typeof RETRY | typeof GIVE {
      const result = this.units.result[unit]!;
      if (result > 0 || result === -EINTR) return super.handle(unit);
      const errno = result === 0 ? EIO : -result;
      const list = lists[classOf(this.units.direction[unit]!, errno)];
      if (list === undefined) return super.handle(unit);
      if (!list.includes(errno)) {
        const fate = super.handle(unit);
        if (this.failure !== undefined) this.#count(errno);
        return fate;
      }
      this.#count(errno);
      this.recorder.failed(unit);
      if (spec.error_dump && this.#shown.length < SHOWN) {
        this.#shown.push(this.describe(unit, result).message);
      }
      return GIVE;
    }

    override get counted(): ErrorCount {
      const firstText = this.#first === 0 ? "" : errnoText(this.#first);
      return { total: this.#total, first: this.#first, firstText, shown: this.#shown };
    }

    #count(errno: number): void {
      this.#total++;
      if (this.#first === 0) this.#first = errno;
    }
  };
}
