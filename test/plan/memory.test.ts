import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Roots } from "../../src/plan/environment.ts";
import { plan } from "../../src/plan/plan.ts";
import { bs, ENGINES, environmentOf, inDirectory, inputOf, type Written } from "./support.ts";

const MIB = 2 ** 20;
const GIB = 2 ** 30;

const DEFAULT_POOL = `MemTotal: 4194304 kB
MemAvailable: 3145728 kB
HugePages_Total:       8
HugePages_Free:        5
HugePages_Rsvd:        2
Hugepagesize:       2048 kB
`;

type Files = Readonly<Record<string, string>>;

/** The plan of jobs on a machine that has these files below /proc and /sys. */
async function planned(files: Files, jobs: (directory: string) => readonly Written[]) {
  return await inDirectory(async (t) => {
    const roots: Roots = { proc: join(t, "proc"), sys: join(t, "sys"), dev: "/dev" };
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(t, name)), { recursive: true });
      writeFileSync(join(t, name), text);
    }
    const inputs = jobs(t).map((job) =>
      inputOf({ filename: [join(t, "f")], rw: "write", size: 16 * MIB, ...job }),
    );
    const made = await plan(inputs, environmentOf(ENGINES, { roots }));
    const said = made.problems.map(({ option, message }) => `${option}: ${message}`);
    const memory = made.jobs.map((job) => job.memory);
    const warned = made.messages.map(({ code }) => code);
    return { memory, warned, said: said.map((text) => text.replaceAll(t, "/t")) };
  });
}

const MEMINFO: Files = { "proc/meminfo": DEFAULT_POOL };

function mem(kind: string, file?: string): Pick<Written, "mem"> {
  return { mem: { kind, file } as never };
}

describe("memory that is not plain", () => {
  test("malloc and mmap are plain, unless aligned or beside locked memory", async () => {
    const { memory } = await planned(MEMINFO, () => [
      mem("malloc"),
      mem("mmap"),
      { iomem_align: 512 },
      { lockmem: MIB },
      mem("mmapshared"),
      mem("shm"),
    ]);
    expect(memory.slice(0, 2)).toEqual([undefined, undefined]);
    expect(memory.slice(2).map((one) => [one?.kind, one?.align, one?.locked, one?.bytes])).toEqual([
      ["mmap", 512, 0, 8192],
      ["mmap", 0, MIB, 4096],
      ["mmapshared", 0, 0, 4096],
      ["shm", 0, 0, 4096],
    ]);
  });

  test("jobs of one path have a file each, and what is no file is refused", async () => {
    const { memory, said } = await planned(MEMINFO, (t) => [
      { ...mem("mmap", `${t}/m`), numjobs: 2 },
      mem("mmapshared", `${t}/m`),
      mem("mmap", `${t}/other`),
      mem("mmap", t),
      { ...mem("mmapshared", "/dev/zero"), numjobs: 2 },
    ]);
    expect(said).toEqual(["mem: /t is no regular file; name a file, or one to be made"]);
    const paths = memory.map((one) => one?.file?.path.replace(/^.*\/(?=m|other)/, ""));
    const devices = ["/dev/zero", "/dev/zero"];
    expect(paths.toSpliced(4, 1)).toEqual(["m", "m.1", "m.2", "other", ...devices]);
    expect(memory.at(-1)?.file?.regular).toBe(false);
  });
});

test("a file that is there and will be written into is warned of", async () => {
  const files = { ...MEMINFO, m: "precious", "m.1": "precious too", empty: "" };
  for (const [kind, name, warnings] of [
    ["mmap", "m", []],
    ["mmapshared", "empty", []],
    ["mmapshared", "m", ["memory_file", "memory_file"]],
  ] as const) {
    const jobs = (t: string) => [{ ...mem(kind, `${t}/${name}`), numjobs: 2 }];
    const { warned } = await planned(files, jobs);
    expect(warned.filter((code) => code === "memory_file")).toEqual([...warnings]);
  }
});

