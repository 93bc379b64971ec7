import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { parse } from "smol-toml";
import { readJobs } from "../../src/jobfile/read.ts";
import { jobSchema } from "../../src/options/schema.ts";

const accepts = new Ajv2020().compile(await jobSchema());

function check(text: string): boolean {
  return accepts(JSON.parse(JSON.stringify(parse(text))));
}

const GOOD = [
  "destroy = ['/dev/sdx']\n[global]\nioengine = 'io_uring'\ndirect = true\n[job.a]\nbs = '4k,64k'",
  "[job.a]\nbs = { read = '4k', write = 65536 }\nsize = '50%'\nruntime = 30\nsync = 1",
  "[job.a]\nruntime = '1h30m'\npercentile_list = [50, 99.9]\nfilename = 'f'\nblocksize = 512",
  "[job.a]\nfilename = ['f', 'g']\nruntime = '30'\nsize = '1.5g'\nbuffer_pattern = '0xff'",
  "[job.a]\nioengine = 'io_uring'\nfixedbufs = true\n[job.b]\nioengine = 'pvsync2'\nnowait = true",
];

const BAD = [
  "[job.a]\niodepth = '32'",
  "[job.a]\niodepth = 0",
  "[job.a]\ndirect = 1",
  "[job.a]\nbs = '4KB'",
  "[job.a]\nbs = '4k,8k,1k,2k'",
  "[job.a]\nsize = '4KB'",
  "[job.a]\nruntime = '10sec'",
  "[job.a]\nbufered = true",
  "[job.a]\nrw = 'reed'",
  "[job.a]\nioengine = 'rbd'",
  "[job.a]\nbs = { raed = '4k' }",
  "[job.a]\npercentile_list = [0]",
  "rw = 'read'",
  "[reader]\nrw = 'read'",
  "[job]\nrw = 'read'",
  "[global]\nrw = 'read'",
  "[job]",
  "[job.'']",
  '[job."a\\nb"]',
  "[global]\nname = 'b'\n[job.a]",
  "[job.a]\nwrite_bw_log = 'x'",
  "[job.a]\nzonecapacity = '1m'",
];

test.each(GOOD)("what the reader takes, the schema takes: %s", async (text) => {
  expect((await readJobs([{ name: "j", text }], [])).problems).toEqual([]);
  expect(check(text)).toBe(true);
});

test.each(BAD)("what is wrong in itself, the schema refuses too: %s", async (text) => {
  expect((await readJobs([{ name: "j", text }], [])).problems).not.toEqual([]);
  expect(check(text)).toBe(false);
});

test("every option has its summary there, and engine options say whose they are", async () => {
  const { $defs } = (await jobSchema()) as {
    $defs: { job: { properties: Record<string, { description?: string }> } };
  };
  const { properties } = $defs.job;
  expect(properties["bs"]?.description).toContain("bytes of a unit");
  expect(properties["blocksize"]).toEqual(properties["bs"]!);
  expect(properties["fixedbufs"]?.description).toContain("of the engine io_uring");
});

/** Job files as the tests have them: literals with a table of jobs, without placeholders. */
function jobFilesOfTests(): readonly string[] {
  const root = join(import.meta.dir, "..");
  const literal = /`(?:[^`\\]|\\.)*`|"(?:[^"\\\n]|\\.)*"/g;
  const files = readdirSync(root, { recursive: true, encoding: "utf8" });
  return files
    .filter((file) => file.endsWith(".test.ts"))
    .flatMap((file) => readFileSync(join(root, file), "utf8").match(literal) ?? [])
    .filter((text) => /(?:^.|\n|\\n)\[(?:job|global)[.\]]/.test(text) && !text.includes("${"))
    .flatMap(textOf);
}

/** What a literal says; nothing for one that JSON cannot. */
function textOf(literal: string): readonly string[] {
  const inner = literal.slice(1, -1).replaceAll("\n", "\\n");
  const escaped = literal.startsWith("`") ? inner.replaceAll('"', '\\"') : inner;
  try {
    return [JSON.parse(`"${escaped}"`)];
  } catch {
    return [];
  }
}

test("no job file of any test is refused by the schema where the reader takes it", async () => {
  const texts = jobFilesOfTests();
  const readable = await Promise.all(
    texts.map(async (text) => (await readJobs([{ name: "j", text }], [])).problems.length === 0),
  );
  const taken = texts.filter((_, at) => readable[at]);
  expect(taken.filter((text) => !check(text))).toEqual([]);
  expect(taken.length).toBeGreaterThan(20);
});
