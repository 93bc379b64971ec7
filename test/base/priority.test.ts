import { expect, test } from "bun:test";
import { jobPriority, priorityOf, priorityParts } from "../../src/base/priority.ts";

test("class, level and hint stand where the kernel has them", () => {
  // IOPRIO_PRIO_VALUE of linux/ioprio.h: class << 13, hint << 3, level.
  expect(priorityOf({ class: 1, level: 0, hint: 0 })).toBe(0x2000);
  expect(priorityOf({ class: 3, level: 7, hint: 5 })).toBe(0x6000 + 5 * 8 + 7);
  for (const parts of [
    { class: 1, level: 7, hint: 1023 },
    { class: 2, level: 0, hint: 1 },
  ]) {
    expect(priorityParts(priorityOf(parts))).toEqual(parts);
  }
});

test("a job without these options has no priority, and best effort without a class", () => {
  const none = { prio: undefined, prioclass: undefined, priohint: undefined };
  expect(jobPriority(none)).toBe(0);
  expect(priorityParts(jobPriority({ ...none, prio: 3 }))).toEqual({ class: 2, level: 3, hint: 0 });
  expect(priorityParts(jobPriority({ ...none, prioclass: 1 }))).toMatchObject({ class: 1 });
});
