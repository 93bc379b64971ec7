/** The comparison's table: medians, what counts as reached, and the argument lines under it. */
import { expect, test } from "bun:test";
import { type Row, rowsFor } from "../../build/bench/rows.ts";
import { commandOf, type Measurement } from "../../build/bench/sides.ts";
import { line, type Measured, median, report } from "../../build/bench/table.ts";

const FILES = { cached: "/var/tmp/c", tmpfs: "/dev/shm/t" };

function measured(row: Row, pairs: readonly (readonly [fathom: number, fio: number])[]): Measured {
  const one = (value: number): Measurement => ({
    iops: value,
    units: value,
    cpuPerUnit: 50,
    wallSeconds: value,
    peakBytes: value,
  });
  return { row, pairs: pairs.map(([fathom, fio]) => ({ fathom: one(fathom), fio: one(fio) })) };
}

const row = (measure: Row["measure"], target: number): Row => ({
  name: "x",
  options: { rw: "read", time_based: true, invalidate: false },
  own: { clocksource: "cpu" },
  measure,
  target,
});

test("the median is the middle value, or the mean of the two in the middle", () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([4, 1, 9, 2])).toBe(3);
  expect(median([])).toBeNaN();
});

test("a ratio is the median of the pairs' ratios, not of the sides' medians", () => {
  const text = line(
    measured(row("iops", 1.5), [
      [2e6, 1e6],
      [3e6, 3e6],
      [8e6, 2e6],
    ]),
  );
  expect(text).toStartWith(
    "| x | **2.00** | 1.00 to 4.00 | ≥ 1.5 | yes | 3000 k | 2000 k | 333.3 |",
  );
});

test.each([
  ["iops", 1.05, 1.04, "**no**"],
  ["iops", 1.05, 1.05, "yes"],
  ["wall", 0.3, 0.31, "**no**"],
  ["wall", 0.3, 0.3, "yes"],
] as const)("%s with target %d and ratio %d: %s", (measure, target, ratio, verdict) => {
  expect(line(measured(row(measure, target), [[ratio, 1]]))).toContain(`| ${verdict} |`);
});

test("memory is held against its bytes, and growth against the difference of two rows", () => {
  const all = rowsFor(FILES, { few: 1, many: 1 })
    .filter(({ measure }) => measure === "memory")
    .map((row, index) => measured(row, [[[50e6, 230e6, 48e6, 49e6][index]!, 10e6]]));
  const text = report(all, FILES, "about");
  expect(text).toContain("| memory, 1 job | 50.0 MB | 10.0 MB | ≤ 60.0 MB | yes |");
  expect(text).toContain("| memory, 64 jobs | 230.0 MB | 10.0 MB | ≤ 200.0 MB | **no** |");
  expect(text).toContain("| growth over 10 M units | 1.0 MB |  | ≤ 4.0 MB | yes |");
});

test("both sides get the same options, each in its own spelling", () => {
  const [fathom, fio] = (["fathom", "fio"] as const).map((side) => commandOf(side, row("iops", 1)));
  expect(fio).toEqual(
    ["fio", "--name=t", "--rw=read", "--time_based=1", "--invalidate=0", "--thread=1"].concat(
      "--output-format=json",
    ),
  );
  expect(fathom!.slice(1)).toEqual(
    ["run", "--name=t", "--rw=read", "--time_based=true", "--invalidate=false"].concat(
      "--clocksource=cpu",
      "--output-format=json",
    ),
  );
});

test("every row of the report has the argument line of both sides", () => {
  const all = rowsFor(FILES, { few: 3, many: 5 }).map((row) => measured(row, [[1, 1]]));
  const text = report(all, FILES, "about");
  for (const { row } of all)
    expect(text).toContain(`\n${row.name}:\n\n    dist/fathom run --name=t`);
  expect(text.match(/^ {4}fio --name=t/gm)).toHaveLength(all.length);
  expect(text).toContain("--filename=CACHED");
  expect(text).toContain("--filename=TMPFS");
});
