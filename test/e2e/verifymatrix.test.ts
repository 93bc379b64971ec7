/**
 * Whatever a job writes and wherever, verification finds it right: some hundred drawn jobs on the
 * compiled binary, in memory. A quick part of them here, all of them with `npm run verify:matrix`.
 */
import { afterAll, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readJobs } from "../../src/jobfile/read.ts";
import { plan } from "../../src/plan/plan.ts";
import { BINARY } from "../support/binary.ts";
import { asToml, type Options, verifiedJob } from "../support/verifymatrix.ts";

const COUNT = Number(process.env["FATHOM_VERIFY_MATRIX"] ?? 60);
/** Jobs of one run: as many threads at once. */
const TOGETHER = 20;

const memory = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const directory = mkdtempSync(join(memory, "fathom-matrix-"));
afterAll(() => rmSync(directory, { recursive: true }));

interface Drawn {
  readonly name: string;
  readonly options: Options;
  readonly text: string;
}

/** Those that the plan takes: what it refuses is refused with a reason, and never run. */
async function accepted(from: number, to: number): Promise<Drawn[]> {
  const drawn: Drawn[] = [];
  for (let index = from; index < to; index++) {
    const name = `m${index}`;
    const options = { ...verifiedJob(index), directory, fallocate: "none", warmup: false };
    const text = asToml(name, options);
    const { jobs, problems } = await readJobs([{ name: "matrix.toml", text }], []);
    if (problems.length > 0 || (await plan(jobs)).problems.length > 0) continue;
    drawn.push({ name, options, text });
  }
  return drawn;
}

/** What each job says when it is not right. */
function alarms(drawn: readonly Drawn[]): string[] {
  const file = join(directory, "matrix.toml");
  writeFileSync(file, drawn.map(({ text }) => text).join("\n"));
  const { stdout, stderr } = Bun.spawnSync([BINARY, "run", file, "--output-format", "json"]);
  const text = stdout.toString();
  if (text === "") return [`no report: ${stderr.toString()}`];
  const { jobs } = JSON.parse(text);
  return drawn.flatMap(({ name, options }) => {
    // biome-ignore lint/suspicious/noExplicitAny: a JSON document
    const own = jobs.filter((job: any) => job.name === name);
    if (own.length === 0) return [`${name} is missing`];
    // biome-ignore lint/suspicious/noExplicitAny: a JSON document
    return own.flatMap(({ error, verification, write, trim }: any) => {
      const changed = write.ios + trim.ios > 0;
      const right =
        error === null &&
        verification.wrong === 0 &&
        verification.skipped === null &&
        verification.ios > 0 === changed;
      if (right) return [];
      const said = error?.text ?? verification.skipped ?? `${verification.ios} read`;
      return [`${JSON.stringify(options)}: ${said}`];
    });
  });
}

for (let from = 0; from < COUNT; from += TOGETHER) {
  const to = Math.min(COUNT, from + TOGETHER);
  test(`jobs ${from} to ${to - 1} write, and find what they wrote`, async () => {
    const drawn = await accepted(from, to);
    expect(alarms(drawn)).toEqual([]);
    expect(drawn.length).toBeGreaterThan((to - from) / 3);
  });
}
