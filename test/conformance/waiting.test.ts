/** How asynchronous engines wait: for as many as asked, and no longer than asked. */
import { afterAll, describe, expect, test } from "bun:test";
import { closeSync, openSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { O } from "../../ffi/constants.ts";
import { SETUP } from "../../ffi/io_uring_abi.ts";
import { READ } from "../../src/base/direction.ts";
import type { OptionTable } from "../../src/base/option.ts";
import type { EngineContext, EngineDefinition } from "../../src/engine/engine.ts";
import { createUring, ioUring } from "../../src/engine/io_uring.ts";
import { libaio } from "../../src/engine/libaio.ts";
import { BLOCK, filePlaces, folder, type Rig, removePlaces, usable, withRig } from "./rig.ts";

const [place] = filePlaces(64 * 1024) as [ReturnType<typeof filePlaces>[0]];
const MILLISECOND = 1e6;
const ECANCELED = -125;

afterAll(removePlaces);

/** How long a wait may overshoot on a busy machine. */
const GRACE = 500 * MILLISECOND;

interface Way {
  readonly definition: EngineDefinition;
  readonly options?: Readonly<Record<string, unknown>>;
  readonly create?: (context: EngineContext<OptionTable>) => ReturnType<typeof createUring>;
}

/** As before Linux 5.11: no task run flags, no timed enter. */
const older = {
  setup: SETUP.DEFER_TASKRUN | SETUP.COOP_TASKRUN | SETUP.TASKRUN_FLAG,
  features: 256,
};

const rings: Readonly<Record<string, Way>> = {
  io_uring: { definition: ioUring },
  "io_uring sqthread_poll": { definition: ioUring, options: { sqthread_poll: true } },
  "io_uring of an older kernel": {
    definition: ioUring,
    create: (context) => createUring(context as Parameters<typeof createUring>[0], older),
  },
};
const all: Readonly<Record<string, Way>> = {
  ...rings,
  libaio: { definition: libaio },
  "libaio userspace_reap": { definition: libaio, options: { userspace_reap: true } },
};

function elapsed(rig: Rig, body: () => void): number {
  const start = rig.now();
  body();
  return rig.now() - start;
}

for (const [name, { definition, ...settings }] of Object.entries(all)) {
  describe.if(definition.unavailable() === undefined)(name, () => {
    test("an instant that is 0 or past is not waited for", () => {
      withRig(definition, place, { ...settings, depth: 4 }, (rig) => {
        const past = rig.now() - MILLISECOND;
        const took = elapsed(rig, () => {
          expect(rig.engine.getevents(1, 4, 0)).toBe(0);
          expect(rig.engine.getevents(1, 4, past)).toBe(0);
          expect(rig.engine.getevents(0, 4, rig.now() + 1e9)).toBe(0);
        });
        expect(took).toBeLessThan(GRACE);
      });
    });

    test("a wait lasts until its instant and not much longer", () => {
      withRig(definition, place, { ...settings, depth: 4 }, (rig) => {
        for (const length of [3 * MILLISECOND, 40 * MILLISECOND]) {
          const took = elapsed(rig, () => {
            expect(rig.engine.getevents(2, 4, rig.now() + length)).toBe(0);
          });
          expect(took).toBeGreaterThanOrEqual(length);
          expect(took).toBeLessThan(length + GRACE);
        }
      });
    });

    test("gives between min and max, and the rest later", () => {
      withRig(definition, place, { ...settings, depth: 8, bufferBytes: BLOCK }, (rig) => {
        for (let unit = 0; unit < 8; unit++) {
          rig.prepare(unit, READ, unit * BLOCK, BLOCK);
          rig.engine.queue(unit);
        }
        expect(rig.engine.getevents(0, 8, 0)).toBe(0);
        rig.engine.commit();
        const seen = new Set<number>();
        let calls = 0;
        while (seen.size < 8) {
          const min = Math.min(2, 8 - seen.size);
          const found = rig.engine.getevents(min, 3, Number.POSITIVE_INFINITY);
          expect(found).toBeGreaterThanOrEqual(min);
          expect(found).toBeLessThanOrEqual(3);
          for (let i = 0; i < found; i++) seen.add(rig.units.completed[i]!);
          calls++;
        }
        expect(calls).toBeGreaterThanOrEqual(3);
        expect(rig.engine.getevents(0, 8, 0)).toBe(0);
      });
    });
  });
}

/** Pipes that hold nothing: a read of one is in flight until something is written. */
function withPipes(count: number, body: (fds: readonly number[]) => void): void {
  const parent = folder(tmpdir());
  const paths = Array.from({ length: count }, (_, i) => join(parent, `pipe${i}`));
  expect(Bun.spawnSync(["mkfifo", ...paths]).exitCode).toBe(0);
  const fds = paths.map((path) => openSync(path, O.RDWR));
  try {
    body(fds);
  } finally {
    for (const fd of fds) closeSync(fd);
  }
}

function onPipes(count: number, way: Way, body: (rig: Rig, fds: readonly number[]) => void): void {
  const { definition, ...settings } = way;
  withPipes(count, (fds) => {
    const files = fds.map((fd) => [fd, "pipe"] as const);
    withRig(definition, place, { ...settings, depth: count, bufferBytes: BLOCK, files }, (rig) => {
      for (let unit = 0; unit < count; unit++) {
        rig.prepare(unit, READ, 0, 16);
        rig.units.file[unit] = unit;
        rig.engine.queue(unit);
      }
      rig.engine.commit();
      body(rig, fds);
    });
  });
}

const ringsWork = usable(ioUring);
usable(libaio);

for (const [name, way] of Object.entries(rings)) {
  describe.if(ringsWork)(name, () => {
    test("holds its whole depth in flight and gives rows back in the order of completion", () => {
      onPipes(16, way, (rig, fds) => {
        expect(rig.engine.getevents(0, 16, 0)).toBe(0);
        expect(rig.engine.getevents(1, 16, rig.now() + MILLISECOND)).toBe(0);
        for (const unit of [7, 0, 15, 3, 8]) {
          writeSync(fds[unit]!, "hello");
          expect(rig.engine.getevents(1, 16, Number.POSITIVE_INFINITY)).toBe(1);
          expect([rig.units.completed[0], rig.units.result[unit]]).toEqual([unit, 5]);
        }
        for (const fd of fds) writeSync(fd, "x");
        // Polling without waiting finds them too, as soon as the kernel has them.
        const deadline = rig.now() + 5e9;
        let found = 0;
        while (found < 11 && rig.now() < deadline) found += rig.engine.getevents(0, 16, 0);
        expect(found).toBe(11);
      });
    });

    // A ring with deferred task work hands over what finished later only when it is asked to: a
    // read from the disk once came back after two seconds of reads from the cache.
    test("a unit that finished late comes back while others keep the ring busy", () => {
      onPipes(2, way, (rig, fds) => {
        writeSync(fds[1]!, "x");
        expect(rig.engine.getevents(1, 1, rig.now() + 5e9)).toBe(1);
        writeSync(fds[0]!, "x");
        let late = -1;
        for (let round = 0; round < 100 && late < 0; round++) {
          writeSync(fds[1]!, "x");
          rig.prepare(1, READ, 0, 16);
          rig.units.file[1] = 1;
          rig.engine.queue(1);
          rig.engine.commit();
          do {
            expect(rig.engine.getevents(1, 1, rig.now() + 5e9)).toBe(1);
            if (rig.units.completed[0] === 0) late = round;
          } while (rig.units.completed[0] !== 1);
        }
        expect(late).toBeGreaterThanOrEqual(0);
        expect(late).toBeLessThan(50);
      });
    });

    test("a wait for two with one done ends with one at its instant", () => {
      onPipes(2, way, (rig, fds) => {
        writeSync(fds[1]!, "x");
        const took = elapsed(rig, () => {
          expect(rig.engine.getevents(2, 2, rig.now() + 20 * MILLISECOND)).toBe(1);
        });
        expect(took).toBeGreaterThanOrEqual(20 * MILLISECOND);
        expect(rig.units.completed[0]).toBe(1);
        writeSync(fds[0]!, "x");
        expect(rig.engine.getevents(1, 2, Number.POSITIVE_INFINITY)).toBe(1);
      });
    });

    test("a cancelled unit comes back, as itself and once", () => {
      onPipes(3, way, (rig, fds) => {
        rig.engine.cancel(1);
        expect(rig.engine.getevents(1, 3, Number.POSITIVE_INFINITY)).toBe(1);
        expect([rig.units.completed[0], rig.units.result[1]]).toEqual([1, ECANCELED]);
        for (const fd of fds) writeSync(fd, "x");
        expect(rig.engine.getevents(2, 3, Number.POSITIVE_INFINITY)).toBe(2);
        expect(rig.engine.getevents(0, 3, 0)).toBe(0);
      });
    });

    test("more completions than the ring holds lose none", () => {
      onPipes(4, way, (rig, fds) => {
        // Each cancel completes too, and the ring has room for at most 16 completions.
        for (let i = 0; i < 40; i++) rig.engine.cancel(i % 4);
        for (const fd of fds) writeSync(fd, "x");
        const seen: number[] = [];
        while (seen.length < 4) {
          const found = rig.engine.getevents(1, 4, rig.now() + 5e9);
          expect(found).toBeGreaterThan(0);
          seen.push(...rig.units.completed.subarray(0, found));
        }
        expect(seen.sort()).toEqual([0, 1, 2, 3]);
        expect(rig.engine.getevents(0, 4, 0)).toBe(0);
      });
    });
  });
}
