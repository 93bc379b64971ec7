/** Rows 31, 32 and 40: the CPUs of a job, the nodes of its memory, its nice value and name. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { fathom, type Running, run, start, until } from "../support/binary.ts";
import { Ground } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("prologue");
const cwd = ground.root;
const root = process.getuid?.() === 0;
const NODES = "/sys/devices/system/node/online";

interface Task {
  readonly name: string;
  readonly cpus: string;
  readonly nice: number;
  /** Policies of its memory, as /proc names them. */
  readonly policies: ReadonlySet<string>;
}

function tasks(pid: number): Task[] {
  return readdirSync(`/proc/${pid}/task`).map((id) => {
    const read = (file: string): string => readFileSync(`/proc/${pid}/task/${id}/${file}`, "utf8");
    const maps = readdirSync(`/proc/${pid}`).includes("numa_maps") ? read("numa_maps") : "";
    return {
      name: read("comm").trim(),
      cpus: /^Cpus_allowed_list:\s*(.+)$/m.exec(read("status"))![1]!,
      nice: Number(
        read("stat")
          .replace(/^.*\) /s, "")
          .split(" ")[16],
      ),
      policies: new Set(maps.split("\n").map((line) => line.split(" ")[1] ?? "")),
    };
  });
}

const WORK = "--ioengine=null --size=1g --bs=4k --time_based --runtime=20s --rate_iops=1000";

/** Waits until the threads of that name are as they should be, and ends the jobs. */
async function becomes(
  name: string,
  words: string,
  isSo: (found: readonly Task[]) => boolean,
): Promise<void> {
  const job: Running = start(["run", ...`${WORK} ${words}`.split(" ")], { cwd });
  try {
    const what = `threads called ${name} to be as asked for: ${words}`;
    await until(what, () => isSo(tasks(job.pid).filter((task) => task.name === name)));
  } finally {
    job.signal("SIGINT");
    await job.ended;
  }
}

test("cpus_allowed and cpumask bind the job, comm names its thread", async () => {
  await becomes("bound", "--cpus_allowed=0 --comm=bound", ([one]) => one?.cpus === "0");
  await becomes("masked", "--cpumask=1 --name=masked", ([one]) => one?.cpus === "0");
});

test.skipIf(navigator.hardwareConcurrency < 2)("split gives each clone one CPU", async () => {
  const words = "--name=part --numjobs=3 --cpus_allowed=0-1 --cpus_allowed_policy=split";
  const wanted = (found: readonly Task[]): boolean =>
    found
      .map(({ cpus }) => cpus)
      .sort()
      .join() === "0,0,1";
  await becomes("part", words, wanted);
});

test.skipIf(!root)("nice is the thread's own", async () => {
  await becomes("kind", "--name=kind --nice=7", ([one]) => one?.nice === 7);
  await becomes("rude", "--name=rude --nice=-3", ([one]) => one?.nice === -3);
});

const nodes = await Bun.file(NODES).exists();
test.skipIf(!nodes)("numa_cpu_nodes and numa_mem_policy are the thread's", async () => {
  const words = "--name=placed --numa_cpu_nodes=0 --numa_mem_policy=bind:0";
  const list = readFileSync("/sys/devices/system/node/node0/cpulist", "utf8").trim();
  const isSo = (one: Task | undefined) => one?.cpus === list && one.policies.has("bind:0");
  await becomes("placed", words, ([one]) => isSo(one));
});

test.skipIf(root)("a nice value that is not permitted fails the job", async () => {
  const { exit, err } = await fathom(["run", ..."--ioengine=null --size=1m --nice=-5".split(" ")]);
  expect([exit, err]).toEqual([1, expect.stringContaining("setpriority nice -5")]);
});

test("CPUs and nodes that are not there are refused before anything runs", async () => {
  const words = "run --ioengine=null --size=1m".split(" ");
  const cpu = await fathom([...words, "--cpus_allowed=0,1000"], { cwd });
  expect([cpu.exit, cpu.err]).toEqual([2, expect.stringContaining("there is no CPU 1000 on this")]);
  const both = await fathom([...words, "--cpus_allowed=0", "--cpumask=1"], { cwd });
  expect(both.err).toContain("cpus_allowed and cpumask both say which CPUs");
  const policy = await fathom([...words, "--numa_mem_policy=prefer:0,1"], { cwd });
  expect(policy.err).toContain("one node can be preferred");
});

test("the report says what was asked for", async () => {
  const { document } = await run(
    "[job.a]\nioengine='null'\nsize='1m'\ncpus_allowed=[0]\nnuma_mem_policy='local'",
    { cwd },
  );
  expect(document.jobs[0]!.options).toMatchObject({ cpus_allowed: "0", numa_mem_policy: "local" });
});
