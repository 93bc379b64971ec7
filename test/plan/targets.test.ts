import { describe, expect, test } from "bun:test";
import { symlinkSync } from "node:fs";
import { join } from "node:path";
import { showProblem } from "../../src/base/problem.ts";
import { plan } from "../../src/plan/plan.ts";
import {
  type Build,
  ENGINES,
  engineOf,
  environmentOf,
  file,
  inDirectory,
  inputOf,
  planIn,
  problemsIn,
  type Written,
} from "./support.ts";

const MIB = 1 << 20;

describe("a reader's file", () => {
  test("is laid out when it is not there, and left alone when it is", async () => {
    const { jobs, problems } = await planIn((t) => [
      { directory: [t], size: MIB },
      { filename: [file(`${t}/f`, MIB)], size: 8192, offset: 4096 },
    ]);
    expect(problems).toEqual([]);
    expect(jobs.map(({ targets }) => targets)).toEqual([
      [
        {
          path: "/t/job0.0.0",
          kind: "regular",
          exists: false,
          size: 0,
          offset: 0,
          length: MIB,
          layout: MIB,
        },
      ],
      [
        {
          path: "/t/f",
          kind: "regular",
          exists: true,
          size: MIB,
          offset: 4096,
          length: 8192,
          layout: 0,
        },
      ],
    ]);
  });

  test("that is short is refused, and extended only where overwrite was written", async () => {
    const short: Build = (t) => [{ filename: [file(`${t}/f`, 4096)], size: MIB, rw: "randrw" }];
    expect(await problemsIn(short)).toEqual([
      "size: /t/f has 4 KiB of the 1 MiB this job reaches; use a smaller size, or overwrite " +
        "= true to have it extended",
    ]);
    const { jobs, problems } = await planIn((t) => [{ ...short(t)[0], overwrite: true }]);
    expect(problems).toEqual([]);
    expect(jobs[0]?.targets[0]?.layout).toBe(MIB);
    expect(await problemsIn((t) => [{ ...short(t)[0], overwrite: false }])).toHaveLength(1);
  });

  test("that an earlier job has extended is long enough for those after it", async () => {
    const { jobs, problems } = await planIn((t) => [
      { filename: [file(`${t}/f`, 4096)], rw: "write", size: MIB, overwrite: true },
      { filename: [`${t}/f`], size: MIB },
    ]);
    expect(problems).toEqual([]);
    expect(jobs.map(({ targets: [target] }) => target?.layout)).toEqual([MIB, MIB]);
  });

  test("reaches to the end of its region, not only its length", async () => {
    const { jobs } = await planIn((t) => [{ directory: [t], size: MIB, offset: 8192 }]);
    expect(jobs[0]?.targets[0]?.layout).toBe(MIB + 8192);
  });

  test("needs no layout when a job of an earlier stage writes it", async () => {
    const writer = (t: string) => ({ filename: [`${t}/f`], rw: "write", size: MIB }) as const;
    const { jobs, problems } = await planIn((t) => [
      writer(t),
      { filename: [`${t}/f`], rw: "randread", stonewall: true },
      { filename: [`${t}/f`], size: 2 * MIB },
    ]);
    expect(problems).toEqual([]);
    expect(jobs.map(({ targets: [target] }) => [target?.length, target?.layout])).toEqual([
      [MIB, 0],
      [MIB, 0],
      [2 * MIB, 2 * MIB],
    ]);
  });

  test("is laid out when its writer runs beside it or after it", async () => {
    const beside = await planIn((t) => [
      { filename: [`${t}/f`], rw: "write", size: MIB },
      { filename: [`${t}/f`] },
    ]);
    expect(beside.jobs.map(({ targets: [target] }) => target?.layout)).toEqual([0, MIB]);
    const after = await planIn((t) => [
      { filename: [`${t}/f`], size: MIB },
      { filename: [`${t}/f`], rw: "write", size: MIB, stonewall: true },
    ]);
    expect(after.jobs.map(({ targets: [target] }) => target?.layout)).toEqual([MIB, 0]);
  });

  test("shared by clones is laid out for all, under whatever name they have for it", async () => {
    const { jobs, problems } = await planIn((t) => {
      symlinkSync(t, join(t, "here"));
      return [
        { filename: [`${t}/f`], size: MIB, numjobs: 2 },
        { filename: [`${t}/here/f`], size: MIB },
      ];
    });
    expect(problems).toEqual([]);
    expect(jobs.map(({ targets: [target] }) => target?.layout)).toEqual([MIB, MIB, MIB]);
  });
});

