/**
 * Where a clone writes the trace of its units (write_iolog): a file of its own, since lines of
 * several jobs in one file would be no trace of any of them. (In fio all clones append to one.)
 */
import { resolve } from "node:path";
import type { JobPlan } from "../job/jobplan.ts";
import type { Clone } from "./clones.ts";
import type { Complaints } from "./input.ts";
import type { Looker } from "./look.ts";
import { showPath } from "./show.ts";
import type { Aim } from "./targets.ts";

/** The logs of a run so far. */
export class TraceLogs {
  readonly #taken = new Set<string>();

  constructor(
    private readonly looker: Looker,
    /** fio adds to a file that is there. */
    private readonly appends: boolean,
  ) {}

  /** The log of the clone; undefined where none was asked for, or where it cannot be. */
  logOf(clone: Clone, aims: readonly Aim[], complaints: Complaints): JobPlan["traceLog"] {
    const { write_iolog: written, numjobs } = clone.spec;
    if (written === undefined) return undefined;
    const path = numjobs === 1 ? written : `${written}.${clone.clone}`;
    const wrong = this.#mistakeOf(path, aims);
    if (wrong === undefined) return { path, append: this.appends };
    complaints.add(clone, "write_iolog", wrong);
    return undefined;
  }

  #mistakeOf(path: string, aims: readonly Aim[]): string | undefined {
    const shown = showPath(path);
    const key = resolve(path);
    if (this.#taken.has(key)) return `another job writes ${shown} too; give each its own file`;
    this.#taken.add(key);
    const { kind, around, unwritable, key: real } = this.looker.at(path);
    if (kind === "directory" || kind === "block") return `${shown} is a ${kind}, and not a file`;
    if (around.unusable !== undefined) return `${showPath(around.path)} ${around.unusable}`;
    const no = kind === "missing" ? around.unwritable : unwritable;
    if (no !== undefined) return `${shown} cannot be written: ${no}`;
    if (aims.some(({ facts }) => facts?.key === real)) return `${shown} is a file the job works on`;
    const odd = aims.find(({ target }) => target.path.includes("\n"));
    return odd && `${showPath(odd.target.path)} has a line break, which no trace can hold`;
  }
}
