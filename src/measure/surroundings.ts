/**
 * The machine, devices and file systems of a run as the result has them: plain data, a part of
 * `result.ts` in a file of its own.
 */

export interface DeviceResult {
  readonly name: string;
  readonly model: string | null;
  readonly size_bytes: number | null;
  readonly scheduler: string | null;
  readonly rotational: boolean | null;
  readonly logical_block_bytes: number | null;
  readonly physical_block_bytes: number | null;
  /** "write back" or "write through". */
  readonly write_cache: string | null;
  readonly members: readonly string[];
}

export interface FileSystemResult {
  readonly mount_point: string;
  readonly type: string;
  readonly source: string;
  readonly options: string;
}

export interface Environment {
  readonly fathom_version: string;
  readonly bun_version: string;
  readonly kernel: string;
  readonly architecture: string;
  readonly cpu_model: string | null;
  readonly cpu_count: number;
  /** CPUs this process may use. */
  readonly cpu_allowed: number | null;
  readonly cpu_governor: string | null;
  readonly memory_bytes: number | null;
  readonly devices: readonly DeviceResult[];
  readonly file_systems: readonly FileSystemResult[];
  readonly job_files: readonly { readonly name: string; readonly sha256: string }[];
  /** Variables that change how the runtime behaves, as NAME=value. */
  readonly variables: readonly string[];
}

/** How idle the CPUs were while the jobs ran, for fio's report of it. */
export interface Idleness {
  /** Mean of the CPUs. */
  readonly system_percent: number;
  readonly cpu_percent: readonly number[];
  /** What the unit of work takes that is counted. */
  readonly unit_mean_ns: number;
  readonly unit_stddev_ns: number;
}
