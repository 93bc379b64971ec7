/**
 * Holds the devices a run will change, once for the whole run: O_EXCL makes the kernel refuse
 * whoever else would claim them (mount, swapon, mdadm), and refuses us when somebody already has.
 * The jobs open them without it, so several can work on one device.
 */
import { closeSync } from "node:fs";
import { O } from "../../ffi/constants.ts";
import { EBUSY } from "../../ffi/errno.ts";
import { openFile } from "../../ffi/file.ts";

/** A block device that some job of the run writes or trims. */
export interface HeldDevice {
  /** As the job names it. */
  readonly path: string;
  /** `major:minor`. */
  readonly number: string;
  readonly size: number;
  /** False where a job may write it while it is mounted: then the claim would be refused. */
  readonly exclusive: boolean;
  /** Indices of the jobs that change it. */
  readonly jobs: readonly number[];
}

/** Descriptors that hold the devices; closing them lets go. Throws SystemError, holding none. */
export function holdDevices(devices: readonly HeldDevice[]): readonly number[] {
  const held: number[] = [];
  try {
    for (const { path, exclusive } of devices) {
      if (exclusive) held.push(openFile(path, O.RDONLY | O.EXCL, (errno) => hint(errno, path)));
    }
  } catch (error) {
    releaseDevices(held);
    throw error;
  }
  return held;
}

export function releaseDevices(held: readonly number[]): void {
  for (const fd of held) closeSync(fd);
}

function hint(errno: number, path: string): string {
  if (errno !== EBUSY) return "";
  return `something else holds it, perhaps a mount in another namespace; lsblk ${path} may tell`;
}
