/** Jobs that wait for each other, end each other, and go on after errors or do not. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { closeSync, openSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { O } from "../../ffi/constants.ts";
import { run } from "../support/binary.ts";
import { Ground, lacking, sh } from "../support/ground.ts";

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
