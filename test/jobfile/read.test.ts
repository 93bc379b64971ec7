import { describe, expect, test } from "bun:test";
import type { Flag } from "../../src/jobfile/flags.ts";
import { readJobs } from "../../src/jobfile/read.ts";
import { jobs, mistakes } from "./helpers.ts";

describe("a job file", () => {
  test("gives each job the defaults of [global] and its own values over them", async () => {
    const [a, b] = await jobs(
      "[global]\nrw = 'randread'\niodepth = 4\n[job.a]\n[job.b]\niodepth = 8\n",
    );
    expect(a?.spec).toMatchObject({ name: "a", rw: "randread", iodepth: 4, bs: { read: 4096 } });
    expect(b?.spec).toMatchObject({ name: "b", rw: "randread", iodepth: 8 });
  });

  test("says where each value came from", async () => {
    const [job] = await jobs(
      "[global]\nioengine = 'pvsync2'\ndirect = true\n\n[job.a]\nrw = 'randread'\nnowait = true\n",
      [["iodepth", "8"]],
    );
    const from = (option: string): string | undefined => job?.origins.get(option);
    expect(from("direct")).toBe("[global] j.toml:3");
    expect(from("rw")).toBe("j.toml:6");
    expect(from("name")).toBe("j.toml:5");
    expect(from("nowait")).toBe("j.toml:7");
    expect(from("iodepth")).toBe("--iodepth");
    expect(from("buffered")).toBe("because of direct");
    expect(from("bs")).toBe("default");
    expect(from("uncached")).toBe("default");
    expect(job?.written.get("rw")).toEqual({
      value: "randread",
      place: { source: "j.toml", line: 6, column: 6, text: "rw = 'randread'" },
      from: "j.toml:6",
    });
    expect(job?.place).toMatchObject({ line: 5, column: 6 });
  });

  test("tells an overwrite that was written from one that follows", async () => {
    const [a, b] = await jobs("[job.a]\nrw = 'read'\n[job.b]\nrw = 'read'\noverwrite = true\n");
    expect([a, b].map((job) => job?.spec.overwrite)).toEqual([true, true]);
    expect([a, b].map((job) => job?.written.get("overwrite")?.value)).toEqual([undefined, true]);
  });

  test("has its jobs in the order of the text, whatever their names look like", async () => {
    const found = await jobs(
      "[job.9]\n[job.b]\n[job.4]\n[job.'a/b c']\n[job.__proto__]\n[job.constructor]\n",
    );
    expect(found.map(({ spec }) => spec.name)).toEqual([
      "9",
      "b",
      "4",
      "a/b c",
      "__proto__",
      "constructor",
    ]);
  });

  test("may write tables, dotted keys and inline tables for the same thing", async () => {
    const found = await jobs(
      "job.a.rw = 'write'\njob.b = { rw = 'write', bs.read = '8k' }\n" +
        "[job.c]\nrw = 'write'\n[job.c.bs]\nread = '8k'\n",
    );
    expect(found.map(({ spec }) => [spec.name, spec.rw, spec.bs.read])).toEqual([
      ["a", "write", 4096],
      ["b", "write", 8192],
      ["c", "write", 8192],
    ]);
  });

  test("may name a job by an option", async () => {
    const [job] = await jobs("[job.job1]\nname = 'read_iops'\n");
    expect(job?.spec.name).toBe("read_iops");
  });

  test("may name devices to destroy in several places, and flags name more", async () => {
    const text =
      "destroy = ['/dev/a']\n[global]\ndestroy = ['/dev/b']\n" +
      "[job.x]\ndestroy = '/dev/c'\n[job.y]\n";
    const found = await jobs(text, [
      ["destroy", "/dev/d"],
      ["destroy", "/dev/a"],
    ]);
    expect(found.map(({ spec }) => spec.destroy)).toEqual([
      ["/dev/a", "/dev/b", "/dev/c", "/dev/d"],
      ["/dev/a", "/dev/b", "/dev/d"],
    ]);
  });

  test("of two values that contradict, the later one in the text counts", async () => {
    const [a, b, c] = await jobs(
      "[global]\nrwmixread = 70\n[job.a]\nrwmixwrite = 10\n" +
        "[job.b]\nrwmixwrite = 10\nrwmixread = 20\n[job.c]\n",
    );
    expect([a, b, c].map((job) => job?.spec.rwmixread)).toEqual([90, 20, 70]);
  });
});

