/**
 * What the job files of a directory wait for: for each *.fio that `fathom fio` does not plan yet,
 * the options and engines that are still to come or never will. A table in Markdown on standard
 * output; its end says how many files are planned. `npm run waiting DIRECTORY`.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readFioJobs } from "../src/jobfile/fio/read.ts";

export interface Waiting {
  readonly name: string;
  /** "rate: is not implemented yet", each once; empty for one that is read without a mistake. */
  readonly reasons: readonly string[];
}

/** What is said of the text of a job file. */
export async function waitingFor(name: string, text: string): Promise<Waiting> {
  const { problems, jobs } = await readFioJobs([{ kind: "file", name, text }]);
  // What one could write instead is not what the file waits for.
  const reasons = problems.map(
    ({ option, message }) => `${option ?? "file"}: ${message.replace(/; .*/, "")}`,
  );
  if (jobs.length === 0 && problems.length === 0) reasons.push("file: has no job");
  return { name, reasons: [...new Set(reasons)] };
}

/** Rows of those that wait, then how many do not. */
export function waitingTable(all: readonly Waiting[]): string {
  const waiting = all.filter(({ reasons }) => reasons.length > 0);
  const cell = (text: string): string => text.replaceAll("|", "\\|");
  const rows = waiting.map(({ name, reasons }) => `| ${name} | ${cell(reasons.join("; "))} |`);
  const read = all.length - waiting.length;
  return [
    "| job file | waits for |",
    "|---|---|",
    ...rows,
    "",
    `${read} of ${all.length} are read without a mistake.`,
    "",
  ].join("\n");
}

/** Every *.fio of the directory, by name. */
export async function waitingIn(directory: string): Promise<readonly Waiting[]> {
  const names = readdirSync(directory).filter((name) => name.endsWith(".fio"));
  return await Promise.all(
    names.sort().map((name) => waitingFor(name, readFileSync(join(directory, name), "utf8"))),
  );
}

if (import.meta.main) {
  const [directory] = process.argv.slice(2);
  if (directory === undefined) {
    process.stderr.write("npm run waiting DIRECTORY: a directory of job files, *.fio\n");
    process.exitCode = 2;
  } else {
    process.stdout.write(waitingTable(await waitingIn(directory)));
  }
}
