/**
 * Random option lines through all that `fathom fio` does before it runs anything: words, values,
 * rules, plan. Each is taken or refused in sentences; nothing else is ever thrown.
 */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { UserError } from "../../src/base/errors.ts";
import { Mistake } from "../../src/base/problem.ts";
import { jobNames } from "../../src/cli/fionames.ts";
import { readFioArgv } from "../../src/fio/argv.ts";
import { readFioJobs } from "../../src/jobfile/fio/read.ts";
import { thisMachine } from "../../src/plan/environment.ts";
import { plan } from "../../src/plan/plan.ts";
import { FIO } from "../../src/plan/profile.ts";
import { BOUNDS, LONGEST_MS, runsOf } from "./bounds.ts";

const names = await jobNames();

const value = fc.oneof(
  fc.constantFrom(
    ...["0", "1", "4k", "1g", "50%", "read", "randrw", "null", "psync", "io_uring", "", "-1"],
    ...["1:2:3", "4k,8k", "0xff", "(4*4)", "$" + "{HOME}", "$ncpus", "99999999999999999999"],
    ...["1e9", "a b", "\0", "é", "16", "10s", "/nowhere/f", ",,,,", ":", "%", "none"],
  ),
  fc.string({ maxLength: 12 }),
);
const option = fc
  .tuple(fc.constantFrom(...names.common, ...names.others), fc.option(value))
  .map(([name, text]) => (text === null ? `--${name}` : `--${name}=${text}`));
const line = fc
  .tuple(fc.boolean(), fc.array(option, { maxLength: 5 }))
  .map(([runs, words]) => [
    "--name=t",
    ...(runs ? ["--ioengine=null", "--size=1m"] : []),
    ...words,
  ]);

/** Whether it could be run. */
async function taken(words: readonly string[]): Promise<boolean> {
  try {
    const { parts } = readFioArgv(words, names);
    const jobs = parts.filter((part) => part.kind === "job");
    const read = await readFioJobs(jobs);
    if (read.problems.length > 0) return false;
    return (await plan(read.jobs, thisMachine(), FIO)).problems.length === 0;
  } catch (error) {
    if (error instanceof Mistake || error instanceof UserError) return false;
    throw error;
  }
}

test(
  "random option lines are taken or refused in sentences",
  async () => {
    let count = 0;
    const look = async (words: readonly string[]): Promise<void> => {
      if (await taken(words)) count++;
    };
    let all = 0;
    const property = fc.asyncProperty(line, async (words) => {
      all++;
      await look(words);
    });
    await fc.assert(property, { ...BOUNDS, numRuns: runsOf(4000) });
    // Both happen, or this tests nothing.
    expect(count).toBeGreaterThan(all / 20);
    expect(count).toBeLessThan(all / 2);
  },
  LONGEST_MS,
);

test("a line that breaks something is found", async () => {
  const broken = async (words: readonly string[]): Promise<void> => {
    if (words.length > 3) throw new TypeError("canary");
    await taken(words);
  };
  const found = fc.assert(fc.asyncProperty(line, broken), { seed: 1, numRuns: 200 });
  await expect(found).rejects.toThrow("Property failed");
});
