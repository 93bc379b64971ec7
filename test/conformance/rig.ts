/**
 * What an engine is tried on: real files with known contents, rows with buffers that nothing else
 * may touch, and short words for "do this one unit". One rig is one open job without a loop.
 */
import { expect, test } from "bun:test";
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { monotonicClock, monotonicSecond } from "../../ffi/clock.ts";
import { O } from "../../ffi/constants.ts";
import { allocate, free, view } from "../../ffi/memory.ts";
import type { OptionTable } from "../../src/base/option.ts";
import type { Engine, EngineContext, EngineDefinition } from "../../src/engine/engine.ts";
import type { Target, TargetKind } from "../../src/io/target.ts";
import { Units } from "../../src/io/units.ts";
import type { JobSpec } from "../../src/options/options.ts";

export const BLOCK = 4096;
/** What a byte of buffer memory holds until something is read into it. */
export const CANARY = 0xa5;

/** Byte of the test's contents at an offset: tells every block and every place in it apart. */
export function byteAt(offset: number, salt = 0): number {
  return (Math.floor(offset / BLOCK) * 37 + (offset % BLOCK) * 11 + salt) & 0xff;
}

export function contents(bytes: number, salt = 0): Uint8Array {
  return Uint8Array.from({ length: bytes }, (_, at) => byteAt(at, salt));
}

/** Says in the test report what could not be tried here; `able` machines show nothing. */
export function leftOut(able: boolean, reason: string): void {
  if (!able) test.skip(`left out: ${reason}`, () => expect(reason).toBe(""));
}

/** Whether the machine has the engine; its own sentence is reported when not. */
export function usable({ name, unavailable }: EngineDefinition): boolean {
  const reason = unavailable();
  leftOut(reason === undefined, `${name}: ${reason}`);
  return reason === undefined;
}

/** Where an engine works: a file or device, made when it is first asked for. */
export interface Place {
  readonly name: string;
  readonly path: string;
  readonly kind: TargetKind;
  readonly direct: boolean;
  readonly bytes: number;
}

const undo: (() => void)[] = [];

