/** `fathom options` and `fathom schema job`; a word that nobody knows is a mistake. */
import { expect, test } from "bun:test";
import Ajv2020 from "ajv/dist/2020";
import { parse } from "smol-toml";
import { BINARY, fathom } from "../support/binary.ts";
import { lacking } from "../support/ground.ts";

async function shown(...words: readonly string[]): Promise<string> {
  const { exit, out, err } = await fathom(["options", ...words]);
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  return out;
}

test("the whole table comes in 80 columns into a pipe", async () => {
  const out = await shown();
  expect(out).toStartWith("jobs\n");
  expect(out).toContain("\nnot implemented yet\n");
  expect(Math.max(...out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(80);
});

test.skipIf(lacking("script") !== "")(`and a terminal is filled${lacking("script")}`, () => {
  const widest = (columns: number): number => {
    const line = `stty cols ${columns}; ${BINARY} options depth`;
    const { stdout } = Bun.spawnSync(["script", "-qec", line, "/dev/null"]);
    return Math.max(
      ...stdout
        .toString()
        .split(/\r?\n/)
        .map((text) => text.length),
    );
  };
  expect(widest(60)).toBeLessThanOrEqual(60);
  expect(widest(140)).toBeGreaterThan(80);
});

test.each([
  ["bs", "bs\n"],
  ["blocksize", "bs\n"],
  ["time-based", "time_based\n"],
  ["hugepage-size", "hugepage-size\n"],
  ["ss_dur", "steadystate_duration\n"],
  ["depth", "depth\n  iodepth "],
  ["io", "i/o\n"],
  ["I/O", "i/o\n"],
  ["steady-state", "steady state, not implemented yet\n"],
  ["io_uring", "engine io_uring\n"],
  ["null", "the engine null has no options of its own\n"],
  ["mmap", "the engine mmap is not implemented yet\nengine mmap, not implemented yet\n  thp "],
  ["rbd", "the engine rbd needs Ceph's libraries and is not part of fathom\n"],
  ["zonecapacity", "zonecapacity needs a zoned block device and is not part of fathom\n"],
  ["rwmixcycle", "rwmixcycle is an option that fio gave up; leave it out\n"],
])("%s is found", async (word, start) => {
  expect(await shown(word)).toStartWith(start);
});

test.each([
  ["iodeph", "iodeph: there is no such option, group or engine; did you mean iodepth?\n"],
  ["qqqqqq", "qqqqqq: there is no such option, group or engine\n"],
  ["__proto__", "__proto__: there is no such option, group or engine\n"],
  ["", '"": there is no such option, group or engine\n'],
])("'%s' is not, exit 2", async (word, message) => {
  const { exit, out, err } = await fathom(["options", word]);
  expect({ exit, out, err }).toEqual({ exit: 2, out: "", err: message });
});

test("the schema of a job file takes the example", async () => {
  const [schema, example] = await Promise.all([fathom(["schema", "job"]), fathom(["example"])]);
  expect({ exit: schema.exit, err: schema.err }).toEqual({ exit: 0, err: "" });
  const accepts = new Ajv2020().compile(JSON.parse(schema.out));
  expect(accepts(parse(example.out))).toBe(true);
  expect(accepts({ job: { a: { iodepth: "32" } } })).toBe(false);
});
