/** Row 71: the shell commands around a job. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { fathom, run, start, until } from "../support/binary.ts";
import { Ground } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("commands");
const said = (cwd: string, file: string): string => readFileSync(`${cwd}/${file}`, "utf8");

test("prerun comes before the work and postrun after it, each with a file", async () => {
  const cwd = ground.directory("order");
  const { exit, document } = await run(
    `[job.j]
     filename = "f"
     size = "64k"
     rw = "write"
     exec_prerun = "od -An -tx1 -N2 f; stat -c %s f; echo trouble >&2"
     exec_postrun = "stat -c %s f; exit 3"
     buffer_pattern = "0xab"`,
    { cwd },
  );
  expect(exit).toBe(0);
  expect(said(cwd, "j.prerun.txt")).toContain("trouble");
  expect(said(cwd, "j.prerun.txt")).not.toContain("ab ab");
  expect(said(cwd, "j.postrun.txt")).toBe("65536\n");
  const texts = document.messages.map(({ text }) => text);
  expect(texts).toContain("the output of exec_prerun is in j.prerun.txt");
  expect(texts).toContain("exec_postrun ended with 3; what it said is in j.postrun.txt");
  expect(document.jobs[0]!.write.ios).toBe(16);
});

test("a prerun that fails fails its job, and no other", async () => {
  const cwd = ground.directory("fails");
  const { exit, document } = await run(
    `[global]
     ioengine = "null"
     size = "1m"
     [job.good]
     [job.bad]
     exec_prerun = "echo no; exit 7"
     exec_postrun = "true"`,
    { cwd },
  );
  expect(exit).toBe(1);
  const [good, bad] = document.jobs;
  expect(good!.error).toBeNull();
  expect(bad!.error).toMatchObject({ call: "exec_prerun" });
  expect(bad!.error!.text).toContain("ended with 7; what it said is in bad.prerun.txt");
  expect(said(cwd, "bad.prerun.txt")).toBe("no\n");
  expect(existsSync(`${cwd}/bad.postrun.txt`)).toBe(false);
});

test("a job that is told to end ends its prerun, with what that has started", async () => {
  const cwd = ground.directory("told");
  const words = ["run", "--ioengine=null", "--size=1m", "--name=j"];
  const job = start([...words, "--exec_prerun=echo $$; sleep 1234; true"], { cwd });
  const file = `${cwd}/j.prerun.txt`;
  await until("the command to run", () => existsSync(file) && said(cwd, "j.prerun.txt") !== "");
  job.signal("SIGINT");
  expect((await job.ended).exit).toBe(130);
  const shell = said(cwd, "j.prerun.txt").trim();
  expect(existsSync(`/proc/${shell}`)).toBe(false);
});

test("under fathom fio each clone has its files in the current directory", async () => {
  const cwd = ground.directory("clones");
  const words = "fio --name=c --ioengine=null --size=1m --numjobs=2 --exec_postrun=pwd";
  expect((await fathom(words.split(" "), { cwd })).exit).toBe(0);
  expect(said(cwd, "c.postrun.txt")).toBe(`${cwd}\n`);
  expect(said(cwd, "c.1.postrun.txt")).toBe(`${cwd}\n`);
});
