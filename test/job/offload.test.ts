/** io_submit_mode = offload: the memory between the threads, and real threads at work. */
import { afterAll, afterEach, expect, test } from "bun:test";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { monotonicClock, monotonicSecond } from "../../ffi/clock.ts";
import { allocate, allocateShared, free, PAGE, view } from "../../ffi/memory.ts";
import { FSYNC, READ, SYNC, WRITE } from "../../src/base/direction.ts";
import { SystemError } from "../../src/base/errors.ts";
import { Units } from "../../src/io/units.ts";
import { JobControl } from "../../src/job/control.ts";
import type { JobPlan } from "../../src/job/jobplan.ts";
import { Offload, startOffload } from "../../src/job/offload.ts";
import { OffloadBlock, offloadBytes, UNIT } from "../../src/job/offloadblock.ts";
import { readJobs } from "../../src/jobfile/read.ts";
import { plan } from "../../src/plan/plan.ts";
import { OffloadThreads } from "../../src/run/offload.ts";

const MAIN = new URL("../../src/main.ts", import.meta.url).href;
const folder = mkdtempSync(join(tmpdir(), "fathom-offload-"));
const file = join(folder, "data");
writeFileSync(
  file,
  Uint8Array.from({ length: 16 * PAGE }, (_, at) => at / PAGE),
);
afterAll(() => rmSync(folder, { recursive: true }));

const undo: (() => void)[] = [];
afterEach(() => {
  for (const step of undo.splice(0).reverse()) step();
});

/** asm-generic/errno-base.h. */
const EBADF = 9;

const epoch = monotonicSecond();
const now = monotonicClock(epoch);

async function planned(engine: string, depth: number): Promise<JobPlan> {
  const text = `
    [job.a]
    ioengine = "${engine}"
    filename = "${file}"
    size = "64k"
    rw = "randrw"
    iodepth = ${depth}
    io_submit_mode = "offload"`;
  const { jobs, problems } = await readJobs([{ name: "jobs.toml", text }], []);
  expect(problems).toEqual([]);
  const { jobs: plans, problems: found } = await plan(jobs);
  expect(found).toEqual([]);
  return plans[0]!;
}

interface Rig {
  readonly offload: Offload;
  readonly units: Units;
  readonly threads: OffloadThreads;
  readonly memory: Uint8Array;
}

/** The threads of a job, up, and its side of them. */
async function rig(engine: string, depth: number): Promise<Rig> {
  const job = await planned(engine, depth);
  expect(job).toMatchObject({ synchronous: false, depth });
  const threads = new OffloadThreads(MAIN, job, { epoch, calibration: undefined, timeAddress: 0 });
  const base = allocate(depth * PAGE);
  const units = new Units(depth);
  for (let row = 0; row < depth; row++) units.address[row] = base + row * PAGE;
  const descriptor = openSync(file, "r+");
  const block = new OffloadBlock(threads.address, depth, 1);
  const files = Int32Array.of(descriptor);
  const buffers = { base, bytes: PAGE };
  // This thread is the main one as well, which starts them: it may not sleep until they are up.
  block.open(base, PAGE, files);
  while (block.up < depth) await Bun.sleep(5);
  const control = new JobControl(new Int32Array(16), 0);
  const offload = startOffload(block, { units, files, buffers, now }, control);
  undo.push(() => {
    offload.close();
    closeSync(descriptor);
    free(base, depth * PAGE);
  });
  return { offload, units, threads, memory: new Uint8Array(view(base, depth * PAGE)) };
}

function put(units: Units, row: number, direction: number, offset: number): void {
  units.direction[row] = direction;
  units.kind[row] = direction === SYNC ? FSYNC : 0;
  units.file[row] = 0;
  units.offset[row] = offset;
  units.length[row] = direction === SYNC ? 0 : PAGE;
  units.startedAt[row] = now();
}

test.each(["psync", "pvsync", "pvsync2", "io_uring", "libaio"])(
  "threads with %s do what is handed over, into the rows' own buffers",
  async (engine) => {
    const { offload, units, memory } = await rig(engine, 3);
    for (const round of [0, 1, 2, 3]) {
      for (const row of [0, 1, 2]) {
        put(units, row, READ, (round * 3 + row) * PAGE);
        offload.queue(row);
      }
      offload.commit();
      expect(offload.getevents(3, 3, now() + 5e9)).toBe(3);
      expect([...units.completed].sort()).toEqual([0, 1, 2]);
      for (const row of [0, 1, 2]) {
        expect(units.result[row]).toBe(PAGE);
        expect(memory[row * PAGE]).toBe(round * 3 + row);
        expect(memory[row * PAGE + PAGE - 1]).toBe(round * 3 + row);
        expect(units.issuedAt[row]!).toBeGreaterThanOrEqual(units.startedAt[row]!);
        expect(units.finishedAt[row]!).toBeGreaterThanOrEqual(units.issuedAt[row]!);
        expect(units.finishedAt[row]!).toBeLessThanOrEqual(now());
      }
    }
  },
);

