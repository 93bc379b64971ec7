/** The table of options as text: what is shown of which option, and that it fits. */
import { describe, expect, test } from "bun:test";
import { showEntry, showGroup, showTable } from "../../src/cli/reference.ts";
import { type ReferenceEntry, reference } from "../../src/options/reference.ts";

const all = await reference();
/** The narrowest has room for the longest default. */
const WIDTHS = [72, 80, 200];

const named = (name: string): ReferenceEntry => all.find((entry) => entry.name === name)!;
const entry = (name: string, width = 80): string => showEntry(named(name), width).join("\n");

test("an entry says all there is to know of an option", () => {
  expect(entry("iodepth_batch_submit")).toBe(`iodepth_batch_submit
  units handed over in one call at most; 0 for iodepth

  also     iodepth_batch
  value    N, from 0 to 65536
  default  1
  group    depth
  in fio   iodepth_batch_submit`);
  expect(entry("hipri")).toContain("\n  engines  pvsync2, io_uring\n");
  expect(entry("hipri")).toContain("\n  value    true or false; the flag alone is true\n");
  expect(entry("fallocate")).toContain("\n  value    native|posix|keep|truncate|none\n");
  expect(entry("filename")).toContain("\n  default  unset\n");
  expect(entry("filename")).toContain("The flag may be given several times.");
  expect(entry("warmup")).toContain("\n  in fio   no such option\n");
  expect(entry("percentile_list")).toContain("1,5,10,20,30,40,50,60,70,80,90,95,99,99.5,99.9");
});

test("an entry of an option still to come says that, and what it will be", () => {
  const { name, summary, metavar, group } = all.find(({ later }) => later)!;
  const lines = entry(name, 200).split("\n");
  expect(lines.slice(0, 5)).toEqual([name, `  ${summary}`, "", "  is not implemented yet", ""]);
  expect(lines).toContain(`  value    ${metavar}`);
  expect(lines).toContain(`  group    ${group}`);
});

test("the table has a line for each option, by group, and behind them the names to come", () => {
  const lines = showTable(all, 80);
  const [here, missing] = lines.join("\n").split("\nnot implemented yet\n");
  for (const { name, later } of all) {
    const words = new Set((later ? missing! : here!).split(/[\s,]+/));
    expect(words.has(name)).toBe(true);
  }
  expect(lines.indexOf("depth")).toBeGreaterThan(lines.indexOf("target"));
  expect(lines.join("\n")).toMatch(/^ {2}bs +4k +bytes of a unit: for all directions/m);
  expect(lines.at(-1)).not.toBe("");
});

test("a long default is cut in the table", () => {
  expect(showTable(all, 80).join("\n")).toContain("  percentile_list         1,5,10,20,3…  perc");
});

test("a group shows what it has, and under a heading of its own what is to come", () => {
  const of = (group: string): ReferenceEntry[] => all.filter((one) => one.group === group);
  const mixed = all.find(
    ({ group, later }) => later && of(group).some((other) => !other.later),
  )!.group;
  const shown = showGroup(mixed, of(mixed), 80);
  expect(shown[0]).toBe(mixed);
  const heading = shown.indexOf(`${mixed}, not implemented yet`);
  expect(shown[heading - 1]).toBe("");
  const missing = of(mixed).filter(({ later }) => later);
  expect(shown[heading + 1]!.trim().split(" ")[0]).toBe(missing[0]!.name);
  expect(showGroup("safety", of("safety"), 80).join("\n")).not.toContain("not implemented");
  expect(showGroup(mixed, missing, 80)[0]).toBe(`${mixed}, not implemented yet`);
});

describe.each(WIDTHS)("at %i columns", (width) => {
  test("every line fits", () => {
    const groups = [...Map.groupBy(all, ({ group }) => group)];
    const lines = [
      ...showTable(all, width),
      ...all.flatMap((one) => showEntry(one, width)),
      ...groups.flatMap(([group, members]) => showGroup(group, members, width)),
    ];
    expect(lines.filter((line) => line.length > width)).toEqual([]);
    expect(lines.filter((line) => line.trimEnd() !== line)).toEqual([]);
  });
});
