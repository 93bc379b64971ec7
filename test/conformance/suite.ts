/** The tests that every engine passes with every set of its options, on every place. */
import { expect, test } from "bun:test";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import { FDATASYNC, FSYNC, READ, SYNC, SYNCFS, TRIM, WRITE } from "../../src/base/direction.ts";
import type { EngineDefinition } from "../../src/engine/engine.ts";
import { recorded } from "./record.ts";
import { BLOCK, contents, type Place, type RigSettings, randomFrom, withRig } from "./rig.ts";

const EBADF = -9;
const EFAULT = -14;
const EINVAL = -22;

export interface Subject {
  readonly definition: EngineDefinition;
  readonly place: Place;
  readonly settings: RigSettings;
}

/** What lies at the place now, read past every cache of an engine under test. */
export function stored({ path, bytes }: Place): Uint8Array {
  return new Uint8Array(readFileSync(path)).subarray(0, bytes);
}

/** Mappings that `body` made through libc and did not give back, as address and bytes. */
export function mappingsLeft(body: () => void): unknown[] {
  const { mmap, munmap } = recorded(["mmap", "munmap"], body);
  expect(mmap.length).toBeGreaterThan(0);
  const left = new Map(mmap.map(({ given, answer }) => [answer, given[1]]));
  for (const { given } of munmap) left.delete(given[0]);
  // The kernel gives addresses out again, so what counts is that all were given back.
  return mmap.length === munmap.length ? [] : [...left];
}

function refill(place: Place): void {
  writeFileSync(place.path, contents(place.bytes));
}

/** Data comes and goes unharmed, and nothing beside it is touched. */
export function testData({ definition, place, settings }: Subject): void {
  const step = place.direct ? BLOCK : 1;
  const blocks = place.bytes / step;

  test("reads what is there at any offset and length, and writes nothing beside it", () => {
    refill(place);
    const wanted = contents(place.bytes);
    const random = randomFrom(1);
    withRig(definition, place, settings, (rig) => {
      for (let i = 0; i < 20; i++) {
        const offset = random(blocks) * step;
        const most = Math.min(64 * 1024, place.bytes - offset) / step;
        const length = (1 + random(most)) * step;
        rig.wipe();
        expect(rig.run(READ, offset, length)).toBe(length);
        expect(rig.buffer(0, length)).toEqual(wanted.subarray(offset, offset + length));
        expect(rig.touched(0, 0, length)).toBe(0);
      }
    });
  });

  test("writes the buffer to its place in the file and leaves the rest", () => {
    refill(place);
    const wanted = contents(place.bytes);
    const random = randomFrom(2);
    withRig(definition, place, settings, (rig) => {
      for (let i = 0; i < 12; i++) {
        const offset = random(blocks) * step;
        const length = (1 + random(Math.min(32 * 1024, place.bytes - offset) / step)) * step;
        const data = contents(length, 100 + i);
        rig.buffer(0, length).set(data);
        wanted.set(data, offset);
        expect(rig.run(WRITE, offset, length)).toBe(length);
      }
    });
    expect(stored(place)).toEqual(wanted);
  });

  test("carries a unit on where an earlier call stopped", () => {
    refill(place);
    const length = 4 * BLOCK;
    withRig(definition, place, settings, (rig) => {
      rig.prepare(0, READ, 2 * BLOCK, length);
      rig.units.moved[0] = BLOCK;
      expect(rig.finish(0)).toBe(length - BLOCK);
      const wanted = contents(place.bytes).subarray(3 * BLOCK, 6 * BLOCK);
      expect(rig.buffer(0, length).subarray(BLOCK)).toEqual(wanted);
      expect(rig.touched(0, BLOCK, length - BLOCK)).toBe(0);
      rig.buffer(0, length).fill(7);
      rig.prepare(0, WRITE, 2 * BLOCK, length);
      rig.units.moved[0] = 3 * BLOCK;
      expect(rig.finish(0)).toBe(BLOCK);
    });
    const wanted = contents(place.bytes);
    wanted.fill(7, 5 * BLOCK, 6 * BLOCK);
    expect(stored(place)).toEqual(wanted);
  });

  test("gives the short count at the end of the file, and 0 behind it", () => {
    withRig(definition, place, settings, (rig) => {
      expect(rig.run(READ, place.bytes - BLOCK, 4 * BLOCK)).toBe(BLOCK);
      // The kernel may clear what it was given and did not fill, but nothing beside it.
      expect(rig.touched(0, 0, 4 * BLOCK)).toBe(0);
      expect(rig.buffer(0, BLOCK)).toEqual(contents(place.bytes).subarray(place.bytes - BLOCK));
      expect(rig.run(READ, place.bytes, BLOCK)).toBe(0);
    });
  });
}