test("several files have their jobs in order, each under its own [global]", async () => {
  const found = await jobs(["[global]\niodepth = 2\n[job.a]\n", "[job.b]\n[job.a]\n"]);
  expect(found.map(({ spec }) => [spec.name, spec.iodepth])).toEqual([
    ["a", 2],
    ["b", 1],
    ["a", 1],
  ]);
});

describe("flags", () => {
  test("override that option in every job of every file", async () => {
    const found = await jobs(
      ["[global]\nbs = '8k'\n[job.a]\n", "[job.b]\nbs = '64k'\n"],
      [
        ["blocksize", "512"],
        ["time-based", undefined],
        ["runtime", "30"],
      ],
    );
    expect(found.map(({ spec }) => [spec.bs.read, spec.time_based, spec.runtime])).toEqual([
      [512, true, 30e9],
      [512, true, 30e9],
    ]);
  });

  test("without a file are one job", async () => {
    const flags: Flag[] = [
      ["rw", "randread"],
      ["filename", "a"],
      ["filename", "b:c"],
      ["direct", undefined],
      ["invalidate", "0"],
      ["iodepth", "4"],
      ["iodepth", "8"],
    ];
    const [job, ...more] = await jobs([], flags);
    expect(more).toEqual([]);
    expect(job?.spec).toMatchObject({
      name: "job",
      rw: "randread",
      filename: ["a", "b:c"],
      direct: true,
      invalidate: false,
      iodepth: 8,
    });
    expect((await jobs([], [["name", "t"]]))[0]?.spec.name).toBe("t");
  });

  test("that are wrong are told by their name", async () => {
    const flags: Flag[] = [
      ["iodepth", undefined],
      ["runtime", "10sec"],
      ["direct", "yes"],
      ["iodeph", "3"],
      ["steadystate", "iops:5"],
      ["time_based", undefined],
    ];
    expect(await mistakes([], flags)).toEqual([
      "--iodepth: needs a value: --iodepth N",
      '--runtime: "10sec" is not a duration; write 10s',
      '--direct: "yes" is neither true nor false; write true or false',
      "--iodeph: there is no such option; did you mean iodepth?",
      "--steadystate: is not implemented yet",
    ]);
    const { problems } = await readJobs([], [["time_based", undefined]]);
    expect(problems[0]).toMatchObject({ place: { source: "--time_based" } });
  });

  test("cannot make two jobs", async () => {
    expect(
      await mistakes(
        [],
        [
          ["name", "a"],
          ["name", "b"],
        ],
      ),
    ).toEqual(["--name: is given twice, and flags make one job; write a job file for more"]);
  });

  test("and files that are both missing leave nothing to do", async () => {
    expect((await mistakes([]))[0]).toContain("there is no job; give a job file, or flags");
  });
});

describe("options of an engine", () => {
  test("are effective values of the jobs with that engine", async () => {
    const [a, b] = await jobs(
      "[global]\nnowait = true\n[job.a]\nioengine = 'pvsync2'\n[job.b]\nioengine = 'psync'\n",
    );
    expect(a?.engineOptions).toMatchObject({ nowait: true, uncached: false });
    expect(b?.engineOptions).toEqual({});
  });

  test("are refused where no engine they are for has them", async () => {
    expect(
      await mistakes("[global]\nioengine = 'psync'\nfixedbufs = true\n[job.a]\nhipri = true\n"),
    ).toEqual([
      "j.toml:3:1: fixedbufs: is an option of io_uring, and the engine is psync",
      "j.toml:5:1: hipri: is an option of pvsync2, io_uring, and the engine is psync",
    ]);
    expect(await mistakes([], [["fixedbufs", undefined]])).toEqual([
      '--fixedbufs: is an option of io_uring; name the engine too: ioengine = "io_uring"',
    ]);
  });

  test("have their own types, and a mistake in [global] is told once", async () => {
    expect(
      await mistakes("[global]\nioengine = 'pvsync2'\nnowait = 1\n[job.a]\n[job.b]\n"),
    ).toEqual(["j.toml:3:10: nowait: 1 is a number; write true, without quotes"]);
  });

  test("are not complained of when the engine's name is what is wrong", async () => {
    expect(await mistakes("[job.a]\nioengine = 'io_urnig'\nfixedbufs = true\n")).toEqual([
      expect.stringMatching(/^j\.toml:2:12: ioengine: no engine .* did you mean io_uring\?$/),
    ]);
  });

  test("that the engine itself refuses are told at the option's place", async () => {
    const [mistake] = await mistakes("[job.a]\nioengine = 'pvsync2'\nhipri = true\n");
    expect(mistake).toStartWith("j.toml:3:9: hipri: ");
    expect(mistake).toContain("direct");
  });
});
