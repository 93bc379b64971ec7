/** io_submit_mode = offload as a user has it: what is in flight, what a rate does, how it ends. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { documentOf, fathom, run, start, until } from "../support/binary.ts";
import { Ground, lacking } from "../support/ground.ts";

setDefaultTimeout(60_000);

const ground = new Ground("offload");
const cwd = ground.root;
const target = ground.file("target", "x".repeat(2 ** 20));
const WORK = ["--name=a", `--filename=${target}`, "--rw=randread", "--bs=4k", "--ioengine=psync"];
const OFFLOAD = [...WORK, "--io_submit_mode=offload"];

/** Every pread of the target takes 50 ms longer. */
const SLOW = ["strace", "-f", "-qq", "--seccomp-bpf", "-P", target];
const slowed = (log: string): readonly string[] => [
  ...SLOW,
  ...["-o", ground.path(log), "-e", "trace=pread64", "-e", "inject=pread64:delay_enter=50000"],
];

const missing = lacking("strace");
test.skipIf(missing !== "")(`psync has iodepth units in flight${missing}`, async () => {
  const through = slowed("log");
  const { document } = await run([...OFFLOAD, "--iodepth=8", "--number_ios=48"], { cwd, through });
  const { read, elapsed_ns, depth } = document.jobs[0]!;
  expect(read.ios).toBe(48);
  expect(read.bytes).toBe(48 * 4096);
  // Six rounds of 8, where one after the other they would take 2.4 s.
  expect(elapsed_ns).toBeGreaterThan(6 * 50e6);
  expect(elapsed_ns).toBeLessThan(24 * 50e6);
  expect(read.clat_ns!.min).toBeGreaterThan(50e6);
  expect(depth!.counts["8"]).toBe(41);
  const threads = readFileSync(ground.path("log"), "utf8").match(/^\d+(?= +pread64)/gm);
  expect(new Set(threads).size).toBe(8);
});

test.skipIf(missing !== "")(`a rate does not empty the queue${missing}`, async () => {
  const rate = ["--rate_iops=100", "--number_ios=50", "--iodepth=16", "--output-format=json"];
  const took = async (words: readonly string[]): Promise<number> => {
    const { out } = await fathom(["fio", ...words, ...rate], { cwd, through: slowed("rate") });
    return JSON.parse(out).jobs[0].read.runtime;
  };
  // 100 a second of 50 ms each need five at a time.
  expect(await took(OFFLOAD)).toBeLessThan(1_000);
});

test("fio's document has its keys, and the depth that there was", async () => {
  const words = ["fio", ...OFFLOAD, "--iodepth=32", "--output-format=json"];
  const { out, exit } = await fathom(words, { cwd });
  expect(exit).toBe(0);
  const [job] = JSON.parse(out).jobs;
  expect(job.read.total_ios).toBe(256);
  expect(job.iodepth_level["32"]).toBeGreaterThan(80);
  const { slat_ns, clat_ns, lat_ns } = job.read;
  for (const { N } of [slat_ns, clat_ns, lat_ns]) expect(N).toBe(256);
  expect(lat_ns.mean).toBeCloseTo(slat_ns.mean + clat_ns.mean, -1);
});

test("what is verified is right, with overlaps held back", async () => {
  const words = [`--filename=${ground.path("verified")}`, "--size=1m", "--rw=randwrite"];
  const more = ["--iodepth=8", "--verify=crc32c", "--ioengine=psync", "--norandommap"];
  const mode = ["--io_submit_mode=offload", "--serialize_overlap"];
  const { exit, document } = await run([...words, ...more, ...mode], { cwd });
  expect(exit).toBe(0);
  expect(document.jobs[0]!.verification).toMatchObject({ wrong: 0 });
});

/** Threads with the job's name. */
function threadsOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`).filter((id) => {
    const path = `/proc/${pid}/task/${id}/comm`;
    return existsSync(path) && readFileSync(path, "utf8") === "worker-job\n";
  }).length;
}

test("its threads end with each job, and a signal ends them all", async () => {
  const job = `filename = "${target}"\nrw = "randread"\nioengine = "psync"\niodepth = 6\n`;
  const file = ground.file(
    "jobs.toml",
    `[global]\n${job}io_submit_mode = "offload"\n[job.worker-job]\nnumber_ios = 50\n` +
      `[job.second]\nstonewall = true\ntime_based = true\nruntime = "60s"\n`,
  );
  const running = start(["run", "--output-format=json", file], { cwd });
  await until("the first job has its threads", () => threadsOf(running.pid) > 1);
  await until("they have ended", () => threadsOf(running.pid) === 0);
  await Bun.sleep(300);
  running.signal("SIGINT");
  const { exit, out, elapsedMs } = await running.ended;
  expect(exit).toBe(130);
  expect(elapsedMs).toBeLessThan(15_000);
  expect(documentOf(out).jobs[0]!.read.ios).toBe(50);
});

test("what cannot be shared out is refused, and so are threads beyond number", async () => {
  const sync = await fathom(["run", ...OFFLOAD.slice(0, 4), "--ioengine=sync", OFFLOAD.at(-1)!]);
  expect(sync.exit).toBe(2);
  expect(sync.err).toContain("io_submit_mode: sync cannot have several threads at one file");
  const many = await fathom(["run", ...OFFLOAD, "--iodepth=512", "--numjobs=3"]);
  expect(many.exit).toBe(2);
  expect(many.err).toContain("1536 are too many");
});
