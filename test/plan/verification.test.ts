/** What would make verification cry out over nothing is refused natively, and told under fio. */
import { describe, expect, test } from "bun:test";
import { join } from "node:path";
import { describePlan } from "../../src/plan/describe.ts";
import { plan } from "../../src/plan/plan.ts";
import { FIO, NATIVE } from "../../src/plan/profile.ts";
import { ENGINES, environmentOf, inDirectory, inputOf, type Written } from "./support.ts";

const MIB = 2 ** 20;

async function planned(jobs: readonly Written[], profile = NATIVE) {
  return await inDirectory(async (t) => {
    const inputs = jobs.map((job) =>
      inputOf({ filename: [join(t, "f")], rw: "write", size: MIB, verify: "xxh3", ...job }),
    );
    const made = await plan(inputs, environmentOf(ENGINES), profile);
    return {
      made,
      refused: made.problems.map(({ option, message }) => `${option}: ${message}`),
      told: made.messages.filter(({ code }) => code === "verify_unsure").map(({ text }) => text),
    };
  });
}

describe("two that write one part of a file while one of them verifies", () => {
  const CLONES = "another clone of it writes the same part";
  test.each<readonly [string, readonly Written[], string]>([
    ["clones", [{ numjobs: 2 }], CLONES],
    ["jobs", [{ name: "a" }, { name: "b", verify: "none" }], "job b writes the same part"],
    ["a reader and a writer", [{ name: "a" }, { name: "b", rw: "read" }], "job a writes"],
  ])("%s are refused, and told under fio", async (_, jobs, words) => {
    const [native, asFio] = [await planned(jobs), await planned(jobs, FIO)];
    expect(native.refused[0]).toContain(words);
    expect(asFio.refused).toEqual([]);
    expect(asFio.told[0]).toContain(words);
  });

  test.each<readonly [string, readonly Written[]]>([
    ["at offsets of their own", [{ numjobs: 2, offset_increment: { bytes: MIB } as never }]],
    ["one after the other", [{}, { stonewall: true }]],
    ["that both read", [{ rw: "read" }, { rw: "randread" }]],
    ["of which none verifies", [{ numjobs: 2, verify: "none" }]],
  ])("%s are not", async (_, jobs) => {
    const native = await planned(jobs);
    expect(native.refused.filter((text) => text.includes("the same part"))).toEqual([]);
  });
});

test("blocks that are no multiple of anything are refused by both", async () => {
  for (const profile of [NATIVE, FIO]) {
    const { refused } = await planned([{ bs_unaligned: true }], profile);
    expect(refused.join()).toContain("no room of their own for a header");
  }
});

test("what a block holds is decided by verification alone", async () => {
  const jobs = [{ buffer_compress_percentage: 50 }];
  expect((await planned(jobs)).refused.join()).toContain("verification decides what a block holds");
  expect((await planned(jobs, FIO)).told.join()).toContain("buffer_compress_percentage");
  expect((await planned([{ ...jobs[0]!, rw: "read" }])).refused).toEqual([]);
});

test("check says what the record of the writes takes", async () => {
  const { made } = await planned([{ bs: { read: 4096, write: 4096, trim: 4096 } }]);
  const values = { valueOrigin: () => "", formatValue: () => "" };
  const lines = describePlan(made, values).join("\n");
  // 257 blocks of 14 bytes: one more than the file has, for a block at its end.
  expect(lines).toMatch(/at most 3\.5[0-9]? ?KiB to know what was written last/i);
});
