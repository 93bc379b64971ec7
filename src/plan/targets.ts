/**
 * The targets of a clone: what each path is, which part of it the clone works on, whether it has to
 * be laid out first, and everything that makes it impossible. Decides; opens nothing.
 */
import { TRIM } from "../base/direction.ts";
import type { Traits } from "../engine/engine.ts";
import type { Target, TargetKind } from "../io/target.ts";
import type { Message } from "../measure/result.ts";
import type { Clone } from "./clones.ts";
import { filesBelow } from "./directory.ts";
import type { Roots } from "./environment.ts";
import type { Complaints } from "./input.ts";
import type { Ledger } from "./ledger.ts";
import type { Facts, Looker } from "./look.ts";
import type { MappedFiles } from "./memory.ts";
import { pathsOf } from "./names.ts";
import type { Profile } from "./profile.ts";
import { type Region, regionsOf } from "./regions.ts";
import type { Schedulers } from "./schedulers.ts";
import { showBytes, showPath } from "./show.ts";
import type { TraceLogs } from "./tracelog.ts";
import { largestBlock, type Work, workOf } from "./work.ts";

/** What the clones of a run share while their targets are decided. */
export interface Ground {
  readonly looker: Looker;
  readonly ledger: Ledger;
  readonly logs: TraceLogs;
  readonly complaints: Complaints;
  /** Root of the device nodes, `/dev`. */
  readonly dev: string;
  readonly roots: Roots;
  readonly mapped: MappedFiles;
  readonly profile: Profile;
  readonly messages: Message[];
  /** Files with a lock, each with its position among them. */
  readonly locks: Map<string, number>;
  readonly schedulers: Schedulers;
}

export interface Aim {
  readonly facts: Facts | undefined;
  readonly target: Target;
}

/** The targets that could be decided, with what was seen of each. */
export function targetsOf(clone: Clone, traits: Traits, ground: Ground): readonly Aim[] {
  const paths = [...pathsOf(clone, ground.complaints, ground.profile), ...below(clone, ground)];
  if (traits.diskless) return disklessTargets(clone, paths, ground.complaints);
  const work = workOf(clone.spec);
  const seen = paths
    .map((path) => ground.looker.at(path))
    .filter((facts) => usable(clone, facts, traits, ground));
  const extents = seen.map((facts) => ({
    path: facts.path,
    size: sizeOf(facts, ground.ledger),
    unknown: whyNoSize(facts),
    fixed: facts.kind === "block",
    clamps: ground.profile.clampsToDevices,
    ...(facts.kind === "regular" || facts.kind === "missing"
      ? {
          free: facts.around.free,
          end: Math.max(facts.size, ground.ledger.before(facts.key, clone.stage)),
        }
      : {}),
  }));
  const regions = regionsOf(clone, extents, ground.complaints);
  return seen.flatMap((facts, index) => {
    const region = regions[index];
    if (region === undefined) return [];
    const target = {
      path: facts.path,
      kind: facts.kind === "missing" ? "regular" : (facts.kind as TargetKind),
      exists: facts.kind !== "missing",
      size: facts.size,
      ...region,
      layout: layoutOf(clone, facts, region, work, ground),
      ...(clone.spec.lockfile === "none" ? {} : { lock: lockOf(facts.key, ground.locks) }),
    };
    if (work.changes) ground.ledger.writes(facts.key, clone.stage, region.offset + region.length);
    return [{ facts, target }];
  });
}

function lockOf(key: string, locks: Map<string, number>): number {
  const lock = locks.get(key) ?? locks.size;
  locks.set(key, lock);
  return lock;
}

