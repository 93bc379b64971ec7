/** Job files of fio at the command line: converted, planned and run. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { fathom } from "../support/binary.ts";
import { Ground } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("convert");
const cwd = ground.root;

writeFileSync(
  ground.path("old.fio"),
  "; from long ago\n[global]\nioengine=null\nsize=1m\nbs=4KiB\n" +
    "[a]\nrw=write\n[b]\nstonewall\nrw=read\n",
);
writeFileSync(ground.path("part.fio"), "[a]\nioengine=null\nss=bw:1%\nsize=1m\n");
const TOML = `# from long ago
[global]
ioengine = "null"
size     = "1m"
bs       = "4kB"

[job.a]
rw = "write"

[job.b]
stonewall = true
rw        = "read"
`;

test("convert prints the TOML alone, or writes it where it is told", async () => {
  const whole = { exit: 0, out: TOML, err: "" };
  expect(await fathom(["convert", "old.fio"], { cwd })).toMatchObject(whole);
  const stdin = readFileSync(ground.path("old.fio"), "utf8");
  expect(await fathom(["convert", "-"], { cwd, stdin })).toMatchObject(whole);
  const written = await fathom(["convert", "old.fio", "--output", "new.toml"], { cwd });
  expect(written).toMatchObject({ exit: 0, out: "", err: "" });
  expect(readFileSync(ground.path("new.toml"), "utf8")).toBe(TOML);
});

test("convert says on stderr what it could not carry over", async () => {
  const { exit, out, err } = await fathom(["convert", "part.fio"], { cwd });
  expect(exit).toBe(0);
  expect(out).toContain("# not carried over: ss=bw:1% (is not implemented yet)\n");
  expect(err).toBe(
    "part.fio:3: ss: is not implemented yet\n" +
      "fathom: 1 option was not carried over; a comment stands where it was\n",
  );
});

test("convert of what is no job file ends with its places and exit 2", async () => {
  const { exit, out, err } = await fathom(["convert", "-"], { cwd, stdin: "rw=read\n" });
  expect({ exit, out }).toEqual({ exit: 2, out: "" });
  expect(err).toStartWith("(standard input):1:1: an option stands in a section");
  expect((await fathom(["convert", "none.fio"], { cwd })).exit).toBe(2);
});

test("a job file of fio is planned and run as it is, beside one in TOML", async () => {
  writeFileSync(ground.path("new.toml"), '[job.c]\nioengine = "null"\nsize = "1m"\n');
  const plan = await fathom(["check", "old.fio", "new.toml"], { cwd });
  expect(plan.exit).toBe(0);
  expect(plan.out).toContain("old.fio:5");
  const ran = await fathom(["run", "new.toml", "old.fio", "--output-format=json"], { cwd });
  expect(ran.exit).toBe(0);
  const { jobs } = JSON.parse(ran.out) as { jobs: { name: string; write: { bytes: number } }[] };
  expect(jobs.map(({ name }) => name)).toEqual(["c", "a", "b"]);
  // 262 whole blocks of 4000 bytes, and what is left of 1 MiB.
  expect(jobs[1]?.write.bytes).toBeGreaterThanOrEqual(262 * 4000);
});

test("a job file of fio with mistakes is refused whole", async () => {
  const { exit, out, err } = await fathom(["run", "part.fio"], { cwd });
  expect({ exit, out }).toEqual({ exit: 2, out: "" });
  expect(err).toStartWith("part.fio:3:1: ss: is not implemented yet\n3 | ss=bw:1%\n");
});

test("--to fio writes a file that fathom fio takes, and says what it left out", async () => {
  const toml = '[job.a]\nioengine = "null"\nsize = "1m"\nbs = "4kB"\nwarmup = false\n';
  const { exit, out, err } = await fathom(["convert", "--to", "fio", "-"], { stdin: toml });
  expect(exit).toBe(0);
  expect(out).toContain("[a]\nioengine=null\nsize=1m\nbs=4000\n; not carried over: warmup");
  expect(err).toContain("1 option was not carried over");
  const run = await fathom(["fio", "--output-format=json", "-"], { stdin: out });
  expect(JSON.parse(run.out).jobs[0].read.total_ios).toBe(262);
});
