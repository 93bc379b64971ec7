/** fio's outputs of runs that never were, against texts that a person compared with fio's own. */
import { describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fioJson } from "../../src/fio/json.ts";
import { fioNormal } from "../../src/fio/normal.ts";
import { fioTerse, type TerseVersion } from "../../src/fio/terse.ts";
import { expectGolden } from "../support/golden.ts";
import { failedRun, groupRun, mixedRun, nullRun, runOf } from "../support/results.ts";

const RUNS = { mixed: mixedRun, group: groupRun, failed: failedRun, null: nullRun };
const VERSIONS = [2, 3, 4, 5] as const;

describe.each(Object.entries(RUNS))("the %s run", (name, run) => {
  test("reads as its golden file", () => {
    expectGolden(`fio-normal-${name}.txt`, fioNormal(run()));
  });

  test("is one JSON text, in which every fraction has six digits", () => {
    for (const plus of [false, true]) {
      const text = fioJson(run(), { plus });
      expect(JSON.parse(text).jobs.length).toBeGreaterThan(0);
      expect(text).not.toMatch(/ : -?\d+\.(?!\d{6}\D)/);
      expect(text.endsWith("\n}\n")).toBe(true);
    }
  });
});

test("the document of a small run reads as its golden file", () => {
  expectGolden("fio-null.json", fioJson(nullRun(), { plus: true }));
});

test("terse output of all versions reads as its golden file", () => {
  expectGolden("fio-terse.txt", VERSIONS.map((version) => fioTerse(mixedRun(), version)).join(""));
});

describe("terse", () => {
  // Of one job without a disk line and a description, counted in fio's own output.
  test.each([
    [2, 161],
    [3, 121],
    [4, 162],
    [5, 180],
  ] as const)("version %d has %d fields", (version: TerseVersion, fields) => {
    const [line, rest] = fioTerse(nullRun(), version).split("\n");
    expect(line!.split(";")).toHaveLength(fields);
    expect(rest).toBe("");
  });

  test("has nine fields more for a disk, and the description last", () => {
    const fields = fioTerse(mixedRun(), 3).trimEnd().split(";");
    expect(fields).toHaveLength(121 + 9 + 1);
    expect(fields.slice(121, 123)).toEqual(["sda", "20100"]);
    expect(fields.at(-1)).toBe("a small database");
  });

  test("version 2 has no name of fio, and its description on a line of its own", () => {
    const [line, description] = fioTerse(mixedRun(), 2).split("\n");
    expect(line).toStartWith("2;oltp;0;0;80000;8001;2000;9998;");
    expect(description).toBe(";a small database");
  });

  test("has a line a group that is reported as one", () => {
    expect(fioTerse(groupRun(), 3).trimEnd().split("\n")).toHaveLength(1);
    expect(fioTerse(failedRun(), 3).trimEnd().split("\n")).toHaveLength(3);
  });
});

describe("JSON", () => {
  interface Job {
    readonly [key: string]: unknown;
  }
  const jobsOf = (text: string): Job[] => JSON.parse(text).jobs;

  test("has options as fio spells their values, and none where there are none", () => {
    const run = mixedRun();
    const [job] = run.jobs;
    const options = {
      direct: "true",
      buffered: "false",
      percentile_list: "50,99.9",
      bs: "4k",
      description: "true",
    };
    const text = fioJson({ ...run, jobs: [{ ...job!, options }] }, { plus: false });
    expect(jobsOf(text)[0]!["job options"]).toEqual({
      direct: "1",
      buffered: "0",
      percentile_list: "50:99.9",
      bs: "4k",
      description: "true",
    });
    expect(jobsOf(fioJson(nullRun(), { plus: false }))[0]).not.toHaveProperty("job options");
  });

  test("has options of all jobs where it is given them", () => {
    const text = fioJson(nullRun(), { plus: false, globalOptions: { bs: "4k" } });
    expect(JSON.parse(text)["global options"]).toEqual({ bs: "4k" });
    expect(Object.keys(JSON.parse(text))[4]).toBe("global options");
    expect(JSON.parse(fioJson(nullRun(), { plus: false }))).not.toHaveProperty("global options");
  });

  test("says when a job began, and 0 of one that never did", () => {
    const starts = jobsOf(fioJson(failedRun(), { plus: false })).map((job) => job["job_start"]);
    const began = Date.parse("2026-11-24T19:41:47.250Z") + 1500;
    expect(starts).toEqual([began, 0, 0]);
  });

  test("knows no time to the end during the first three seconds", () => {
    const run = nullRun();
    const eta = (ns: number): unknown =>
      jobsOf(fioJson({ ...run, elapsed_ns: ns }, { plus: false }))[0]!["eta"];
    expect([0.1e9, 2e9, 2.1e9].map(eta)).toEqual([2_147_483_647, 2_147_483_647, 0]);
  });

  test("has errors as numbers", () => {
    const errors = jobsOf(fioJson(failedRun(), { plus: false })).map((job) => job["error"]);
    expect(errors).toEqual([28, 13, 0]);
  });

  test("averages the disks below a device, with fio's name for their merges", () => {
    const [disk] = JSON.parse(fioJson(failedRun(), { plus: false })).disk_util;
    expect(disk).toMatchObject({ name: "dm-0", aggr_write_ios: 4500, aggr_write_sectors: 1464843 });
    expect(disk).toHaveProperty("aggr_write_merge", 0);
    expect(disk).not.toHaveProperty("aggr_write_merges");
  });

  test("of a run without jobs is a document too", () => {
    const empty = runOf([]);
    expect(JSON.parse(fioJson(empty, { plus: true })).jobs).toEqual([]);
    expect(fioNormal(empty)).toStartWith("fio-3.42\n");
    expect(fioTerse(empty, 3)).toBe("");
  });
});

test("a name cannot end a line or steer a terminal", () => {
  for (const text of [fioNormal(failedRun()), fioTerse(failedRun(), 3)]) {
    expect(text).not.toContain("\u001b");
    expect(text).toContain("bad/name\ufffdwith");
  }
});

const READER = "fio_jsonplus_clat2csv";

/** Why fio's own reader of json+ cannot be asked; empty when it can. */
function unreadable(): string {
  if (Bun.which(READER) === null) return `${READER} of the package fio is not installed`;
  if (Bun.which("python3") === null) return "python3 is not installed";
  const { success } = Bun.spawnSync(["python3", "-c", "import six"]);
  return success ? "" : "python3 has no module six";
}

const why = unreadable();
describe.skipIf(why !== "")(`${READER}${why === "" ? "" : ` (skipped: ${why})`}`, () => {
  test.each(["mixed", "group", "null"] as const)("reads the %s run and finds it whole", (name) => {
    const directory = mkdtempSync(join(tmpdir(), "fathom-clat2csv-"));
    try {
      const [source, target] = [join(directory, "run.json"), join(directory, "run.csv")];
      writeFileSync(source, fioJson(RUNS[name](), { plus: true }));
      for (const more of [[], ["--validate"]]) {
        const { exitCode, stderr } = Bun.spawnSync([READER, source, target, ...more]);
        expect([exitCode, stderr.toString()]).toEqual([0, ""]);
      }
    } finally {
      rmSync(directory, { recursive: true });
    }
  });
});
