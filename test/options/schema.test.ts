import { expect, test } from "bun:test";
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
