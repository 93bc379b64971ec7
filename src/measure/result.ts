/**
 * The result of a run as plain data: what every report sees and the only thing it sees. Keys are
 * those of the JSON document. Base units only (bytes, ns, per second), named in the key or in the
 * key of the object around it. Every key is always there; `null` says that there is nothing to
 * tell: not measured, switched off, or unknown. The JSON Schema in `report/` mirrors this file.
 */

import type { DiskResult } from "./diskresult.ts";
import type { LatencyResult, PriorityResult } from "./latencyresult.ts";
import type { Environment } from "./surroundings.ts";
import type { VerificationResult } from "./verificationresult.ts";

export type { DiskCounters, DiskResult, DiskTraffic } from "./diskresult.ts";
export type { LatencyResult, PriorityResult } from "./latencyresult.ts";

export type { DeviceResult, Environment, FileSystemResult, Idleness } from "./surroundings.ts";

import type { ReplayResult } from "./replayresult.ts";
import type { SearchResult } from "./search.ts";

/** Identifies the shape; the version's first number rises when the meaning of a key changes. */
export const RESULT_SCHEMA = "urn:fathom:schema:result";
export const RESULT_SCHEMA_VERSION = "1.3";

/** A rate looked at once a window, by the main thread. */
export interface SamplesResult {
  readonly window_ns: number;
  /** Whole windows seen; the others are 0 when there was none. */
  readonly count: number;
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly stddev: number;
}

/** Units that are due at instants which do not wait for the device. */
export interface PacedResult {
  /** The rate asked for is in units or in bytes; the other is null. */
  readonly asked_iops: number | null;
  readonly asked_bandwidth_bytes_per_s: number | null;
  /** Due to reaped: what a client would have waited that comes at these instants. */
  readonly response_ns: LatencyResult | null;
  /** Due to issued: how late the job was, or had no room. */
  readonly lag_ns: LatencyResult | null;
  /** Due when the job took no more, and not taken; none of work that was finished. */
  readonly backlog_ios: number;
  readonly backlog_bytes: number;
}

/** Reads, writes or trims; nothing of the ramp is in it save the two fields that say so. */
export interface DirectionResult {
  readonly ios: number;
  readonly bytes: number;
  /** To the last completion, or the sync after it. */
  readonly runtime_ns: number;
  readonly iops: number;
  readonly bandwidth_bytes_per_s: number;
  /** Transfers the kernel cut short; they were carried on from where they stopped. */
  readonly short_ios: number;
  readonly failed_ios: number;
  readonly ramp_ios: number;
  readonly ramp_bytes: number;
  /** Taken to issued; null of a synchronous engine, which has no such time. */
  readonly slat_ns: LatencyResult | null;
  /** Issued to reaped. */
  readonly clat_ns: LatencyResult | null;
  /** Taken to reaped. */
  readonly lat_ns: LatencyResult | null;
  /** Null unless its units are due at instants: those of a rate, not kept as fio keeps it. */
  readonly paced: PacedResult | null;
  readonly iops_samples: SamplesResult | null;
  readonly bandwidth_samples_bytes_per_s: SamplesResult | null;
  /** By I/O priority, those that units had; null of jobs without cmdprio options. */
  readonly priorities: readonly PriorityResult[] | null;
}

/** fsync and its relatives: a direction of its own. */
export interface SyncResult {
  readonly ios: number;
  readonly fsync_ios: number;
  readonly fdatasync_ios: number;
  readonly syncfs_ios: number;
  readonly sync_file_range_ios: number;
  readonly runtime_ns: number;
  readonly iops: number;
  readonly failed_ios: number;
  readonly ramp_ios: number;
  readonly lat_ns: LatencyResult | null;
}

/** Of the jobs' own threads, in the measured part. */
export interface CpuResult {
  readonly user_ns: number;
  readonly system_ns: number;
  /** Of the measured time; of several jobs, of the sum of their times. */
  readonly user_percent: number;
  readonly system_percent: number;
  readonly voluntary_switches: number;
  readonly involuntary_switches: number;
  readonly major_faults: number;
  readonly minor_faults: number;
}

/** A coarse map: how often each class was seen, and its share of all. */
export interface DistributionResult {
  readonly counts: Readonly<Record<string, number>>;
  readonly percent: Readonly<Record<string, number>>;
}

/** Whether read, write and trim are shown, their sum, or both. */
export type Unified = "none" | "mixed" | "both";

/** What is measured of a job, and of several jobs taken together. */
export interface Measured {
  /** Wall time of the measured part, ramp excluded. */
  readonly elapsed_ns: number;
  readonly read: DirectionResult;
  readonly write: DirectionResult;
  readonly trim: DirectionResult;
  /** The three as one, where unified_rw_reporting asks for it; of several jobs, all of them. */
  readonly mixed: DirectionResult | null;
  readonly unified_rw_reporting: Unified;
  readonly sync: SyncResult;
  readonly cpu: CpuResult;
  /** Units by how many were in flight when they were handed over. */
  readonly depth: DistributionResult;
  /** Calls by the units they handed over, and by the units they brought back. */
  readonly submit: DistributionResult;
  readonly complete: DistributionResult;
}