describe("huge pages", () => {
  test("are counted in whole ones, of those that are free and not promised", async () => {
    const fits = await planned(MEMINFO, () => [{ ...mem("mmaphuge"), bs: bs(3 * MIB) }]);
    expect(fits.said).toEqual([]);
    expect(fits.memory[0]).toMatchObject({
      bytes: 4 * MIB,
      hugePage: { bytes: 2 * MIB, asked: 0 },
    });
    const { said } = await planned(MEMINFO, () => [{ ...mem("shmhuge"), bs: bs(7 * MIB) }]);
    expect(said).toEqual([
      "mem: shmhuge needs 4 huge pages of 2 MiB, and 3 are free; " +
        "write 4 or more into /proc/sys/vm/nr_hugepages, or use mem = shm",
    ]);
  });

  test("must suffice for all jobs that run at the same time, not for all of the run", async () => {
    const job = { ...mem("mmaphuge"), bs: bs(3 * MIB) };
    const beside = await planned(MEMINFO, () => [job, job]);
    expect(beside.said).toEqual([
      "mem: mmaphuge needs 2 huge pages of 2 MiB, 4 with the jobs that run beside it, and 3 are " +
        "free; write 4 or more into /proc/sys/vm/nr_hugepages, or use mem = mmap",
    ]);
    const after = await planned(MEMINFO, () => [job, { ...job, stonewall: true }]);
    expect(after.said).toEqual([]);
  });

  test("are missed with a word where the kernel has none", async () => {
    const files = { "proc/meminfo": "MemTotal: 4194304 kB\nMemAvailable: 3145728 kB\n" };
    const { said } = await planned(files, () => [mem("mmaphuge")]);
    expect(said).toEqual([
      "mem: this kernel has no huge pages, which mmaphuge is of; use mem = mmap",
    ]);
  });

  test("may be of another size that there is, or rounded up to a multiple", async () => {
    const pool = "sys/kernel/mm/hugepages/hugepages-1048576kB";
    const numbers = { free: 2, resv: 1, nr_overcommit: 1, surplus: 0 };
    const gigantic = Object.fromEntries(
      Object.entries(numbers).map(([name, n]) => [`${pool}/${name}_hugepages`, `${n}\n`]),
    );
    const sized = (page: number) => () => [{ ...mem("mmaphuge"), "hugepage-size": page }];
    const own = await planned({ ...MEMINFO, ...gigantic }, sized(GIB));
    expect(own.said).toEqual([]);
    expect(own.memory[0]).toMatchObject({ bytes: GIB, hugePage: { bytes: GIB, asked: GIB } });
    const rounded = await planned(MEMINFO, sized(4 * MIB));
    expect(rounded.memory[0]).toMatchObject({ bytes: 4 * MIB, hugePage: { bytes: 2 * MIB } });
    const odd = await planned(MEMINFO, sized(3 * MIB));
    expect(odd.said).toEqual([
      "hugepage-size: a huge page of this system is 2 MiB, and 3 MiB is no multiple of that; " +
        "leave it out",
    ]);
    const three = () => [{ ...mem("mmaphuge"), "hugepage-size": GIB, bs: bs(GIB), numjobs: 3 }];
    const short = await planned({ ...MEMINFO, ...gigantic }, three);
    expect(short.said).toContainEqual(
      expect.stringMatching(/3 with the jobs .*, and 2 are free; write 3 or more into .*1048576kB/),
    );
  });

  test("count as no memory that has to be available", async () => {
    const files = {
      "proc/meminfo": DEFAULT_POOL.replace("MemAvailable: 3145728", "MemAvailable: 1"),
    };
    expect((await planned(files, () => [mem("mmaphuge")])).said).toEqual([]);
    expect((await planned(files, () => [mem("shm")])).said.length).toBe(1);
  });
});

describe("lockmem", () => {
  test("is at most the machine's memory less 128 MiB, with a note", async () => {
    const files = { "proc/meminfo": "MemTotal: 1048576 kB\n" };
    const { memory } = await planned(files, () => [{ lockmem: 4 * GIB }, { lockmem: MIB }]);
    expect(memory.map((one) => one?.locked)).toEqual([GIB - 128 * MIB, MIB]);
    expect(memory[0]?.note).toBe("lockmem is 4 GiB, and no more than 896 MiB can be locked");
    expect(memory[1]?.note).toBeUndefined();
  });

  test("more than is available is refused before it is locked", async () => {
    const { said } = await planned(MEMINFO, () => [{ lockmem: 2 * GIB, numjobs: 2 }]);
    expect(said).toEqual([
      "lockmem: iodepth × bs is 1 × 4 KiB of buffers and 2 GiB to be locked, 4 GiB " +
        "(4294975488 bytes) with the jobs that run beside it, and 3 GiB of memory are available; " +
        "use a smaller lockmem",
    ]);
  });
});
