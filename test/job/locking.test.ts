import { expect, test } from "bun:test";
import { allocateShared, PAGE, view } from "../../ffi/memory.ts";
import { FSYNC, READ, SYNC, WRITE } from "../../src/base/direction.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { Units } from "../../src/io/units.ts";
import { LOCK_BYTES } from "../../src/job/control.ts";
import { LockingEngine } from "../../src/job/locking.ts";

/** Holders of the second lock while a unit of that direction is queued, and after it was reaped. */
function holders(direction: number, shared: boolean): [number, number] {
  const units = new Units(1);
  const inner: Engine = {
    queue: () => {},
    commit: () => {},
    getevents: () => {
      units.completed[0] = 0;
      return 1;
    },
    cancel: () => {},
    close: () => {},
  };
  const address = allocateShared(PAGE);
  const words = new Int32Array(view(address + LOCK_BYTES, LOCK_BYTES));
  const engine = new LockingEngine(inner, units, [{ lock: 0 }, { lock: 1 }], address, shared);
  units.direction[0] = direction;
  units.kind[0] = FSYNC;
  units.file[0] = 1;
  engine.queue(0);
  const during = words[2]!;
  engine.getevents(1, 1, 0);
  return [during, words[2]!];
}

test("a file's lock is held from queue to reap: alone, unless reads may share it", () => {
  expect(holders(READ, false)).toEqual([-1, 0]);
  expect(holders(WRITE, false)).toEqual([-1, 0]);
  expect(holders(READ, true)).toEqual([1, 0]);
  expect(holders(WRITE, true)).toEqual([-1, 0]);
  expect(holders(SYNC, true)).toEqual([-1, 0]);
});