describe("a writer's file", () => {
  test("is neither laid out nor refused when it is short", async () => {
    const { jobs, problems } = await planIn((t) => [
      { filename: [file(`${t}/f`, 4096)], rw: "write", size: MIB },
      { directory: [t], rw: "randwrite", size: MIB },
    ]);
    expect(problems).toEqual([]);
    expect(jobs.map(({ targets: [target] }) => target?.layout)).toEqual([0, 0]);
  });

  test("is laid out for overwrite, for create_only, and for a trim", async () => {
    const { jobs } = await planIn((t) => [
      { directory: [t], rw: "write", size: MIB, overwrite: true },
      { directory: [t], rw: "write", size: MIB, create_only: true },
      { directory: [t], rw: "trim", size: MIB },
    ]);
    expect(jobs.map(({ targets: [target] }) => target?.layout)).toEqual([MIB, MIB, MIB]);
  });
});

describe("a file that cannot be used", () => {
  const cases: readonly (readonly [string, (t: string) => Written, string])[] = [
    [
      "missing, without a size",
      (t) => ({ filename: [`${t}/f`] }),
      "size: needed, because /t/f does not exist",
    ],
    [
      "in a directory that is missing",
      (t) => ({ directory: [`${t}/no`], size: MIB }),
      "directory: the directory /t/no does not exist; make it first",
    ],
    [
      "in a file",
      (t) => ({ directory: [file(`${t}/f`, 1)], size: MIB }),
      "directory: no file can be made in /t/f: is not a directory",
    ],
    [
      "below a file",
      (t) => ({ filename: [`${file(`${t}/f`, 1)}/x/y`], size: MIB }),
      "filename: no file can be made in /t/f/x: ENOTDIR (not a directory)",
    ],
    [
      "a directory",
      (t) => ({ filename: [t], size: MIB }),
      "filename: /t is a directory; name a file in it, or set directory",
    ],
    [
      "a device that is missing",
      () => ({ filename: ["/dev/nvme77n1"], size: MIB, rw: "write" }),
      "filename: there is no device /dev/nvme77n1, and a plain file is not made in /dev",
    ],
    [
      "missing where filetype wants a device",
      (t) => ({ filename: [`${t}/f`], filetype: "block" }),
      'filename: /t/f does not exist, and filetype = "block" wants a device',
    ],
    [
      "other than filetype says",
      (t) => ({ filename: [file(`${t}/f`, MIB)], filetype: "char" }),
      'filename: /t/f is a regular file, and filetype = "char" says otherwise',
    ],
    [
      "larger than its file system",
      (t) => ({ directory: [t], size: 2 ** 52 }),
      "size: /t/job0.0.0 needs 4 PiB more, and ",
    ],
    [
      "a device without a size of its own",
      () => ({ filename: ["/dev/zero"] }),
      "size: needed, because /dev/zero has no size of its own",
    ],
    [
      "a trim of what cannot be trimmed",
      () => ({ filename: ["/dev/zero"], rw: "trim", size: MIB }),
      "filename: /dev/zero is a character device, which cannot be trimmed",
    ],
  ];
  test.each(cases)("%s", async (_, job, problem) => {
    expect(await problemsIn((t) => [job(t)])).toEqual([expect.stringContaining(problem)]);
  });

  test("a pipe, unless the engine can work on one", async () => {
    const pipe = engineOf("sockets", { traits: { pipe: true } });
    await inDirectory(async (t) => {
      Bun.spawnSync(["mkfifo", `${t}/p`]);
      const job = (ioengine: string) => inputOf({ filename: [`${t}/p`], size: MIB, ioengine });
      const environment = environmentOf([...ENGINES, pipe]);
      const refused = await plan([job("psync")], environment);
      expect(refused.problems.map(({ message }) => message)).toEqual([
        `${t}/p is a pipe, and this engine works on files and devices only`,
      ]);
      expect((await plan([job("sockets")], environment)).problems).toEqual([]);
    });
  });

  test("all of them are reported at once, each at its place", async () => {
    const { problems } = await planIn((t) => [
      { filename: [t, `${t}/no/f`], size: MIB, rw: "write", readonly: true },
      { directory: [t] },
    ]);
    expect(problems.map((problem) => showProblem(problem).slice(0, 60))).toEqual([
      "jobs.toml:5:1: rw: write changes what is stored, and readonl",
      "jobs.toml:3:1: filename: /t is a directory; name a file in i",
      "jobs.toml:3:1: filename: the directory /t/no does not exist;",
      "jobs.toml:1:1: size: needed, because /t/job1.0.0 does not ex",
    ]);
  });

  test("a thousand clones say it once", async () => {
    const { problems } = await planIn((t) => [{ directory: [t], numjobs: 1000 }]);
    expect(problems).toHaveLength(1);
  });
});
