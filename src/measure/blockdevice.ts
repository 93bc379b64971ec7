/**
 * Block devices as sysfs shows them: which disk a device number belongs to, what kind it is, and
 * its counters. The root is a parameter, so a recorded tree can stand in for /sys. A file that is
 * not there makes a fact unknown, never an error.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname } from "node:path";
import type { DeviceResult } from "./result.ts";

export interface BlockDevice {
  /** Kernel name of the whole disk: sda, nvme0n1, dm-0. */
  readonly name: string;
  /** Its directory in sysfs. */
  readonly path: string;
  /** Whole disks at the bottom of a dm or md device; empty of a plain disk. */
  readonly members: readonly BlockDevice[];
}

/** Major and minor of a `dev` or `rdev` of stat(2); gnu_dev_major in glibc's sys/sysmacros.h. */
export function deviceNumber(dev: number): { readonly major: number; readonly minor: number } {
  const low = dev % 2 ** 32;
  const high = Math.floor(dev / 2 ** 32);
  return {
    major: ((low >>> 8) & 0xfff) + (high & 0xfffff000),
    minor: (low & 0xff) + ((low >>> 12) & 0xfff00),
  };
}

/**
 * The whole disk of a device number, also for a partition of it; undefined where the kernel has
 * none: major 0 is what file systems without a device of their own (tmpfs, NFS, overlay) use.
 */
export function findDevice(major: number, minor: number, sys: string): BlockDevice | undefined {
  if (major === 0) return undefined;
  return deviceAt(`${sys}/dev/block/${major}:${minor}`);
}

function deviceAt(link: string): BlockDevice | undefined {
  let path: string;
  try {
    path = realpathSync(link);
  } catch {
    return undefined;
  }
  if (existsSync(`${path}/partition`)) path = dirname(path);
  const members = new Map<string, BlockDevice>();
  for (const slave of list(`${path}/slaves`)) {
    const device = deviceAt(`${path}/slaves/${slave}`);
    if (device === undefined) continue;
    const bottom = device.members.length > 0 ? device.members : [device];
    for (const member of bottom) members.set(member.name, member);
  }
  return { name: basename(path).replaceAll("!", "/"), path, members: [...members.values()] };
}

function list(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

function fact(device: BlockDevice, file: string): string | null {
  try {
    const text = readFileSync(`${device.path}/${file}`, "utf8").trim();
    return text === "" ? null : text;
  } catch {
    return null;
  }
}

function number(device: BlockDevice, file: string): number | null {
  const text = fact(device, file);
  return text === null || !Number.isFinite(Number(text)) ? null : Number(text);
}

/** What kind of device it is, as far as sysfs says. */
export function describeDevice(device: BlockDevice): DeviceResult {
  const schedulers = fact(device, "queue/scheduler");
  const rotational = number(device, "queue/rotational");
  const sectors = number(device, "size");
  return {
    name: device.name,
    model:
      fact(device, "device/model") ?? fact(device, "dm/name") ?? fact(device, "loop/backing_file"),
    size_bytes: sectors === null ? null : sectors * SECTOR,
    scheduler: schedulers === null ? null : (/\[(.+)\]/.exec(schedulers)?.[1] ?? schedulers),
    rotational: rotational === null ? null : rotational !== 0,
    logical_block_bytes: number(device, "queue/logical_block_size"),
    physical_block_bytes: number(device, "queue/physical_block_size"),
    write_cache: fact(device, "queue/write_cache"),
    members: device.members.map((member) => member.name),
  };
}

/** sysfs counts sectors of 512 bytes, whatever the device's are; Documentation/block/stat.rst. */
export const SECTOR = 512;

/** Columns of /sys/dev/block/…/stat. Times are in ms. */
export const STAT = {
  readIos: 0,
  readMerges: 1,
  readSectors: 2,
  readMs: 3,
  writeIos: 4,
  writeMerges: 5,
  writeSectors: 6,
  writeMs: 7,
  activeMs: 9,
  inQueueMs: 10,
  discardIos: 11,
  discardMerges: 12,
  discardSectors: 13,
  discardMs: 14,
  flushIos: 15,
  flushMs: 16,
} as const;

const STAT_COLUMNS = 17;

/**
 * The device's counters, by `STAT`; those that an older kernel lacks (discards before 4.18, flushes
 * before 5.5) are 0. Undefined when they cannot be read.
 */
export function readStat(device: BlockDevice): Float64Array | undefined {
  const text = fact(device, "stat");
  if (text === null) return undefined;
  const values = new Float64Array(STAT_COLUMNS);
  for (const [column, value] of text.split(/\s+/).slice(0, STAT_COLUMNS).entries()) {
    values[column] = Number(value);
  }
  return values;
}
