/** What the options about files make of a plan: which files, how large, laid out or not. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, symlinkSync } from "node:fs";
import { file, planIn, problemsIn } from "./support.ts";

const K = 1024;
const MIB = K * K;

describe("opendir", () => {
  test("is every regular file below, by name; links and others are left alone", async () => {
    const { jobs, problems } = await planIn((t) => {
      mkdirSync(`${t}/d/b/c`, { recursive: true });
      for (const name of ["d/z", "d/a", "d/b/y", "d/b/c/x"]) file(`${t}/${name}`, 8 * K);
      file(`${t}/outside`, 8 * K);
      symlinkSync(`${t}/outside`, `${t}/d/link`);
      symlinkSync(`${t}/d`, `${t}/d/loop`);
      Bun.spawnSync(["mkfifo", `${t}/d/pipe`]);
      return [{ opendir: `${t}/d/` }];
    });
    expect(problems).toEqual([]);
    const paths = jobs[0]!.targets.map(({ path }) => path);
    expect(paths).toEqual(["/t/d/a", "/t/d/z", "/t/d/b/y", "/t/d/b/c/x"]);
    expect(jobs[0]!.passBytes).toBe(32 * K);
  });

  test("leaves files without room for a block out, and says so", async () => {
    const { jobs, problems, messages } = await planIn((t) => {
      mkdirSync(`${t}/d`);
      file(`${t}/d/large`, 8 * K);
      file(`${t}/d/small`, 100);
      file(`${t}/d/none`, 0);
      return [{ opendir: `${t}/d`, filename: [file(`${t}/named`, 4 * K)] }];
    });
    expect(problems).toEqual([]);
    expect(jobs[0]!.targets.map(({ path }) => path)).toEqual(["/t/named", "/t/d/large"]);
    expect(messages.map(({ text }) => text)).toEqual([
      "2 of the 3 files below /t/d have no room for a block of 4 KiB, and are left out",
    ]);
  });

  test("of a directory that is empty or not there is a problem", async () => {
    const problems = await problemsIn((t) => {
      mkdirSync(`${t}/d`);
      file(`${t}/f`, 4 * K);
      return [{ opendir: `${t}/d` }, { opendir: `${t}/no` }, { opendir: `${t}/f` }];
    });
    expect(problems).toEqual([
      "opendir: there is no regular file below /t/d; name another directory",
      "opendir: /t/no cannot be listed: ENOENT (no such file or directory)",
      "opendir: /t/f cannot be listed: ENOTDIR (not a directory)",
    ]);
  });
});

describe("a range of filesize", () => {
  const range = { least: 4 * K, most: MIB };

  // Sizes of the files that fio 3.33 makes for the same job.
  test("gives the files the sizes that fio draws, the same whatever the job does", async () => {
    const { jobs, problems } = await planIn(() => [
      { filesize: range, nrfiles: 6, rw: "read" },
      { filesize: range, nrfiles: 6, rw: "write" },
    ]);
    expect(problems).toEqual([]);
    const lengths = jobs.map(({ targets }) => targets.map(({ length }) => length));
    expect(lengths[0]).toEqual([151552, 327680, 311296, 937984, 806912, 540672]);
    expect(lengths[1]).not.toEqual(lengths[0]);
    expect(jobs[0]!.targets.map(({ layout }) => layout)).toEqual(lengths[0]!);
  });

  test("leaves a file alone that has a size in it, and draws nothing for it", async () => {
    const { jobs } = await planIn((t) => [
      { filename: [file(`${t}/in`, 500_000), `${t}/new`], filesize: range, rw: "write" },
    ]);
    expect(jobs[0]!.targets.map(({ length }) => length)).toEqual([500_000, 151552]);
  });

  test("takes its draws from the system where randrepeat is off", async () => {
    const draw = async () =>
      (await planIn(() => [{ filesize: range, nrfiles: 8, randrepeat: false }])).jobs[0]!.targets;
    expect(await draw()).not.toEqual(await draw());
  });
});

describe("file_append", () => {
  test("begins behind the end of what is there, and at 0 of what is not", async () => {
    const { jobs, problems } = await planIn((t) => [
      {
        filename: [file(`${t}/f`, 12 * K), `${t}/new`],
        file_append: true,
        rw: "write",
        size: 64 * K,
        numjobs: 2,
      },
    ]);
    expect(problems).toEqual([]);
    for (const { targets } of jobs) {
      expect(targets).toMatchObject([
        { path: "/t/f", offset: 12 * K, length: 32 * K },
        { path: "/t/new", offset: 0, length: 32 * K },
      ]);
    }
  });

  test("begins behind what an earlier stage writes", async () => {
    const { jobs } = await planIn((t) => [
      { filename: [`${t}/f`], rw: "write", size: 64 * K },
      { filename: [`${t}/f`], rw: "write", size: 4 * K, file_append: true, stonewall: true },
    ]);
    expect(jobs[1]!.targets[0]).toMatchObject({ offset: 64 * K, length: 4 * K });
  });

  test("without a size has nothing to do", async () => {
    expect(
      await problemsIn((t) => [
        { filename: [file(`${t}/f`, 8 * K)], file_append: true, rw: "write" },
      ]),
    ).toEqual([
      'size: behind the end of /t/f there is nothing yet; write a size, such as size = "1g"',
    ]);
  });
});

describe("making files", () => {
  test("allow_file_create = false wants files that are there, or written before", async () => {
    const problems = await problemsIn((t) => [
      { filename: [`${t}/f`], rw: "write", size: MIB },
      { filename: [`${t}/f`], size: MIB, allow_file_create: false, stonewall: true },
      { filename: [`${t}/g`], size: MIB, allow_file_create: false },
    ]);
    expect(problems).toEqual([
      "filename: /t/g does not exist, and allow_file_create = false forbids to make it",
    ]);
  });

  test("create_on_open has no layout, which a reader needs", async () => {
    const { jobs, problems } = await planIn((t) => [
      { directory: [t], rw: "write", size: MIB, overwrite: true, create_on_open: true },
      { directory: [t], rw: "randrw", size: MIB, create_on_open: true },
      { filename: [file(`${t}/f`, MIB)], size: MIB, create_on_open: true },
    ]);
    expect(jobs.map(({ targets }) => targets[0]!.layout)).toEqual([0, 0, 0]);
    expect(problems.map(({ option, message }) => `${option}: ${message}`)).toEqual([
      "create_on_open: /t/job1.0.0 has not the 1 MiB that this job reaches, and with " +
        "create_on_open there is no layout; leave it out, or make the file first",
    ]);
  });

  test("write_barrier is told to do nothing", async () => {
    const { messages, problems } = await planIn(() => [
      { rw: "write", size: MIB, write_barrier: 8, numjobs: 2 },
    ]);
    expect(problems).toEqual([]);
    expect(messages.map(({ code, text }) => `${code}: ${text}`)).toEqual([
      "no_write_barriers: write_barrier = 8 does nothing: Linux has no barriers; fsync = 8 " +
        "orders writes",
    ]);
  });
});
