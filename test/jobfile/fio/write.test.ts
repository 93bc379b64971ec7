/** Job files in TOML as fio's: that they mean the same, and what fio has no word for. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { UserError } from "../../../src/base/errors.ts";
import type { Option } from "../../../src/base/option.ts";
import { EXAMPLE } from "../../../src/cli/example.ts";
import { convertFio } from "../../../src/jobfile/fio/convert.ts";
import type { Host } from "../../../src/jobfile/fio/host.ts";
import { readFioJobs } from "../../../src/jobfile/fio/read.ts";
import { convertToml } from "../../../src/jobfile/fio/write.ts";
import { readJobs } from "../../../src/jobfile/read.ts";
import { OPTIONS } from "../../../src/options/options.ts";
import { NOT_OF_FIO } from "../../../src/options/spelling.ts";
import { plan } from "../../../src/plan/plan.ts";
import { file, hostWith } from "./helpers.ts";
import { iniText } from "./random.ts";

const source = (text: string) => ({ name: "a.toml", text });

async function written(text: string, host: Host = hostWith()): Promise<string> {
  return (await convertToml(source(text), host)).text;
}

type Jobs = Awaited<ReturnType<typeof readJobs>>["jobs"];

/** What is planned, whatever engine fathom chooses where none was named. */
async function plans(jobs: Jobs): Promise<unknown> {
  const named = jobs.map((job) => {
    const engine = job.spec.ioengine ?? (job.spec.iodepth > 1 ? "io_uring" : "psync");
    return { ...job, spec: { ...job.spec, ioengine: engine } };
  });
  const planned = await plan(named);
  return [planned.jobs, planned.problems.map(({ message }) => message)];
}

/** Whether the file of fio's plans what the TOML does; undefined for one that is refused. */
async function isSame(text: string, change = (ini: string) => ini): Promise<boolean | undefined> {
  const host = hostWith();
  const original = await readJobs([source(text)], [], host.memory);
  if (original.problems.length > 0) return undefined;
  const { text: ini, lost } = await convertToml(source(text), host);
  if (lost.length > 0) return false;
  const copy = await readFioJobs([file(change(ini))], host);
  if (copy.problems.length > 0) return false;
  return Bun.deepEquals(await plans(copy.jobs), await plans(original.jobs));
}

test("it is the file that one would have written for fio", async () => {
  const text = `# readers and a log
[global]
ioengine = "libaio"
direct = true
runtime = "1m30s"
# of one device

[job.reader]            # many
rw = "randread"
bs = { read = "4k", write = "64k" }
filename = ["/tmp/a:1", "/tmp/b"]
percentile_list = [50, 99.9]
warmup = false

[job."the global log"]
stonewall = true
size = "25%"
time_based = false
`;
  expect(await written(text)).toBe(`; readers and a log
[global]
ioengine=libaio
direct=1
runtime=90s

; of one device
[reader]
rw=randread
bs=4k,64k,4k
filename=/tmp/a\\:1:/tmp/b
percentile_list=50:99.9
; not carried over: warmup = false (fio has no such option)

[the global log]
stonewall=1
size=25%
time_based=0
`);
});

test("what fio cannot say stands as a comment, and is told", async () => {
  const text = `[job.a]
readonly = true
rw = "read"
description = "one; two"
startdelay = "100ns"
`;
  const { text: ini, lost } = await convertToml(source(text), hostWith());
  expect(ini.split("\n").filter((line) => line.startsWith("; not carried over"))).toEqual([
    "; not carried over: readonly = true (fio has --readonly, for the whole run)",
    '; not carried over: description = "one; two" (fio has no way to write that value)',
    '; not carried over: startdelay = "100ns" (fio has no way to write that value)',
  ]);
  expect(lost.map((line) => line.split(":")[2])).toEqual([
    " readonly",
    " description",
    " startdelay",
  ]);
});

test("names that a header cannot have are written below it", async () => {
  const host = hostWith({}, ["/dev/x"]);
  const ini = await written('[job.globe]\n[job."global one"]\n[job."/dev/x"]\n', host);
  expect(ini).toContain("[globe]\n\n[job-2]\nname=global one\n");
  expect(ini).toContain("\n\n[job-3]\nname=/dev/x\n");
});

test("an engine that fathom chooses is named", async () => {
  expect(await written("[job.a]\n[job.b]\niodepth = 8\n")).toContain(
    "[a]\n\n[b]\n; what fathom takes at that depth\nioengine=io_uring\niodepth=8\n",
  );
});

test("a mistake in the file is told, and nothing written", async () => {
  expect(convertToml(source("[job.a]\nbs = 4kb\n"), hostWith())).rejects.toThrow(UserError);
  expect(convertToml(source('[job.a]\nbs = "4x"\n'), hostWith())).rejects.toThrow(UserError);
});

test("the example of the program plans the same", async () => {
  expect(await isSame(EXAMPLE)).toBe(true);
  expect(await isSame(EXAMPLE, (ini) => ini.replace("iodepth=32", "iodepth=16"))).toBe(false);
});

test("a random TOML file and fio's plan the same", async () => {
  let compared = 0;
  const look = async (text: string): Promise<void> => {
    const host = hostWith();
    const { problems, jobs } = await readFioJobs([file(text)], host);
    if (problems.length > 0 || jobs.length === 0) return;
    const { text: toml } = await convertFio({ name: "a.fio", text }, host);
    const same = await isSame(toml);
    if (same !== undefined) compared++;
    expect([toml, same ?? true]).toEqual([toml, true]);
  };
  await fc.assert(fc.asyncProperty(iniText(false), look), { seed: 11, numRuns: 250 });
  expect(compared).toBeGreaterThan(60);
});

/** Every option by itself with values that its own text can say. */
const entries = Object.entries(OPTIONS).filter(
  ([name]) => !NOT_OF_FIO.has(name) && name !== "name",
);

test("every option's default can be written for fio, where it has one", async () => {
  for (const [name, option] of entries as [string, Option<unknown>][]) {
    const { fallback } = option;
    if (fallback === undefined || (Array.isArray(fallback) && fallback.length === 0)) continue;
    const plain =
      typeof fallback === "boolean" || Array.isArray(fallback) || option.fio === "integer";
    const value = plain ? JSON.stringify(fallback) : JSON.stringify(option.format(fallback));
    const { lost, text } = await convertToml(source(`[job.a]\n${name} = ${value}\n`), hostWith());
    expect([name, text, lost]).toEqual([name, text, []]);
  }
});

test("where a k is 1000, sizes are written in bytes, and the plan is the same", async () => {
  const a = '[global]\nkb_base = 1000\nsize = "4k"\n[job.a]\nbs = "2KiB"\n';
  const text = `${a}[job.b]\nkb_base = 1024\nbs = "2k"\n`;
  const ini = await written(text);
  expect(ini).toContain("kb_base=1000\nsize=4096\n");
  expect(ini).toContain("bs=2048\n");
  expect(ini).toContain("kb_base=1024\nbs=2k\n");
  expect(await isSame(text)).toBe(true);
});
