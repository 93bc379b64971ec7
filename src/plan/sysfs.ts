/**
 * Block devices as sysfs describes them: size, sector, partitions, who holds them. Reads only, from
 * a root that a test can replace; a file that is not there answers with what is safe to assume.
 */
import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Roots } from "./environment.ts";

/** sysfs counts in units of 512 bytes whatever the device's own sectors are. */
const SYSFS_SECTOR = 512;

export interface BlockDevice {
  /** `major:minor`. */
  readonly number: string;
  /** Kernel name, `sdb1`. */
  readonly name: string;
  /** As a user would write it: `/dev/sdb1`, `/dev/mapper/vg-data`. */
  readonly path: string;
  readonly size: number;
  /** Logical sector in bytes: the grain of direct I/O and trim. */
  readonly sector: number;
  readonly readOnly: boolean;
  readonly trims: boolean;
  /** Numbers of its partitions; empty of a partition. */
  readonly partitions: readonly string[];
  /** Number of the disk it is a part of. */
  readonly disk: string | undefined;
  /** What is built on it: dm, md, bcache. */
  readonly holders: readonly string[];
}

/** The device of that number, or undefined when sysfs has none such. */
export function blockDevice(number: string, { sys }: Pick<Roots, "sys">): BlockDevice | undefined {
  let directory: string;
  try {
    directory = realpathSync(join(sys, "dev/block", number));
  } catch {
    return undefined;
  }
  const isPartition = text(join(directory, "partition")) !== undefined;
  const whole = isPartition ? dirname(directory) : directory;
  const name = basename(directory);
  return {
    number,
    name,
    path: nodeOf(directory, name),
    size: (amount(join(directory, "size")) ?? 0) * SYSFS_SECTOR,
    sector: amount(join(whole, "queue/logical_block_size")) ?? SYSFS_SECTOR,
    readOnly: text(join(directory, "ro")) === "1",
    trims: amount(join(whole, "queue/discard_max_bytes")) !== 0,
    partitions: isPartition ? [] : partitionsOf(directory),
    disk: isPartition ? text(join(whole, "dev")) : undefined,
    holders: list(join(directory, "holders")).map((holder) => holderName(directory, holder)),
  };
}

function nodeOf(directory: string, name: string): string {
  const mapped = text(join(directory, "dm/name"));
  return mapped === undefined ? `/dev/${name.replaceAll("!", "/")}` : `/dev/mapper/${mapped}`;
}

function partitionsOf(directory: string): readonly string[] {
  return list(directory).flatMap((entry) => {
    if (text(join(directory, entry, "partition")) === undefined) return [];
    return text(join(directory, entry, "dev")) ?? [];
  });
}

/** `dm-0 (vg-data)`, `md127`. */
function holderName(directory: string, holder: string): string {
  const mapped = text(join(directory, "holders", holder, "dm/name"));
  return mapped === undefined ? holder : `${holder} (${mapped})`;
}

/** Block devices of each mounted btrfs, which a mount table does not list beyond the first. */
export function btrfsMembers({ sys }: Pick<Roots, "sys">): readonly string[] {
  const root = join(sys, "fs/btrfs");
  return list(root).flatMap((id) =>
    list(join(root, id, "devices")).flatMap(
      (name) => text(join(root, id, "devices", name, "dev")) ?? [],
    ),
  );
}

function list(directory: string): readonly string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

/** Trimmed text of a file, or undefined. */
export function text(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}

function amount(path: string): number | undefined {
  const content = text(path);
  return content === undefined || content === "" ? undefined : Number(content);
}
