/** Every engine of the registry that moves data, on files and on a loop device. */
import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { READ, WRITE } from "../../src/base/direction.ts";
import type { EngineDefinition } from "../../src/engine/engine.ts";
import { ENGINE_NAMES, findEngine } from "../../src/engine/registry.ts";
import {
  BLOCK,
  contents,
  filePlaces,
  leftOut,
  loopPlace,
  type Place,
  removePlaces,
  usable,
  withRig,
} from "./rig.ts";
import { mappingsLeft, stored, testControls, testData, testErrors } from "./suite.ts";
import { Traffic } from "./traffic.ts";

const BYTES = 256 * 1024;
const loop = loopPlace(BYTES);
const places = [...filePlaces(BYTES), ...(loop === undefined ? [] : [loop])];
const definitions: EngineDefinition[] = [];
for (const name of ENGINE_NAMES) {
  const definition = (await findEngine(name))!;
  if (!definition.traits.diskless && usable(definition)) definitions.push(definition);
}

afterAll(removePlaces);

leftOut(loop !== undefined, "a loop device needs root and losetup");

function depthOf(definition: EngineDefinition): number {
  return definition.synchronous({ iodepth: 16 }) ? 1 : 16;
}

function descriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

/** Mappings that the kernel made for rings. */
function rings(): number {
  const lines = readFileSync("/proc/self/maps", "utf8").split("\n");
  return lines.filter((line) => /io_uring|\[aio\]/.test(line)).length;
}

function whole(definition: EngineDefinition, place: Place): void {
  const depth = depthOf(definition);
  const subject = { definition, place, settings: { depth } };
  testData(subject);
  testControls(subject);
  testErrors(subject);

  test("brings every row back once, with its bytes, whatever the order of calls", () => {
    for (const seed of [11, 12, 13]) {
      const model = contents(place.bytes, seed);
      withRig(definition, place, { depth, bufferBytes: 4 * BLOCK }, (rig) => {
        for (let offset = 0; offset < place.bytes; offset += 4 * BLOCK) {
          rig.buffer(0, 4 * BLOCK).set(model.subarray(offset, offset + 4 * BLOCK));
          expect(rig.run(WRITE, offset, 4 * BLOCK)).toBe(4 * BLOCK);
        }
        rig.wipe();
        const traffic = new Traffic(rig, model, seed);
        traffic.run(300);
        expect(traffic.completions).toBeGreaterThan(30);
      });
      expect(Buffer.from(stored(place)).equals(Buffer.from(model))).toBe(true);
    }
  });
}

for (const definition of definitions) {
  describe(definition.name, () => {
    for (const place of places) describe(place.name, () => whole(definition, place));

    test("leaves neither descriptors nor memory behind", () => {
      const place = places[0]!;
      // Giving an aio context back waits for the kernel's grace period: 30 ms.
      const cycles = definition.name === "libaio" ? 20 : 200;
      const cycle = (): void =>
        withRig(definition, place, { depth: depthOf(definition) }, (rig) => {
          expect(rig.run(READ, 0, BLOCK)).toBe(BLOCK);
        });
      cycle();
      expect(mappingsLeft(cycle)).toEqual([]);
      const before = [descriptors(), rings()];
      for (let i = 0; i < cycles; i++) cycle();
      expect([descriptors(), rings()]).toEqual(before);
    });
  });
}
