/** The part of a result that is about whole disks; the same rules as in `result.ts`. */

/** One kind of request at a block device, from /sys/dev/block/…/stat. */
export interface DiskTraffic {
  readonly ios: number;
  readonly bytes: number;
  readonly merges: number;
  /** Time requests took, summed over requests. */
  readonly busy_ns: number;
}

export interface DiskCounters {
  readonly read: DiskTraffic;
  readonly write: DiskTraffic;
  readonly discard: DiskTraffic;
  readonly flush_ios: number;
  readonly flush_busy_ns: number;
  /** Time with at least one request in flight. */
  readonly active_ns: number;
  /** Time weighted by the requests in flight. */
  readonly in_queue_ns: number;
  readonly utilization_percent: number;
}

/** A disk during one stage of the run, ramp included. */
export interface DiskResult extends DiskCounters {
  readonly stage: number;
  readonly name: string;
  readonly elapsed_ns: number;
  /** Disks under a dm or md device; empty of a plain disk. */
  readonly members: readonly string[];
  /** Their traffic summed, and the utilisation of the busiest; null of a plain disk. */
  readonly member_total: DiskCounters | null;
}
