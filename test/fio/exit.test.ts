import { expect, test } from "bun:test";
import { fioExit } from "../../src/fio/exit.ts";

test.each([
  [0, 0],
  [1, 1],
  [127, 127],
  [128, 125],
  [255, 255],
  [256, 125],
  [300, 44],
  [384, 125],
  [512, 125],
])("%d failed jobs exit with %d", (failed, value) => {
  expect(fioExit(failed, false)).toBe(value);
});

test("an interrupted run exits with 128, whatever failed", () => {
  expect(fioExit(0, true)).toBe(128);
  expect(fioExit(3, true)).toBe(128);
});
