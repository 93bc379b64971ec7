/** The option index of the README: what a row says, and where it goes. */
import { expect, test } from "bun:test";
import { optionIndex, withIndex } from "../../build/docs.ts";
import { type FlagHelp, flagHelp } from "../../src/options/flags.ts";

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

test("only what stands between the markers is replaced", () => {
  const text = "a\n<!-- options:start -->\nold\n<!-- options:end -->\nb\n";
  const made = withIndex(text, "new\n");
  expect(made).toBe("a\n<!-- options:start -->\n\nnew\n\n<!-- options:end -->\nb\n");
  expect(withIndex(made!, "new\n")).toBe(made);
});

test("a text without both markers, in their order, is not touched", () => {
  expect(withIndex("a", "new")).toBeUndefined();
  expect(withIndex("<!-- options:end --> <!-- options:start -->", "new")).toBeUndefined();
});