/** A directory of the test's own, until `removePlaces`. */
export function folder(parent: string): string {
  const path = mkdtempSync(join(parent, "fathom-engine-"));
  undo.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

/** Takes away, last first, what places and folders have made. */
export function removePlaces(): void {
  for (const step of undo.splice(0).reverse()) step();
}

function place(rest: Omit<Place, "path">, make: () => string): Place {
  let path: string | undefined;
  return {
    ...rest,
    get path() {
      path ??= make();
      return path;
    },
  };
}

function fileIn(parent: string, bytes: number): string {
  const path = join(folder(parent), "file");
  writeFileSync(path, contents(bytes));
  return path;
}

/** A file in memory through the page cache, and one on a disk past it. */
export function filePlaces(bytes: number): Place[] {
  const memory = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
  return [
    place({ name: "a file in memory", kind: "regular", direct: false, bytes }, () =>
      fileIn(memory, bytes),
    ),
    place({ name: "a file with direct I/O", kind: "regular", direct: true, bytes }, () =>
      fileIn(tmpdir(), bytes),
    ),
  ];
}

/** A loop device over a file of the test's own; undefined where there can be none. */
export function loopPlace(bytes: number): Place | undefined {
  const able = process.getuid?.() === 0 && Bun.which("losetup") !== null;
  if (!able || Bun.spawnSync(["losetup", "-f"], { stderr: "ignore" }).exitCode !== 0) {
    return undefined;
  }
  return place(
    { name: "a loop device with direct I/O", kind: "block", direct: true, bytes },
    () => {
      const made = Bun.spawnSync(["losetup", "-f", "--show", fileIn(tmpdir(), bytes)]);
      const path = made.stdout.toString().trim();
      if (made.exitCode !== 0) throw new Error(`losetup: ${made.stderr.toString()}`);
      undo.push(() => Bun.spawnSync(["losetup", "-d", path]));
      return path;
    },
  );
}

/** One clock for all rigs: it keeps a page. */
const now = monotonicClock(monotonicSecond());

export interface RigSettings {
  readonly depth?: number;
  readonly options?: Readonly<Record<string, unknown>>;
  /** Bytes of a row's buffer. */
  readonly bufferBytes?: number;
  /** Descriptors and kinds instead of those of the place. */
  readonly files?: readonly (readonly [fd: number, kind: TargetKind])[];
  /** Opened for reading only. */
  readonly readOnly?: boolean;
  readonly create?: (context: EngineContext<OptionTable>) => Engine;
}

export class Rig {
  readonly units: Units;
  readonly engine: Engine;
  readonly now = now;
  readonly #base: number;
  readonly #bytes: number;
  readonly #opened: number[] = [];

  constructor(definition: EngineDefinition, place: Place, settings: RigSettings = {}) {
    const { depth = 1, bufferBytes = 64 * 1024 } = settings;
    // A page in front and one behind, so that bytes beside the buffers can be seen.
    this.#bytes = depth * bufferBytes + 2 * BLOCK;
    this.#base = allocate(this.#bytes);
    this.units = new Units(depth);
    const bufferBase = this.#base + BLOCK;
    for (let row = 0; row < depth; row++) this.units.address[row] = bufferBase + row * bufferBytes;
    const files = settings.files ?? [[this.#open(place, settings.readOnly === true), place.kind]];
    const context: EngineContext<OptionTable> = {
      units: this.units,
      files: Int32Array.from(files, ([fd]) => fd),
      targets: files.map(([, kind]) => target(place, kind)),
      now: this.now,
      spec: { iodepth: depth, direct: place.direct } as JobSpec,
      options: { ...defaults(definition), ...settings.options },
      bufferBase,
      bufferBytes,
    };
    this.engine = (settings.create ?? definition.create)(context);
    this.wipe();
  }

  #open(place: Place, readOnly: boolean): number {
    const access = readOnly ? O.RDONLY : O.RDWR;
    const fd = openSync(place.path, access | (place.direct ? O.DIRECT : 0));
    this.#opened.push(fd);
    return fd;
  }

  /** Every byte of buffer memory becomes CANARY. */
  wipe(): void {
    new Uint8Array(view(this.#base, this.#bytes)).fill(CANARY);
  }

  /** The row's buffer. */
  buffer(unit: number, length: number): Uint8Array {
    return new Uint8Array(view(this.units.address[unit]!, length));
  }

  /** Bytes of all buffer memory outside [from, from + length) of the row that are not CANARY. */
  touched(unit: number, from: number, length: number): number {
    const all = new Uint8Array(view(this.#base, this.#bytes));
    const start = this.units.address[unit]! - this.#base + from;
    let count = 0;
    for (let at = 0; at < all.length; at++) {
      if (all[at] !== CANARY && (at < start || at >= start + length)) count++;
    }
    return count;
  }

  /** Fills a row in; nothing of it was moved yet. */
  prepare(unit: number, direction: number, offset: number, length: number, kind = 0): void {
    const { units } = this;
    units.direction[unit] = direction;
    units.kind[unit] = kind;
    units.file[unit] = 0;
    units.offset[unit] = offset;
    units.length[unit] = length;
    units.moved[unit] = 0;
    units.result[unit] = -999;
    units.issuedAt[unit] = 0;
    units.startedAt[unit] = this.now();
  }

  /** Queues and hands over a row that was prepared, waits for it alone, and gives its result. */
  finish(unit: number): number {
    this.engine.queue(unit);
    this.engine.commit();
    const found = this.engine.getevents(1, 1, Number.POSITIVE_INFINITY);
    if (found !== 1 || this.units.completed[0] !== unit) {
      throw new Error(`${found} units came back instead of row ${unit}`);
    }
    return this.units.result[unit]!;
  }

  /** One unit in row 0, from beginning to end. */
  run(direction: number, offset: number, length: number, kind = 0): number {
    this.prepare(0, direction, offset, length, kind);
    return this.finish(0);
  }

  close(): void {
    this.engine.close();
    free(this.#base, this.#bytes);
    for (const fd of this.#opened) closeSync(fd);
  }
}

/** Runs `body` on a rig and closes it whatever happens. */
export function withRig(
  definition: EngineDefinition,
  place: Place,
  settings: RigSettings,
  body: (rig: Rig) => void,
): void {
  const rig = new Rig(definition, place, settings);
  try {
    body(rig);
  } finally {
    rig.close();
  }
}

function defaults(definition: EngineDefinition): Record<string, unknown> {
  const entries = Object.entries(definition.options);
  return Object.fromEntries(entries.map(([name, { fallback }]) => [name, fallback]));
}

function target({ path, bytes }: Place, kind: TargetKind): Target {
  return { path, kind, exists: true, size: bytes, offset: 0, length: bytes, layout: 0 };
}

/** xorshift32: the same numbers in every run. */
export function randomFrom(seed: number): (below: number) => number {
  let state = seed | 0;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}
