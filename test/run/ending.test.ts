import { expect, test } from "bun:test";
import { endingWith } from "../../src/run/ending.ts";

type Spec = Parameters<typeof endingWith>[0]["spec"];

function job(index: number, group: number, spec: Partial<Spec> = {}) {
  return {
    index,
    group,
    spec: { exitall: false, exit_what: "group", exitall_on_error: false, ...spec } as const,
  };
}

/** Two groups; 0, 1 and 2 run, 3 is still to come. */
function jobs(spec: Partial<Spec> = {}) {
  return [job(0, 0, spec), job(1, 0), job(2, 1), job(3, 0)];
}
const runs = (index: number): boolean => index < 3;

test("the end of a job leaves the others alone unless exitall says otherwise", () => {
  expect(endingWith(job(0, 0), true, jobs(), runs)).toEqual([]);
});

test("exitall ends the group, those that run, or all, by exit_what of the job that ended", () => {
  const ending = (exit_what: Spec["exit_what"]) => {
    const all = jobs({ exitall: true, exit_what });
    return endingWith(all[0]!, false, all, runs);
  };
  expect(ending("group")).toEqual([1, 3]);
  expect(ending("stonewall")).toEqual([1, 2]);
  expect(ending("all")).toEqual([1, 2, 3]);
});

test("exitall written in one job counts for the end of every job, as in fio", () => {
  const all = jobs({ exitall: true });
  expect(endingWith(all[1]!, false, all, runs)).toEqual([0, 3]);
});

test("exitall_on_error counts for the job that has it, and only when it failed", () => {
  const all = jobs({ exitall_on_error: true });
  expect(endingWith(all[0]!, false, all, runs)).toEqual([]);
  expect(endingWith(all[0]!, true, all, runs)).toEqual([1, 3]);
  expect(endingWith(all[1]!, true, all, runs)).toEqual([]);
});
