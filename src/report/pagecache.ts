/**
 * Whether the page cache, and not the device, served a job: the device's sectors of a stage against
 * the bytes that the stage's jobs moved. Where a file has no device of its own the answer is
 * "unknown", and is given as such.
 */
import type { DiskResult, FileResult, JobResult, Message, RunResult } from "../measure/result.ts";
import { bytes, percent } from "./format.ts";

/** Metadata and read-ahead blur the comparison by a few percent. */
const WORTH_A_WORD = 0.05;

/** File systems that are memory. */
const IN_MEMORY = new Set(["tmpfs", "ramfs", "hugetlbfs"]);

type Flow = "read" | "write";

export function cacheWarnings({ jobs, disks }: RunResult): Message[] {
  return jobs.flatMap((job) => {
    const unknown = withoutDevice(job);
    if (unknown !== undefined) return [unknown];
    const peers = jobs.filter(({ stage }) => stage === job.stage);
    const stageDisks = disks.filter(({ stage }) => stage === job.stage);
    return (["read", "write"] as const).flatMap((flow) => served(job, flow, peers, stageDisks));
  });
}

function moved(job: JobResult): boolean {
  return job.read.ios > 0 || job.write.ios > 0;
}

function withoutDevice(job: JobResult): Message | undefined {
  const files = job.files.filter(({ kind, device }) => kind === "regular" && device === null);
  const [file] = files;
  if (file === undefined || !moved(job)) return undefined;
  const fileSystem = file.file_system ?? "an unknown file system";
  if (IN_MEMORY.has(fileSystem)) {
    const text = `${file.path} is on ${fileSystem}, which is memory: no storage was measured`;
    return { severity: "warning", code: "memory_file_system", text, job: job.index };
  }
  if (job.work.direct) return undefined;
  const text =
    `whether the page cache served it is unknown: ${file.path} is on ${fileSystem}, which has no ` +
    "block device of its own to compare with; direct = true bypasses the cache where it can be";
  return { severity: "note", code: "page_cache_unknown", text, job: job.index };
}

/** Share of the job's region that reads as zeros without device I/O; 0 where nothing is known. */
export function holeShare(files: readonly FileResult[]): number {
  const known = files.filter((file) => file.hole_share !== null);
  const length = known.reduce((sum, file) => sum + file.length_bytes, 0);
  const holes = known.reduce((sum, file) => sum + file.length_bytes * file.hole_share!, 0);
  return length > 0 ? holes / length : 0;
}

/** Bytes of a job that its device must have moved: of the ramp too, of holes not. */
function expected(job: JobResult, flow: Flow): number {
  const { bytes: measured, ramp_bytes } = job[flow];
  return (measured + ramp_bytes) * (flow === "read" ? 1 - holeShare(job.files) : 1);
}

/** Share of the job's region that lies on the disk. */
function shareOn(disk: string, { files }: JobResult): number {
  const all = files.reduce((sum, file) => sum + file.length_bytes, 0);
  const here = files.filter(({ device }) => device === disk);
  return all > 0 ? here.reduce((sum, file) => sum + file.length_bytes, 0) / all : 0;
}

function served(
  job: JobResult,
  flow: Flow,
  peers: readonly JobResult[],
  disks: readonly DiskResult[],
): Message[] {
  const own = expected(job, flow);
  const under = disks.filter((disk) => shareOn(disk.name, job) > 0);
  // A direct write that the device did not count (compressed, discarded) is no matter of the cache.
  if (own === 0 || under.length === 0 || (flow === "write" && job.work.direct)) return [];
  let fromDevice = 0;
  for (const disk of under) {
    const on = (direct: boolean): number =>
      peers
        .filter(({ work }) => work.direct === direct)
        .reduce((sum, peer) => sum + expected(peer, flow) * shareOn(disk.name, peer), 0);
    const left = job.work.direct ? disk[flow].bytes : disk[flow].bytes - on(true);
    const share = Math.min(1, Math.max(0, left) / on(job.work.direct));
    fromDevice += share * shareOn(disk.name, job);
  }
  const cached = 1 - fromDevice;
  if (cached < WORTH_A_WORD) return [];
  const names = under.map(({ name }) => name).join(", ");
  const device = bytes(under.reduce((sum, disk) => sum + disk[flow].bytes, 0));
  const all = bytes(job[flow].bytes + job[flow].ramp_bytes);
  const share = percent(cached * 100);
  return flow === "read"
    ? [cacheMessage(job, "page_cache_reads", readText(share, all, names, device, job.work.direct))]
    : [cacheMessage(job, "page_cache_writes", writeText(share, all, names, device))];
}

function cacheMessage(job: JobResult, code: string, text: string): Message {
  return { severity: "warning", code, text, job: job.index };
}

function readText(
  share: string,
  all: string,
  names: string,
  device: string,
  direct: boolean,
): string {
  const cure = direct
    ? "the file system served direct reads from its cache"
    : "direct = true bypasses it";
  return (
    `about ${share} of the ${all} it read came from the page cache, ` +
    `${names} delivered ${device} in that time; ${cure}`
  );
}

function writeText(share: string, all: string, names: string, device: string): string {
  return (
    `about ${share} of the ${all} it wrote was still in the page cache at the end, ` +
    `${names} took ${device} in that time; direct = true bypasses it, end_fsync = true counts it`
  );
}
