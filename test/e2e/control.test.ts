/** Jobs that wait for each other, end each other, and go on after errors or do not. */
import { beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { closeSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { O } from "../../ffi/constants.ts";
import { fathom, run } from "../support/binary.ts";
import { Ground, lacking, MIB, sh } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("control");
const cwd = ground.root;

const GLOBAL = `[global]\nioengine = "null"\nsize = "1m"\ntime_based = true\nwarmup = false\n`;

test("wait_for starts a job when the last clone of the other has ended (row 15)", async () => {
  const { exit, document } = await run(`${GLOBAL}
[job.first]
runtime = "300ms"
numjobs = 2
[job.beside]
runtime = "100ms"
[job.second]
wait_for = "first"
runtime = "100ms"
[job.third]
wait_for = "second"
runtime = "100ms"
`);
  expect(exit).toBe(0);
  const start = (name: string): number =>
    Math.max(...document.jobs.filter((job) => job.name === name).map((job) => job.start_ns!));
  expect(start("beside") - start("first")).toBeLessThan(200e6);
  expect(start("second") - start("first")).toBeGreaterThan(299e6);
  expect(start("third") - start("second")).toBeGreaterThan(99e6);
  expect(document.jobs.every(({ read }) => read.ios > 0)).toBe(true);
});

describe("exitall ends with the first job (row 51)", () => {
  test.each([
    ["group", ["runtime", "exitall", "runtime", "runtime"]],
    ["stonewall", ["runtime", "exitall", "exitall", "runtime"]],
    ["all", ["runtime", "exitall", "exitall", "not_started"]],
  ])("those that exit_what = %s names", async (what, stopped) => {
    const { exit, document } = await run(`${GLOBAL}exitall = true\nexit_what = "${what}"
[job.short]
runtime = "200ms"
[job.long]
runtime = "20s"
[job.other]
new_group = true
runtime = "600ms"
[job.later]
stonewall = true
runtime = "100ms"
`);
    expect(exit).toBe(0);
    expect(document.jobs.map((job) => job.stopped)).toEqual(stopped as never);
  });
});

const noMount = lacking("root", "mount");
test.skipIf(noMount !== "")(
  `exitall_on_error ends the others when the job that has it fails (row 51)${noMount}`,
  async () => {
    const point = ground.memory("full", "size=1m");
    const text = (size: number): string => `${GLOBAL}
[job.writes]
filename = "${ground.path("full/file")}"
ioengine = "psync"
rw = "write"
fallocate = "none"
time_based = false
exitall_on_error = true
exit_what = "all"
[job.long]
runtime = "${size === 1 ? "300ms" : "20s"}"
`;
    const well = await run(text(1), { cwd });
    expect(well.exit).toBe(0);
    expect(well.document.jobs.map((job) => job.stopped)).toEqual(["bytes", "runtime"]);
    // All holes: what is behind them does not fit beside the other file.
    rmSync(`${point}/file`);
    writeFileSync(`${point}/other`, "x".repeat(2 ** 19));
    writeFileSync(`${point}/file`, "");
    truncateSync(`${point}/file`, 2 ** 20);
    const full = await run(text(2), { cwd });
    expect(full.exit).toBe(1);
    expect(full.document.jobs.map((job) => job.stopped)).toEqual(["error", "exitall"]);
  },
);

/** A pipe that is open and never answers. */
async function withPipe(name: string, body: (path: string) => Promise<void>): Promise<void> {
  const path = ground.path(name);
  sh("mkfifo", path);
  const fd = openSync(path, O.RDWR);
  try {
    await body(path);
  } finally {
    closeSync(fd);
  }
}

test("a job whose read never comes back is named with its file and given up (row 22)", async () => {
  await withPipe("silent", async (path) => {
    const { exit, document, err } = await run(
      `[job.hangs]
filename = "${path}"
rw = "read"
size = "1m"
bs = "8k"
ioengine = "sync"
runtime = "100ms"
stuck_timeout = "500ms"
[job.other]
ioengine = "null"
size = "1m"
`,
      { cwd },
    );
    expect(exit).toBe(1);
    const [hangs, other] = document.jobs;
    expect(hangs).toMatchObject({
      stopped: "error",
      error: { call: "read", subject: path, length_bytes: 8192 },
    });
    const text = `it is stuck in read ${path}, 8192 bytes: its runtime was over, and nothing came`;
    expect(err).toContain(text);
    expect(other).toMatchObject({ stopped: "bytes", error: null });
  });
});

const noLoop = lacking("root", "losetup");
describe.skipIf(noLoop !== "")(`errors that a job survives (rows 75 to 77)${noLoop}`, () => {
  /** A disk of which the second half is broken: its 8 blocks of 64k are EIO. */
  let broken = "";
  beforeAll(() => {
    broken = ground.loop("backing", MIB);
    truncateSync(ground.path("backing"), MIB / 2);
  });
  const works = (...words: readonly string[]) =>
    run([`--filename=${broken}`, "--bs=64k", "--direct=true", ...words], { cwd });
  const EIO = { first_error: 5, first_error_text: "EIO (input/output error)" };

  test.each(["psync", "io_uring", "libaio"])(
    "continue_on_error = read counts the EIO of reads, and the job succeeds, with %s",
    async (engine) => {
      const { exit, document } = await works(
        "--continue_on_error=read",
        `--ioengine=${engine}`,
        "--iodepth=4",
        "--loops=2",
      );
      const [job] = document.jobs;
      expect(job).toMatchObject({ stopped: "bytes", error: null });
      expect(job!.errors).toEqual({ total_err: 16, ...EIO });
      expect(job!.read).toMatchObject({ ios: 16, failed_ios: 16, bytes: MIB });
      expect(exit).toBe(0);
    },
  );

  test.each([
    ["--continue_on_error=write", 0],
    ["--continue_on_error=verify", 0],
    ["--ignore_error=ENOSPC:122", 1],
    ["--ignore_error=,EIO", 0],
    ["--continue_on_error=none", undefined],
  ])("the EIO of a read ends a job with %s", async (words, count) => {
    const { exit, document } = await works(words);
    expect(exit).toBe(1);
    const [job] = document.jobs;
    expect(job).toMatchObject({ stopped: "error", error: { errno: 5, offset_bytes: MIB / 2 } });
    expect(job!.errors?.total_err).toBe(count);
  });

  test("error_dump shows what is survived, and fio's outputs count it", async () => {
    const words = [`--filename=${broken}`, "--bs=64k", "--direct=1", "--name=j", "--rw=read"];
    const more = ["--continue_on_error=all", "--error_dump=1", "--ioengine=psync"];
    const json = await fathom(["fio", ...words, ...more, "--output-format=json"], { cwd });
    expect(json.exit).toBe(0);
    expect(JSON.parse(json.out).jobs[0]).toMatchObject({ error: 5, total_err: 8, first_error: 5 });
    expect(json.err.match(/read \S+ at offset \d+, 65536 bytes: EIO/g)).toHaveLength(8);
    const normal = await fathom(["fio", ...words, ...more], { cwd });
    expect(normal.out).toContain("     errors    : total=8, first_error=5/<EIO");
  });
});

test.skipIf(noMount !== "")(
  `ENOSPC ends a job with fill_device well whatever is survived, and another only if not${noMount}`,
  async () => {
    const point = ground.memory("filled", "size=1m");
    const fills = async (...words: readonly string[]) => {
      const path = `${point}/file`;
      writeFileSync(path, "");
      truncateSync(path, 2 * MIB);
      const flags = [`--filename=${path}`, "--rw=write", "--bs=64k", "--ioengine=psync"];
      return await run([...flags, ...words], { cwd });
    };
    for (const words of ["--continue_on_error=write", "--ignore_error=,ENOSPC"]) {
      const { exit, document } = await fills("--fill_device", words);
      expect(document.jobs[0]).toMatchObject({ stopped: "full", errors: { total_err: 0 } });
      expect(exit).toBe(0);
    }
    const over = await fills("--ignore_error=,ENOSPC");
    expect(over.document.jobs[0]).toMatchObject({ stopped: "bytes", errors: { first_error: 28 } });
    expect(over.document.jobs[0]!.errors!.total_err).toBe(16);
    expect(over.exit).toBe(0);
    const counted = await fills("--continue_on_error=write");
    expect(counted.document.jobs[0]).toMatchObject({ stopped: "error", errors: { total_err: 1 } });
    expect(counted.exit).toBe(1);
  },
);

test("continue_on_error = verify only counts the blocks that are wrong", async () => {
  const words = ["--filename=checked", "--size=64k", "--bs=4k", "--verify=crc32c", "--name=c"];
  expect((await run([...words, "--rw=write", "--do_verify=false"], { cwd })).exit).toBe(0);
  const path = ground.path("checked");
  const bytes = readFileSync(path);
  for (const block of [3, 7]) bytes[block * 4096 + 1000]! ^= 1;
  writeFileSync(path, bytes);
  const failed = await run([...words, "--rw=read"], { cwd });
  expect(failed.exit).toBe(1);
  for (const more of [[], ["--verify_fatal"]]) {
    const flags = [...words, "--rw=read", "--continue_on_error=verify", ...more];
    const { exit, document } = await run(flags, { cwd });
    expect(document.jobs[0]).toMatchObject({
      stopped: "bytes",
      error: null,
      errors: { total_err: 2, first_error: 84 },
      read: { ios: 16 },
    });
    expect(exit).toBe(0);
  }
});
