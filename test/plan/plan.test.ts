import { describe, expect, test } from "bun:test";
import { mkdirSync, statfsSync, writeFileSync } from "node:fs";
import { plan } from "../../src/plan/plan.ts";
import {
  type Build,
  bs,
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

describe("space", () => {
  test("is summed over the files of a file system, each file once", async () => {
    const messages = await problemsIn((t) => {
      const { bavail, bsize } = statfsSync(t);
      const size = Math.floor((bavail * bsize * 0.6) / 4096) * 4096;
      return [
        { filename: [`${t}/a`], size, numjobs: 2 },
        { filename: [`${t}/b`], rw: "write", size },
        { filename: [file(`${t}/c`, 8192)] },
      ];
    });
    expect(messages).toEqual([
      expect.stringMatching(/^size: 2 files need .* more, and .* are free/),
    ]);
  });

  test("of clones that share a file is needed once", async () => {
    const messages = await problemsIn((t) => {
      const { bavail, bsize } = statfsSync(t);
      const size = Math.floor((bavail * bsize * 0.6) / 4096) * 4096;
      return [{ filename: [`${t}/a`], size, numjobs: 2 }];
    });
    expect(messages).toEqual([]);
  });

  test("is needed for what a writer sets aside, or else for what it can write", async () => {
    const huge = { rw: "randwrite", size: 2 ** 52, io_size: MIB } as const;
    expect(await problemsIn((t) => [{ directory: [t], ...huge }])).toHaveLength(1);
    const sparse = await problemsIn((t) => [{ directory: [t], ...huge, fallocate: "none" }]);
    expect(sparse).toEqual([]);
    const again = { ...huge, fallocate: "none", time_based: true, runtime: 1e9 } as const;
    expect(await problemsIn((t) => [{ directory: [t], ...again }])).toHaveLength(1);
    const units = { rw: "randwrite", size: 2 ** 52, number_ios: 5, fallocate: "truncate" } as const;
    expect(await problemsIn((t) => [{ directory: [t], ...units }])).toEqual([]);
  });

  test("is not needed by a file that is there", async () => {
    const there: Build = (t) => [{ filename: [file(`${t}/f`, 2 ** 43)], rw: "randwrite" }];
    expect(await problemsIn(there)).toEqual([]);
  });
});

describe("memory and descriptors", () => {
  test("buffers larger than what is available are refused with depth and block", async () => {
    const job = { ioengine: "null", size: 2 ** 50, bs: bs(2 ** 30), iodepth: 4096 } as const;
    const { problems } = await plan([inputOf(job)], environmentOf());
    expect(problems.map(({ option, message }) => `${option}: ${message}`)).toEqual([
      expect.stringMatching(
        /^iodepth: iodepth × bs is 4096 × 1 GiB of buffers, and .* of memory are available/,
      ),
    ]);
  });

  test("jobs of one stage are summed, stages are not", async () => {
    const available = 4 * 2 ** 30;
    await inDirectory(async (root) => {
      mkdirSync(`${root}/proc/self`, { recursive: true });
      writeFileSync(`${root}/proc/meminfo`, `MemAvailable: ${available / 1024} kB\n`);
      const roots = { sys: "/sys", proc: `${root}/proc`, dev: "/dev" };
      const environment = environmentOf(ENGINES, { roots });
      const job = (stonewall: boolean) =>
        inputOf({ ioengine: "null", size: 2 ** 40, bs: bs(2 ** 30), iodepth: 3, stonewall });
      expect((await plan([job(false), job(false)], environment)).problems).toHaveLength(1);
      expect((await plan([job(false), job(true)], environment)).problems).toEqual([]);
    });
  });

  test("more files than the process may open are refused", async () => {
    await inDirectory(async (root) => {
      mkdirSync(`${root}/self`);
      writeFileSync(`${root}/self/limits`, "Max open files    1024    4096   files\n");
      const environment = environmentOf(ENGINES, {
        roots: { sys: "/sys", proc: root, dev: "/dev" },
      });
      const jobs = (nrfiles: number) => [
        inputOf({ directory: [root], size: 2000 * 4096, nrfiles }),
      ];
      expect((await plan(jobs(1000), environment)).problems).toEqual([]);
      expect(
        (await plan(jobs(1020), environment)).problems.map(
          ({ option, message }) => `${option}: ${message}`,
        ),
      ).toEqual([
        "nrfiles: 1038 files would be open at once, and this process may have 1024; raise " +
          "that with ulimit -n, or use fewer",
      ]);
    });
  });
});

describe("a job's plan", () => {
  test("numbers, groups and stages all clones", async () => {
    const { jobs, inputs, stages, groups } = await planIn((t) => [
      { directory: [t], size: MIB, numjobs: 2 },
      { directory: [t], size: MIB, stonewall: true },
    ]);
    expect(jobs.map(({ index, clone, stage, group }) => [index, clone, stage, group])).toEqual([
      [0, 0, 0, 0],
      [1, 1, 0, 0],
      [2, 0, 1, 1],
    ]);
    expect(inputs).toEqual([0, 0, 1]);
    expect(stages).toEqual([
      { name: "job0", jobs: [0, 1] },
      { name: "job1", jobs: [2] },
    ]);
    expect(groups).toEqual(stages);
  });

  test("an engine without files needs a size and nothing else", async () => {
    const { jobs, problems } = await planIn(() => [
      { ioengine: "null", size: 2 ** 40, rw: "randwrite", filename: ["/nowhere/at/all"] },
    ]);
    expect(problems).toEqual([]);
    expect(jobs[0]?.targets).toEqual([
      {
        path: "/nowhere/at/all",
        kind: "none",
        exists: false,
        size: 0,
        offset: 0,
        length: 2 ** 40,
        layout: 0,
      },
    ]);
    expect(await problemsIn(() => [{ ioengine: "null" }])).toEqual([
      'size: needed, because this engine works on no file; write one, such as size = "1g"',
    ]);
  });

  test("buffers hold the largest block that carries data, in whole pages", async () => {
    const block = { read: 512, write: 5000, trim: MIB };
    const buffers = async (written: Written) =>
      (await planIn(() => [{ ioengine: "null", size: 2 * MIB, bs: block, ...written }])).jobs[0]
        ?.bufferBytes;
    expect(await buffers({ rw: "read" })).toBe(4096);
    expect(await buffers({ rw: "rw" })).toBe(8192);
    expect(await buffers({ rw: "trim" })).toBe(4096);
  });

  test("the engine's own options have their fallbacks, and what was written on top", async () => {
    const option = {
      group: "engine",
      metavar: "",
      summary: "",
      parse: () => 0,
      format: String,
      schema: {},
    };
    const engine = {
      ...engineOf("special"),
      options: { a: { ...option, fallback: 1 }, b: { ...option, fallback: 2 } },
    };
    const job = {
      ...inputOf({ ioengine: "special", size: MIB, directory: ["/tmp"] }),
      engineOptions: { b: 7 },
    };
    const { jobs } = await plan([job], environmentOf([engine]));
    expect(jobs[0]?.engineOptions).toEqual({ a: 1, b: 7 });
  });

  test("readonly refuses whatever changes something, and no reader", async () => {
    const of = (rw: Written["rw"]) =>
      problemsIn((t) => [{ directory: [t], size: MIB, rw, readonly: true }]);
    expect(await of("randread")).toEqual([]);
    for (const rw of ["write", "randwrite", "rw", "randrw", "trim", "randtrim"] as const) {
      expect((await of(rw))[0]).toStartWith(`rw: ${rw} changes what is stored`);
    }
  });

  test("direct I/O wants whole sectors of blocks, alignments and starts", async () => {
    expect(
      await problemsIn((t) => [
        { directory: [t], size: MIB, direct: true, bs: bs(1000), offset: 100 },
        { directory: [t], size: MIB, direct: true, rw: "randread", blockalign: bs(100) },
        { directory: [t], size: MIB, direct: false, bs: bs(1000), offset: 100 },
      ]),
    ).toEqual([
      expect.stringMatching(
        /^bs: a read of 1000 bytes is not a multiple of (512|4096) bytes, the logical sector that /,
      ),
      expect.stringMatching(/^offset: a start at 100 bytes is not/),
      expect.stringMatching(/^blockalign: an alignment of 100 bytes is not/),
    ]);
  });
});
