/** What the plan makes of a trace, and what of it is refused before anything starts. */
import { describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CATEGORY, QUEUE } from "../../src/io/trace/blktrace.ts";
import { plan } from "../../src/plan/plan.ts";
import { FIO } from "../../src/plan/profile.ts";
import { blktrace } from "../io/trace/support.ts";
import { recordServer } from "./recorded.ts";
import {
  environmentOf,
  file,
  inDirectory,
  inputOf,
  planIn,
  problemsIn,
  recordedMachine,
  type Written,
} from "./support.ts";

/** A trace of version 3 whose lines name files below the directory; each is added and opened. */
function trace(directory: string, name: string, lines: readonly string[]): string {
  const path = join(directory, name);
  const files = [...new Set(lines.map((line) => line.split(" ")[1]!))];
  const all = [
    "fio version 3 iolog",
    ...files.flatMap((each) => [`0 ${directory}/${each} add`, `0 ${directory}/${each} open`]),
    ...lines.map((line) => line.replace(" ", ` ${directory}/`)),
  ];
  writeFileSync(path, `${all.join("\n")}\n`);
  return path;
}

describe("a trace", () => {
  test("decides directions, blocks, files and how far they are used", async () => {
    const { jobs, problems } = await planIn((t) => {
      file(`${t}/a`, 65_536);
      file(`${t}/b`, 65_536);
      const lines = ["0 a read 4096 8192", "5 b write 0 512", "9 a sync 0 0", "10 b read 8192 1"];
      return [{ read_iolog: [trace(t, "log", lines)] }];
    });
    expect(problems).toEqual([]);
    const [job] = jobs;
    expect(job!.spec).toMatchObject({ rw: "rw", bs: { read: 8192, write: 512 } });
    expect(job!.targets.map(({ path, offset, length }) => [path, offset, length])).toEqual([
      ["/t/a", 0, 12_288],
      ["/t/b", 0, 8193],
    ]);
    expect(job).toMatchObject({ passBytes: 8192 + 512 + 1, bufferBytes: 8192 });
    expect(job!.replay).toMatchObject({ units: 4, duration: 10_000, timed: true });
  });

  test.each([
    [["0 a read 0 512"], "read"],
    [["0 a write 0 512", "1 a sync 0 0"], "write"],
    [["0 a trim 0 512"], "trim"],
    [["0 a trim 0 512", "1 a read 0 512"], "rw"],
  ])("of %p is as a job of rw = %s", async (lines, rw) => {
    const { jobs } = await planIn((t) => {
      file(`${t}/a`, 4096);
      return [{ read_iolog: [trace(t, "log", lines)] }];
    });
    expect(jobs[0]!.spec.rw).toBe(rw as never);
  });

  test("goes to one file where redirected, to smaller offsets where scaled", async () => {
    const { jobs } = await planIn((t) => {
      const log = trace(t, "log", ["0 a read 16384 512", "0 b read 9000 512"]);
      const to = file(`${t}/c`, 65_536);
      return [{ read_iolog: [log], replay_redirect: to, replay_scale: 2, replay_align: 4096 }];
    });
    expect(jobs[0]!.targets).toMatchObject([{ path: "/t/c", length: 8192 + 512 }]);
  });

  test("loses the kinds that are skipped, and the files that only they use", async () => {
    const { jobs } = await planIn((t) => {
      const log = trace(t, "log", ["0 a write 0 512", "0 b read 0 512"]);
      file(`${t}/b`, 4096);
      return [{ read_iolog: [log], replay_skip: ["write", "trim", "sync"] }];
    });
    expect(jobs[0]!.targets.map(({ path }) => path)).toContain("/t/b");
    expect(jobs[0]!).toMatchObject({ spec: { rw: "read" }, replay: { units: 1 } });
  });

  test("of several is given to the clones in turn", async () => {
    const { jobs } = await planIn((t) => {
      const logs = ["x", "y"].map((name) => trace(t, `log-${name}`, [`0 ${name} write 0 512`]));
      return [{ read_iolog: logs, numjobs: 3 }];
    });
    expect(jobs.map(({ targets }) => targets[0]!.path)).toEqual(["/t/x", "/t/y", "/t/x"]);
  });

  test("runs at another speed, or at none", async () => {
    const { jobs } = await planIn((t) => {
      const log = trace(t, "log", ["0 a write 0 512", "1000 a write 0 512"]);
      const of = (more: Written): Written => ({ read_iolog: [log], ...more });
      return [of({ replay_time_scale: 50 }), of({ replay_no_stall: true })];
    });
    expect(jobs.map(({ replay }) => [replay!.duration, replay!.timed])).toEqual([
      [2_000_000, true],
      [0, false],
    ]);
  });

  test("that is read while it runs is not kept", async () => {
    await inDirectory(async (t) => {
      const log = trace(t, "log", ["0 a write 0 512"]);
      const job = inputOf({ read_iolog: [log], read_iolog_chunked: true });
      const { replay } = (await plan([job], environmentOf())).jobs[0]!;
      expect(replay!.buffers).toEqual([]);
      expect(replay!.ring!.byteLength).toBeLessThan(3e6);
    });
  });

  test("gives its depth to a job that has none written", async () => {
    const records = [QUEUE, QUEUE, QUEUE, 7].map((what) => ({ action: what | CATEGORY.read }));
    const { jobs } = await planIn((t) => {
      writeFileSync(`${t}/log`, blktrace(records));
      const common = { read_iolog: [`${t}/log`], replay_redirect: file(`${t}/c`, 4096) };
      return [common, { ...common, iodepth: 2 }];
    });
    expect(jobs.map(({ depth, spec }) => [depth, spec.iodepth_low])).toEqual([
      [3, 3],
      [2, 2],
    ]);
  });
});

