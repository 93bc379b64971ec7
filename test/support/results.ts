/** Results of runs that never were, whole and the same every time: for reports and their schema. */
import { READ, SYNC, WRITE } from "../../src/base/direction.ts";
import type { JobParts, MeasuredPlan } from "../../src/measure/jobresult.ts";
import type { DiskResult, DiskTraffic, Environment, RunResult } from "../../src/measure/result.ts";
import { runResult } from "../../src/measure/runresult.ts";
import { RunSampler } from "../../src/measure/samples.ts";
import {
  CLAT,
  COMPLETE_MAP,
  DEPTH_MAP,
  LAT,
  SLAT,
  SUBMIT_MAP,
  SYNC_MAP,
} from "../../src/measure/statsblock.ts";
import {
  addLatency,
  addWork,
  emptyStats,
  fileOf,
  latenciesOf,
  outcomeOf,
  partsOf,
  planOf,
  specOf,
} from "./measured.ts";

export const ENVIRONMENT: Environment = {
  fathom_version: "0.1.0",
  bun_version: "1.4.5",
  kernel: "Linux 6.18.44",
  architecture: "x64",
  cpu_model: "AMD EPYC",
  cpu_count: 2,
  cpu_allowed: 2,
  cpu_governor: "performance",
  memory_bytes: 50_524_319_744,
  devices: [
    {
      name: "sda",
      model: "INTEL SSDSC2KB96",
      size_bytes: 960_197_124_096,
      scheduler: "mq-deadline",
      rotational: false,
      logical_block_bytes: 512,
      physical_block_bytes: 4096,
      write_cache: "write back",
      members: [],
    },
  ],
  file_systems: [
    { mount_point: "/data", type: "ext4", source: "/dev/sda", options: "rw,relatime,discard" },
  ],
  job_files: [{ name: "jobs.toml", sha256: "0123456789abcdef".repeat(4) }],
  variables: [],
};

const traffic = (ios: number, bytes: number): DiskTraffic => ({
  ios,
  bytes,
  merges: 0,
  busy_ns: ios * 80_000,
});

export function diskOf(changes: Partial<DiskResult> = {}): DiskResult {
  return {
    stage: 0,
    name: "sda",
    elapsed_ns: 10e9,
    read: traffic(0, 0),
    write: traffic(0, 0),
    discard: traffic(0, 0),
    flush_ios: 0,
    flush_busy_ns: 0,
    active_ns: 7.02e9,
    in_queue_ns: 34.6e9,
    utilization_percent: 70.2,
    members: [],
    member_total: null,
    ...changes,
  };
}

export function runOf(
  jobs: readonly JobParts[],
  changes: Partial<Parameters<typeof runResult>[0]> = {},
): RunResult {
  const sampler = new RunSampler(jobs.map(({ plan }) => ({ group: plan.group })));
  for (let second = 0; second <= 4; second++) {
    const share = second + (second % 2) * 0.1;
    sampler.look(
      second * 1e9,
      jobs.map(({ stats, outcome }) => outcome && stats.map((value) => value * share * 0.1)),
    );
  }
  return runResult({
    startedAt: new Date("2026-11-24T19:41:47.250Z"),
    elapsedNs: 12.5e9,
    command: ["fathom", "run", "jobs.toml"],
    processId: 4711,
    interrupted: undefined,
    environment: ENVIRONMENT,
    jobs,
    sampler,
    disks: [],
    messages: [],
    ...changes,
  });
}

/** Random reads and writes with fsyncs on io_uring, as a careful user runs them. */
export function mixedRun(): RunResult {
  const stats = emptyStats();
  for (const [direction, seed, typical] of [
    [READ, 1, 146_000],
    [WRITE, 2, 191_000],
  ] as const) {
    addWork(stats, direction, { ios: 20_000, bytes: 20_000 * 4096, runtimeNs: 9.998e9 });
    addLatency(stats, direction, SLAT, latenciesOf(20_000, 3_000, seed));
    addLatency(stats, direction, CLAT, latenciesOf(20_000, typical, seed));
    addLatency(stats, direction, LAT, latenciesOf(20_000, typical + 3_000, seed));
  }
  addWork(stats, SYNC, { ios: 2_500, bytes: 0, runtimeNs: 9.99e9 });
  addLatency(stats, SYNC, LAT, latenciesOf(2_500, 1_860_000, 3));
  stats.set([2_500], SYNC_MAP);
  stats.set([40, 100, 42_360], DEPTH_MAP);
  stats.set([0, 11_000], SUBMIT_MAP);
  stats.set([10, 11_200], COMPLETE_MAP);
  const plan = planOf({
    spec: specOf({
      name: "oltp",
      description: "a small database",
      rw: "randrw",
      iodepth: 4,
      direct: true,
    }),
    engineReason: "no ioengine was written: io_uring keeps iodepth 16 in flight",
    depth: 4,
  });
  const outcome = outcomeOf({ rampNs: 2e9, overheadNs: 92 });
  const options = { rw: "randrw", bs: "4k", iodepth: "4", runtime: "10s" };
  return runOf([partsOf({ plan, stats, outcome, options })], {
    disks: [
      diskOf({
        read: traffic(20_100, 20_100 * 4096),
        write: traffic(22_300, 22_300 * 4096),
        flush_ios: 2_500,
      }),
    ],
  });
}