test("writes, syncs and what a call refuses come back as results", async () => {
  const { offload, units, memory, threads } = await rig("psync", 2);
  memory.fill(200, 0, PAGE);
  put(units, 0, WRITE, 15 * PAGE);
  put(units, 1, SYNC, 0);
  offload.queue(0);
  offload.queue(1);
  offload.commit();
  expect(offload.getevents(2, 2, now() + 5e9)).toBe(2);
  expect([...units.result]).toEqual([PAGE, 0]);
  expect(new Uint8Array(await Bun.file(file).arrayBuffer())[15 * PAGE]).toBe(200);
  // The descriptor is the job's at the time: the rotation of files changes it.
  const closed = new Offload(new OffloadBlock(threads.address, 2, 1), {
    units,
    files: Int32Array.of(-1),
    buffers: { base: 0, bytes: PAGE },
    now,
  });
  put(units, 0, READ, 0);
  closed.queue(0);
  closed.commit();
  expect(closed.getevents(1, 1, now() + 5e9)).toBe(1);
  expect(units.result[0]).toBe(-EBADF);
});

test("what the threads use is counted from when it is said to", async () => {
  const { offload, units } = await rig("psync", 2);
  const work = (count: number): void => {
    for (let i = 0; i < count; i++) {
      put(units, 0, READ, 0);
      offload.queue(0);
      offload.commit();
      offload.getevents(1, 1, now() + 5e9);
    }
  };
  work(300);
  const { userNs, systemNs, voluntarySwitches } = offload.usage();
  expect(userNs + systemNs).toBeGreaterThan(300 * 300);
  expect(voluntarySwitches).toBeGreaterThan(1);
  offload.measured();
  const anew = offload.usage();
  expect(anew.userNs + anew.systemNs).toBeLessThan(userNs + systemNs);
  expect(anew.voluntarySwitches).toBeLessThan(voluntarySwitches);
});

/** A job's side without threads; the test does what they would. */
function alone(depth: number): { block: OffloadBlock; offload: Offload; units: Units } {
  const bytes = offloadBytes(depth, 1);
  const address = allocateShared(bytes);
  undo.push(() => free(address, bytes));
  const block = new OffloadBlock(address, depth, 1);
  const units = new Units(depth);
  const buffers = { base: 0, bytes: PAGE };
  return {
    block,
    units,
    offload: new Offload(block, { units, files: new Int32Array(1), buffers, now }),
  };
}

test("what is done comes out once, in the order in which it was done, at most as asked", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.nat(15), { minLength: 1, maxLength: 16 }),
      fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 16, maxLength: 16 }),
      (rows, bites) => {
        const { block, units, offload } = alone(16);
        for (const row of rows) {
          put(units, row, READ, row * PAGE);
          offload.queue(row);
        }
        offload.commit();
        for (const row of rows) {
          expect(block.awaitTurn(row)).toBe(UNIT);
          block.done(row);
        }
        const seen: number[] = [];
        for (const most of bites) {
          const count = offload.getevents(0, most, 0);
          expect(count).toBe(Math.min(most, rows.length - seen.length));
          seen.push(...units.completed.slice(0, count));
        }
        expect(seen).toEqual(rows);
      },
    ),
    { numRuns: 50 },
  );
});

test("a wait ends at its time, with what there is by then", () => {
  const { block, offload } = alone(4);
  block.done(2);
  const before = now();
  expect(offload.getevents(3, 4, before + 20e6)).toBe(1);
  expect(now() - before).toBeGreaterThanOrEqual(20e6);
  expect(now() - before).toBeLessThan(2e9);
});

test("the first failure of a thread is the job's, with its call and its hint", () => {
  const { block } = alone(2);
  block.fail(new SystemError("io_uring_setup", "", 12, "ENOMEM (no memory)", "raise it"));
  block.fail(new Error("the second one"));
  const job = new JobControl(new Int32Array(16), 0);
  const parts = {
    units: new Units(2),
    files: new Int32Array(1),
    buffers: { base: 0, bytes: 0 },
    now,
  };
  expect(() => startOffload(block, parts, job)).toThrow(
    new SystemError("io_uring_setup", "", 12, "ENOMEM (no memory)", "raise it"),
  );
});

test("threads that are told to end before there is a job return", () => {
  const { block } = alone(1);
  block.end();
  expect(block.awaitOpen()).toBe(false);
  block.leave();
  block.awaitLeft();
});
