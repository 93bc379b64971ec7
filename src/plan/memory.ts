/**
 * The memory a job's buffers are of: how much of which pages, and whether the machine has them.
 * What the kernel is asked for is decided here, and huge pages that are not there are a problem
 * before anything runs.
 */
import { statSync } from "node:fs";
import { join } from "node:path";
import type { MemoryPlan } from "../io/memory.ts";
import type { Message } from "../measure/result.ts";
import type { Clone } from "./clones.ts";
import type { Roots } from "./environment.ts";
import type { Complaints } from "./input.ts";
import type { Planned } from "./limits.ts";
import { roundBytes, showBytes, showPath } from "./show.ts";
import { text } from "./sysfs.ts";

const PAGE = 4096;

/** What lockmem leaves to the rest of the machine, as fio does. */
const NOT_LOCKED = 128 * 2 ** 20;

/** A value of /proc/meminfo: bytes where it has a unit, a count where it has none; proc(5). */
export function meminfo(proc: string, name: string): number | undefined {
  const match = new RegExp(`^${name}:\\s*(\\d+)( kB)?$`, "m").exec(
    text(join(proc, "meminfo")) ?? "",
  );
  return match === null ? undefined : Number(match[1]) * (match[2] === undefined ? 1 : 1024);
}

/** Paths of mapped files, each with the number of jobs that have it. */
export type MappedFiles = Map<string, number>;

interface MemoryGround {
  readonly roots: Roots;
  readonly mapped: MappedFiles;
  readonly messages: Message[];
}

/** Undefined of plain memory. */
export function memoryOf(
  clone: Clone,
  buffers: { readonly depth: number; readonly bufferBytes: number },
  ground: MemoryGround,
  complaints: Complaints,
): MemoryPlan | undefined {
  const { roots } = ground;
  const { mem, iomem_align: align, lockmem } = clone.spec;
  const plain = mem.kind === "malloc" || (mem.kind === "mmap" && mem.file === undefined);
  if (plain && align === 0 && lockmem === 0) return undefined;
  const kind = mem.kind === "malloc" ? "mmap" : mem.kind;
  const huge = kind === "mmaphuge" || kind === "shmhuge";
  const found = huge ? hugePageOf(clone, roots, complaints) : undefined;
  const grain = found?.grain ?? PAGE;
  const bytes = Math.ceil((buffers.depth * buffers.bufferBytes + align) / grain) * grain;
  const most = Math.max(0, (meminfo(roots.proc, "MemTotal") ?? Infinity) - NOT_LOCKED);
  const locked = Math.min(lockmem, most);
  return {
    kind,
    file: mem.file === undefined ? undefined : fileOf(clone, mem, ground, complaints),
    bytes,
    hugePage: found?.page,
    align,
    locked,
    note:
      locked < lockmem
        ? `lockmem is ${showBytes(lockmem)}, and no more than ${showBytes(locked)} can be locked`
        : undefined,
  };
}

interface FoundPage {
  readonly page: NonNullable<MemoryPlan["hugePage"]>;
  /** What the buffers are rounded up to. */
  readonly grain: number;
}

function hugePageOf(clone: Clone, roots: Roots, complaints: Complaints): FoundPage | undefined {
  const { mem, "hugepage-size": asked } = clone.spec;
  const usual = meminfo(roots.proc, "Hugepagesize");
  if (usual === undefined) {
    const has = `this kernel has no huge pages, which ${mem.kind} is of`;
    complaints.add(clone, "mem", `${has}; use mem = ${plainer(mem.kind)}`);
    return undefined;
  }
  if (asked === undefined || asked === usual) {
    return { page: { bytes: usual, asked: 0 }, grain: usual };
  }
  if (text(join(poolOf(roots, asked), "free_hugepages")) !== undefined) {
    return { page: { bytes: asked, asked }, grain: asked };
  }
  if (asked % usual === 0) return { page: { bytes: usual, asked: 0 }, grain: asked };
  const page = `a huge page of this system is ${showBytes(usual)}`;
  const message = `${page}, and ${showBytes(asked)} is no multiple of that; leave it out`;
  complaints.add(clone, "hugepage-size", message);
  return undefined;
}