/** Four clones that read a cached, half empty file through a synchronous engine, as a group. */
export function groupRun(): RunResult {
  const jobs = [0, 1, 2, 3].map((clone) => {
    const stats = emptyStats();
    addWork(stats, READ, { ios: 150_000, bytes: 150_000 * 65_536, runtimeNs: 9.5e8 + clone * 1e6 });
    addLatency(stats, READ, CLAT, latenciesOf(150_000, 6_200, clone + 1));
    return partsOf({
      plan: planOf({
        spec: specOf({
          name: "reader",
          rw: "read",
          iodepth: 32,
          group_reporting: true,
          bs: { read: 65_536, write: 65_536, trim: 65_536 },
        }),
        engine: "psync",
        synchronous: true,
        index: clone,
        clone,
      }),
      stats,
      files: [fileOf({ hole_share: 0.5 })],
      outcome: outcomeOf({
        stopped: "bytes",
        elapsedNs: 9.51e8,
        overheadNs: 850,
        cpu: { ...outcomeOf().cpu, userNs: 2e8, systemNs: 7.4e8 },
        notes: ["the cpu clock is not steady here, clock_gettime was used"],
      }),
    });
  });
  return runOf(jobs, { disks: [diskOf({ read: traffic(300, 300 * 65_536), elapsed_ns: 9.6e8 })] });
}

const { stage, name, elapsed_ns, members, member_total, ...COUNTERS } = diskOf();
const MEMBERS: Pick<DiskResult, "members" | "member_total"> = {
  members: ["sdb", "sdc"],
  member_total: { ...COUNTERS, write: traffic(9_000, 1.5e9), utilization_percent: 61.4 },
};

/** A writer that meets a full disk, a job with a nasty name, and one that a signal kept out. */
export function failedRun(): RunResult {
  const stats = emptyStats();
  addWork(stats, WRITE, { ios: 6_000, bytes: 6_000 * 2 ** 18, runtimeNs: 3.2e9 });
  addLatency(stats, WRITE, SLAT, latenciesOf(6_000, 9_000, 5));
  addLatency(stats, WRITE, CLAT, latenciesOf(6_000, 520_000, 5));
  const block = { read: 2 ** 18, write: 2 ** 18, trim: 2 ** 18 };
  const plan = (changes: Partial<MeasuredPlan>, name: string): MeasuredPlan =>
    planOf({ spec: specOf({ name, rw: "write", bs: block, disable_lat: true }), ...changes });
  const failure = {
    call: "write",
    subject: "/data/f0",
    errno: 28,
    message: "write /data/f0 at 1572864000: ENOSPC (no space left on the device)",
    direction: "write",
    offset: 1_572_864_000,
    length: 262_144,
  };
  const file = fileOf({ device: "dm-0", file_system: "xfs" });
  return runOf(
    [
      partsOf({
        plan: plan({}, "filler"),
        stats,
        files: [file],
        outcome: outcomeOf({ stopped: "error", elapsedNs: 3.3e9, failure }),
      }),
      partsOf({
        plan: plan({ index: 1 }, "bad/name\nwith \u001b[31mcolour"),
        outcome: undefined,
        files: [file],
        failure: {
          call: "open",
          subject: "/data/f1",
          errno: 13,
          message: "open /data/f1: EACCES (permission denied)",
        },
      }),
      partsOf({
        plan: plan({ index: 2, group: 1, stage: 1 }, "later"),
        outcome: undefined,
        files: [],
      }),
    ],
    {
      interrupted: "SIGINT",
      disks: [diskOf({ name: "dm-0", write: traffic(6_100, 1.5e9), ...MEMBERS })],
      messages: [
        { severity: "note", code: "layout", text: "2 files were laid out in 1.2 s", job: null },
      ],
    },
  );
}

/** A single unit on the null engine: nearly everything is absent. */
export function nullRun(): RunResult {
  const stats = emptyStats();
  addWork(stats, READ, { ios: 1, bytes: 4096, runtimeNs: 130 });
  addLatency(stats, READ, CLAT, [130]);
  const plan = planOf({
    spec: specOf({ disable_bw_measurement: true }),
    engine: "null",
    synchronous: true,
    targets: [],
  });
  const outcome = outcomeOf({
    stopped: "number_ios",
    elapsedNs: 2_000,
    cpu: { ...outcomeOf().cpu, userNs: 0, systemNs: 0 },
  });
  return runOf([partsOf({ plan, stats, outcome, files: [] })], {
    environment: {
      ...ENVIRONMENT,
      cpu_model: null,
      cpu_allowed: null,
      cpu_governor: null,
      memory_bytes: null,
      devices: [],
      file_systems: [],
      job_files: [],
      variables: ["BUN_JSC_useFTLJIT=0"],
    },
  });
}
