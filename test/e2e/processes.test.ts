/** Rows 17, 21, 28 and 30: jobs in processes of their own. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { constants } from "node:os";
import { fathom, type Reported, run, start, until } from "../support/binary.ts";
import { Ground, MIB } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("processes");
const cwd = ground.root;
const root = process.getuid?.() === 0;

interface Child {
  readonly pid: number;
  readonly name: string;
  readonly status: string;
}

function children(parent: number): Child[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const status = readFileSync(`/proc/${pid}/status`, "utf8");
      const is = (line: string): string => new RegExp(`^${line}:\\s*(.+)$`, "m").exec(status)![1]!;
      return Number(is("PPid")) === parent ? [{ pid: Number(pid), name: is("Name"), status }] : [];
    } catch {
      return [];
    }
  });
}

function signal(pid: number, name: string): void {
  process.kill(pid, constants.signals[name as NodeJS.Signals]);
}

test("a process does what a thread does, to the last unit", async () => {
  ground.file("f", MIB);
  const words = "--filename=f --rw=randrw --numjobs=2 --iodepth=4 --ioengine=io_uring".split(" ");
  const [threads, processes] = [
    await run([...words, "--thread=1"], { cwd }),
    await run([...words, "--thread=0"], { cwd }),
  ];
  const counts = ({ document }: Reported): unknown =>
    document.jobs.map(({ read, write, stopped }) => [read.ios, read.bytes, write.bytes, stopped]);
  expect(processes.exit).toBe(0);
  expect(counts(processes)).toEqual(counts(threads));
  expect(processes.document.jobs[0]!.read.clat_ns!.count).toBeGreaterThan(0);
});

/** Those that end a process which handles none of them. */
const SIGNALS = `SIGHUP SIGINT SIGQUIT SIGILL SIGTRAP SIGABRT SIGBUS SIGFPE SIGKILL SIGUSR1 SIGSEGV
  SIGUSR2 SIGALRM SIGTERM SIGSYS`.split(/\s+/);

test("a job that a signal ends is reported with it, and the others go on", async () => {
  const words = "--ioengine=null --size=1g --time_based --runtime=25s --rate_iops=500 --thread=0";
  const args = ["run", "--output-format=json", ...words.split(" "), "--numjobs=16", "--warmup=0"];
  const job = start(args, { cwd, timeoutMs: 50_000 });
  await until("16 processes", () => children(job.pid).length === 16 || !job.alive);
  await Bun.sleep(1000);
  const all = children(job.pid);
  for (const [index, name] of SIGNALS.entries()) signal(all[index]!.pid, name);
  await until("those to be gone", () => children(job.pid).length === 1);
  await Bun.sleep(300);
  job.signal("SIGINT");
  const { exit, out } = await job.ended;
  expect(exit).toBe(130);
  const { jobs } = JSON.parse(out) as Reported["document"];
  const texts = jobs.flatMap(({ error }) => (error === null ? [] : [error.text]));
  expect(texts).toHaveLength(SIGNALS.length);
  for (const name of SIGNALS) expect(texts.join()).toContain(`was ended by ${name}`);
  expect(jobs.find(({ error }) => error === null)!.stopped).toBe("signal");
});

test("a job that is stopped for a while goes on, and ends", async () => {
  const words = "--ioengine=null --size=1g --number_ios=600 --rate_iops=500 --thread=0";
  const job = start(["run", "--output-format=json", ...words.split(" ")], { cwd });
  await until("the process", () => children(job.pid).length === 1 || !job.alive);
  const [{ pid }] = children(job.pid) as [Child];
  await Bun.sleep(300);
  signal(pid, "SIGSTOP");
  await Bun.sleep(500);
  expect(/^State:\s+T/m.test(readFileSync(`/proc/${pid}/status`, "utf8"))).toBe(true);
  signal(pid, "SIGCONT");
  const { exit, out } = await job.ended;
  expect(exit).toBe(0);
  const [one] = (JSON.parse(out) as Reported["document"]).jobs;
  expect([one!.read.ios, one!.error]).toEqual([600, null]);
});

test("no job outlives a fathom that is killed", async () => {
  const words = "--ioengine=null --size=1g --time_based --runtime=25s --thread=0 --numjobs=2";
  const job = start(["run", ...words.split(" ")], { cwd });
  await until("the processes", () => children(job.pid).length === 2 || !job.alive);
  await Bun.sleep(500);
  const pids = children(job.pid).map(({ pid }) => pid);
  job.signal("SIGKILL");
  await job.ended;
  const state = (pid: number): string => {
    try {
      return readFileSync(`/proc/${pid}/comm`, "utf8");
    } catch {
      return "";
    }
  };
  await until("them to be gone", () => pids.every((pid) => state(pid) === ""));
});

test.skipIf(!root)("uid and gid are those of the job alone", async () => {
  const shared = ground.directory("shared");
  Bun.spawnSync(["chmod", "711", cwd]);
  Bun.spawnSync(["chmod", "777", shared]);
  const { exit, document } = await run(
    `[job.other]
     uid = 12345
     gid = 23456
     filename = "${shared}/theirs"
     size = "64k"
     rw = "write"
     create_serialize = false
     [job.own]
     filename = "${shared}/mine"
     size = "64k"
     rw = "write"`,
    { cwd },
  );
  expect(document.jobs.map(({ error }) => error)).toEqual([null, null]);
  expect(exit).toBe(0);
  const { uid, gid } = statSync(`${shared}/theirs`);
  expect([uid, gid]).toEqual([12345, 23456]);
  expect(statSync(`${shared}/mine`).uid).toBe(0);
});

test("fathom fio runs thread=0 in processes, as fio does", async () => {
  const words = "fio --name=p --ioengine=null --size=1m --numjobs=2 --thread=0".split(" ");
  const { exit, out } = await fathom(words, { cwd });
  expect(exit).toBe(0);
  expect(out).toContain("Starting 2 processes");
  const one = await fathom([...words, "--numjobs=1"], { cwd });
  expect(one.out).toContain("Starting 1 process\n");
});
