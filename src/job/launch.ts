/** What a job's thread is handed when it starts, and what it says back: plain data both ways. */
import type { Calibration } from "../../ffi/clock.ts";
import type { TraceSource } from "../io/trace/trace.ts";
import type { JobOutcome } from "../measure/outcome.ts";
import type { JobPlan } from "./jobplan.ts";

export interface JobLaunch {
  readonly role: "job";
  readonly plan: JobPlan;
  /** Whole second of CLOCK_MONOTONIC that is zero for all instants of the run. */
  readonly epoch: number;
  readonly calibration: Calibration | undefined;
  /** Shared memory of the run: the control block, and this job's stats block. */
  readonly controlAddress: number;
  readonly controlBytes: number;
  readonly statsAddress: number;
  /** The words of the files' locks; 0 when there are none. */
  readonly locksAddress: number;
  /** Where it finds the time (`timewords.ts`); 0 of a job that reads a clock. */
  readonly timeAddress: number;
  /** What it shares with the threads that do its units; 0 when it does them itself. */
  readonly offloadAddress: number;
  /** Jobs of its flow, by index, this one among them; empty of a job that is in none. */
  readonly flow: readonly number[];
  /** Position among the jobs that warm up together, and how many may do so at a time. */
  readonly warmPosition: number;
  readonly warmAtOnce: number;
}

/** The run's shared memory, for a job in a process of its own: it maps it, and at another place. */
export interface SharedPlace {
  /** The process that has it, and its descriptor there. */
  readonly pid: number;
  readonly fd: number;
  /** Where it is mapped there: the addresses of the launch are in it. */
  readonly address: number;
  readonly bytes: number;
}

/** What a process is handed. */
export interface ProcessLaunch {
  readonly launch: JobLaunch;
  readonly place: SharedPlace;
}

export interface LayoutLaunch {
  readonly role: "layout";
  readonly plans: readonly JobPlan[];
  readonly controlAddress: number;
  readonly controlBytes: number;
  /** Two doubles: bytes done, bytes in all. */
  readonly progressAddress: number;
}

/** Of the thread that reads a trace ahead of its job. */
export interface TraceLaunch {
  readonly role: "trace";
  readonly source: TraceSource;
  readonly ring: SharedArrayBuffer;
}

/** A thread that measures how idle a CPU is; `idle.ts` says what lies in its memory. */
export interface IdleLaunch {
  readonly role: "idle";
  readonly cpu: number;
  readonly epoch: number;
  readonly address: number;
}

/** A thread that writes the time; `timewords.ts` says where. */
export interface TimeLaunch {
  readonly role: "time";
  readonly cpu: number;
  readonly epoch: number;
  readonly calibration: Calibration | undefined;
  readonly address: number;
}

/** A thread that does the units of one row for a job; `offloadblock.ts` says what they share. */
export interface OffloadLaunch {
  readonly role: "offload";
  readonly plan: JobPlan;
  readonly row: number;
  readonly epoch: number;
  readonly calibration: Calibration | undefined;
  /** As the job has it. */
  readonly timeAddress: number;
  readonly address: number;
}

export type Launch =
  | TimeLaunch
  | JobLaunch
  | LayoutLaunch
  | TraceLaunch
  | IdleLaunch
  | OffloadLaunch;

/** A failure that is nobody's unit: opening, allocating, an engine that the kernel refused. */
export interface ThreadFailure {
  readonly call: string;
  readonly subject: string;
  readonly errno: number;
  readonly message: string;
  /** Of a job that hung in a call on a file. */
  readonly offset?: number | undefined;
  readonly length?: number | undefined;
  /** Present when the failure is a bug in fathom, not the machine's. */
  readonly stack?: string;
}

/** A file that could not be laid out: the jobs that work on it cannot run, the others can. */
export interface LayoutFailure {
  readonly path: string;
  readonly failure: ThreadFailure;
}

export type FromThread =
  | { readonly kind: "up" }
  | { readonly kind: "ready" }
  | { readonly kind: "traceRead" }
  | { readonly kind: "idled" }
  | { readonly kind: "timeKept" }
  | { readonly kind: "offloaded" }
  | { readonly kind: "laidOut"; readonly failures: readonly LayoutFailure[] }
  | { readonly kind: "ended"; readonly outcome: JobOutcome }
  | { readonly kind: "failed"; readonly failure: ThreadFailure };
