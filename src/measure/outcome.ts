/** How a job ended, as its thread says it: plain data beside the stats block. */
import type { Finding } from "./finding.ts";

import type { Latency } from "./latency.ts";

/** Why a job stopped taking units. */
export type StopReason =
  | "bytes"
  | "number_ios"
  | "runtime"
  | "full"
  | "latency_target"
  | "signal"
  /** Another job had ended, and exitall or exitall_on_error says that this one ends with it. */
  | "exitall"
  | "error"
  | "created";

/** A job's failure: the call, the file, the errno's meaning, and a hint where there is one. */
export interface JobFailure {
  readonly call: string;
  readonly subject: string;
  /** Positive errno, 0 when there is none. */
  readonly errno: number;
  /** The whole sentence. */
  readonly message: string;
  readonly direction?: string;
  readonly offset?: number | undefined;
  readonly length?: number | undefined;
}

/** Errors of the classes that a job survives, the one that ended it among them. */
export interface ErrorCount {
  readonly total: number;
  /** errno of the first; 0 when there was none. */
  readonly first: number;
  readonly firstText: string;
  /** A sentence each, of those that error_dump shows. */
  readonly shown: readonly string[];
}

/** getrusage(RUSAGE_THREAD) of the measured part. */
export interface CpuUsage {
  readonly userNs: number;
  readonly systemNs: number;
  readonly voluntarySwitches: number;
  readonly involuntarySwitches: number;
  readonly majorFaults: number;
  readonly minorFaults: number;
}

/** How a replay kept its trace's times. */
export interface ReplayOutcome {
  /** How late units went, ns; undefined where no time was to be kept. */
  readonly lag: Latency | undefined;
  /** How late the last unit went, ns. */
  readonly lastLag: number;
  /** ns in which the trace was not read far enough. */
  readonly readerWait: number;
}

/** What units of one direction and I/O priority took. */
export interface PriorityLatency {
  readonly direction: number;
  readonly priority: number;
  readonly latency: Latency;
}

/** What came of reading back and examining what was written, or of examining what was read. */
export interface VerificationOutcome {
  /** The option `verify`. */
  readonly kind: string;
  /** Units and bytes that were examined. */
  readonly units: number;
  readonly bytes: number;
  /** ns that reading back took; 0 where a job examined what it read anyway. */
  readonly elapsedNs: number;
  /** Pieces that were wrong; the first of them follow. */
  readonly wrong: number;
  readonly findings: readonly Finding[];
  /** Why what was written was not read back; undefined when it was. */
  readonly skipped: string | undefined;
}

export interface JobOutcome {
  readonly stopped: StopReason;
  readonly failure: JobFailure | undefined;
  /** Only of a job with continue_on_error or ignore_error. */
  readonly errors?: ErrorCount | undefined;
  readonly cpu: CpuUsage;
  /** Wall ns of the measured part, ramp excluded. */
  readonly elapsedNs: number;
  /** ns since the run's epoch when its ramp, or its measured part without one, began. */
  readonly startedAt: number;
  readonly rampNs: number;
  /** Units that could be in flight at the end; a search for it has moved it. */
  readonly depth: number;
  /** Clock that was used, and why when it was not the one asked for. */
  readonly clock: string;
  readonly notes: readonly string[];
  readonly replay?: ReplayOutcome | undefined;
  /** User CPU ns of the job's thread a unit: what fathom adds to the kernel's work. */
  readonly overheadNs?: number | undefined;
  /** Only of a job whose units have I/O priorities. */
  readonly priorities?: readonly PriorityLatency[] | undefined;
  /** Undefined of a job that verifies nothing. */
  readonly verification?: VerificationOutcome | undefined;
}
