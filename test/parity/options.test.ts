/**
 * What the installed fio takes and refuses with --parse-only, fathom takes and refuses too, save
 * where the table of differences says otherwise. Debian's fio is 3.33.
 */
import { expect, test } from "bun:test";
import { accepts } from "./accepts.ts";
import { DIFFERENCES } from "./differences.ts";
import { LINES } from "./lines.ts";

const FIO = Bun.which("fio");

const words = (line: readonly string[], job = "t"): readonly string[] => [`--name=${job}`, ...line];

async function fioTakes(lines: readonly (readonly string[])[]): Promise<boolean> {
  const jobs = lines.flatMap((line, index) => words(line, `t${index}`));
  const child = Bun.spawn([FIO!, "--parse-only", ...jobs], { stdin: "ignore", stderr: "ignore" });
  return (await child.exited) === 0;
}

/** A start of fio takes 0.2 s: lines are asked about together as long as all are taken. */
async function refusedByFio(lines: readonly (readonly string[])[]): Promise<readonly string[]> {
  if (lines.length === 0 || (await fioTakes(lines))) return [];
  if (lines.length === 1) return [lines[0]!.join(" ")];
  const half = lines.length >> 1;
  const halves = [lines.slice(0, half), lines.slice(half)];
  return (await Promise.all(halves.map(refusedByFio))).flat();
}

test("the lines are many", () => {
  expect(LINES.length).toBeGreaterThanOrEqual(150);
});

test.skipIf(FIO === null)(
  `fio and fathom take and refuse the same lines${FIO === null ? " (skipped: no fio here)" : ""}`,
  async () => {
    const ours = await Promise.all(LINES.map(async (line) => await accepts(words(line))));
    const taken = LINES.filter((_, index) => ours[index]!.accepted);
    const refused = LINES.filter((_, index) => !ours[index]!.accepted);
    const found: string[] = [];
    for (const line of await refusedByFio(taken)) found.push(`${line}: fio refuses it`);
    // Each alone, several at a time: a start of fio mostly waits for its clocks.
    const asked = refused.values();
    const ask = async (): Promise<void> => {
      for (const line of asked) {
        if (await fioTakes([line])) found.push(`${line.join(" ")}: fio takes it`);
      }
    };
    await Promise.all(Array.from({ length: 4 }, ask));
    expect(found.sort()).toEqual(DIFFERENCES.map(([line, fio]) => `${line}: fio ${fio} it`).sort());
  },
  60_000,
);
