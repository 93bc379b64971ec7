/**
 * Where a target lies: the disk behind it and the file system it is on. Looks at each path once.
 * Roots are parameters for tests; a machine without /proc or /sys answers "unknown".
 */
import { statSync } from "node:fs";
import { workOf } from "../base/rw.ts";
import type { Target } from "../io/target.ts";
import { type BlockDevice, deviceNumber, findDevice } from "./blockdevice.ts";
import { holeShare } from "./holes.ts";
import type { MeasuredPlan } from "./jobresult.ts";
import { existingPath, type Mount, mountOf, readMounts } from "./mounts.ts";
import type { FileResult } from "./result.ts";

export interface Place {
  readonly device: BlockDevice | undefined;
  /** Undefined of a device node, whatever its node lies on. */
  readonly mount: Mount | undefined;
}

const NOWHERE: Place = { device: undefined, mount: undefined };

export class Places {
  readonly #mounts: readonly Mount[];
  readonly #places = new Map<string, Place>();
  readonly #devices = new Map<string, BlockDevice | undefined>();

  constructor(
    proc = "/proc",
    private readonly sys = "/sys",
  ) {
    this.#mounts = readMounts(proc);
  }

  /** Of a file that is still to be made: of the nearest directory that is there. */
  of({ path, kind }: Pick<Target, "path" | "kind">): Place {
    if (kind === "none") return NOWHERE;
    let place = this.#places.get(path);
    if (place === undefined) {
      place = this.#look(path);
      this.#places.set(path, place);
    }
    return place;
  }

  /** Each disk behind any of them, once, in the order met. */
  devices(targets: readonly Target[]): BlockDevice[] {
    const found = targets.flatMap((target) => this.of(target).device ?? []);
    return [...new Set(found)];
  }

  mounts(targets: readonly Target[]): Mount[] {
    const found = targets.flatMap((target) => this.of(target).mount ?? []);
    return [...new Set(found)];
  }

  /**
   * What a report says of the files of each of these jobs. Called before they start and after
   * layout: holes are looked for in regular files that a job reads, once a region.
   */
  describe(jobs: readonly Pick<MeasuredPlan, "spec" | "targets">[]): FileResult[][] {
    const shares = new Map<string, number | undefined>();
    const share = ({ path, offset, length }: Target): number | null => {
      const region = `${path}\0${offset}\0${length}`;
      if (!shares.has(region)) shares.set(region, holeShare(path, offset, length));
      return shares.get(region) ?? null;
    };
    return jobs.map(({ spec, targets }) =>
      targets.map((target) => {
        const { device, mount } = this.of(target);
        return {
          path: target.path,
          kind: target.kind,
          offset_bytes: target.offset,
          length_bytes: Number.isFinite(target.length) ? target.length : 0,
          device: device?.name ?? null,
          file_system: mount?.type ?? null,
          hole_share: target.kind === "regular" && workOf(spec).reads ? share(target) : null,
        };
      }),
    );
  }

  #look(path: string): Place {
    const existing = existingPath(path);
    const status = statSync(existing, { throwIfNoEntry: false });
    if (status === undefined) return NOWHERE;
    if (status.isBlockDevice()) return { device: this.#device(status.rdev), mount: undefined };
    if (status.isCharacterDevice()) return NOWHERE;
    return { device: this.#device(status.dev), mount: mountOf(existing, this.#mounts) };
  }

  #device(dev: number): BlockDevice | undefined {
    const { major, minor } = deviceNumber(dev);
    const found = findDevice(major, minor, this.sys);
    if (found === undefined) return undefined;
    const known = this.#devices.get(found.path);
    if (known !== undefined) return known;
    this.#devices.set(found.path, found);
    return found;
  }
}
