/**
 * The contract between the loop and whatever moves the bytes. One implementation a file, one suite
 * (`test/conformance/`) for all of them. There is room for every queued unit by construction and
 * every completion comes out of `getevents`, so nothing here is refused or busy.
 */
import type { Clock } from "../../ffi/clock.ts";
import type { OptionTable, Spec } from "../base/option.ts";
import type { PriorityChance } from "../base/priority.ts";
import type { Target } from "../io/target.ts";
import type { Units } from "../io/units.ts";
import type { JobSpec } from "../options/options.ts";

export interface Engine {
  /** Always has room; a synchronous engine does the whole transfer here. */
  queue(unit: number): void;
  /**
   * Hands the queued units over, then stamps their `issuedAt`; a refused unit completes with
   * -errno.
   */
  commit(): void;
  /**
   * Number of rows now in `units.completed`, between `min` and `max` unless the instant `until`
   * (ns since the run's epoch; 0 = do not wait) comes first.
   */
  getevents(min: number, max: number, until: number): number;
  /** Asks the kernel to give the unit up; it still completes through `getevents`. */
  cancel(unit: number): void;
  /** Frees what the engine holds. The queue must be empty: the kernel may still write otherwise. */
  close(): void;
}

/** Facts about an engine that change what is done around it; fio's engine flags, as data. */
export interface Traits {
  /** Moves no data: needs no file, no layout, no device. fio: FIO_DISKLESSIO. */
  readonly diskless: boolean;
  /** Needs buffers aligned to the page whatever `direct` says. fio: FIO_RAWIO, FIO_MEMALIGN. */
  readonly raw: boolean;
  /** Takes reads or writes, not both in one job. fio: FIO_UNIDIR. */
  readonly unidirectional: boolean;
  /** Works on things that cannot seek. fio: FIO_PIPEIO. */
  readonly pipe: boolean;
  /** Hands on that a write is to be done whole or not at all. fio: FIO_ATOMICWRITES. */
  readonly atomicWrites?: boolean;
  /** Units can be done by threads with the same descriptors. fio: no FIO_NO_OFFLOAD. */
  readonly offload?: boolean;
  /** A trim is done inside `queue` even though the engine is asynchronous. */
  readonly synchronousTrim: boolean;
}

/** What `create` gets: everything is open, sized and allocated. */
export interface EngineContext<O extends OptionTable> {
  readonly units: Units;
  /** Open descriptors, one a target, in the order of `targets`. */
  readonly files: Int32Array;
  readonly targets: readonly Target[];
  readonly now: Clock;
  readonly spec: JobSpec;
  readonly options: Spec<O>;
  /** I/O buffers: row r has `bufferBytes` bytes at bufferBase + r * bufferBytes. */
  readonly bufferBase: number;
  readonly bufferBytes: number;
}

export interface EngineDefinition<O extends OptionTable = OptionTable> {
  readonly name: string;
  readonly summary: string;
  /** Options that only this engine takes, beside the common table. */
  readonly options: O;
  readonly traits: Traits;
  /** Whether units complete inside `queue`, so that depth and batch are 1 (null is, at depth 1). */
  synchronous(spec: Pick<JobSpec, "iodepth">): boolean;
  /** Why it cannot work on this machine, with what to do about it; undefined when it can. */
  unavailable(): string | undefined;
  /** Why a job with these options cannot run, and what to write instead; absent: no such rule. */
  refuse?(spec: JobSpec, options: Spec<O>): string | undefined;
  /** The I/O priorities that units can get beside the job's own; absent: it has no such options. */
  priorities?(options: Spec<O>): readonly PriorityChance[];
  /** What an errno usually means with these options, one sentence; empty when nothing special. */
  hint?(errno: number, options: Spec<O>): string;
  /**
   * The options for a warm-up on /dev/zero: without those that a memory device refuses, or that
   * would leave threads of the kernel behind. Absent: as they are.
   */
  calm?(options: Spec<O>): Spec<O>;
  /** Throws SystemError when the kernel refuses. */
  create(context: EngineContext<O>): Engine;
}

/** Whether the units of a job complete inside `queue`: not when they are handed to threads. */
export function isSynchronous(
  { synchronous }: Pick<EngineDefinition, "synchronous">,
  spec: Pick<JobSpec, "iodepth" | "io_submit_mode">,
): boolean {
  return spec.io_submit_mode === "inline" && synchronous(spec);
}
