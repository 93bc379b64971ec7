/**
 * What the plan is made from: jobs as they were read, with the place of each option that was
 * written; and the collector of all that is wrong with them. How jobs are read is not known here.
 */
import type { Place, Problem } from "../base/problem.ts";
import type { JobSpec } from "../options/options.ts";

/** One job as written, before clones. */
export interface PlanInput {
  readonly spec: JobSpec;
  /** Values of the engine's own options, as far as they are known. */
  readonly engineOptions: Readonly<Record<string, unknown>>;
  /** Where the job itself is declared. */
  readonly place: Place;
  /** The options that were written, in the job or for all jobs: where, and as what. */
  readonly written: ReadonlyMap<string, { readonly place: Place; readonly value: unknown }>;
  /** What the reading dropped of it. */
  readonly notes?: readonly string[];
}

/** Where in the run a clone stands. */
export interface Position {
  /** Index of its input. */
  readonly input: number;
  /** Position among the clones of this job, from 0. */
  readonly clone: number;
}

/** Collects problems; of one job and option only those of the first clone that has any. */
export class Complaints {
  readonly problems: Problem[] = [];
  readonly #firstClone = new Map<string, number>();
  readonly #seen = new Set<string>();

  constructor(private readonly inputs: readonly PlanInput[]) {}

  /** `option` is undefined for what is wrong with the job as a whole. */
  add({ input, clone }: Position, option: string | undefined, message: string): void {
    const key = `${input} ${option ?? ""}`;
    if (!this.#firstClone.has(key)) this.#firstClone.set(key, clone);
    if (this.#firstClone.get(key) !== clone || this.#seen.has(`${key} ${message}`)) return;
    this.#seen.add(`${key} ${message}`);
    const { place, written, spec } = this.inputs[input]!;
    const where = (option === undefined ? undefined : written.get(option)?.place) ?? place;
    const text = clone === 0 ? message : `${message} (clone ${clone} of ${spec.numjobs})`;
    // A flag that is to blame is already the place.
    const said = option === undefined || where.source === `--${option}`;
    this.problems.push({ place: where, ...(said ? {} : { option }), message: text });
  }

  /** The first of the options that was written, for a problem that has its cause in either. */
  writtenOf({ input }: Position, ...options: readonly string[]): string | undefined {
    return options.find((option) => this.inputs[input]!.written.has(option));
  }

  /** Whether a flag was written as true, rather than following from another option. */
  saysTrue({ input }: Position, option: string): boolean {
    return this.inputs[input]!.written.get(option)?.value === true;
  }
}
