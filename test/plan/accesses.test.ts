import { expect, test } from "bun:test";
import { OPTIONS } from "../../src/options/options.ts";
import { describeAccesses } from "../../src/plan/accesses.ts";
import { plan } from "../../src/plan/plan.ts";
import { expectGolden } from "../support/golden.ts";
import { bs, environmentOf, inputOf, type Written } from "./support.ts";

const MIB = 1 << 20;

async function drawn(...jobs: readonly Written[]): Promise<string> {
  const nothing = { ioengine: "null", filename: ["f"], size: 16 * MIB } as const;
  const made = await plan(
    jobs.map((job) => inputOf({ ...nothing, ...job })),
    environmentOf(),
  );
  expect(made.problems).toEqual([]);
  return `${(await describeAccesses(made)).join("\n")}\n`;
}

function spread(text: string): Written["random_distribution"] {
  return OPTIONS.random_distribution.parse(text, true);
}

test("every job's accesses are drawn as its generator will make them", async () => {
  const text = await drawn(
    { name: "hot", rw: "randread", random_distribution: spread("zipf:1.2:0.3"), norandommap: true },
    { name: "bell", rw: "randwrite", random_distribution: spread("normal:10"), norandommap: true },
    {
      name: "mix",
      rw: "randrw",
      numjobs: 3,
      io_size: 64 * MIB,
      random_distribution: spread("zoned:60/10:40/90,random"),
      norandommap: true,
    },
    {
      name: "scattered",
      rw: "randread",
      random_distribution: spread("pareto:0.1"),
      norandommap: true,
    },
    { name: "all", rw: "randread", filename: ["a", "b"], io_size: 8 * MIB },
    { name: "order", rw: "write", bs: bs(MIB), offset: 4 * MIB, number_ios: 3 },
  );
  expectGolden("distribution.txt", text);
});

test("a job that takes no end is drawn from its first units", async () => {
  const text = await drawn({ name: "t", rw: "randread", time_based: true, runtime: 1e9 });
  expect(text).toContain("its first 100000 units");
});

test("of many files the first are drawn", async () => {
  const filename = ["a", "b", "c", "d", "e", "f"];
  const text = await drawn({ name: "t", rw: "read", filename });
  expect(text.match(/read of/g)).toHaveLength(4);
  expect(text).toContain("… and 2 more files");
});

test("one hot block among many is told, chance is not", async () => {
  const job = { rw: "randread", norandommap: true, io_size: 100 * MIB } as const;
  expect(await drawn({ ...job, random_distribution: spread("random") })).not.toContain("hottest");
  const text = await drawn({ ...job, random_distribution: spread("zipf:3") });
  expect(text).toMatch(/the hottest block gets 8\d\.\d %/);
});
