/** The same suite, in short, with every set of options that changes how an engine works. */
import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { SETUP } from "../../ffi/io_uring_abi.ts";
import { WRITE } from "../../src/base/direction.ts";
import { SystemError } from "../../src/base/errors.ts";
import type { OptionTable } from "../../src/base/option.ts";
import type { EngineContext, EngineDefinition } from "../../src/engine/engine.ts";
import { createUring, ioUring } from "../../src/engine/io_uring.ts";
import { libaio } from "../../src/engine/libaio.ts";
import { pvsync2 } from "../../src/engine/pvsync2.ts";
import {
  BLOCK,
  contents,
  filePlaces,
  Rig,
  type RigSettings,
  removePlaces,
  usable,
  withRig,
} from "./rig.ts";
import { mappingsLeft, stored, testErrors } from "./suite.ts";
import { Traffic } from "./traffic.ts";

const places = filePlaces(128 * 1024);

afterAll(removePlaces);

type Options = Readonly<Record<string, unknown>>;

/** Every combination of one value for each name. */
function combinations(choices: Readonly<Record<string, readonly unknown[]>>): Options[] {
  let all: Options[] = [{}];
  for (const [name, values] of Object.entries(choices)) {
    all = all.flatMap((rest) => values.map((value) => ({ ...rest, [name]: value })));
  }
  return all;
}

function nameOf(options: Options): string {
  const set = Object.entries(options).filter(([, value]) => value !== false && value !== 0);
  return set.map(([name, value]) => `${name}=${value}`).join(" ") || "none";
}

function short(definition: EngineDefinition, settings: RigSettings): void {
  for (const place of places) {
    describe(place.name, () => {
      testErrors({ definition, place, settings });
      test("random traffic", () => {
        const model = contents(place.bytes, 5);
        withRig(definition, place, { ...settings, bufferBytes: 4 * BLOCK }, (rig) => {
          for (let offset = 0; offset < place.bytes; offset += 4 * BLOCK) {
            rig.buffer(0, 4 * BLOCK).set(model.subarray(offset, offset + 4 * BLOCK));
            expect(rig.run(WRITE, offset, 4 * BLOCK)).toBe(4 * BLOCK);
          }
          const traffic = new Traffic(rig, model, 21);
          traffic.run(150);
          expect(traffic.completions).toBeGreaterThan(20);
        });
        expect(Buffer.from(stored(place)).equals(Buffer.from(model))).toBe(true);
      });
    });
  }
}

describe.if(usable(ioUring))("io_uring", () => {
  const all = combinations({
    fixedbufs: [false, true],
    registerfiles: [false, true],
    sqthread_poll: [false, true],
    nonvectored: ["auto", "no"],
    force_async: [0, 2],
  }).filter(({ fixedbufs, nonvectored }) => fixedbufs === false || nonvectored === "auto");
  for (const options of all) {
    describe(nameOf(options), () => short(ioUring, { depth: 12, options }));
  }

  const flags = SETUP.DEFER_TASKRUN;
  const single = flags | SETUP.SINGLE_ISSUER;
  const cooperative = single | SETUP.COOP_TASKRUN | SETUP.TASKRUN_FLAG;
  const kernels = {
    "Linux 6.0": { setup: flags },
    "Linux 5.19": { setup: single },
    "Linux 5.11": { setup: cooperative },
    "Linux 5.4": { setup: cooperative | SETUP.CQSIZE, features: 1 << 8 },
  };
  for (const [name, lacking] of Object.entries(kernels)) {
    const create = (context: EngineContext<OptionTable>) =>
      createUring(context as Parameters<typeof createUring>[0], lacking);
    describe(`without what came after ${name}`, () => short(ioUring, { depth: 12, create }));
  }
});

describe.if(usable(libaio))("libaio", () => {
  const all = combinations({ userspace_reap: [false, true], libaio_vectored: [false, true] });
  for (const options of all) {
    describe(nameOf(options), () => short(libaio, { depth: 12, options }));
  }
});

describe("engines with vectors and registered memory", () => {
  const ways = [
    [ioUring, { nonvectored: "no", force_async: 3 }],
    [ioUring, { fixedbufs: true, registerfiles: true }],
    [libaio, { libaio_vectored: true }],
    [pvsync2, { hipri: true, hipri_percentage: 50 }],
  ] as const;
  for (const [definition, options] of ways) {
    test.if(usable(definition))(`${definition.name} ${nameOf(options)} leaves no memory`, () => {
      const cycle = (): void =>
        withRig(definition, places[0]!, { options }, (rig) => {
          expect(rig.run(WRITE, 0, BLOCK)).toBe(BLOCK);
        });
      cycle();
      expect(mappingsLeft(cycle)).toEqual([]);
    });
  }
});

/** What creating an engine with these options and this many rows throws. */
function creating(options: Options, depth = 1): string {
  const before = readdirSync("/proc/self/fd").length;
  try {
    new Rig(ioUring, places[0]!, { options, depth, bufferBytes: BLOCK }).close();
    return "nothing";
  } catch (error) {
    // The file that the rig opened is left, the ring is not.
    expect(readdirSync("/proc/self/fd").length).toBe(before + 1);
    return error instanceof SystemError ? error.message : "no SystemError";
  }
}

test.if(usable(ioUring))("what the kernel refuses of an option is said with its name", () => {
  const cpu = creating({ sqthread_poll: true, sqthread_poll_cpu: 60_000 });
  expect(cpu).toMatch(/^io_uring_setup: EINVAL .*sqthread_poll_cpu = 60000: is there such a CPU/);
  // io_uring/rsrc.c registers at most 2^14 buffers.
  const buffers = creating({ fixedbufs: true }, 20_000);
  expect(buffers).toMatch(/^io_uring_register buffers: E.*fixedbufs cannot have 20000 buffers/);
});

describe.if(usable(pvsync2))("pvsync2", () => {
  for (const options of [{ hipri: true }, { hipri: true, hipri_percentage: 50 }]) {
    describe(nameOf(options), () => short(pvsync2, { options }));
  }
});