/** The same memory without huge pages. */
function plainer(kind: string): string {
  return kind === "shmhuge" ? "shm" : "mmap";
}

/** Documentation/admin-guide/mm/hugetlbpage.rst. */
function poolOf({ sys }: Roots, bytes: number): string {
  return join(sys, `kernel/mm/hugepages/hugepages-${bytes / 1024}kB`);
}

/**
 * The file a job maps: the second job of a path, and each after it, has one of its own, unless the
 * path leads to a device.
 */
function fileOf(
  clone: Clone,
  { kind, file: named = "" }: Clone["spec"]["mem"],
  { mapped, messages }: MemoryGround,
  complaints: Complaints,
): MemoryPlan["file"] {
  const before = mapped.get(named) ?? 0;
  mapped.set(named, before + 1);
  const device = statSync(named, { throwIfNoEntry: false })?.isCharacterDevice() ?? false;
  if (device) return { path: named, regular: false };
  const path = before === 0 ? named : `${named}.${before}`;
  const facts = statSync(path, { throwIfNoEntry: false });
  if (facts !== undefined && !facts.isFile()) {
    const what = facts.isBlockDevice() ? "a block device" : "no regular file";
    complaints.add(clone, "mem", `${showPath(path)} is ${what}; name a file, or one to be made`);
  } else if (facts !== undefined && facts.size > 0 && kind !== "mmap") {
    const text = `buffers lie in ${showPath(path)}: what it holds is overwritten by what is moved`;
    messages.push({ severity: "warning", code: "memory_file", text, job: clone.index });
  }
  return { path, regular: true };
}

/** The jobs of a stage have their huge pages at the same time. */
export function checkHugePages(
  planned: readonly Planned[],
  roots: Roots,
  complaints: Complaints,
): void {
  const users = planned.filter(({ plan }) => plan.memory?.hugePage !== undefined);
  for (const jobs of Map.groupBy(users, ({ plan }) => plan.stage).values()) {
    const bySize = Map.groupBy(jobs, ({ plan }) => plan.memory!.hugePage!.bytes);
    for (const [size, sharing] of bySize) {
      const pages = ({ plan }: Planned) => plan.memory!.bytes / size;
      const all = sharing.reduce((sum, job) => sum + pages(job), 0);
      const free = freePages(roots, size);
      if (free === undefined || all <= free) continue;
      const largest = sharing.reduce((a, b) => (pages(b) > pages(a) ? b : a));
      const { kind } = largest.clone.spec.mem;
      const others = sharing.length === 1 ? "" : `, ${all} with the jobs that run beside it`;
      const needs = `${kind} needs ${hugePages(pages(largest), size)}${others}`;
      const where =
        size === meminfo(roots.proc, "Hugepagesize")
          ? "/proc/sys/vm/nr_hugepages"
          : join(poolOf(roots, size), "nr_hugepages");
      const cure = `write ${all} or more into ${where}, or use mem = ${plainer(kind)}`;
      complaints.add(largest.clone, "mem", `${needs}, and ${free} are free; ${cure}`);
    }
  }
}

/** `3 huge pages of 2 MiB`. */
export function hugePages(pages: number, size: number): string {
  return `${pages} huge page${pages === 1 ? "" : "s"} of ${roundBytes(size)}`;
}

/** Pages that can be had: free, not promised to others, or made on demand. */
function freePages(roots: Roots, size: number): number | undefined {
  const pool = poolOf(roots, size);
  const numbers = ["free", "resv", "nr_overcommit", "surplus"].map((name) =>
    Number(text(join(pool, `${name}_hugepages`)) ?? Number.NaN),
  );
  const [free, promised, most, made] = numbers as [number, number, number, number];
  if (numbers.every(Number.isFinite)) return free - promised + Math.max(0, most - made);
  const plain = meminfo(roots.proc, "HugePages_Free");
  return plain === undefined ? undefined : plain - (meminfo(roots.proc, "HugePages_Rsvd") ?? 0);
}
