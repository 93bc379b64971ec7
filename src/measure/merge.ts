/**
 * Several jobs' results taken together. What each figure of a group or of the total is:
 *
 *   ios, bytes, switches, faults …  the sum
 *   runtime, elapsed                the longest of each stage, and the sum over stages: jobs of one
 *                                   stage ran at the same time, stages one after the other
 *   iops, bandwidth                 sum of ios or bytes / runtime; never a sum of rates
 *   min, max                        the least and the greatest
 *   mean, stddev, percentiles       of all samples together; percentiles that any job asked for
 *   rate samples                    of windows in which all running jobs were added up as they ran,
 *                                   never sums of the jobs' own minima (`samples.ts`)
 *   cpu                             share of the sum of the jobs' times: 100 % = all fully busy
 *
 * Within one stage this is what fio's group report does, save for the samples' extremes.
 */
import { READ, TRIM, WRITE } from "../base/direction.ts";
import { latencies } from "./latency.ts";
import { unified } from "./mixed.ts";
import { pacedTogether } from "./paced.ts";
import { mergedPriorities } from "./priorities.ts";
import type {
  DirectionResult,
  DistributionResult,
  GroupResult,
  JobResult,
  Measured,
  SyncResult,
  TotalResult,
} from "./result.ts";
import { MIXED, type RateSamples } from "./samples.ts";
import { cpuResult, distributionOf, rate } from "./shares.ts";

type Sampled = (direction: number) => RateSamples;

/** One result a report group, in the order of the groups; `sampled` gives a group's windows. */
export function groupResults(
  jobs: readonly JobResult[],
  sampled: (group: number, direction: number) => RateSamples,
): GroupResult[] {
  const groups = Map.groupBy(jobs, (job) => job.group);
  return [...groups].map(([group, members]) => ({
    group,
    name: members[0]!.name,
    ...totalResult(members, (direction) => sampled(group, direction)),
  }));
}

/** All of them together; zeros for none. */
export function totalResult(jobs: readonly JobResult[], sampled: Sampled): TotalResult {
  return {
    jobs: jobs.map((job) => job.index),
    failed_jobs: jobs.filter((job) => job.error !== null).length,
    ...together(jobs, sampled),
  };
}

function together(jobs: readonly JobResult[], sampled: Sampled): Measured {
  const direction = (name: "read" | "write" | "trim", number: number): DirectionResult =>
    directionOf(jobs, name, number, sampled);
  const directions = {
    read: direction("read", READ),
    write: direction("write", WRITE),
    trim: direction("trim", TRIM),
  };
  const words = [...new Set(jobs.map((job) => job.unified_rw_reporting))];
  const word = words.length === 1 ? words[0]! : "none";
  return {
    elapsed_ns: overStages(jobs, (job) => job.elapsed_ns),
    ...directions,
    mixed: unified(word, directions, () => sampled(MIXED)),
    unified_rw_reporting: word,
    sync: syncs(jobs),
    cpu: cpuResult(
      {
        userNs: sum(jobs, (job) => job.cpu.user_ns),
        systemNs: sum(jobs, (job) => job.cpu.system_ns),
        voluntarySwitches: sum(jobs, (job) => job.cpu.voluntary_switches),
        involuntarySwitches: sum(jobs, (job) => job.cpu.involuntary_switches),
        majorFaults: sum(jobs, (job) => job.cpu.major_faults),
        minorFaults: sum(jobs, (job) => job.cpu.minor_faults),
      },
      sum(jobs, (job) => job.elapsed_ns),
    ),
    depth: distributions(jobs.map((job) => job.depth)),
    submit: distributions(jobs.map((job) => job.submit)),
    complete: distributions(jobs.map((job) => job.complete)),
  };
}

function sum(jobs: readonly JobResult[], of: (job: JobResult) => number): number {
  return jobs.reduce((total, job) => total + of(job), 0);
}

/** The longest of each stage, summed over the stages. */
function overStages(jobs: readonly JobResult[], of: (job: JobResult) => number): number {
  const longest = new Map<number, number>();
  for (const job of jobs) {
    longest.set(job.stage, Math.max(longest.get(job.stage) ?? 0, of(job)));
  }
  return [...longest.values()].reduce((total, ns) => total + ns, 0);
}

function directionOf(
  jobs: readonly JobResult[],
  name: "read" | "write" | "trim",
  number: number,
  sampled: Sampled,
): DirectionResult {
  const of = (key: "ios" | "bytes" | "short_ios" | "failed_ios" | "ramp_ios" | "ramp_bytes") =>
    sum(jobs, (job) => job[name][key]);
  const runtime = overStages(jobs, (job) => job[name].runtime_ns);
  const latency = (kind: "slat_ns" | "clat_ns" | "lat_ns") =>
    latencies(jobs.map((job) => job[name][kind]));
  const whole = jobs.length > 0 && jobs.every((job) => job[name].iops_samples !== null);
  const samples = whole ? sampled(number) : undefined;
  return {
    ios: of("ios"),
    bytes: of("bytes"),
    runtime_ns: runtime,
    iops: rate(of("ios"), runtime),
    bandwidth_bytes_per_s: rate(of("bytes"), runtime),
    short_ios: of("short_ios"),
    failed_ios: of("failed_ios"),
    ramp_ios: of("ramp_ios"),
    ramp_bytes: of("ramp_bytes"),
    slat_ns: latency("slat_ns"),
    clat_ns: latency("clat_ns"),
    lat_ns: latency("lat_ns"),
    paced: pacedTogether(
      jobs.map((job) => job[name]),
      new Set(jobs.map((job) => job.stage)).size === 1,
    ),
    iops_samples: samples?.iops ?? null,
    bandwidth_samples_bytes_per_s: samples?.bandwidth ?? null,
    priorities: mergedPriorities(jobs.map((job) => job[name].priorities)),
  };
}

function syncs(jobs: readonly JobResult[]): SyncResult {
  const of = (key: Exclude<keyof SyncResult, "lat_ns">): number =>
    sum(jobs, (job) => job.sync[key]);
  const runtime = overStages(jobs, (job) => job.sync.runtime_ns);
  return {
    ios: of("ios"),
    fsync_ios: of("fsync_ios"),
    fdatasync_ios: of("fdatasync_ios"),
    syncfs_ios: of("syncfs_ios"),
    sync_file_range_ios: of("sync_file_range_ios"),
    runtime_ns: runtime,
    iops: rate(of("ios"), runtime),
    failed_ios: of("failed_ios"),
    ramp_ios: of("ramp_ios"),
    lat_ns: latencies(jobs.map((job) => job.sync.lat_ns)),
  };
}

function distributions(parts: readonly DistributionResult[]): DistributionResult {
  const counts = new Map<string, number>();
  for (const part of parts) {
    for (const [name, count] of Object.entries(part.counts)) {
      counts.set(name, (counts.get(name) ?? 0) + count);
    }
  }
  return distributionOf([...counts]);
}
