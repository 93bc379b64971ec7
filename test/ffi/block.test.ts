import { afterAll, expect, test } from "bun:test";
import { closeSync, openSync, readFileSync } from "node:fs";
import { discard } from "../../ffi/block.ts";
import { filePlaces, leftOut, loopPlace, removePlaces } from "../conformance/rig.ts";

const BYTES = 192 * 1024;
const ENOTTY = 25;
const loop = loopPlace(BYTES);
const [file] = filePlaces(4096) as [ReturnType<typeof filePlaces>[0]];

afterAll(removePlaces);

leftOut(loop !== undefined, "a loop device needs root and losetup");

test.if(loop !== undefined)("a discarded range reads as zeros, its neighbours stay", () => {
  const before = readFileSync(loop!.path);
  const fd = openSync(loop!.path, "r+");
  expect(discard(fd, 8192, 65536)).toBe(0);
  expect(discard(fd, 100, 512)).toBe(-22);
  closeSync(fd);
  before.fill(0, 8192, 8192 + 65536);
  expect(readFileSync(loop!.path).equals(before)).toBe(true);
});

test("a file does not discard: the errno comes back", () => {
  const fd = openSync(file.path, "r+");
  expect(discard(fd, 0, 4096)).toBe(-ENOTTY);
  closeSync(fd);
});
