import { expect, test } from "bun:test";
import { startDelayOf } from "../../src/plan/delay.ts";
import { planIn } from "./support.ts";

const ofRange = { startdelay: { least: 0, most: 8e9 }, randseed: undefined, randrepeat: true };

// Seen of fio 3.33: when six jobs with startdelay=0-8 began, in seconds since it was called. It
// needs about 0.3 s itself and looks every 100 ms.
test("what is drawn of a range is what fio draws", () => {
  const seen = [5.86, 1.15, 4.96, 4.96, 3.35, 0.64];
  for (const [index, seconds] of seen.entries()) {
    const late = seconds - startDelayOf(ofRange, index) / 1e9;
    expect(late).toBeWithin(0.3, 0.6);
  }
});

test("a draw stays in its range, repeats, and follows randseed", () => {
  const range = { ...ofRange, startdelay: { least: 2e9, most: 3e9 } };
  const draws = Array.from({ length: 200 }, (_, index) => startDelayOf(range, index));
  for (const draw of draws) expect(draw).toBeWithin(2e9, 3e9);
  expect(new Set(draws).size).toBeGreaterThan(190);
  expect(startDelayOf(range, 7)).toBe(draws[7]!);
  expect(startDelayOf({ ...range, randseed: 5 }, 7)).not.toBe(draws[7]!);
  const free = { ...range, randrepeat: false };
  expect(startDelayOf(free, 7)).not.toBe(startDelayOf(free, 7));
});

test("a duration alone is no draw, and each clone has its own", async () => {
  const fixed = { ...ofRange, startdelay: { least: 4e9, most: 4e9 } };
  expect(startDelayOf(fixed, 3)).toBe(4e9);
  const { jobs } = await planIn(() => [
    { ioengine: "null", size: 4096, numjobs: 3, startdelay: { least: 0, most: 8e9 } },
  ]);
  expect(jobs.map(({ startDelay }) => startDelay)).toEqual(
    [0, 1, 2].map((index) => startDelayOf(ofRange, index)),
  );
});
