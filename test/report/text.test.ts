import { describe, expect, test } from "bun:test";
import { READ, WRITE } from "../../src/base/direction.ts";
import { CLAT, countersAt, FAILURES, SHORT } from "../../src/measure/statsblock.ts";
import { textReport } from "../../src/report/text.ts";
import { withWarnings } from "../../src/report/warnings.ts";
import { expectGolden } from "../support/golden.ts";
import {
  addLatency,
  addWork,
  emptyStats,
  fileOf,
  outcomeOf,
  partsOf,
  planOf,
  specOf,
} from "../support/measured.ts";
import { diskOf, failedRun, groupRun, mixedRun, nullRun, runOf } from "../support/results.ts";

const RUNS = {
  mixed: mixedRun(),
  group: groupRun(),
  failed: failedRun(),
  null: nullRun(),
};

const textOf = (result: ReturnType<typeof runOf>): string =>
  textReport(withWarnings(result), { colour: false });

describe.each(Object.entries(RUNS))("the report of the %s run", (name, run) => {
  test("reads as its golden file", () => {
    expectGolden(`report-${name}.txt`, textOf(run));
  });

  test("is at most 100 columns wide, without trailing blanks", () => {
    for (const line of textOf(run).split("\n")) {
      expect(line.length).toBeLessThanOrEqual(100);
      expect(line).not.toMatch(/\s$/);
    }
  });

  test("says the same in colour", () => {
    const coloured = textReport(withWarnings(run), { colour: true });
    expect(coloured).toContain("\u001b[1m");
    // biome-ignore lint/suspicious/noControlCharactersInRegex: this takes the colour away again
    expect(coloured.replace(/\u001b\[\d+m/g, "")).toBe(textOf(run));
  });
});

function job(index: number, changes: Parameters<typeof specOf>[0] = {}, stage = 0, group = 0) {
  const stats = emptyStats();
  addWork(stats, WRITE, { ios: 1_000, bytes: 4_096_000, runtimeNs: 1e9 });
  addLatency(stats, WRITE, CLAT, [1_000_000, 2_000_000]);
  const spec = specOf({ name: `job${index}`, rw: "write", direct: true, ...changes });
  return partsOf({ plan: planOf({ spec, index, stage, group }), stats });
}

describe("group_reporting", () => {
  test("shows the group in place of the jobs that ask for it, and the others beside it", () => {
    const text = textOf(
      runOf([job(0, { group_reporting: true }), job(1), job(2, { group_reporting: true })]),
    );
    expect(text).toContain("job0, job1, job2 (group 0)");
    expect(text).toMatch(/^job1$/m);
    expect(text).not.toMatch(/^job[02]$/m);
  });

  test("not asked for, each job is shown, and a line for what they come to together", () => {
    const text = textOf(runOf([job(0), job(1)]));
    expect(text).toMatch(/^job0$/m);
    expect(text).toMatch(/^job1$/m);
    expect(text).toContain("Group 0, all 2 jobs");
  });
});

test("groups that ran together are added up, groups in turn are not", () => {
  expect(textOf(runOf([job(0), job(1, {}, 0, 1)]))).toContain("All groups, 2 jobs");
  expect(textOf(runOf([job(0), job(1, {}, 1, 1)]))).not.toContain("All groups");
});

test("disks of several stages are told apart by the jobs of the stage", () => {
  const text = textOf(
    runOf([job(0), job(1, {}, 1, 1)], { disks: [diskOf(), diskOf({ stage: 1 })] }),
  );
  expect(text).toMatch(/^ {2}sda \(job0\) /m);
  expect(text).toMatch(/^ {2}sda \(job1\) /m);
});

test("a job that failed before it began is shown by its failure, not by zeros", () => {
  const failure = { call: "open", subject: "/f", errno: 13, message: "open /f: EACCES" };
  const text = textOf(runOf([partsOf({ outcome: undefined, failure })]));
  expect(text).toContain("FAILED  job: open /f: EACCES\n");
  expect(text).not.toContain("IOPS");
});

test("a failure of all jobs is said once", () => {
  const failure = { call: "write", subject: "/f", errno: 28, message: "write /f: ENOSPC" };
  const jobs = [0, 1, 2].map((index) => ({ ...job(index), outcome: undefined, failure }));
  const text = textOf(runOf(jobs));
  expect(text).toContain("FAILED  job0 (and 2 more): write /f: ENOSPC\n\n");
});

test("a job that failed without statistics is still named", () => {
  const failure = { call: "open", subject: "/f", errno: 13, message: "open /f: EACCES" };
  const plan = planOf({ spec: specOf({ name: "quiet", stats: false }) });
  const text = textOf(runOf([partsOf({ plan, outcome: undefined, failure })]));
  expect(text).toContain("FAILED  quiet: open /f: EACCES\n");
});

test("many jobs with as many texts do not bury the report", () => {
  const jobs = Array.from({ length: 64 }, (_, index) => ({
    ...job(index, { group_reporting: true }),
    outcome: outcomeOf({ elapsedNs: (index + 1) * 1e6 }),
  }));
  const text = textOf(runOf(jobs));
  expect(text).toContain("… and 61 more of this kind (short_run)");
  expect(text).toContain("job6, job7 and 56 more (group 0)");
  expect(text).toContain("… and 61 others");
  expect(text.split("\n").length).toBeLessThan(60);
});

test("block sizes that differ are both told", () => {
  const bs = { read: 4096, write: 65_536, trim: 4096 };
  const text = textOf(runOf([job(0, { rw: "randrw", bs, rwmixread: 70 })]));
  expect(text).toContain("read 4 KiB, write 64 KiB randrw, 70 % reads");
});

test("several files are told by number and size together", () => {
  const files = ["/data/f.0", "/data/f.1"].map((path) => fileOf({ path }));
  expect(textOf(runOf([{ ...job(0), files }]))).toContain("2 files, 2 GiB: /data/f.0 …");
});

test("short and failed transfers are said", () => {
  const parts = job(0);
  parts.stats[countersAt(WRITE) + SHORT] = 3;
  parts.stats[countersAt(READ) + FAILURES] = 1;
  expect(textOf(runOf([parts]))).toContain(
    "1 read failed, 3 writes came back short and were carried on",
  );
});
