/**
 * Random job files, fio's and in TOML, through all that is done before anything runs, and through
 * the conversions: each is taken or refused in sentences; nothing else is ever thrown.
 */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { UserError } from "../../src/base/errors.ts";
import { Mistake } from "../../src/base/problem.ts";
import { convertFio } from "../../src/jobfile/fio/convert.ts";
import { readFioJobs } from "../../src/jobfile/fio/read.ts";
import { convertToml } from "../../src/jobfile/fio/write.ts";
import { readJobs } from "../../src/jobfile/read.ts";
import { thisMachine } from "../../src/plan/environment.ts";
import { plan } from "../../src/plan/plan.ts";
import { FIO } from "../../src/plan/profile.ts";
import { file, hostWith } from "../jobfile/fio/helpers.ts";
import { iniText } from "../jobfile/fio/random.ts";
import { BOUNDS, LONGEST_MS, runsOf } from "./bounds.ts";
import { TOML } from "./toml.ts";

/** Whether it could be done; a refusal in sentences is no error. */
async function taken(work: () => Promise<boolean>): Promise<boolean> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Mistake || error instanceof UserError) return false;
    throw error;
  }
}

async function ini(text: string): Promise<boolean> {
  const host = hostWith();
  await taken(async () => (await convertFio({ name: "a.fio", text }, host)).lost.length === 0);
  return await taken(async () => {
    const { jobs, problems } = await readFioJobs([file(text)], host);
    if (problems.length > 0 || jobs.length === 0) return false;
    return (await plan(jobs, thisMachine(), FIO)).problems.length === 0;
  });
}

async function toml(text: string): Promise<boolean> {
  const source = { name: "a.toml", text };
  await taken(async () => (await convertToml(source, hostWith())).lost.length === 0);
  return await taken(async () => {
    const { jobs, problems } = await readJobs([source], []);
    return problems.length === 0 && (await plan(jobs)).problems.length === 0;
  });
}

test.each([
  ["job files of fio", iniText(true), ini],
  ["job files in TOML", TOML, toml],
] as const)(
  "random %s are taken or refused in sentences",
  async (_, texts, read) => {
    let [count, all] = [0, 0];
    const look = async (text: string): Promise<void> => {
      all++;
      if (await read(text)) count++;
    };
    await fc.assert(fc.asyncProperty(texts, look), { ...BOUNDS, numRuns: runsOf(400) });
    // Both happen, or this tests nothing.
    expect(count).toBeGreaterThan(0);
    expect(count).toBeLessThan(all);
  },
  LONGEST_MS,
);

test("a file that breaks something is found", async () => {
  const broken = async (text: string): Promise<void> => {
    if (text.includes("true")) throw new TypeError("canary");
    await toml(text);
  };
  const found = fc.assert(fc.asyncProperty(TOML, broken), { ...BOUNDS, numRuns: 300 });
  await expect(found).rejects.toThrow("Property failed");
});
