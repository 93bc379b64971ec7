import { expect, test } from "bun:test";
import { planIn, problemsIn } from "./support.ts";

const job = { ioengine: "null", size: 4096 } as const;

test("wait_for waits for every clone of the job, and across a stonewall for none", async () => {
  const { jobs } = await planIn(() => [
    { ...job, name: "a", numjobs: 2 },
    { ...job, name: "b", wait_for: "a", numjobs: 2 },
    { ...job, name: "c", stonewall: true, wait_for: "a" },
  ]);
  expect(jobs.map(({ waitsFor }) => waitsFor)).toEqual([[], [], [0, 1], [0, 1], []]);
});

test("wait_for names an earlier job", async () => {
  const problems = await problemsIn(() => [
    { ...job, name: "a", wait_for: "b" },
    { ...job, name: "b", wait_for: "b" },
    { ...job, name: "c", wait_for: "x" },
  ]);
  expect(problems).toEqual([
    'wait_for: "b" stands behind this job, and only an earlier one can be waited for; move it up',
    'wait_for: "b" is this job itself; name one that stands before it',
    'wait_for: there is no job "x"; name one that stands before this one',
  ]);
});
