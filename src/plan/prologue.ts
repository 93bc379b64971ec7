/**
 * Where a clone is to run and where its memory is from: CPUs and NUMA nodes as sysfs lists them,
 * so that one that is not there is found before anything runs.
 */
import { join } from "node:path";
import { formatNumbers, readNumbers } from "../base/numberset.ts";
import type { Target } from "../io/target.ts";
import type { JobPlan } from "../job/jobplan.ts";
import type { ProloguePlan } from "../job/prologueplan.ts";
import type { Clone } from "./clones.ts";
import type { Roots } from "./environment.ts";
import type { Complaints } from "./input.ts";
import { text } from "./sysfs.ts";
import type { Ground } from "./targets.ts";

/** The part of a job's plan that is about its thread or process. */
export function lifeOf(
  clone: Clone,
  targets: readonly Target[],
  { roots, schedulers, complaints }: Ground,
): Pick<JobPlan, "ownProcess" | "scheduler" | "prologue"> {
  return {
    ownProcess: ownProcessOf(clone, complaints),
    scheduler: schedulers.of(clone, targets, complaints),
    prologue: prologueOf(clone, roots, complaints),
  };
}

/** Undefined of a job that runs where the process does. */
function prologueOf(
  clone: Clone,
  { sys }: Roots,
  complaints: Complaints,
): ProloguePlan | undefined {
  const { nice, numa_mem_policy: memory } = clone.spec;
  const cpus = cpusOf(clone, sys, complaints) ?? nodeCpusOf(clone, sys, complaints);
  checkTimekeeper(clone, sys, complaints);
  if (memory !== undefined) nodesOf(clone, "numa_mem_policy", memory.nodes, sys, complaints);
  if (cpus === undefined && memory === undefined && nice === 0) return undefined;
  return { cpus, memory, nice };
}

/** Another user or group is a whole process's, so that it needs one of its own. */
function ownProcessOf(clone: Clone, complaints: Complaints): boolean {
  const { thread, uid, gid } = clone.spec;
  if (thread && uid === undefined && gid === undefined) return false;
  if (clone.trace?.replay.ring !== undefined) {
    const option = complaints.writtenOf(clone, "uid", "gid") ?? "thread";
    const message = "a trace is read ahead by a thread, and a job in a process of its own has";
    complaints.add(clone, option, `${message} no part in that; write thread = true`);
  }
  if (clone.spec.io_submit_mode === "offload") {
    const option = complaints.writtenOf(clone, "uid", "gid") ?? "thread";
    const message = "io_submit_mode = offload has threads that a process of its own does not share";
    complaints.add(clone, option, `${message}; write thread = true, or leave that out`);
  }
  return true;
}

function cpusOf(clone: Clone, sys: string, complaints: Complaints): readonly number[] | undefined {
  const { cpus_allowed: allowed, cpumask, cpus_allowed_policy: policy } = clone.spec;
  if (allowed === undefined && cpumask === undefined) return undefined;
  const option = allowed === undefined ? "cpumask" : "cpus_allowed";
  const cpus = Array.isArray(allowed) ? (allowed as readonly number[]) : bitsOf(cpumask ?? 0);
  const online = listed(join(sys, "devices/system/cpu/online"));
  const missing = online === undefined ? [] : cpus.filter((cpu) => !online.includes(cpu));
  if (missing.length > 0) {
    const message = `there is no CPU ${formatNumbers(missing)} on this machine; it has`;
    complaints.add(clone, option, `${message} ${formatNumbers(online!)}`);
  }
  const left = withoutTimekeeper(clone, option, cpus, complaints);
  return policy === "split" ? [left[clone.index % left.length]!] : left;
}

/** The CPU of gtod_cpu is not the job's, as in fio. */
function withoutTimekeeper(
  clone: Clone,
  option: string,
  cpus: readonly number[],
  complaints: Complaints,
): readonly number[] {
  const keeper = clone.spec.gtod_cpu;
  const left = keeper === 0 ? cpus : cpus.filter((cpu) => cpu !== keeper);
  if (left.length > 0) return left;
  const message = `gtod_cpu takes CPU ${keeper}, which leaves the job none; name another one`;
  complaints.add(clone, option, message);
  return cpus;
}

function checkTimekeeper(clone: Clone, sys: string, complaints: Complaints): void {
  const { gtod_cpu: keeper } = clone.spec;
  const online = listed(join(sys, "devices/system/cpu/online"));
  if (keeper === 0 || online === undefined || online.includes(keeper)) return;
  const message = `there is no CPU ${keeper} on this machine; it has ${formatNumbers(online)}`;
  complaints.add(clone, "gtod_cpu", message);
}

/** Positions of the bits that are set; exact up to 2^53. */
function bitsOf(mask: number): readonly number[] {
  return Array.from({ length: 53 }, (_, bit) => bit).filter(
    (bit) => Math.floor(mask / 2 ** bit) % 2 === 1,
  );
}

function nodeCpusOf(
  clone: Clone,
  sys: string,
  complaints: Complaints,
): readonly number[] | undefined {
  const { numa_cpu_nodes: asked } = clone.spec;
  if (asked === undefined) return undefined;
  const nodes = asked === "all" ? (nodesHere(sys) ?? []) : asked;
  if (!nodesOf(clone, "numa_cpu_nodes", nodes, sys, complaints)) return undefined;
  const cpus = nodes.flatMap(
    (node) => listed(join(sys, `devices/system/node/node${node}/cpulist`)) ?? [],
  );
  if (cpus.length > 0) return withoutTimekeeper(clone, "numa_cpu_nodes", cpus, complaints);
  const message = `NUMA nodes ${formatNumbers(nodes)} have no CPU; name others`;
  complaints.add(clone, "numa_cpu_nodes", message);
  return undefined;
}

/** Whether all of these nodes are there; says so where one is not. */
function nodesOf(
  clone: Clone,
  option: string,
  nodes: readonly number[],
  sys: string,
  complaints: Complaints,
): boolean {
  const here = nodesHere(sys);
  if (here === undefined) {
    complaints.add(clone, option, "this kernel knows no NUMA nodes; leave it out");
    return false;
  }
  const missing = nodes.filter((node) => !here.includes(node));
  if (missing.length === 0) return true;
  const message = `there is no NUMA node ${formatNumbers(missing)} on this machine; it has`;
  complaints.add(clone, option, `${message} ${formatNumbers(here)}`);
  return false;
}

function nodesHere(sys: string): readonly number[] | undefined {
  return listed(join(sys, "devices/system/node/online"));
}

/** The numbers in a list of the kernel's; undefined when the file is not there. */
function listed(path: string): readonly number[] | undefined {
  const list = text(path);
  if (list === undefined) return undefined;
  return list === "" ? [] : readNumbers(list);
}
