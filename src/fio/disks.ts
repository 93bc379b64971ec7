/**
 * Disk utilisation as fio has it: one entry a disk for the whole run, where our result has one a
 * stage. Times in ms, data in sectors of 512 bytes; of the disks under a dm or md device the
 * average.
 */
import type { DiskCounters, DiskResult } from "../measure/result.ts";

export interface FioDisk {
  readonly name: string;
  readonly own: DiskFigures;
  /** An average of the disks below it; undefined of a plain disk. */
  readonly below: DiskFigures | undefined;
}

/** Pairs are read and write. */
export interface DiskFigures {
  readonly ios: readonly [number, number];
  readonly sectors: readonly [number, number];
  readonly merges: readonly [number, number];
  readonly ticks: readonly [number, number];
  readonly inQueue: number;
  /** Percent of the time that it had work, 100 at most. */
  readonly utilization: number;
}

/** The kernel's sector, whatever the disk's is (Documentation/block/stat.rst). */
const SECTOR = 512;

/** In the order in which the disks were first used. */
export function fioDisks(disks: readonly DiskResult[]): FioDisk[] {
  return [...Map.groupBy(disks, ({ name }) => name)].map(([name, stages]) => {
    const elapsed = stages.reduce((sum, { elapsed_ns }) => sum + elapsed_ns, 0);
    const members = stages.filter((stage) => stage.member_total !== null);
    const totals = members.flatMap(({ member_total }) => member_total ?? []);
    return {
      name,
      own: figures(stages, elapsed, 1),
      below: totals.length === 0 ? undefined : figures(totals, elapsed, members[0]!.members.length),
    };
  });
}

function figures(stages: readonly DiskCounters[], elapsedNs: number, disks: number): DiskFigures {
  const whole = (of: (stage: DiskCounters) => number, unit: number): number =>
    Math.floor(stages.reduce((sum, stage) => sum + of(stage), 0) / unit / disks);
  const pair = (key: "ios" | "bytes" | "merges" | "busy_ns", unit: number): [number, number] => [
    whole(({ read }) => read[key], unit),
    whole(({ write }) => write[key], unit),
  ];
  const active = stages.reduce((sum, { active_ns }) => sum + active_ns, 0);
  return {
    ios: pair("ios", 1),
    sectors: pair("bytes", SECTOR),
    merges: pair("merges", 1),
    ticks: pair("busy_ns", 1e6),
    inQueue: whole(({ in_queue_ns }) => in_queue_ns, 1e6),
    // Of the busiest below: the result gives it for them together.
    utilization: elapsedNs === 0 ? 0 : Math.min(100, (active / elapsedNs) * 100),
  };
}