/** The files of `opendir`; those without room for a block are told of and left out. */
function below(clone: Clone, { complaints, looker, messages }: Ground): readonly string[] {
  const { spec, index } = clone;
  if (spec.opendir === undefined) return [];
  const { paths, wrong } = filesBelow(spec.opendir);
  if (wrong !== undefined) {
    complaints.add(clone, "opendir", wrong);
    return [];
  }
  if (spec.size !== undefined || spec.filesize !== undefined) return paths;
  const block = largestBlock(spec);
  const roomy = paths.filter((path) => looker.at(path).size >= block);
  const small = paths.length - roomy.length;
  const under = `of the ${paths.length} files below ${showPath(spec.opendir)}`;
  const short = `${small} ${under} have no room for a block of ${showBytes(block)}`;
  if (roomy.length === 0)
    complaints.add(clone, "opendir", `${short}; write a smaller bs or a size`);
  else if (small > 0 && clone.clone === 0) {
    const text = `${short}, and are left out`;
    messages.push({ severity: "note", code: "small_files", text, job: index });
  }
  return roomy;
}

/** An engine that moves no data has no file either: its size is what was written. */
function disklessTargets(
  clone: Clone,
  paths: readonly string[],
  complaints: Complaints,
): readonly Aim[] {
  const unknown = "this engine works on no file";
  const extents = paths.map((path) => ({ path, size: undefined, unknown, fixed: false }));
  return regionsOf(clone, extents, complaints).flatMap((region, index) => {
    if (region === undefined) return [];
    const path = paths[index]!;
    const target: Target = { path, kind: "none", exists: false, size: 0, ...region, layout: 0 };
    return [{ facts: undefined, target }];
  });
}

function whyNoSize({ path, kind }: Facts): string {
  return `${showPath(path)} ${kind === "missing" ? "does not exist" : "has no size of its own"}`;
}

/** Size as the clone will find it; undefined when nothing says. */
function sizeOf(facts: Facts, ledger: Ledger): number | undefined {
  if (facts.kind === "block") return facts.size;
  if (facts.kind === "character" || facts.kind === "pipe") return undefined;
  const size = Math.max(facts.size, ledger.known(facts.key));
  return facts.kind === "missing" && size === 0 ? undefined : size;
}

/** The bytes a file must hold before the clock starts; 0 when none are missing. */
function layoutOf(
  clone: Clone,
  facts: Facts,
  { offset, length }: Region,
  { reads, trims }: Work,
  { ledger, complaints, profile }: Ground,
): number {
  const { spec } = clone;
  const needs = reads || trims || spec.overwrite || spec.create_only;
  if (!needs || (facts.kind !== "missing" && facts.kind !== "regular")) return 0;
  const end = offset + length;
  if (Math.max(facts.size, ledger.before(facts.key, clone.stage)) >= end) return 0;
  if (spec.create_on_open) {
    if (!reads && !trims) return 0;
    const has = `${showPath(facts.path)} has not the ${showBytes(end)} that this job reaches`;
    const none = `${has}, and with create_on_open there is no layout`;
    complaints.add(clone, "create_on_open", `${none}; leave it out, or make the file first`);
    return 0;
  }
  const asked = profile.extendsFiles || complaints.saysTrue(clone, "overwrite");
  const wrong =
    facts.kind === "regular" && ledger.laid(facts.key) < end
      ? extensionMistake(facts, end, asked || !(reads || trims))
      : undefined;
  if (wrong !== undefined) {
    complaints.add(clone, "size", wrong);
    return 0;
  }
  ledger.lays(facts.key, end);
  return end;
}

/** A file that was there is somebody's: a job that reads it extends it only when asked to. */
function extensionMistake(facts: Facts, end: number, asked: boolean): string | undefined {
  const path = showPath(facts.path);
  if (!asked) {
    const has = `${path} has ${showBytes(facts.size)} of the ${showBytes(end)} this job reaches`;
    return `${has}; use a smaller size, or overwrite = true to have it extended`;
  }
  if (facts.unwritable === undefined) return undefined;
  return `${path} cannot be extended to ${showBytes(end)}: ${facts.unwritable}`;
}