export interface FailureResult {
  readonly call: string;
  readonly subject: string;
  /** Positive; 0 where the failure has none. */
  readonly errno: number;
  /** The whole sentence. */
  readonly text: string;
  readonly direction: string | null;
  readonly offset_bytes: number | null;
  readonly length_bytes: number | null;
}

/** Errors of the classes that a job survives; names are those of fio's JSON. */
export interface ErrorsResult {
  readonly total_err: number;
  /** errno; 0 for none. */
  readonly first_error: number;
  readonly first_error_text: string;
}

export interface FileResult {
  readonly path: string;
  readonly kind: string;
  /** The job worked in [offset, offset + length); a length of 0 is that of a file without end. */
  readonly offset_bytes: number;
  readonly length_bytes: number;
  /** The whole disk behind it, as in `disks`; null where it has none of its own. */
  readonly device: string | null;
  readonly file_system: string | null;
  /** Share of the region that read as zeros without device I/O before the job; null if unknown. */
  readonly hole_share: number | null;
}

/** Why a job took no more units. */
export type Stopped =
  | "bytes"
  | "number_ios"
  /** fill_device: no space was left. */
  | "full"
  | "runtime"
  | "latency_target"
  | "signal"
  /** Another job had ended, and exitall or exitall_on_error says that this one ends with it. */
  | "exitall"
  | "error"
  | "created"
  | "not_started"
  /** It is not over: the report was asked for while the run went on. */
  | "running";

/** What a job was to do, as the report says it in a line. */
export interface WorkResult {
  readonly rw: string;
  /** Share of reads in percent; null unless reads and writes are mixed. */
  readonly read_percent: number | null;
  /** Of the shortest units, and of the longest: the same unless bsrange or bssplit was written. */
  readonly block_bytes: { readonly read: number; readonly write: number; readonly trim: number };
  readonly block_most_bytes: WorkResult["block_bytes"];
  readonly direct: boolean;
  /** As asked for; `depth` is what the engine could use of it. */
  readonly iodepth: number;
  readonly depth: number;
  readonly synchronous: boolean;
}

export interface JobResult extends Measured {
  readonly name: string;
  readonly description: string | null;
  /** Position among all jobs of the run, from 0, jobs without statistics included. */
  readonly index: number;
  readonly clone: number;
  readonly group: number;
  /** Jobs of one stage ran together. */
  readonly stage: number;
  /** Whether the text report shows the job's group in its place. */
  readonly group_reporting: boolean;
  /** Digits of figures in fio's report. */
  readonly significant_figures: number;
  /** Which powers fio's report shows first. */
  readonly kb_base: 1024 | 1000;
  /** Unit of the rates in fio's report: 8 bytes, 1 bits, 0 for what fits. */
  readonly unit_base: 0 | 8 | 1;
  readonly engine: string;
  /** Why that engine, when none was asked for. */
  readonly engine_reason: string | null;
  readonly work: WorkResult;
  readonly stopped: Stopped;
  readonly error: FailureResult | null;
  /** Null of a job without continue_on_error and ignore_error. */
  readonly errors: ErrorsResult | null;
  /** From the start of the run to its first unit, the ramp's included; null if it never came. */
  readonly start_ns: number | null;
  readonly ramp_ns: number;
  /** Null of a job without a latency_target. */
  readonly search: SearchResult | null;
  readonly clock: string | null;
  /** User CPU time of the job's thread a unit; null of fewer than 1000 units. */
  readonly overhead_ns: number | null;
  /** Null of a job that replays no trace. */
  readonly replay: ReplayResult | null;
  /** Null of a job that verifies nothing. */
  readonly verification: VerificationResult | null;
  readonly files: readonly FileResult[];
  /** Options as one would write them in a job file. */
  readonly options: Readonly<Record<string, string>>;
}

/** Several jobs together; how each figure is made of theirs stands in `merge.ts`. */
export interface TotalResult extends Measured {
  /** `index` of each job that is counted. */
  readonly jobs: readonly number[];
  readonly failed_jobs: number;
}

export interface GroupResult extends TotalResult {
  readonly group: number;
  /** Name of its first job. */
  readonly name: string;
}

export interface Message {
  readonly severity: "error" | "warning" | "note";
  /** Stable: what a script may look for. */
  readonly code: string;
  /** One sentence without the job's name. */
  readonly text: string;
  /** `index` of the job it is about. */
  readonly job: number | null;
}

export interface RunResult {
  readonly schema: typeof RESULT_SCHEMA;
  readonly schema_version: string;
  readonly fathom_version: string;
  /** ISO 8601, UTC. */
  readonly started_at: string;
  /** Of the whole run, layout and ramps included. */
  readonly elapsed_ns: number;
  readonly command: readonly string[];
  /** Of the process whose threads the jobs were. */
  readonly process_id: number;
  /** Name of the signal that ended the run early. */
  readonly interrupted: string | null;
  readonly environment: Environment;
  readonly jobs: readonly JobResult[];
  readonly groups: readonly GroupResult[];
  readonly total: TotalResult;
  readonly disks: readonly DiskResult[];
  readonly messages: readonly Message[];
}
