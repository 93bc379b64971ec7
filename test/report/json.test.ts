import { describe, expect, test } from "bun:test";
import { READ } from "../../src/base/direction.ts";
import { CLAT } from "../../src/measure/statsblock.ts";
import { jsonReport } from "../../src/report/json.ts";
import { RESULT_JSON_SCHEMA } from "../../src/report/schema.ts";
import { withWarnings } from "../../src/report/warnings.ts";
import { expectGolden } from "../support/golden.ts";
import { addLatency, emptyStats, partsOf, planOf, specOf } from "../support/measured.ts";
import { failedRun, groupRun, mixedRun, nullRun, runOf } from "../support/results.ts";
import { schemaErrors } from "../support/schema.ts";

const RUNS = { mixed: mixedRun, group: groupRun, failed: failedRun, null: nullRun };

describe.each(Object.entries(RUNS))("the document of the %s run", (_, run) => {
  test("is of its published schema", () => {
    expect(schemaErrors(jsonReport(withWarnings(run())))).toEqual([]);
  });

  test("holds the result and nothing else", () => {
    const result = withWarnings(run());
    expect(JSON.parse(jsonReport(result))).toEqual(JSON.parse(JSON.stringify(result)));
  });
});

test("the document of a small run reads as its golden file", () => {
  expectGolden("report-null.json", jsonReport(withWarnings(nullRun())));
});

test("a run without jobs is a document too", () => {
  expect(schemaErrors(jsonReport(runOf([])))).toEqual([]);
});

test("a job with stats = false is in no list and in no sum", () => {
  const quiet = partsOf({ plan: planOf({ spec: specOf({ stats: false }) }) });
  const document = JSON.parse(jsonReport(runOf([quiet])));
  expect(document).toMatchObject({ jobs: [], groups: [], total: { jobs: [], elapsed_ns: 0 } });
});

test("keys keep their order from run to run", () => {
  const text = jsonReport(mixedRun());
  expect(text).toBe(jsonReport(mixedRun()));
  expect(Object.keys(JSON.parse(text)).slice(0, 3)).toEqual([
    "schema",
    "schema_version",
    "fathom_version",
  ]);
});

test("percentiles come in the order of their numbers", () => {
  const stats = emptyStats();
  addLatency(stats, READ, CLAT, [1, 2, 3]);
  const plan = planOf({ spec: specOf({ percentile_list: [0.1, 50, 99.9, 5] }) });
  const text = jsonReport(runOf([partsOf({ stats, plan })]));
  expect(text).toMatch(/"0\.1": 1,\n *"5": 1,\n *"50": 2,\n *"99\.9": 3\n/);
});

test("numbers that are none become null: the document stays one", () => {
  const result = { ...nullRun(), elapsed_ns: Number.NaN };
  expect(JSON.parse(jsonReport(result)).elapsed_ns).toBeNull();
});

describe("the schema", () => {
  const document = (): Record<string, unknown> => JSON.parse(jsonReport(mixedRun()));

  test("refuses a key it does not know", () => {
    expect(schemaErrors({ ...document(), extra: 1 })).not.toEqual([]);
  });

  test("refuses a document that lacks a key, a wrong type and a negative amount", () => {
    const { total: _, ...lacking } = document();
    expect(schemaErrors(lacking)).not.toEqual([]);
    expect(schemaErrors({ ...document(), elapsed_ns: "1" })).not.toEqual([]);
    expect(schemaErrors({ ...document(), elapsed_ns: -1 })).not.toEqual([]);
  });

  test("names the draft it is written in and the shape it describes", () => {
    expect(RESULT_JSON_SCHEMA).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      $id: "urn:fathom:schema:result",
    });
  });

  test("has the unit of every amount in its key, or in the key around it", () => {
    const units = /(_ns|_bytes|_percent|_per_s|_share|^bytes|^iops|ios|ops)$/;
    const plainCounts = new Set(
      "count min max mean stddev clone group stage index iodepth depth errno job failed_jobs".split(
        " ",
      ),
    );
    plainCounts.add("process_id");
    for (const word of "merges voluntary_switches involuntary_switches".split(" "))
      plainCounts.add(word);
    for (const word of "major_faults minor_faults cpu_count cpu_allowed".split(" "))
      plainCounts.add(word);
    for (const word of "hole_share read write trim significant_figures".split(" "))
      plainCounts.add(word);
    for (const word of "class level hint".split(" ")) plainCounts.add(word);
    for (const word of ["total_err", "first_error"]) plainCounts.add(word);
    for (const word of ["wrong", "wrong_bits", "write_number"]) plainCounts.add(word);
    const amounts = amountsOf(RESULT_JSON_SCHEMA);
    expect(amounts.size).toBeGreaterThan(40);
    expect([...amounts].filter((key) => !units.test(key) && !plainCounts.has(key))).toEqual([]);
  });
});

/** Keys of the schema whose values are numbers. */
function amountsOf(schema: unknown, key = "", found = new Set<string>()): Set<string> {
  if (typeof schema !== "object" || schema === null) return found;
  const { type, properties, anyOf } = schema as Record<string, unknown>;
  if (type === "number" || type === "integer") found.add(key);
  for (const either of (anyOf as unknown[] | undefined) ?? []) amountsOf(either, key, found);
  for (const [name, inner] of Object.entries(properties ?? {})) amountsOf(inner, name, found);
  const { $defs, items } = schema as Record<string, unknown>;
  for (const inner of Object.values($defs ?? {})) amountsOf(inner, "", found);
  if (typeof items === "object") amountsOf(items, "", found);
  found.delete("");
  return found;
}
