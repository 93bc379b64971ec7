/**
 * fill_device: that nothing more fits is how the job is meant to end. What was in flight then may
 * fail the same way; any other error is one.
 */
import { EDQUOT, ENOSPC } from "../../ffi/errno.ts";
import { FirstFaultEnds, GIVE, type RETRY } from "./faults.ts";

export class EndsWhenFull extends FirstFaultEnds {
  #full = false;

  override get goOn(): boolean {
    return !this.#full && super.goOn;
  }

  override handle(unit: number): typeof RETRY | typeof GIVE {
    const result = this.units.result[unit]!;
    if (result !== -ENOSPC && result !== -EDQUOT) return super.handle(unit);
    this.#full = true;
    return GIVE;
  }
}
