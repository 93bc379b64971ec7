/**
 * Published recipes, as `fathom fio` reads and plans them: all are taken but those in the list,
 * which names what each waits for.
 */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { thisMachine } from "../../src/plan/environment.ts";
import { plan } from "../../src/plan/plan.ts";
import { FIO } from "../../src/plan/profile.ts";
import { fathom } from "../support/binary.ts";
import { accepts, acceptsFile } from "./accepts.ts";
import { type Recipe, recipes } from "./recipes.ts";

const directory = mkdtempSync(join(tmpdir(), "fathom-recipes-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
writeFileSync(join(directory, "target"), "");
truncateSync(join(directory, "target"), 2 ** 24);

const all = recipes(directory);
const NONE = all === undefined ? " (skipped: the collection is not here)" : "";

/** Recipe → words of what is said of it. */
const WAITING: Readonly<Record<string, string>> = {
  "R05.1": 'begins with a dash that is not "-" (U+2013)',
  "R06.1": "size: needed",
  "R20.1": "write_bw_log: is not implemented yet",
  "R26.1": 'engine "posixaio" is not implemented yet',
  "R26.2": 'engine "posixaio" is not implemented yet',
  "R26.3": 'engine "posixaio" is not implemented yet',
  "R27.1": 'engine "posixaio" is not implemented yet',
  "R34.1": "ss: is not implemented yet",
  "R41.1": "--write_bw_log: is not implemented yet",
  "R42.1": 'engine "libcufile" needs a GPU',
};

/** What is wrong with it; empty when it is planned. */
async function refusal({ file, words }: Recipe): Promise<string> {
  const { accepted, reason, jobs } = await (file === undefined
    ? accepts(words)
    : acceptsFile(file));
  if (!accepted) return reason;
  const { problems } = await plan(jobs, thisMachine(), FIO);
  return problems.map(({ option, message }) => `${option ?? "job"}: ${message}`).join("; ");
}

describe.skipIf(all === undefined)(`recipes${NONE}`, () => {
  test("there are 67 commands and job files in 42 entries", () => {
    expect(all!.length).toBe(67);
    expect(new Set(all!.map(({ id }) => id.split(".")[0])).size).toBe(42);
  });

  test.each(all ?? [])("$id is planned, or says what it waits for", async (recipe) => {
    const said = await refusal(recipe);
    const waits = WAITING[recipe.id];
    if (waits === undefined) expect(said).toBe("");
    else expect(said).toContain(waits);
  });

  /** One of each kind: sync with fdatasync, space form, one dash, layout only, terse, batches. */
  test.each(
    ["R01.1", "R08.1", "R16.2", "R23.1", "R22.2", "R11.2", "R29.1"].flatMap(
      (id) => all?.find((recipe) => recipe.id === id) ?? [],
    ),
  )("$id runs", async ({ words }) => {
    const short = ["--runtime=100ms", "--ramp_time=0", "--size=1m", "--direct=0"];
    const ended = await fathom(["fio", ...words, ...short], { cwd: directory });
    expect([ended.exit, ended.out.length > 0]).toEqual([0, true]);
  });
});
