import { describe, expect, test } from "bun:test";
import { cloneJobs } from "../../src/plan/clones.ts";
import { specOf, type Written } from "./support.ts";

function positions(...jobs: readonly Written[]): readonly string[] {
  return cloneJobs(jobs.map((job, i) => specOf({ name: "abcdef"[i]!, ...job }))).map(
    ({ spec, index, clone, stage, group }) => `${index} ${spec.name}${clone} s${stage} g${group}`,
  );
}

describe("cloneJobs", () => {
  test("counts all clones of all jobs, in the order of the jobs", () => {
    expect(positions({ numjobs: 2 }, {}, { numjobs: 2 })).toEqual([
      "0 a0 s0 g0",
      "1 a1 s0 g0",
      "2 b0 s0 g0",
      "3 c0 s0 g0",
      "4 c1 s0 g0",
    ]);
  });

  test("a stonewall starts a stage and a group for itself and all that follow", () => {
    expect(positions({}, { stonewall: true, numjobs: 2 }, {}, { stonewall: true })).toEqual([
      "0 a0 s0 g0",
      "1 b0 s1 g1",
      "2 b1 s1 g1",
      "3 c0 s1 g1",
      "4 d0 s2 g2",
    ]);
  });

  test("new_group starts a group but no stage", () => {
    expect(positions({}, { new_group: true }, {})).toEqual([
      "0 a0 s0 g0",
      "1 b0 s0 g1",
      "2 c0 s0 g1",
    ]);
  });

  test("the first job parts nothing: there is nothing before it", () => {
    expect(positions({ stonewall: true, new_group: true }, {})).toEqual([
      "0 a0 s0 g0",
      "1 b0 s0 g0",
    ]);
  });

  test("clones lose stonewall and new_group, the first keeps them", () => {
    const flags = cloneJobs([specOf({ stonewall: true, new_group: true, numjobs: 2 })]).map(
      ({ spec }) => [spec.stonewall, spec.new_group],
    );
    expect(flags).toEqual([
      [true, true],
      [false, false],
    ]);
  });
});