/** Whether a target can be made of it; if not, why was reported. */
function usable(clone: Clone, facts: Facts, traits: Traits, ground: Ground): boolean {
  const wrong =
    facts.kind === "missing"
      ? missingMistake(clone, facts, ground)
      : (kindMistake(clone, facts, traits) ?? accessMistake(clone, facts));
  if (wrong === undefined) return true;
  const { complaints } = ground;
  const option = complaints.writtenOf(clone, "filename", "read_iolog", "directory");
  complaints.add(clone, option, wrong);
  return false;
}

function missingMistake(
  { spec, stage }: Clone,
  facts: Facts,
  { dev, ledger }: Ground,
): string | undefined {
  const { around } = facts;
  const path = showPath(facts.path);
  if (!spec.allow_file_create && ledger.before(facts.key, stage) === 0) {
    return `${path} does not exist, and allow_file_create = false forbids to make it`;
  }
  if (spec.filetype === "block" || spec.filetype === "char") {
    return `${path} does not exist, and filetype = "${spec.filetype}" wants a device`;
  }
  if (around.unusable === "does not exist") {
    return `the directory ${showPath(around.path)} does not exist; make it first`;
  }
  if (around.unusable !== undefined) {
    return `no file can be made in ${showPath(around.path)}: ${around.unusable}`;
  }
  const inDevices = around.path === dev || around.path.startsWith(`${dev}/`);
  if (inDevices && !around.path.startsWith(`${dev}/shm`) && spec.filetype !== "file") {
    const no = `there is no device ${path}, and a plain file is not made in ${dev}`;
    return `${no}; correct the name, or write filetype = "file" if you mean it`;
  }
  if (around.unwritable === undefined) return undefined;
  return `${path} does not exist and cannot be made: ${around.unwritable}`;
}

const KIND_WORDS: Readonly<Record<Facts["kind"], string>> = {
  missing: "missing file",
  regular: "regular file",
  block: "block device",
  character: "character device",
  pipe: "pipe",
  socket: "socket",
  directory: "directory",
};
const FILETYPES = { file: "regular", block: "block", char: "character" } as const;

function kindMistake(
  { spec }: Clone,
  { path: raw, kind, device, size }: Facts,
  traits: Traits,
): string | undefined {
  const path = showPath(raw);
  if (kind === "directory") return `${path} is a directory; name a file in it, or set directory`;
  if (kind === "socket") return `${path} is a socket, which cannot be read or written as a file`;
  if (spec.filetype !== "none" && FILETYPES[spec.filetype] !== kind) {
    return `${path} is a ${KIND_WORDS[kind]}, and filetype = "${spec.filetype}" says otherwise`;
  }
  if (kind === "pipe" && !traits.pipe) {
    return `${path} is a pipe, and this engine works on files and devices only`;
  }
  if (kind === "block" && device === undefined) return `${path} is not a device of this machine`;
  if (kind === "block" && size === 0) return `${path} has 0 bytes: no medium, or not set up`;
  return undefined;
}

function accessMistake({ spec, trace }: Clone, facts: Facts): string | undefined {
  const { changes, ...work } = workOf(spec);
  const trims = work.trims || (trace?.counts[TRIM] ?? 0) > 0 || spec.trim_percentage > 0;
  const path = showPath(facts.path);
  if (trims && facts.kind !== "regular" && facts.kind !== "block") {
    return `${path} is a ${KIND_WORDS[facts.kind]}, which cannot be trimmed`;
  }
  if (trims && facts.device?.trims === false) {
    return `${path} does not support trim (discard_max_bytes is 0)`;
  }
  if (changes && facts.device?.readOnly === true) return `${path} is a read-only device`;
  if (facts.unreadable !== undefined) return `${path} cannot be read: ${facts.unreadable}`;
  if (changes && facts.unwritable !== undefined) {
    return `${path} cannot be written: ${facts.unwritable}`;
  }
  return undefined;
}
