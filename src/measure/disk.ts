/**
 * Disk utilisation: the difference of two looks at the counters of the disks behind a stage's
 * files. What it sees is the whole disk, other users of it included, as iostat and fio do.
 */
import { type BlockDevice, readStat, SECTOR, STAT } from "./blockdevice.ts";
import type { DiskCounters, DiskResult, DiskTraffic } from "./result.ts";

/** Traffic of some disks from the moment this is made until `finish`. */
export class DiskMeter {
  readonly #before = new Map<BlockDevice, Float64Array>();

  /** `now` in ns, of any clock that `finish` is given too. */
  constructor(
    private readonly stage: number,
    private readonly devices: readonly BlockDevice[],
    private readonly startedAt: number,
  ) {
    for (const device of devices) {
      for (const disk of [device, ...device.members]) {
        const stat = readStat(disk);
        if (stat !== undefined) this.#before.set(disk, stat);
      }
    }
  }

  /** A disk whose counters cannot be read, or that went away meanwhile, is left out. */
  finish(now: number): DiskResult[] {
    const elapsed = now - this.startedAt;
    const results: DiskResult[] = [];
    for (const device of this.devices) {
      const own = this.#difference(device);
      if (own === undefined) continue;
      const below = device.members.flatMap((member) => this.#difference(member) ?? []);
      results.push({
        stage: this.stage,
        name: device.name,
        elapsed_ns: elapsed,
        ...counters(own, elapsed),
        members: device.members.map((member) => member.name),
        member_total: below.length === 0 ? null : together(below, elapsed),
      });
    }
    return results;
  }

  #difference(device: BlockDevice): Float64Array | undefined {
    const before = this.#before.get(device);
    const after = before && readStat(device);
    return after?.map((value, column) => since(value, before![column]!));
  }
}

/** The kernel prints times as 32-bit ms and a counter may wrap once; no stage lasts 49 days. */
function since(after: number, before: number): number {
  return after >= before ? after - before : after - before + 2 ** 32;
}

function counters(stat: Float64Array, elapsedNs: number): DiskCounters {
  const traffic = (ios: number, merges: number, sectors: number, ms: number): DiskTraffic => ({
    ios: stat[ios]!,
    bytes: stat[sectors]! * SECTOR,
    merges: stat[merges]!,
    busy_ns: stat[ms]! * 1e6,
  });
  const active = stat[STAT.activeMs]! * 1e6;
  return {
    read: traffic(STAT.readIos, STAT.readMerges, STAT.readSectors, STAT.readMs),
    write: traffic(STAT.writeIos, STAT.writeMerges, STAT.writeSectors, STAT.writeMs),
    discard: traffic(STAT.discardIos, STAT.discardMerges, STAT.discardSectors, STAT.discardMs),
    flush_ios: stat[STAT.flushIos]!,
    flush_busy_ns: stat[STAT.flushMs]! * 1e6,
    active_ns: active,
    in_queue_ns: stat[STAT.inQueueMs]! * 1e6,
    utilization_percent: elapsedNs > 0 ? Math.min(100, (active / elapsedNs) * 100) : 0,
  };
}

/** Sums, but the time active and the utilisation of the busiest: they overlap. */
function together(stats: readonly Float64Array[], elapsedNs: number): DiskCounters {
  const sum = stats.reduce((a, b) => a.map((value, column) => value + b[column]!)).slice();
  sum[STAT.activeMs] = Math.max(...stats.map((stat) => stat[STAT.activeMs]!));
  return counters(sum, elapsedNs);
}
