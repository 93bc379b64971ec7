/** Row 67: the I/O scheduler of the devices of a job, on loop devices of this test. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fathom, run, start, until } from "../support/binary.ts";
import { Ground, LOOP_NEEDS, lacking, MIB } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("ioscheduler");
const missing = lacking(...LOOP_NEEDS);
const there = test.skipIf(missing !== "");
const loop = missing === "" ? ground.loop("disk", 8 * MIB) : "/dev/loop-none";
const queue = `/sys/block/${basename(loop)}/queue/scheduler`;
const current = (): string => /\[(.+)\]/.exec(readFileSync(queue, "utf8"))![1]!;
const before = missing === "" ? current() : "";
afterAll(() => {
  if (missing === "") writeFileSync(queue, before);
});
const other = before === "none" ? "mq-deadline" : "none";

const WORK = "--rw=randread --time_based --runtime=20s";
const WORDS = `--filename=${loop} ${WORK} --ioscheduler=${other}`;

there(`a job has its scheduler, and the device its own after it${missing}`, async () => {
  const job = start(["run", ...WORDS.split(" "), "--numjobs=2"]);
  await until("the scheduler to be switched", () => current() === other || !job.alive);
  job.signal("SIGINT");
  expect((await job.ended).exit).toBe(130);
  expect(current()).toBe(before);
});

there(`it is put back when a second signal ends everything at once${missing}`, async () => {
  const job = start(["run", ...WORDS.split(" "), "--exec_postrun=sleep 5"], { cwd: ground.root });
  await until("the scheduler to be switched", () => current() === other || !job.alive);
  await Bun.sleep(300);
  job.signal("SIGINT");
  await Bun.sleep(100);
  job.signal("SIGINT");
  expect((await job.ended).exit).toBe(130);
  expect(current()).toBe(before);
});

there(`one that the kernel does not have fails the job, and no other${missing}`, async () => {
  const { exit, document } = await run(
    `[job.bad]
     filename = "${loop}"
     ioscheduler = "abacus"
     number_ios = 5
     [job.good]
     ioengine = "null"
     size = "1m"`,
  );
  expect(exit).toBe(1);
  const [bad, good] = document.jobs;
  expect(bad!.error).toMatchObject({ call: "iosched_switch", errno: 22 });
  expect(bad!.error!.text).toContain("mq-deadline");
  expect(good!.error).toBeNull();
  expect(current()).toBe(before);
});

there(`jobs that run together agree on it${missing}`, async () => {
  const job = (name: string): string =>
    `[job.${name}]\nfilename = "${loop}"\nioscheduler = "${name}"\n`;
  const { exit, err } = await fathom(["check", "-"], { stdin: job("none") + job("bfq") });
  expect([exit, err]).toEqual([
    2,
    expect.stringContaining("job none sets the same device to none"),
  ]);
});

test("a file that is on no device has no scheduler", async () => {
  const words = "check --filename=/dev/shm/fathom-none --size=1m --ioscheduler=none".split(" ");
  const { exit, err } = await fathom(words);
  expect([exit, err]).toEqual([2, expect.stringContaining("no device with a scheduler")]);
});
