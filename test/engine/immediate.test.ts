/** What the synchronous engines do beyond moving bytes: seeks, flags, instants. */
import { afterAll, expect, test } from "bun:test";
import { closeSync, openSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { O, RWF, SYS } from "../../ffi/constants.ts";
import { READ, WRITE } from "../../src/base/direction.ts";
import { psync } from "../../src/engine/psync.ts";
import { pvsync2 } from "../../src/engine/pvsync2.ts";
import { sync } from "../../src/engine/sync.ts";
import { recorded } from "../conformance/record.ts";
import { BLOCK, filePlaces, folder, removePlaces, withRig } from "../conformance/rig.ts";

const [place] = filePlaces(64 * 1024) as [ReturnType<typeof filePlaces>[0]];

afterAll(removePlaces);

test("a unit is issued when it was taken: a synchronous engine has no slat", () => {
  withRig(psync, place, {}, (rig) => {
    rig.prepare(0, READ, 0, BLOCK);
    rig.units.startedAt[0] = 123;
    expect(rig.finish(0)).toBe(BLOCK);
    expect(rig.units.issuedAt[0]).toBe(123);
  });
});

test("sync seeks only when the file is elsewhere", () => {
  recorded(["lseek"], ({ lseek }) => {
    withRig(sync, place, { readOnly: true }, (rig) => {
      const seeks = (direction: number, offset: number): number => {
        lseek.length = 0;
        rig.run(direction, offset, BLOCK);
        return lseek.length;
      };
      expect(seeks(READ, BLOCK)).toBe(1);
      expect(seeks(READ, 2 * BLOCK)).toBe(0);
      expect(seeks(READ, 2 * BLOCK)).toBe(1);
      // At the end nothing moves, so the file stays where it is.
      expect(seeks(READ, place.bytes)).toBe(1);
      expect(seeks(READ, place.bytes)).toBe(0);
      // After an error nobody knows where it is.
      expect(seeks(WRITE, place.bytes)).toBe(0);
      expect(seeks(READ, place.bytes - 1)).toBe(1);
    });
  });
});

test("sync reads and writes a pipe, in which nobody can seek", () => {
  const path = join(folder(tmpdir()), "pipe");
  expect(Bun.spawnSync(["mkfifo", path]).exitCode).toBe(0);
  const fd = openSync(path, O.RDWR);
  withRig(sync, place, { files: [[fd, "pipe"]] }, (rig) => {
    rig.buffer(0, 5).set(Buffer.from("hello"));
    expect(rig.run(WRITE, 3 * BLOCK, 5)).toBe(5);
    writeSync(fd, " there");
    rig.wipe();
    expect(rig.run(READ, 0, BLOCK)).toBe(11);
    expect(Buffer.from(rig.buffer(0, 11)).toString()).toBe("hello there");
  });
  closeSync(fd);
});

/** Flags of the transfers that pvsync2 makes with these options. */
function flagsOf(options: Readonly<Record<string, unknown>>, count = 1): number[] {
  const { syscall } = recorded(["syscall"], () => {
    withRig(pvsync2, place, { options }, (rig) => {
      for (let i = 0; i < count; i++) rig.run(READ, 0, BLOCK);
    });
  });
  const made = syscall.filter(({ given }) => given[0] === SYS.preadv2);
  expect(made.length).toBe(count);
  return made.map(({ given }) => Number(given[6]));
}

test("pvsync2 hands its options to the kernel as flags of the transfer", () => {
  expect(flagsOf({})).toEqual([0]);
  expect(flagsOf({ hipri: true })).toEqual([RWF.HIPRI]);
  expect(flagsOf({ nowait: true, uncached: true })).toEqual([RWF.NOWAIT | RWF.DONTCACHE]);
});

test("hipri_percentage is the share of polled units, and keeps the other flags", () => {
  const flags = flagsOf({ hipri: true, hipri_percentage: 30, nowait: true }, 4000);
  expect(new Set(flags)).toEqual(new Set([RWF.NOWAIT, RWF.NOWAIT | RWF.HIPRI]));
  const polled = flags.filter((word) => (word & RWF.HIPRI) !== 0).length / flags.length;
  // Four standard deviations of 4000 draws are 2.9 %.
  expect(Math.abs(polled - 0.3)).toBeLessThan(0.03);
  expect(flagsOf({ hipri: true, hipri_percentage: 0 }, 200)).toEqual(Array(200).fill(0));
});
