import { expect, test } from "bun:test";
import type { Runner } from "../../src/run/thread.ts";
import { startInTurn } from "../../src/run/turns.ts";

/** Threads that come up when the test says so. */
function threads(count: number) {
  const made = Array.from({ length: count }, () => Promise.withResolvers<void>());
  let started = 0;
  return {
    up: (index: number) => made[index]!.resolve(),
    started: () => started,
    start: () => ({ up: made[started++]!.promise }) as Runner,
  };
}

test("as many threads as asked for come up at a time, in order", async () => {
  const { up, started, start } = threads(5);
  const all = startInTurn([0, 1, 2, 3, 4], start, 2);
  expect(started()).toBe(2);
  up(1);
  await Bun.sleep(5);
  expect(started()).toBe(2);
  up(0);
  await Bun.sleep(5);
  expect(started()).toBe(4);
  up(2);
  expect(await all).toHaveLength(5);
});

test("one that does not come up holds the others back for a second at most", async () => {
  const { started, start } = threads(2);
  const from = performance.now();
  await startInTurn([0, 1], start, 1);
  expect(started()).toBe(2);
  expect(performance.now() - from).toBeGreaterThan(900);
});
