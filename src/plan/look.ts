/**
 * Looks at paths: what is there, how large, may it be read and written, what lies around it. Only
 * stat and its relatives and sysfs, so `fathom check` touches nothing; each path is looked at once.
 */
import { accessSync, constants, realpathSync, type Stats, statfsSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { errnoText } from "../../ffi/errno.ts";
import { type DirectAlignment, directAlignment } from "../../ffi/file.ts";
import { deviceNumber, type Environment } from "./environment.ts";
import { type BlockDevice, blockDevice } from "./sysfs.ts";

export type Kind = "missing" | "regular" | "block" | "character" | "pipe" | "socket" | "directory";

/** The directory a file lies in or would lie in. */
export interface Surroundings {
  readonly path: string;
  /** Why no file can be looked for in it; undefined when one can. */
  readonly unusable: string | undefined;
  /** Why no file can be made in it. */
  readonly unwritable: string | undefined;
  /** Number of the file system, and bytes that may still be written to it; undefined if unknown. */
  readonly fileSystem: string;
  readonly free: number | undefined;
}

export interface Facts {
  /** As written. */
  readonly path: string;
  /** The same for every name of one file. */
  readonly key: string;
  readonly kind: Kind;
  /** Bytes of a regular file or block device, else 0. */
  readonly size: number;
  /** Device number of a device node. */
  readonly number: string;
  readonly device: BlockDevice | undefined;
  /** Why it cannot be read or written, `EACCES (permission denied)`; undefined when it can. */
  readonly unreadable: string | undefined;
  readonly unwritable: string | undefined;
  readonly around: Surroundings;
  /** Bytes that offsets and lengths of direct I/O must be multiples of; 0 when there is none. */
  readonly directGrain: () => number;
}

export class Looker {
  readonly #facts = new Map<string, Facts>();
  readonly #around = new Map<string, Surroundings>();
  readonly #devices = new Map<string, BlockDevice | undefined>();

  constructor(private readonly environment: Environment) {}

  at(path: string): Facts {
    let facts = this.#facts.get(path);
    if (facts === undefined) {
      facts = this.#look(path);
      this.#facts.set(path, facts);
    }
    return facts;
  }

  #look(path: string): Facts {
    const around = this.#surroundings(dirname(path));
    const stat = statOf(path);
    const kind = kindOf(stat, path, this.environment);
    const number = kind === "block" ? this.environment.blockDeviceAt(path)! : nodeNumber(stat);
    const device = kind === "block" ? this.#device(number) : undefined;
    return {
      path,
      key: keyOf(path, kind, around),
      kind,
      size: device?.size ?? (kind === "regular" ? stat!.size : 0),
      number,
      device,
      unreadable: kind === "missing" ? undefined : refusal(path, constants.R_OK),
      unwritable: kind === "missing" ? undefined : refusal(path, constants.W_OK),
      around,
      directGrain: () => this.#directGrain(path, kind, device, around),
    };
  }

  #device(number: string): BlockDevice | undefined {
    let device = this.#devices.get(number);
    if (device === undefined && !this.#devices.has(number)) {
      device = blockDevice(number, this.environment.roots);
      this.#devices.set(number, device);
    }
    return device;
  }

  #directGrain(
    path: string,
    kind: Kind,
    device: BlockDevice | undefined,
    around: Surroundings,
  ): number {
    if (kind === "block") return device?.sector ?? 512;
    if (kind !== "regular" && kind !== "missing") return 1;
    const asked: DirectAlignment | undefined =
      kind === "regular" ? directAlignment(path) : undefined;
    return asked?.offset ?? this.#device(around.fileSystem)?.sector ?? 1;
  }

  #surroundings(path: string): Surroundings {
    let around = this.#around.get(path);
    if (around === undefined) {
      around = lookAround(path);
      this.#around.set(path, around);
    }
    return around;
  }
}

function lookAround(path: string): Surroundings {
  const unknown = { path, unwritable: undefined, fileSystem: "", free: undefined };
  try {
    const stat = statSync(path);
    if (!stat.isDirectory()) return { ...unknown, unusable: "is not a directory" };
    return {
      path: realpathSync(path),
      unusable: refusal(path, constants.X_OK),
      unwritable: refusal(path, constants.W_OK | constants.X_OK),
      fileSystem: deviceNumber(stat.dev),
      free: freeBytes(path),
    };
  } catch (error) {
    const code = codeOf(error);
    const unusable = code === "ENOENT" ? "does not exist" : reasonOf(error);
    return { ...unknown, unusable };
  }
}

/** Bytes an ordinary user may still write; undefined where the file system does not say. */
function freeBytes(path: string): number | undefined {
  const { blocks, bavail, bsize } = statfsSync(path);
  return blocks === 0 ? undefined : bavail * bsize;
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}

function kindOf(stat: Stats | undefined, path: string, environment: Environment): Kind {
  if (environment.blockDeviceAt(path) !== undefined) return "block";
  if (stat === undefined) return "missing";
  if (stat.isFile()) return "regular";
  if (stat.isDirectory()) return "directory";
  if (stat.isFIFO()) return "pipe";
  return stat.isSocket() ? "socket" : "character";
}

function nodeNumber(stat: Stats | undefined): string {
  return stat?.isCharacterDevice() ? deviceNumber(stat.rdev) : "";
}

function keyOf(path: string, kind: Kind, around: Surroundings): string {
  if (kind === "missing") return join(around.path, basename(path));
  return realpathSync(path);
}

/** Why access(2) refuses, or undefined. */
function refusal(path: string, mode: number): string | undefined {
  try {
    accessSync(path, mode);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

function reasonOf(error: unknown): string {
  const errno = error instanceof Error && "errno" in error ? Number(error.errno) : 0;
  return errno === 0 ? String(error) : errnoText(Math.abs(errno));
}
