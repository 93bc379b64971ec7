import { afterAll, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { O } from "../../ffi/constants.ts";
import { readJobs } from "../../src/jobfile/read.ts";
import { plan } from "../../src/plan/plan.ts";
import { Coordinator } from "../../src/run/coordinator.ts";

const MAIN = new URL("../../src/main.ts", import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), "fathom-barrier-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("a job that stands still before it is ready is given up, and the others run", async () => {
  const pipe = join(folder, "pipe");
  expect(Bun.spawnSync(["mkfifo", pipe]).exitCode).toBe(0);
  const text = `
    [job.stuck]
    filename = "${pipe}"
    ioengine = "sync"
    size = "4k"
    [job.free]
    ioengine = "null"
    size = "1m"
    number_ios = 5`;
  const { jobs, problems } = await readJobs([{ name: "jobs.toml", text }], []);
  expect(problems).toEqual([]);
  const planned = await plan(jobs);
  expect(planned.problems).toEqual([]);
  const run = new Coordinator(planned.jobs, MAIN, [], 500);
  await run.run();
  // Nobody writes to the pipe, so its open never returned; this lets the thread go.
  closeSync(openSync(pipe, O.RDWR));
  expect(run.ends[0]).toMatchObject({
    kind: "failure",
    failure: { message: "the job did not get ready: it stood still for 0.5 s" },
  });
  expect(run.ends[1]).toMatchObject({ kind: "outcome", outcome: { stopped: "number_ios" } });
});
