/**
 * What the machine has to offer against what the run asks for: memory for buffers, descriptors,
 * space for files that will grow. Each shortage is a problem before anything runs, with both
 * numbers; what cannot be known is not checked.
 */
import { join } from "node:path";
import type { JobPlan } from "../job/jobplan.ts";
import type { Clone } from "./clones.ts";
import type { Roots } from "./environment.ts";
import type { Complaints } from "./input.ts";
import type { Facts } from "./look.ts";
import { meminfo } from "./memory.ts";
import { showBytes, showPath } from "./show.ts";
import { text } from "./sysfs.ts";
import type { Aim } from "./targets.ts";
import { largestBlock, workOf } from "./work.ts";

/** A clone with all that was decided for it. */
export interface Planned {
  readonly clone: Clone;
  readonly plan: JobPlan;
  readonly aims: readonly Aim[];
}

/** Descriptors beside the targets: the runtime has 10 (counted), a job a ring and a memfd. */
const OWN_DESCRIPTORS = 16;
const DESCRIPTORS_PER_JOB = 2;
/** A thread of the runtime polls two (counted), and its engine may have a ring. */
const DESCRIPTORS_PER_THREAD = 3;

function stagesOf(planned: readonly Planned[]): ReadonlyMap<number, readonly Planned[]> {
  return Map.groupBy(planned, ({ plan }) => plan.stage);
}

/**
 * The jobs of a stage have their buffers at the same time, depth × the largest block each, and what
 * they lock. Huge pages are set aside already.
 */
export function checkMemory(
  planned: readonly Planned[],
  { proc }: Pick<Roots, "proc">,
  complaints: Complaints,
): void {
  const available = meminfo(proc, "MemAvailable");
  if (available === undefined) return;
  for (const jobs of stagesOf(planned).values()) {
    const bytes = ({ plan }: Planned) =>
      (plan.memory?.hugePage === undefined ? plan.depth * plan.bufferBytes : 0) +
      (plan.memory?.locked ?? 0);
    const all = jobs.reduce((sum, job) => sum + bytes(job), 0);
    if (all <= available) continue;
    const largest = jobs.reduce((a, b) => (bytes(b) > bytes(a) ? b : a));
    const { depth, bufferBytes, memory } = largest.plan;
    const others = jobs.length === 1 ? "" : `, ${showBytes(all)} with the jobs that run beside it`;
    const locked = memory?.locked ?? 0;
    const lock = locked === 0 ? "" : ` and ${showBytes(locked)} to be locked`;
    const asked = `iodepth × bs is ${depth} × ${showBytes(bufferBytes)} of buffers${lock}${others}`;
    const has = `${showBytes(available)} of memory are available`;
    const [option, cure] =
      locked === 0 ? (["iodepth", "iodepth or bs"] as const) : (["lockmem", "lockmem"] as const);
    complaints.add(largest.clone, option, `${asked}, and ${has}; use a smaller ${cure}`);
  }
}

/** The jobs of a stage have all their files open at the same time. */
export function checkDescriptors(
  planned: readonly Planned[],
  { proc }: Pick<Roots, "proc">,
  complaints: Complaints,
): void {
  const limits = text(join(proc, "self/limits")) ?? "";
  const match = /^Max open files\s+(\d+)\s+(\d+)/m.exec(limits);
  if (match === null) return;
  const most = Number(match[1]);
  for (const jobs of stagesOf(planned).values()) {
    const threads = jobs.reduce((sum, { plan }) => sum + threadsOf(plan), 0);
    const own =
      OWN_DESCRIPTORS + jobs.length * DESCRIPTORS_PER_JOB + threads * DESCRIPTORS_PER_THREAD;
    const count = jobs.reduce((sum, job) => sum + filesOf(job), own);
    if (count <= most) continue;
    const largest = jobs.reduce((a, b) => (filesOf(b) > filesOf(a) ? b : a));
    const asked = `${count} files would be open at once, and this process may have ${most}`;
    const reasons = threads > 0 ? (["iodepth"] as const) : [];
    const option = complaints.writtenOf(largest.clone, ...reasons, "nrfiles", "numjobs");
    complaints.add(largest.clone, option, `${asked}; raise that with ulimit -n, or use fewer`);
  }
}

/** Threads that do the units of a clone. */
function threadsOf({ spec, depth }: JobPlan): number {
  return spec.io_submit_mode === "offload" ? depth : 0;
}

/** Files that a clone opens. */
function filesOf({ plan }: Planned): number {
  const files = plan.targets.filter(({ kind }) => kind !== "none").length;
  return Math.min(files, plan.spec.openfiles ?? files);
}

interface Growth {
  bytes: number;
  readonly clone: Clone;
  readonly facts: Facts;
}

/** Files that are laid out, and files that writers make longer, must fit their file systems. */
export function checkSpace(planned: readonly Planned[], complaints: Complaints): void {
  const growths = new Map<string, Growth>();
  for (const { clone, plan, aims } of planned) {
    for (const { facts, target } of aims) {
      if (facts === undefined || target.kind !== "regular") continue;
      const bytes = Math.max(0, target.layout - target.size, grownByWriting(plan, target));
      if (bytes === 0) continue;
      const seen = growths.get(facts.key);
      if (seen === undefined) growths.set(facts.key, { bytes, clone, facts });
      else seen.bytes = Math.max(seen.bytes, bytes);
    }
  }
  const bySystem = Map.groupBy(growths.values(), ({ facts }) => facts.around.fileSystem);
  for (const files of bySystem.values()) {
    const needed = files.reduce((sum, { bytes }) => sum + bytes, 0);
    const largest = files.reduce((a, b) => (b.bytes > a.bytes ? b : a));
    const { free, path } = largest.facts.around;
    if (free === undefined || needed <= free) continue;
    const what =
      files.length === 1 ? `${showPath(largest.facts.path)} needs` : `${files.length} files need`;
    const has = `${showBytes(free)} are free in ${showPath(path)}`;
    const cure = "use a smaller size or another directory";
    complaints.add(largest.clone, "size", `${what} ${showBytes(needed)} more, and ${has}; ${cure}`);
  }
}

/** Bytes a writer adds to a file: all that is set aside, or else no more than it can write. */
function grownByWriting(
  { spec, passBytes, passUnits }: JobPlan,
  target: JobPlan["targets"][0],
): number {
  if (!workOf(spec).writes || spec.fill_device) return 0;
  const growth = Math.max(0, target.offset + target.length - target.size);
  const sparse = spec.fallocate === "none" || spec.fallocate === "truncate" || spec.create_on_open;
  if (!sparse || spec.time_based) return growth;
  const written = Math.min(passBytes, passUnits * largestBlock(spec)) * spec.loops;
  return Math.min(growth, written);
}
