/**
 * What the installed fio takes and refuses of whole job files with --parse-only, fathom takes and
 * refuses too, save for what the table of differences names. Random files of a fixed seed: 60, or
 * as many as FATHOM_PARITY_FILES says (`npm run parity`).
 */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { acceptsFile } from "./accepts.ts";
import { FILE_DIFFERENCES } from "./differences.ts";
import { FILES } from "./files.ts";

const FIO = Bun.which("fio");
const count = Number(process.env["FATHOM_PARITY_FILES"] ?? 60);
const seed = Number(process.env["FATHOM_PARITY_SEED"] ?? 1);

const directory = mkdtempSync(join(tmpdir(), "fathom-parity-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const pathOf = (index: number): string => join(directory, `${index}.fio`);

async function fioTakes(indices: readonly number[]): Promise<boolean> {
  const command = [FIO!, "--parse-only", ...indices.map(pathOf)];
  const child = Bun.spawn(command, { stdin: "ignore", stdout: "ignore", stderr: "ignore" });
  return (await child.exited) === 0;
}

/** As many of these at a time as it starts fio in one go. */
const TOGETHER = 16;

/** A start of fio takes 0.2 s: files are asked about together as long as all are taken. */
async function refusedByFio(indices: readonly number[]): Promise<readonly number[]> {
  if (indices.length === 0) return [];
  if (indices.length <= TOGETHER && (await fioTakes(indices))) return [];
  if (indices.length === 1) return indices;
  const half = indices.length >> 1;
  const first = await refusedByFio(indices.slice(0, half));
  return [...first, ...(await refusedByFio(indices.slice(half)))];
}

/** What only one of the programs takes, with the sentence of ours; the table's left out. */
async function differences(texts: readonly string[], table = FILE_DIFFERENCES): Promise<string[]> {
  for (const [index, text] of texts.entries()) writeFileSync(pathOf(index), text);
  const ours = await Promise.all(texts.map(async (text) => await acceptsFile(text)));
  const all = [...texts.keys()];
  const found: string[] = [];
  const tell = (index: number, fio: "takes" | "refuses"): void => {
    const text = texts[index]!;
    const known = table.some(([what, theirs]) => theirs === fio && what.test(text));
    if (!known) found.push(`fio ${fio} ${JSON.stringify(text)}; here: ${ours[index]!.reason}`);
  };
  for (const index of await refusedByFio(all.filter((one) => ours[one]!.accepted))) {
    tell(index, "refuses");
  }
  for (const index of all.filter((one) => !ours[one]!.accepted)) {
    if (await fioTakes([index])) tell(index, "takes");
  }
  return found;
}

const NONE = FIO === null ? " (skipped: no fio here)" : "";

test.skipIf(FIO === null)(
  `fio and fathom take and refuse the same ${count} job files${NONE}`,
  async () => {
    const texts = fc.sample(FILES, { seed, numRuns: count });
    const taken = await Promise.all(texts.map(async (text) => (await acceptsFile(text)).accepted));
    // Both happen, or this tests little.
    expect(taken.filter((one) => one).length).toBeWithin(count / 5, count);
    expect(await differences(texts)).toEqual([]);
  },
  600_000,
);

test.skipIf(FIO === null)(`a file that only one of them takes is found${NONE}`, async () => {
  const blank = ["[a]\nrw = read\n", "[a]\nrw=read\n"];
  expect(await differences(blank, [])).toEqual([expect.stringContaining("fio refuses")]);
  expect(await differences(blank)).toEqual([]);
});
