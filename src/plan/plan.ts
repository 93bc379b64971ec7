/**
 * The plan of a run: from jobs as written to jobs decided to the last byte, with every problem
 * found on the way. Looks (stat, sysfs, /proc, first bytes of devices to be written), opens nothing
 * for writing and changes nothing, so that `fathom check` can print it.
 */
import type { Problem } from "../base/problem.ts";
import { type EngineDefinition, isSynchronous } from "../engine/engine.ts";
import type { DedupePeer } from "../io/pages.ts";
import type { JobPlan } from "../job/jobplan.ts";
import type { Message } from "../measure/result.ts";
import { checkAtomic } from "./atomic.ts";
import { type Clone, cloneJobs } from "./clones.ts";
import { dedupePeersOf, remarkOnContents, sharesPages, withShortPattern } from "./contents.ts";
import { startDelayOf } from "./delay.ts";
import { checkAlignment } from "./direct.ts";
import { type Choice, chooseEngine } from "./engines.ts";
import { type Environment, thisMachine } from "./environment.ts";
import { checkHandOver } from "./handover.ts";
import type { HeldDevice } from "./hold.ts";
import { Complaints, type PlanInput } from "./input.ts";
import { Ledger } from "./ledger.ts";
import { checkDescriptors, checkMemory, checkSpace, type Planned } from "./limits.ts";
import { Looker } from "./look.ts";
import { checkHugePages, memoryOf } from "./memory.ts";
import { NATIVE, type Profile } from "./profile.ts";
import { lifeOf } from "./prologue.ts";
import { passOf } from "./regions.ts";
import { Safety } from "./safety.ts";
import { Schedulers } from "./schedulers.ts";
import { type Ground, targetsOf } from "./targets.ts";
import { Traces } from "./trace.ts";
import { TraceLogs } from "./tracelog.ts";
import { verificationOf } from "./verification.ts";
import { checkVerified } from "./verifyconflicts.ts";
import { waitsFor } from "./waiting.ts";
import { largestBlock, workOf } from "./work.ts";
import { checkZones } from "./zones.ts";

/** Jobs that run together or are reported together, by index. */
export interface JobSet {
  readonly name: string;
  readonly jobs: readonly number[];
}

export interface RunPlan {
  /** All clones; `jobs[i].index` is i. Not to be run while there are problems. */
  readonly jobs: readonly JobPlan[];
  /** For each job the index of the input it is a clone of. */
  readonly inputs: readonly number[];
  /** In the order they run. */
  readonly stages: readonly JobSet[];
  readonly groups: readonly JobSet[];
  /** Block devices that are written or trimmed: to be held for the whole run. */
  readonly devices: readonly HeldDevice[];
  readonly messages: readonly Message[];
  readonly problems: readonly Problem[];
}

/** Buffers are whole pages, which satisfies direct I/O on every sector up to 4096 bytes. */
const PAGE = 4096;

export async function plan(
  inputs: readonly PlanInput[],
  environment: Environment = thisMachine(),
  profile: Profile = NATIVE,
): Promise<RunPlan> {
  const complaints = new Complaints(inputs);
  const messages: Message[] = [];
  const looker = new Looker(environment);
  const ground: Ground = {
    looker,
    logs: new TraceLogs(looker, profile.tracesOverride),
    ledger: new Ledger(),
    complaints,
    dev: environment.roots.dev,
    roots: environment.roots,
    mapped: new Map(),
    profile,
    messages,
    locks: new Map(),
    schedulers: new Schedulers(environment.roots),
  };
  const safety = new Safety(environment, profile, messages);
  const planned: Planned[] = [];
  const clones = cloneJobs(inputs.map(({ spec }) => spec));
  const dedupePeers = dedupePeersOf(clones);
  const traces = new Traces(environment);
  for (const written of clones) {
    const clone = traces.apply(written, !profile.tracesOverride, complaints);
    if (clone === undefined) continue;
    refuseReadOnly(clone, complaints);
    const choice = await chooseEngine(clone, environment, profile, complaints, messages);
    if (choice === undefined) continue;
    const done = planJob(clone, choice, inputs[clone.input]!, ground, dedupePeers);
    for (const { facts } of done.aims) {
      if (facts !== undefined) safety.check(clone, facts, complaints);
    }
    planned.push(done);
    if (clone.clone > 0) continue;
    for (const text of inputs[clone.input]!.notes ?? []) {
      messages.push({ severity: "note", code: "option_dropped", text, job: clone.index });
    }
  }
  checkVerified(planned, profile, complaints, messages);
  checkHugePages(planned, environment.roots, complaints);
  checkMemory(planned, environment.roots, complaints);
  checkDescriptors(planned, environment.roots, complaints);
  checkSpace(planned, complaints);
  return {
    jobs: planned.map(({ plan: job, clone }) => {
      return { ...job, waitsFor: waitsFor(clone, clones, complaints) };
    }),
    inputs: planned.map(({ clone }) => clone.input),
    stages: setsOf(planned, "stage"),
    groups: setsOf(planned, "group"),
    devices: devicesOf(planned),
    messages,
    problems: complaints.problems,
  };
}

