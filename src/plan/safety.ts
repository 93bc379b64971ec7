/**
 * Whether a device may be written: not while something uses it, and not while it carries something,
 * unless that was named deliberately. Decides from sysfs, /proc and the device's first and last
 * bytes; nothing is opened for writing here.
 */
import { closeSync, openSync, readSync } from "node:fs";
import type { Message } from "../measure/result.ts";
import type { JobSpec } from "../options/options.ts";
import type { Clone } from "./clones.ts";
import type { Environment } from "./environment.ts";
import type { Complaints } from "./input.ts";
import type { Facts } from "./look.ts";
import { type Mount, mounts, swaps } from "./mounts.ts";
import type { Profile } from "./profile.ts";
import { showPath } from "./show.ts";
import { type ReadAt, signatures } from "./signatures.ts";
import { type BlockDevice, blockDevice, btrfsMembers } from "./sysfs.ts";
import { workOf } from "./work.ts";

/** Devices that nothing can be lost on: null, zero, full; Documentation/admin-guide/devices.txt. */
const HARMLESS = new Set(["1:3", "1:5", "1:7"]);

/** Why a device must not be written: in use (nothing lifts that but unmounting), or not empty. */
interface Reasons {
  readonly mounted: readonly string[];
  readonly used: readonly string[];
  readonly carries: readonly string[];
}

/** What the machine uses at the moment. */
interface Use {
  readonly mounts: readonly Mount[];
  /** Numbers of the devices swapped to, and of all members of mounted btrfs. */
  readonly swaps: ReadonlySet<string>;
  readonly btrfs: ReadonlySet<string>;
}

function useOf({ roots, blockDeviceAt }: Environment): Use {
  return {
    mounts: mounts(roots),
    swaps: new Set(swaps(roots).flatMap((path) => blockDeviceAt(path) ?? [])),
    btrfs: new Set(btrfsMembers(roots)),
  };
}

export class Safety {
  #use: Use | undefined;
  readonly #reasons = new Map<string, Reasons>();

  constructor(
    private readonly environment: Environment,
    private readonly profile: Profile,
    private readonly messages: Message[],
  ) {}

  /** Reports why the clone must not change what the facts describe; a reader is never refused. */
  check(clone: Clone, facts: Facts, complaints: Complaints): void {
    const { spec } = clone;
    if (!workOf(spec).changes) return;
    const option = complaints.writtenOf(clone, "filename", "directory");
    const path = showPath(facts.path);
    if (facts.kind === "character" && !HARMLESS.has(facts.number) && !this.#named(spec, facts)) {
      const what = `${path} is a character device that this job would write`;
      complaints.add(clone, option, `${what}; ${destroy(path)}`);
    }
    const { device } = facts;
    if (facts.kind !== "block" || device === undefined) return;
    const shown = device.path === facts.path ? path : `${path} (${device.path})`;
    if (!this.#chosen(clone, facts)) {
      const what = `${shown} is written by the trace, and no option names it`;
      const cure = `filename = "${path}" allows it, replay_redirect sends the units elsewhere`;
      complaints.add(clone, "read_iolog", `${what}; ${cure}`);
    }
    const reasons = this.#reasonsOf(device, facts.path);
    if (!spec.allow_mounted_write) {
      for (const reason of reasons.mounted) complaints.add(clone, option, `${shown} ${reason}`);
    }
    for (const reason of reasons.used) complaints.add(clone, option, `${shown} ${reason}`);
    if (this.#named(spec, facts)) return;
    if (this.profile.writesOverSignatures) {
      if (clone.clone === 0) this.#tell(clone, shown, reasons.carries);
      return;
    }
    for (const what of reasons.carries) {
      const loss = `${shown} ${what}, and this job would write over it`;
      complaints.add(clone, option, `${loss}; ${destroy(path)}`);
    }
  }

  /** What will be lost, said of the first clone for all of them. */
  #tell({ index }: Clone, shown: string, carries: readonly string[]): void {
    for (const what of carries) {
      const text = `${shown} ${what}, and this job writes over it`;
      this.messages.push({ severity: "warning", code: "device_carries", text, job: index });
    }
  }

