/** Job files of fio as TOML: how it reads, and that it means the same. */
import { expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { UserError } from "../../../src/base/errors.ts";
import { convertFio } from "../../../src/jobfile/fio/convert.ts";
import type { Host } from "../../../src/jobfile/fio/host.ts";
import { readFioJobs } from "../../../src/jobfile/fio/read.ts";
import { readJobs } from "../../../src/jobfile/read.ts";
import { file, hostWith } from "./helpers.ts";
import { iniText } from "./random.ts";

async function converted(text: string, host: Host = hostWith()): Promise<string> {
  return (await convertFio({ name: "a.fio", text }, host)).text;
}

/** What a job does; an engine that fio would take without a word is named in TOML. */
async function meaning(jobs: Awaited<ReturnType<typeof readJobs>>["jobs"]): Promise<unknown> {
  return jobs.map(({ spec, engineOptions }) => ({
    spec: { ...spec, ioengine: spec.ioengine ?? "psync" },
    engineOptions,
  }));
}

/** Whether the TOML says what the file says; undefined for a file that is refused. */
async function isSame(text: string, toml?: string): Promise<boolean | undefined> {
  const host = hostWith();
  const original = await readFioJobs([file(text)], host);
  if (original.problems.length > 0 || original.jobs.length === 0) return undefined;
  const { text: made, lost } = await convertFio({ name: "a.fio", text }, host);
  const copy = await readJobs([{ name: "a.toml", text: toml ?? made }], [], host.memory);
  if (copy.problems.length > 0 || lost.length > 0) return false;
  return Bun.deepEquals(await meaning(copy.jobs), await meaning(original.jobs));
}

test("it reads as if a person had written it", async () => {
  const text = `; a log beside its readers

[global] # for all
ioengine=libaio
direct=1
size=1g
runtime=60   ; a minute
;bs=16k

[reader]
rw=randread
bs=4k,8k
time_based
filename=/tmp/a:/tmp/b\\:c
percentile_list=50:99:99.9
buffer_pattern="abcd"-12
log_offset=0
`;
  expect(await converted(text)).toBe(`# a log beside its readers

# for all
[global]
ioengine = "libaio"
direct   = true
size     = "1g"
runtime  = "1m"  # a minute
#bs=16k

[job.reader]
rw              = "randread"
bs              = "4k,8k"
time_based      = true
filename        = ["/tmp/a", "/tmp/b:c"]
percentile_list = [50, 99, 99.9]
buffer_pattern  = '"abcd"-12'
`);
});

test("later globals and equal names are folded into the jobs", async () => {
  const text = `[global]
ioengine=null
bs=8k
[a]
rw=read

; faster
[global]
bs=64k
iodepth=2
[a]
iodepth=4
[b c]
`;
  expect(await converted(text)).toBe(`[global]
ioengine = "null"
bs       = "8k"

[job.a]
rw = "read"

# faster
[job.a-2]
name    = "a"
bs      = "64k"
iodepth = 4

[job."b c"]
bs      = "64k"
iodepth = 2
`);
});

test("what cannot be carried over stands as a comment with the reason", async () => {
  const text = `[a]
ioengine=null
ss=bw:1% ; always
ss_ramp=1
bs=foo
rwx=1
ss_dur=5
iodepth=0
`;
  const { text: toml, lost } = await convertFio({ name: "a.fio", text }, hostWith());
  expect(toml.split("\n").slice(0, 5)).toEqual([
    "[job.a]",
    'ioengine = "null"',
    "# not carried over: ss=bw:1% (is not implemented yet)  # always",
    "# not carried over: ss_ramp=1 (is a detail of ss)",
    expect.stringContaining('# not carried over: bs=foo ("foo" is not a number'),
  ]);
  expect(lost).toHaveLength(6);
  expect(lost.at(-1)).toStartWith("a.fio:8: iodepth: 0 is too small");
  expect((await readJobs([{ name: "a.toml", text: toml }], [])).problems).toEqual([]);
});

test("fio's engine is written down where a job names none", async () => {
  expect(await converted("[a]\n[b]\nioengine=null\n")).toStartWith(
    '[global]\nioengine = "psync"  # fio\'s default\n\n[job.a]\n',
  );
  expect(await converted("[a]\nioengine=rdma\n")).not.toContain('psync"');
});

test("time_based without a runtime is what fio makes of it", async () => {
  const text = "[global]\nioengine=null\ntime_based\n[a]\nruntime=5\n[b]\n[c]\nruntime=0\n";
  expect(await converted(text)).toEndWith(`[job.a]
runtime = "5s"

[job.b]
time_based = false  # fio drops it where there is no runtime

[job.c]
runtime    = "0s"
time_based = false  # fio drops it where there is no runtime
`);
});

test("a section that is called like a device says so", async () => {
  const host = hostWith({}, ["/dev/x"]);
  const toml = await converted("[global]\nioengine=null\n[/dev/x]\n[/dev/x]\nnrfiles=2", host);
  expect(toml).toContain('[job."/dev/x"]\nfilename = "/dev/x"\n');
  expect(toml).toEndWith('[job."/dev/x-2"]\nname    = "/dev/x"\nnrfiles = 2\n');
});

test("a text that is no job file is refused with its places", async () => {
  const refused = convertFio({ name: "a.fio", text: "rw=read\n[a]\n" }, hostWith());
  expect(refused).rejects.toThrow(UserError);
});

test("a random file and its TOML say the same", async () => {
  let accepted = 0;
  await fc.assert(
    fc.asyncProperty(iniText(false), async (text) => {
      const same = await isSame(text);
      if (same !== undefined) accepted++;
      expect(same ?? true).toBe(true);
    }),
    { seed: 3, numRuns: 400 },
  );
  expect(accepted).toBeGreaterThan(100);
});

test("a difference would be seen", async () => {
  const text = "[global]\nbs=8k\n[a]\nrw=write\nsize=1m\n";
  expect(await isSame(text)).toBe(true);
  const toml = await converted(text);
  expect(await isSame(text, toml.replace("8k", "16k"))).toBe(false);
  expect(await isSame(text, toml.replace("psync", "sync"))).toBe(false);
});

test("random text is converted or refused, never more, and what comes out is TOML", async () => {
  await fc.assert(
    fc.asyncProperty(iniText(true), async (text) => {
      await readFioJobs([file(text)], hostWith());
      try {
        Bun.TOML.parse(await converted(text));
      } catch (error) {
        expect(error).toBeInstanceOf(UserError);
      }
    }),
    { seed: 4, numRuns: 600 },
  );
});

const FIO_JOBS = join(import.meta.dir, "../../../../shared/fio-jobs");

test.skipIf(!existsSync(FIO_JOBS))("fio's own job files (skips where there are none)", async () => {
  let accepted = 0;
  for (const name of readdirSync(FIO_JOBS).filter((one) => one.endsWith(".fio"))) {
    const text = readFileSync(join(FIO_JOBS, name), "utf8");
    const same = await isSame(text);
    if (same !== undefined) accepted++;
    expect([name, same ?? true]).toEqual([name, true]);
    const { text: toml } = await convertFio({ name, text }, hostWith());
    expect(() => Bun.TOML.parse(toml)).not.toThrow();
  }
  expect(accepted).toBeGreaterThan(8);
});

test("a job in order has no distribution: fio passes over it, TOML would refuse it", async () => {
  const global = "[global]\nrandom_distribution=zipf:1.2\nsize=1m\n";
  const text = `${global}[a]\nrw=write\n[b]\nrw=randread\n[c]\nrandom_distribution=normal:5\n`;
  expect(await isSame(text)).toBe(true);
  const toml = await converted(text);
  expect(toml.match(/random_distribution = "random"/g)).toHaveLength(2);
});
