/**
 * What happens to a unit whose result is not what was asked: a short transfer is carried on from
 * where it stopped, an interrupted call is made again, anything else ends the job with the first
 * error kept. Reached only off the straight path, so it may take its time.
 */
import { ECANCELED, EINTR, EINVAL, EIO, ENOSPC, EOPNOTSUPP, errnoText } from "../../ffi/errno.ts";
import { DIRECTIONS, FDATASYNC, FILE_RANGE, FSYNC, SYNC } from "../base/direction.ts";
import type { Target } from "../io/target.ts";
import type { Units } from "../io/units.ts";
import type { ErrorCount, JobFailure } from "../measure/outcome.ts";
import type { Recorder } from "../measure/recorder.ts";

/** Queue it again; give the row back (and look at `goOn`). */
export const RETRY = 0;
export const GIVE = 1;

export interface Faults {
  handle(unit: number): typeof RETRY | typeof GIVE;
  /** False once the job may take no more units. */
  readonly goOn: boolean;
  readonly failure: JobFailure | undefined;
}

/** The first error ends the job (fio: continue_on_error = none). */
export class FirstFaultEnds implements Faults {
  #failure: JobFailure | undefined;
  /** Whether what is in flight was cancelled; how many came back so: those are no errors. */
  cancelling = false;
  cancelled = 0;

  constructor(
    protected readonly units: Units,
    private readonly targets: readonly Target[],
    protected readonly recorder: Recorder,
    private readonly engine: string,
    /** What the engine knows of an errno; empty when nothing special. */
    private readonly hint: (errno: number) => string,
  ) {}

  get goOn(): boolean {
    return this.#failure === undefined;
  }
  get failure(): JobFailure | undefined {
    return this.#failure;
  }
  /** Errors that were counted, where a job survives any. */
  get counted(): ErrorCount | undefined {
    return undefined;
  }

  handle(unit: number): typeof RETRY | typeof GIVE {
    const { units } = this;
    const result = units.result[unit]!;
    if (this.cancelling && (result === -ECANCELED || result === -EINTR)) {
      this.cancelled++;
      return GIVE;
    }
    if (result === -EINTR) return RETRY;
    if (result > 0) {
      units.moved[unit] = units.moved[unit]! + result;
      this.recorder.short(unit);
      return RETRY;
    }
    this.recorder.failed(unit);
    this.#failure ??= this.describe(unit, result);
    return GIVE;
  }

  /** The job ends for another reason than a unit's result. */
  giveUp(failure: JobFailure): void {
    this.#failure ??= failure;
  }

  #advice(errno: number): string {
    const advice = this.hint(errno) || usualCause(errno);
    return advice === "" ? "" : `; ${advice}`;
  }

  protected describe(unit: number, result: number): JobFailure {
    const { units } = this;
    const direction = units.direction[unit]!;
    const path = this.targets[units.file[unit]!]?.path ?? "";
    const call = callName(direction, units.kind[unit]!);
    const offset = units.offset[unit]! + units.moved[unit]!;
    const length = units.length[unit]! - units.moved[unit]!;
    const where = direction === SYNC ? "" : ` at offset ${offset}, ${length} bytes`;
    const what =
      result === 0
        ? `0 bytes moved; the file ends here (was it truncated while the job ran?)`
        : errnoText(-result);
    return {
      call,
      subject: path,
      errno: result === 0 ? EIO : -result,
      message: `${call} ${path}${where}: ${what} (engine ${this.engine})${this.#advice(-result)}`,
      direction: DIRECTIONS[direction]!,
      offset,
      length,
    };
  }
}

function callName(direction: number, kind: number): string {
  if (direction !== SYNC) return DIRECTIONS[direction]!;
  if (kind === FSYNC) return "fsync";
  if (kind === FILE_RANGE) return "sync_file_range";
  return kind === FDATASYNC ? "fdatasync" : "syncfs";
}

/** What to do about the errors that have one usual cause. */
function usualCause(errno: number): string {
  switch (errno) {
    case EINVAL:
      return "with direct = true bs, offset and buffers must be multiples of the sector size";
    case ENOSPC:
      return "the file system filled up: lower size, or write to a larger one";
    case EOPNOTSUPP:
      return "the file system or device does not offer this operation";
    default:
      return "";
  }
}
