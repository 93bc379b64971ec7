/** The generated parts of the README: what a row says, and where it goes. */
import { expect, test } from "bun:test";
import { laterIndex, optionIndex, withPart } from "../../build/docs.ts";
import { type FlagHelp, flagHelp } from "../../src/options/flags.ts";
import { reference } from "../../src/options/reference.ts";

const option = (name: string, more: Partial<FlagHelp> = {}): FlagHelp => ({
  name,
  aliases: [],
  group: "depth",
  metavar: "N",
  bare: false,
  repeatable: false,
  summary: `what ${name} does`,
  detail: "",
  fallback: "1",
  values: [],
  range: "",
  engines: [],
  ...more,
});

test("a group is a table, a row an option", () => {
  const index = optionIndex([
    option("iodepth", { aliases: ["depth"] }),
    option("size", { group: "target", fallback: "" }),
    option("hipri", { engines: ["io_uring", "libaio"], summary: "poll | wait <n>" }),
  ]);
  expect(index).toBe(
    [
      "| depth | default | what it does |",
      "|---|---|---|",
      "| `iodepth` | `1` | what iodepth does (also depth) |",
      "| `hipri` | `1` | poll \\| wait &lt;n> (engine io_uring, libaio) |",
      "",
      "| target | default | what it does |",
      "|---|---|---|",
      "| `size` |  | what size does |",
      "",
    ].join("\n"),
  );
});

test("the real table gives a row for each option", async () => {
  const options = await flagHelp();
  const index = optionIndex(options);
  for (const { name } of options) expect(index).toContain(`\n| \`${name}\` |`);
});

test("names still to come have a row a group, and those of an engine a row of their own", () => {
  const later = (name: string, more: Partial<FlagHelp> = {}) => ({
    ...option(name, more),
    later: true,
    fio: name,
  });
  const index = laterIndex([
    { ...later("iodepth"), later: false },
    later("io_submit_mode"),
    later("iomem_align", { group: "buffers", aliases: ["mem_align"] }),
    later("serialize_overlap"),
    later("thp", { group: "engine", engines: ["mmap"] }),
  ]);
  expect(index).toBe(
    [
      "| 4 options | not implemented yet |",
      "|---|---|",
      "| depth | `io_submit_mode` `serialize_overlap` |",
      "| buffers | `iomem_align` (`mem_align`) |",
      "| engine mmap | `thp` |",
      "",
    ].join("\n"),
  );
});

test("the real table names each option still to come", async () => {
  const entries = await reference();
  const index = laterIndex(entries);
  for (const { name, later } of entries) expect(index.includes(` \`${name}\` `)).toBe(later);
});

test("only what stands between the markers is replaced", () => {
  const text = "a\n<!-- x:start -->\nold\n<!-- x:end -->\nb\n";
  const made = withPart(text, "x", "new\n");
  expect(made).toBe("a\n<!-- x:start -->\n\nnew\n\n<!-- x:end -->\nb\n");
  expect(withPart(made!, "x", "new\n")).toBe(made);
});

test("a text without both markers, in their order, is not touched", () => {
  expect(withPart("a", "x", "new")).toBeUndefined();
  expect(withPart("<!-- y:start --> <!-- y:end -->", "x", "new")).toBeUndefined();
  expect(withPart("<!-- x:end --> <!-- x:start -->", "x", "new")).toBeUndefined();
});
