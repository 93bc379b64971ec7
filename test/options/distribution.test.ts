import { describe, expect, test } from "bun:test";
import type { Option } from "../../src/base/option.ts";
import { Mistake } from "../../src/base/problem.ts";
import { translate } from "../../src/jobfile/fio/values.ts";
import { readJobs } from "../../src/jobfile/read.ts";
import { OPTIONS } from "../../src/options/options.ts";

const option = OPTIONS.random_distribution;
const zipf = { kind: "zipf", parameter: 1.2 };
const random = { kind: "random" };

function inAll(value: object): object {
  return { read: value, write: value, trim: value };
}

describe("a distribution", () => {
  test.each([
    ["random", random],
    ["zipf", { kind: "zipf", parameter: 1.1 }],
    ["zipf:1.2", zipf],
    ["zipf:1.2:0.3", { ...zipf, centre: 0.3 }],
    [
      { zipf: 1.2, centre: 0.3 },
      { ...zipf, centre: 0.3 },
    ],
    [
      { zipf: 1.2, center: 0 },
      { ...zipf, centre: 0 },
    ],
    ["pareto", { kind: "pareto", parameter: 0.2 }],
    [{ pareto: 0.3 }, { kind: "pareto", parameter: 0.3 }],
    ["normal:10", { kind: "normal", parameter: 10 }],
    ["normal", { kind: "normal", parameter: 0 }],
    [
      "zoned:60/10:40/90",
      {
        kind: "zoned",
        zones: [
          { share: 60, space: 10 },
          { share: 40, space: 90 },
        ],
      },
    ],
    [
      {
        zoned: [
          [99.5, 10],
          [0.5, 90],
        ],
      },
      {
        kind: "zoned",
        zones: [
          { share: 99.5, space: 10 },
          { share: 0.5, space: 90 },
        ],
      },
    ],
    [
      "zoned:60/10:20:",
      {
        kind: "zoned",
        zones: [
          { share: 60, space: 10 },
          { share: 20, space: 45 },
          { share: 20, space: 45 },
        ],
      },
    ],
    [
      {
        zoned_abs: [
          [60, "20g"],
          [40, 4096],
        ],
      },
      {
        kind: "zoned_abs",
        zones: [
          { share: 60, space: 20 * 2 ** 30 },
          { share: 40, space: 4096 },
        ],
      },
    ],
    ["sequence:0:8:4", { kind: "sequence", blocks: [0, 8, 4] }],
    [{ sequence: [0, 8] }, { kind: "sequence", blocks: [0, 8] }],
  ])("%j is read, and written so that it reads the same", (raw, value) => {
    const read = option.parse(raw, false);
    expect(read).toEqual(inAll(value) as typeof read);
    expect(option.parse(option.format(read), true)).toEqual(read);
  });

  test("one for each direction, by position or by name", () => {
    const both = option.parse("zipf:1.2,random", true);
    expect(both).toEqual({ read: zipf, write: random, trim: random } as typeof both);
    expect(option.format(both)).toBe("zipf:1.2,random");
    expect(option.parse({ read: { zipf: 1.2 }, trim: "random" }, false)).toEqual(both);
    const zones = option.parse("zoned:60/10:40/90,50/50:50/50,", true);
    expect([zones.write.kind, zones.trim.kind]).toEqual(["zoned", "random"]);
  });

  test.each([
    ["zipff:1", "none of random, zipf"],
    ["zipf:0", "out of range"],
    ["pareto:1", "out of range"],
    ["normal:101", "out of range"],
    ["zipf:1.2:1.5", "centre"],
    ["zipf:a", "not a number"],
    ["zoned", "needs zones"],
    ["zoned:60/10:30/90", "accesses are 90 %"],
    ["zoned:60/10:40/80", "the file are 90 %"],
    ["zoned_abs:100", "needs a size"],
    ["sequence", "needs blocks"],
    ["sequence:1.5", "no block"],
    [`sequence${":1".repeat(65)}`, "too many"],
    ["random:1", "nothing more"],
    ["random,random,random,random", "too many parts"],
    [{ zipf: 1, pareto: 0.2 }, "one name"],
    [{ zipf: "1" }, "not a number"],
    [{ zoned: [[60], [40]] }, "no zone"],
    [{ zoned: [[100, 100]], centre: 0.5 }, "no centre"],
    [{ read: "zipf", wirte: "zipf" }, "none of read, write and trim"],
    [5, "no distribution"],
    [true, "no distribution"],
  ])("%j is refused", (raw, message) => {
    const read = (): unknown => option.parse(raw as string, false);
    expect(read).toThrow(Mistake);
    expect(read).toThrow(message);
  });

  test("fio's text has fio's sizes, and no theta of 1", () => {
    const fio = (text: string): unknown => translate(option as Option<unknown>, text, 1024);
    expect(fio("zoned_abs:60/1kb:40/1m")).toBe(`zoned_abs:60/1024:40/${2 ** 20}`);
    expect(fio("zipf:1.10")).toBe("zipf:1.10");
    expect(() => fio("zipf:1.0")).toThrow("no theta of 1");
  });
});

async function problems(text: string): Promise<string[]> {
  const read = await readJobs([{ name: "j.toml", text }], []);
  return read.problems.map(({ option: name, message }) => `${name}: ${message}`);
}

test("it implies norandommap, and a job that goes in order cannot have it", async () => {
  const text = "[job.a]\nrw = 'randread'\nrandom_distribution = 'zipf'\nsize = '1m'";
  const { jobs } = await readJobs([{ name: "j.toml", text }], []);
  expect(jobs[0]!.spec.norandommap).toBe(true);
  expect(jobs[0]!.origins.get("norandommap")).toBe("because of random_distribution");
  expect(await problems("[job.a]\nrandom_distribution = 'zipf'\nsize = '1m'")).toEqual([
    "random_distribution: rw = read goes in order; write a random rw, or leave it out",
  ]);
  const stride = "[job.a]\nrw = 'randread'\nrandom_sequence_stride = true\nsize = '1m'";
  expect(await problems(stride)).toHaveLength(1);
});

test("in fio's files a job that goes in order passes over it, as fio does", async () => {
  const text = "[global]\nrandom_distribution=zipf:1.2\nsize=1m\n[a]\nrw=write\n[b]\nrw=randread";
  const { jobs, problems: none } = await readJobs([{ name: "j.fio", text }], []);
  expect(none).toEqual([]);
  expect(jobs.map(({ spec }) => spec.random_distribution.read.kind)).toEqual(["random", "zipf"]);
});