describe("is refused with a sentence:", () => {
  const cases: readonly [string, (t: string) => Written, string][] = [
    ["no such file", (t) => ({ read_iolog: [`${t}/no`] }), "open /t/no: ENOENT"],
    ["a wrong line", (t) => ({ read_iolog: [trace(t, "log", ["0 a foo 1 2"])] }), "/t/log:4: "],
    [
      "nothing to do",
      (t) => ({ read_iolog: [trace(t, "log", ["0 a read 0 512"])], replay_skip: ["read"] }),
      "/t/log has no unit to replay",
    ],
    [
      "an option that the trace decides",
      (t) => ({ read_iolog: [trace(t, "log", ["0 a write 0 512"])], size: 4096 }),
      "size: the trace of read_iolog decides this; leave it out",
    ],
    [
      "a file that the trace does not work on",
      (t) => ({ read_iolog: [trace(t, "log", ["0 a write 0 512"])], filename: [`${t}/b`] }),
      "the trace works on /t/a, and not on /t/b, which filename names; use replay_redirect",
    ],
    [
      "a device number that nobody has",
      (t) => {
        writeFileSync(`${t}/log`, blktrace([{ device: [4095, 77] }]));
        return { read_iolog: [`${t}/log`] };
      },
      "/t/log: its device 4095:77 is none of this machine; use replay_redirect",
    ],
    [
      "direct I/O in units that are no sectors",
      (t) => {
        file(`${t}/a`, 8192);
        return { read_iolog: [trace(t, "log", ["0 a read 512 100"])], direct: true };
      },
      "the trace has units that are no multiples of",
    ],
    [
      "a file that is too short for its reads",
      (t) => {
        file(`${t}/a`, 4096);
        return { read_iolog: [trace(t, "log", ["0 a read 4096 512"])] };
      },
      "/t/a has 4 KiB of the 4.5 KiB this job reaches",
    ],
    [
      "a join of what is no binary trace",
      (t) => {
        const log = trace(t, "log", ["0 a write 0 512"]);
        return { read_iolog: [log, log], merge_blktrace_file: `${t}/m` };
      },
      "/t/log: merge_blktrace_file joins binary traces, and this is none",
    ],
  ];
  test.each(cases)("%s", async (_, build, message) => {
    expect((await problemsIn((t) => [build(t)])).join("\n")).toContain(message);
  });
});

describe("a device that a trace writes", () => {
  /** What is said of a binary trace that writes sdb and reads sde of the recorded server. */
  async function refusals(more: (root: string) => Written, profile = FIO, reads = false) {
    return await inDirectory(async (root) => {
      recordServer(root);
      const action = QUEUE | (reads ? CATEGORY.read : CATEGORY.write);
      writeFileSync(`${root}/log`, blktrace([{ action, device: [8, 16] }]));
      mkdirSync(`${root}/out`);
      const job = inputOf({ read_iolog: [`${root}/log`], ...more(root) });
      const { problems } = await plan([job], recordedMachine(root), profile);
      const messages = problems.map(({ message }) => message.replaceAll(root, ""));
      return messages.filter((message) => message.includes("names it"));
    });
  }
  const refused = "/dev/sdb (/dev/sdb) is written by the trace, and no option names it";

  test("must be named by the job, in fio's ways too", async () => {
    expect(await refusals(() => ({}))).toEqual([expect.stringContaining(refused)]);
  });

  test("may be named by filename, destroy or replay_redirect", async () => {
    expect(await refusals(() => ({ filename: ["/dev/sdb"] }))).toEqual([]);
    expect(await refusals(() => ({ destroy: ["/dev/sdb"] }))).toEqual([]);
    expect(await refusals((root) => ({ replay_redirect: `${root}/out/file` }))).toEqual([]);
    expect(await refusals(() => ({ destroy: ["/dev/sde"] }))).toHaveLength(1);
  });

  test("may be read without a word", async () => {
    expect(await refusals(() => ({}), FIO, true)).toEqual([]);
  });
});

describe("write_iolog", () => {
  test("is a file of its own for each clone", async () => {
    const { jobs } = await planIn((t) => [
      { size: 4096, rw: "write", directory: [t], write_iolog: `${t}/log`, numjobs: 2 },
      { size: 4096, rw: "write", directory: [t], write_iolog: `${t}/one` },
    ]);
    expect(jobs.map(({ traceLog }) => traceLog!.path)).toEqual(["/t/log.0", "/t/log.1", "/t/one"]);
  });

  test.each([
    ["of two jobs is one too many", "log", "another job writes /t/log too"],
    ["is no directory", ".", "is a directory, and not a file"],
    ["is no file the job works on", "job0.0.0", "/t/job0.0.0 is a file the job works on"],
    ["lies in a directory that is there", "no/log", "/t/no does not exist"],
  ])("%s", async (_, name, message) => {
    const problems = await problemsIn((t) => {
      const work = { size: 4096, rw: "write", directory: [t] } as const;
      writeFileSync(`${t}/job0.0.0`, "");
      return [0, 1].map(() => ({ ...work, write_iolog: join(t, name) }));
    });
    expect(problems.join("\n")).toContain(message);
  });
});
