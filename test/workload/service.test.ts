/** The order of a job's files, against the installed fio; it draws from a stream of its own. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Units } from "../../src/io/units.ts";
import { OPTIONS } from "../../src/options/options.ts";
import { workloadOf } from "../../src/workload/load.ts";
import { type JobOf, type Taken, take, workOf } from "./support.ts";

const K = 1024;

interface Case {
  readonly rw: "read" | "write" | "rw";
  readonly service: string;
  readonly loops?: number;
  readonly fsync?: number;
  readonly randseed?: number;
}

const CASES: Readonly<Record<string, Case>> = {
  "in turn": { rw: "read", service: "roundrobin" },
  "in turn, three units each": { rw: "read", service: "roundrobin:3" },
  "one after the other": { rw: "write", service: "sequential", loops: 2 },
  "at random": { rw: "read", service: "random" },
  "at random with a seed": { rw: "read", service: "random", randseed: 42, loops: 2 },
  "at random, five units each": { rw: "write", service: "random:5", loops: 2 },
  "at random in a mix": { rw: "rw", service: "random" },
  zipf: { rw: "read", service: "zipf" },
  "a steep zipf": { rw: "read", service: "zipf:1.8", loops: 2 },
  pareto: { rw: "write", service: "pareto:0.3" },
  normal: { rw: "read", service: "normal" },
  "normal, moved": { rw: "read", service: "gauss:20", randseed: 7, loops: 3 },
};
const FILES = 7;

async function unitsOf(job: JobOf, index = 0): Promise<Taken[]> {
  const plan = workOf(job, index);
  const columns = new Units(1);
  const workload = await workloadOf(plan, columns);
  const list: Taken[] = [];
  for (let pass = 0; pass < plan.spec.loops; pass++) {
    if (pass > 0) workload.restart();
    list.push(...take(workload, columns, 5000));
  }
  return list;
}

function jobOf({ service, ...job }: Case, size = FILES * 16 * K): JobOf {
  return { ...job, size, nrfiles: FILES, file_service_type: parsed(service) };
}

const parsed = (text: string) => OPTIONS.file_service_type.parse(text, true);

const FIO = Bun.env["FATHOM_TEST_FIO"] ?? "fio";
const without = Bun.which(FIO) === null ? ` (skipped: needs ${FIO})` : "";

describe.skipIf(without !== "")(`files come in the order of fio${without}`, () => {
  let directory = "";
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), "fathom-service-"));
    const jobs = Object.values(CASES).flatMap(({ service, ...job }, index) => [
      `--name=j${index}`,
      "--ioengine=null",
      `--nrfiles=${FILES}`,
      `--size=${FILES * 16 * K}`,
      `--file_service_type=${service}`,
      ...Object.entries(job).map(([name, value]) => `--${name}=${value}`),
      `--write_iolog=${index}`,
    ]);
    const { stderr, exitCode } = Bun.spawnSync([FIO, "--output=out", ...jobs], { cwd: directory });
    if (exitCode !== 0) throw new Error(stderr.toString());
  });
  afterAll(() => rmSync(directory, { recursive: true, force: true }));

  function theirs(index: number): string[] {
    const lines = readFileSync(join(directory, String(index)), "utf8").split("\n");
    return lines.flatMap((line) => {
      const [, file, way, at] = /\.(\d+) (read|write) (\d+) \d+$/.exec(line) ?? [];
      return way === undefined ? [] : [`${way} ${file} ${at}`];
    });
  }

  test.each(Object.keys(CASES).map((name, index) => [name, index] as const))(
    "%s",
    async (name, index) => {
      const units = await unitsOf(jobOf(CASES[name]!), index);
      const ours = units.map(({ direction, file, offset }) => `${direction} ${file} ${offset}`);
      expect(ours.length).toBeGreaterThanOrEqual(28);
      expect(ours).toEqual(theirs(index));
    },
  );
});

/** Units by file. */
function shares(units: readonly Taken[]): number[] {
  const counts = new Array<number>(FILES).fill(0);
  for (const { file } of units) counts[file]!++;
  return counts;
}

test("every file is done once by those that skip what is done", async () => {
  for (const service of ["roundrobin:4", "sequential", "random", "random:3"]) {
    const units = await unitsOf(jobOf({ rw: "read", service }));
    expect(shares(units)).toEqual(new Array(FILES).fill(4));
    expect(new Set(units.map(({ file, offset }) => `${file} ${offset}`)).size).toBe(4 * FILES);
  }
});

test("curves go to some files more often, and over the same blocks again", async () => {
  for (const [service, most] of [
    ["zipf:1.2", 0.5],
    ["pareto:0.2", 0.35],
    ["normal", 0.4],
  ] as const) {
    const counts = shares(await unitsOf(jobOf({ rw: "read", service }, FILES * 400 * K)));
    expect(counts.reduce((sum, count) => sum + count)).toBe(FILES * 100);
    expect(Math.max(...counts) / (FILES * 100)).toBeGreaterThan(most);
  }
});

test("numbers that mean nothing are refused", () => {
  const refusal = (text: string): string => {
    try {
      return parsed(text).kind;
    } catch (error) {
      return (error as Error).message;
    }
  };
  expect(refusal("random:0")).toContain("behind random stands a whole number of units");
  expect(refusal("zipf:1")).toContain("a theta above 0 that is not 1");
  expect(refusal("pareto:1")).toContain("an h between 0 and 1");
  expect(refusal("gauss:100")).toContain("a percentage below 100");
  expect(refusal("sequential:x")).toContain("stands a number");
  expect(refusal("roundrobbin")).toContain("did you mean roundrobin?");
  expect(OPTIONS.file_service_type.format(parsed("gauss:5"))).toBe("normal:5");
  expect(OPTIONS.file_service_type.format(parsed("zipf"))).toBe("zipf");
});