/** Trims and syncs. */
export function testControls({ definition, place, settings }: Subject): void {
  test("trims: the range reads as zeros, the rest and the size stay, the space is free", () => {
    refill(place);
    const offset = place.bytes / 4;
    const length = place.bytes / 2;
    withRig(definition, place, settings, (rig) => {
      rig.prepare(0, TRIM, offset - BLOCK, length + BLOCK);
      rig.units.moved[0] = BLOCK;
      expect(rig.finish(0)).toBe(0);
      // The entry or block of a trim must leave nothing behind for the read after it.
      expect(rig.run(READ, offset - BLOCK, 2 * BLOCK)).toBe(2 * BLOCK);
      expect(rig.buffer(0, 2 * BLOCK).subarray(BLOCK)).toEqual(new Uint8Array(BLOCK));
    });
    const wanted = contents(place.bytes);
    wanted.fill(0, offset, offset + length);
    expect(stored(place)).toEqual(wanted);
    if (place.kind === "regular") {
      expect(statSync(place.path).size).toBe(place.bytes);
      // The file system may spend a few blocks on writing down where the others are.
      const used = statSync(place.path).blocks * 512;
      expect(used).toBeLessThanOrEqual(place.bytes - length + 4 * BLOCK);
    }
  });

  test("syncs in the ways there are, and does not touch memory", () => {
    withRig(definition, place, settings, (rig) => {
      expect(rig.run(SYNC, 0, 0, FSYNC)).toBe(0);
      expect(rig.run(SYNC, 0, 0, FDATASYNC)).toBe(0);
      // Of the whole file system: not where others write gigabytes at the same time.
      if (place.kind === "regular" && !place.direct) expect(rig.run(SYNC, 0, 0, SYNCFS)).toBe(0);
      expect(rig.touched(0, 0, 0)).toBe(0);
      expect(rig.run(READ, 0, BLOCK)).toBe(BLOCK);
    });
  });
}

/** The kernel's refusals are results of the unit that met them. */
export function testErrors({ definition, place, settings }: Subject): void {
  test("an error is the unit's result and harms no other unit", () => {
    refill(place);
    withRig(definition, place, settings, (rig) => {
      const good = rig.units.address[0]!;
      rig.units.address[0] = BLOCK;
      expect(rig.run(READ, 0, BLOCK)).toBe(EFAULT);
      rig.units.address[0] = good;
      expect(rig.run(READ, 0, BLOCK)).toBe(BLOCK);
      if (place.direct) expect(rig.run(READ, 1, BLOCK)).toBe(EINVAL);
      expect(rig.run(READ, BLOCK, BLOCK)).toBe(BLOCK);
      expect(rig.buffer(0, BLOCK)).toEqual(contents(2 * BLOCK).subarray(BLOCK));
    });
  });

  test("a descriptor that is not open, or open for reading only, is EBADF", () => {
    const closed: RigSettings = { ...settings, files: [[-1, place.kind]] };
    withRig(definition, place, closed, (rig) => {
      for (const direction of [READ, WRITE, TRIM]) {
        expect(rig.run(direction, 0, BLOCK)).toBe(EBADF);
      }
      for (const kind of [FSYNC, FDATASYNC, SYNCFS]) expect(rig.run(SYNC, 0, 0, kind)).toBe(EBADF);
    });
    withRig(definition, place, { ...settings, readOnly: true }, (rig) => {
      expect(rig.run(WRITE, 0, BLOCK)).toBe(EBADF);
      expect(rig.run(TRIM, 0, BLOCK)).toBe(EBADF);
      expect(rig.run(READ, 0, BLOCK)).toBe(BLOCK);
    });
    expect(stored(place).subarray(0, BLOCK)).toEqual(contents(BLOCK));
  });
}