function planJob(
  clone: Clone,
  choice: Choice,
  input: PlanInput,
  ground: Ground,
  dedupePeers: readonly DedupePeer[],
): Planned {
  const { spec, index, stage, group } = clone;
  const { definition, reason } = choice;
  const { complaints } = ground;
  const { reads, writes } = workOf(spec);
  if (spec.write_barrier > 0 && writes && clone.clone === 0) {
    const text =
      `write_barrier = ${spec.write_barrier} does nothing: Linux has no barriers; fsync = ` +
      `${spec.write_barrier} orders writes`;
    ground.messages.push({ severity: "warning", code: "no_write_barriers", text, job: index });
  }
  if (definition.traits.unidirectional && reads && writes) {
    const message = `${definition.name} takes reads or writes, not both; split it into two jobs`;
    complaints.add(clone, "rw", message);
  }
  remarkOnContents(clone, ground.messages);
  const aims = targetsOf(clone, definition.traits, ground);
  checkAlignment(clone, aims, complaints);
  checkZones(clone, aims, complaints);
  checkAtomic(clone, definition, aims, complaints);
  const targets = aims.map(({ target }) => target);
  const pass = passOf(clone, targets, complaints);
  const synchronous = isSynchronous(definition, spec);
  checkHandOver(clone, definition, complaints);
  const engineOptions = { ...fallbacksOf(definition), ...input.engineOptions };
  const refusal = reason === "" ? undefined : definition.refuse?.(spec, engineOptions);
  if (refusal !== undefined) complaints.add(clone, "ioengine", refusal);
  const depth = synchronous ? 1 : spec.iodepth;
  const buffers = { depth, bufferBytes: bufferBytes(clone) };
  const plan: JobPlan = {
    spec: withShortPattern(spec, buffers.bufferBytes),
    ways: ground.profile.ways,
    engine: definition.name,
    engineReason: reason,
    engineOptions,
    synchronous,
    index,
    clone: clone.clone,
    group,
    stage,
    waitsFor: [],
    targets,
    startDelay: startDelayOf(spec, index),
    replay: clone.trace?.replay,
    traceLog: ground.logs.logOf(clone, aims, complaints),
    passBytes: pass.bytes,
    passUnits: pass.units,
    dedupePeers: sharesPages(spec) ? dedupePeers : [],
    ...buffers,
    memory: memoryOf(clone, buffers, ground, complaints),
    ...lifeOf(clone, targets, ground),
    verification: verificationOf(
      clone,
      targets,
      { profile: ground.profile, traits: definition.traits },
      complaints,
    ),
  };
  return { clone, plan, aims };
}

/** Of an engine that was named the reading side has filled them in; of a chosen one nobody has. */
function fallbacksOf({ options }: EngineDefinition): Readonly<Record<string, never>> {
  const fallbacks = Object.entries(options).map(([name, option]) => [
    name,
    option.fallback as never,
  ]);
  return Object.fromEntries(fallbacks);
}

/** A trim carries no data, and gets the smallest buffer there is where it is not read back. */
function bufferBytes({ spec }: Clone): number {
  const { reads, writes } = workOf(spec);
  return reads || writes || spec.verify !== "none"
    ? Math.ceil(largestBlock(spec) / PAGE) * PAGE
    : PAGE;
}

function refuseReadOnly(clone: Clone, complaints: Complaints): void {
  const { rw, readonly } = clone.spec;
  if (!readonly || !workOf(clone.spec).changes) return;
  const both = `${rw} changes what is stored, and readonly is set`;
  complaints.add(clone, "rw", `${both}; use read or randread, or drop readonly`);
}

function setsOf(planned: readonly Planned[], by: "stage" | "group"): readonly JobSet[] {
  const sets = Map.groupBy(planned, ({ plan }) => plan[by]);
  return [...sets.values()].map((jobs) => ({
    name: jobs[0]!.plan.spec.name,
    jobs: jobs.map(({ plan }) => plan.index),
  }));
}

/** Each device once; a partition whose whole disk is among them is held with the disk. */
function devicesOf(planned: readonly Planned[]): readonly HeldDevice[] {
  const devices = new Map<string, HeldDevice & { disk: string | undefined; jobs: number[] }>();
  for (const { plan, aims } of planned) {
    if (!workOf(plan.spec).changes) continue;
    for (const { facts } of aims) {
      if (facts?.device === undefined) continue;
      const { number, size, disk } = facts.device;
      const seen = devices.get(number);
      const exclusive = !plan.spec.allow_mounted_write && (seen?.exclusive ?? true);
      const jobs = [...(seen?.jobs ?? []), plan.index];
      devices.set(number, { path: seen?.path ?? facts.path, number, size, disk, exclusive, jobs });
    }
  }
  return [...devices.values()]
    .filter(({ disk }) => disk === undefined || !devices.has(disk))
    .map(({ path, number, size, exclusive, jobs }) => ({ path, number, size, exclusive, jobs }));
}
