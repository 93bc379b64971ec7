/** Where fio's ways differ: the same plan asked with fio's profile. */
import { expect, test } from "bun:test";
import { plan } from "../../src/plan/plan.ts";
import { FIO, NATIVE, type Profile } from "../../src/plan/profile.ts";
import { recordServer } from "./recorded.ts";
import {
  engineOf,
  environmentOf,
  file,
  inDirectory,
  inputOf,
  recordedMachine,
  type Written,
} from "./support.ts";

const ENGINES = [engineOf("psync", { synchronous: true }), engineOf("io_uring")];

async function onFile(bytes: number, written: Written, profile: Profile) {
  return await inDirectory(async (root) => {
    const filename = [file(`${root}/f`, bytes)];
    return await plan([inputOf({ filename, ...written })], environmentOf(ENGINES), profile);
  });
}

/** A plan of one job on a device of the recorded server that carries a partition table. */
async function onDevice(written: Written, profile: Profile) {
  return await inDirectory(async (root) => {
    const table = new Uint8Array(1024);
    table.set(Buffer.from("EFI PART"), 512);
    recordServer(root, { sdb: table });
    const job = inputOf({ filename: [`${root}/dev/sdb`], ...written });
    return await plan([job], recordedMachine(root), profile);
  });
}

test("no ioengine is psync at any depth, with a note that the depth has no effect", async () => {
  const deep = { iodepth: 32 };
  const { jobs, messages } = await onFile(1 << 20, deep, FIO);
  expect([jobs[0]!.engine, jobs[0]!.depth]).toEqual(["psync", 1]);
  expect(messages.map(({ code }) => code)).toEqual(["synchronous_depth"]);
  expect((await onFile(1 << 20, deep, NATIVE)).jobs[0]!.engine).toBe("io_uring");
});

test("a named engine is taken as natively", async () => {
  const { jobs } = await onFile(1 << 20, { ioengine: "io_uring", iodepth: 4 }, FIO);
  expect([jobs[0]!.engine, jobs[0]!.depth]).toEqual(["io_uring", 4]);
});

test("a reader extends a file that is too short", async () => {
  const long = { rw: "read", size: 1 << 20 } as const;
  const { jobs, problems } = await onFile(4096, long, FIO);
  expect([problems, jobs[0]!.targets[0]!.layout]).toEqual([[], 1 << 20]);
  expect((await onFile(4096, long, NATIVE)).problems.length).toBe(1);
});

test("what a device carries is said, and no reason to refuse", async () => {
  const { problems, messages } = await onDevice({ rw: "write", numjobs: 2 }, FIO);
  expect(problems).toEqual([]);
  expect(messages.map(({ code, severity }) => [code, severity])).toEqual([
    ["device_carries", "warning"],
  ]);
  expect(messages[0]!.text).toContain("carries a GPT partition table");
  expect((await onDevice({ rw: "write" }, NATIVE)).problems.length).toBe(1);
});

test("a reader is told nothing of it", async () => {
  expect((await onDevice({ rw: "read" }, FIO)).messages).toEqual([]);
});

test("a device in use is refused all the same", async () => {
  await inDirectory(async (root) => {
    recordServer(root, {});
    const job = inputOf({ filename: [`${root}/dev/sda2`], rw: "write" });
    const { problems } = await plan([job], recordedMachine(root), FIO);
    expect(problems.map(({ message }) => message)).toEqual([
      expect.stringContaining("is in use as swap"),
    ]);
  });
});

test("a size that a device has no room for is all of the device", async () => {
  const { jobs, problems } = await onDevice({ rw: "read", size: 2 ** 50, offset: 4096 }, FIO);
  expect(problems).toEqual([]);
  const { offset, length, size } = jobs[0]!.targets[0]!;
  expect(offset + length).toBe(size);
  expect(jobs[0]!.passBytes).toBe(length);
  expect((await onDevice({ rw: "read", size: 2 ** 50 }, NATIVE)).problems.length).toBe(1);
});

test("a start beyond the end of a device is refused", async () => {
  const { problems } = await onDevice({ rw: "read", offset: 2 ** 50 }, FIO);
  expect(problems.map(({ message }) => message)).toEqual([
    expect.stringContaining("lies beyond the end"),
  ]);
});

test("a file name that begins with / stands below the directory", async () => {
  await inDirectory(async (root) => {
    const job = inputOf({ filename: ["/f"], directory: [root], rw: "write", size: 1 << 20 });
    const { jobs, problems } = await plan([job], environmentOf(ENGINES), FIO);
    expect(problems).toEqual([]);
    expect(jobs[0]!.targets[0]!.path).toBe(`${root}//f`);
    expect((await plan([job], environmentOf(ENGINES), NATIVE)).problems.length).toBe(1);
  });
});
