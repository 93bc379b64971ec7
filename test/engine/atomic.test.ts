/**
 * atomic: the mark is on writes and on nothing else. A file system that offers no such writes
 * refuses them, so the refusal tells that the mark arrived.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { EINVAL, EOPNOTSUPP } from "../../ffi/errno.ts";
import { atomicBytes } from "../../ffi/file.ts";
import { READ, WRITE } from "../../src/base/direction.ts";
import { ioUring } from "../../src/engine/io_uring.ts";
import { libaio } from "../../src/engine/libaio.ts";
import { pvsync2 } from "../../src/engine/pvsync2.ts";
import { thisMachine } from "../../src/plan/environment.ts";
import { plan } from "../../src/plan/plan.ts";
import { BLOCK, filePlaces, removePlaces, withRig } from "../conformance/rig.ts";
import { inputOf, type Written } from "../plan/support.ts";

const place = filePlaces(64 * 1024).find(({ direct }) => direct)!;
afterAll(removePlaces);
const offered = atomicBytes(place.path) === undefined ? "" : " (skipped: they are offered here)";

describe.skipIf(offered !== "")(`atomic writes where there are none${offered}`, () => {
  test.each([
    ["pvsync2", pvsync2, {}],
    ["io_uring", ioUring, {}],
    ["io_uring, vectored", ioUring, { nonvectored: "no" }],
    ["libaio", libaio, {}],
    ["libaio, vectored", libaio, { libaio_vectored: true }],
  ] as const)("%s marks writes, and reads not", (_, engine, options) => {
    for (const atomic of [false, true]) {
      const create = (context: Parameters<typeof engine.create>[0]) =>
        engine.create({ ...context, spec: { ...context.spec, atomic } } as never);
      withRig(engine as never, place, { options, create: create as never }, (rig) => {
        expect(rig.run(READ, 0, BLOCK)).toBe(BLOCK);
        const written = rig.run(WRITE, 0, BLOCK);
        if (atomic) expect([-EINVAL, -EOPNOTSUPP]).toContain(written);
        else expect(written).toBe(BLOCK);
      });
    }
  });

  test("a plan refuses them with the file's name, and an engine that has none", async () => {
    const problems = async (more: Written): Promise<readonly string[]> => {
      const job = inputOf({ filename: [place.path], rw: "write", atomic: true, ...more });
      const made = await plan([job], thisMachine());
      return made.problems.map(({ option, message }) => `${option}: ${message}`);
    };
    expect(await problems({ ioengine: "io_uring" })).toEqual([
      expect.stringContaining(`atomic: ${place.path} has no atomic writes: its device`),
    ]);
    expect(await problems({ ioengine: "psync" })).toEqual([
      "atomic: psync has no atomic writes; use io_uring, libaio or pvsync2",
    ]);
    expect(await problems({ rw: "read", ioengine: "psync" })).toEqual([]);
  });
});