  /** Whether the job names the device: a trace may be from another machine, or from anybody. */
  #chosen({ trace }: Clone, { number }: Facts): boolean {
    if (trace === undefined) return true;
    return trace.named.some((name) => this.environment.blockDeviceAt(name) === number);
  }

  /** Whether `destroy` names the device, by whatever name. */
  #named({ destroy }: JobSpec, { kind, path, number }: Facts): boolean {
    if (kind === "character") return destroy.includes(path);
    return destroy.some((name) => this.environment.blockDeviceAt(name) === number);
  }

  #reasonsOf(device: BlockDevice, path: string): Reasons {
    let reasons = this.#reasons.get(device.number);
    if (reasons === undefined) {
      reasons = this.#find(device, path);
      this.#reasons.set(device.number, reasons);
    }
    return reasons;
  }

  #find(device: BlockDevice, path: string): Reasons {
    this.#use ??= useOf(this.environment);
    const mounted: string[] = [];
    const used: string[] = [];
    for (const { part, role } of this.#family(device)) {
      const is = role === "" ? "is" : `${role} ${part.path} is`;
      const mount = this.#mountOf(part, this.#use);
      if (mount !== undefined) mounted.push(`${is} ${mount}; unmount it first`);
      if (this.#use.swaps.has(part.number)) used.push(`${is} in use as swap; swapoff it first`);
      for (const holder of part.holders) used.push(`${is} held by ${holder}; take that down first`);
    }
    return { mounted, used, carries: carriesOf(path, device.size) };
  }

  /** The device, its partitions, and the disk it is a part of: whoever uses one uses the bytes. */
  #family(device: BlockDevice): readonly { readonly part: BlockDevice; readonly role: string }[] {
    const { roots } = this.environment;
    const of = (number: string, role: string) => {
      const part = blockDevice(number, roots);
      return part === undefined ? [] : [{ part, role }];
    };
    return [
      { part: device, role: "" },
      ...device.partitions.flatMap((number) => of(number, "has a partition in use:")),
      ...(device.disk === undefined ? [] : of(device.disk, "is part of a disk in use whole:")),
    ];
  }

  /** How it is mounted, by its number or by the source a mount names; undefined when it is not. */
  #mountOf({ number }: BlockDevice, use: Use): string | undefined {
    const mount = use.mounts.find(
      ({ number: of, source }) =>
        of === number ||
        (source.startsWith("/") && this.environment.blockDeviceAt(source) === number),
    );
    if (mount !== undefined) return `mounted at ${showPath(mount.point)}`;
    return use.btrfs.has(number) ? "a device of a mounted btrfs" : undefined;
  }
}

function destroy(path: string): string {
  return `if you mean it, name it: destroy = ["${path}"] or --destroy ${path}`;
}

/** What the device carries, or that it cannot be told. */
function carriesOf(path: string, size: number): readonly string[] {
  let fd: number;
  try {
    fd = openSync(path, "r");
  } catch (error) {
    return [unreadable(error)];
  }
  try {
    return signatures(readerOf(fd), size).map((what) => `carries ${what}`);
  } catch (error) {
    return [unreadable(error)];
  } finally {
    closeSync(fd);
  }
}

function unreadable(error: unknown): string {
  const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return `cannot be read (${code}), so what it carries is not known`;
}

function readerOf(fd: number): ReadAt {
  return (offset, length) => {
    const bytes = new Uint8Array(length);
    let done = 0;
    while (done < length) {
      const count = readSync(fd, bytes, done, length - done, offset + done);
      if (count === 0) break;
      done += count;
    }
    return bytes.subarray(0, done);
  };
}
