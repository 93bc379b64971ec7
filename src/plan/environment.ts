/**
 * The machine as the plan sees it: roots of the pseudo file systems, which engines there are, and
 * which device a node stands for. All of it is replaceable, so that a recorded tree can stand in
 * for a machine with disks a test must not touch.
 */
import { statSync } from "node:fs";
import type { EngineDefinition } from "../engine/engine.ts";
import { ENGINE_NAMES, findEngine } from "../engine/registry.ts";

export interface Roots {
  readonly sys: string;
  readonly proc: string;
  readonly dev: string;
}

export interface Environment {
  readonly roots: Roots;
  readonly engineNames: readonly string[];
  readonly findEngine: (name: string) => Promise<EngineDefinition | undefined>;
  /** Number of the block device a path leads to, `8:16`; undefined when it leads to none. */
  readonly blockDeviceAt: (path: string) => string | undefined;
}

export function thisMachine(): Environment {
  return {
    roots: { sys: "/sys", proc: "/proc", dev: "/dev" },
    engineNames: ENGINE_NAMES,
    findEngine,
    blockDeviceAt: (path) => {
      try {
        const stat = statSync(path, { throwIfNoEntry: false });
        return stat?.isBlockDevice() ? deviceNumber(stat.rdev) : undefined;
      } catch {
        return undefined;
      }
    },
  };
}

/** `major:minor` of a dev_t as stat(2) gives it; the kernel's new_encode_dev, linux/kdev_t.h. */
export function deviceNumber(device: number): string {
  const major = (device >>> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >>> 12) & 0xfff00);
  return `${major}:${minor}`;
}
