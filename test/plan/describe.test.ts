import { describe, expect, test } from "bun:test";
import { truncateSync, writeFileSync } from "node:fs";
import { describePlan } from "../../src/plan/describe.ts";
import { plan } from "../../src/plan/plan.ts";
import { bs, environmentOf, inDirectory, inputOf, type Written } from "./support.ts";

/** The description of jobs in a directory of their own; the job's name is where a value is from. */
async function described(build: (directory: string) => readonly Written[]): Promise<string> {
  return await inDirectory(async (t) => {
    const jobs = build(t);
    const inputs = jobs.map(inputOf);
    const made = await plan(inputs, environmentOf());
    expect(made.problems).toEqual([]);
    const values = {
      valueOrigin: (job: number, option: string) =>
        option in jobs[job]! ? `${inputs[job]!.spec.name}.toml:7` : "default",
      formatValue: (job: number, option: string) =>
        String(inputs[job]!.spec[option as keyof Written] ?? ""),
    };
    const text = describePlan(made, values).join("\n").replaceAll(t, "/t");
    return text.replace(/(\S) {2,}/g, "$1  ");
  });
}

describe("the description of a plan", () => {
  test("shows stages, files, what is written where, and the longest time", async () => {
    const text = await described((t) => {
      writeFileSync(`${t}/old`, "");
      truncateSync(`${t}/old`, 1 << 30);
      return [
        {
          name: "fill",
          filename: [`${t}/new`],
          rw: "write",
          size: 64 << 20,
          bs: bs(65536),
          runtime: 30e9,
        },
        {
          name: "read",
          filename: [`${t}/old`],
          rw: "randread",
          iodepth: 8,
          numjobs: 2,
          offset_increment: 4096,
          stonewall: true,
          runtime: 60e9,
          time_based: true,
          ramp_time: 5e9,
        },
        { name: "mix", directory: [t], rw: "randrw", size: 1 << 20, loops: 2, runtime: 1e9 },
      ];
    });
    const lines = text.split("\n");
    const body = lines.slice(0, lines.indexOf("Options of fill") - 1);
    expect(body).toEqual(
      `4 jobs, 2 stages, 2 groups; at most 1m35s, layout and start not counted

Jobs
  stage  group  job  rw  bs  engine  depth  ends
  1  fill  fill  write  64 KiB  psync  1  after 64 MiB, or after 30 s
  2  read  read × 2  randread  4 KiB  io_uring  8  ramp of 5 s, after 1m
  2  read  mix  randrw  4 KiB  psync  1  after 1 MiB, 2 times, or after 1 s
  each stage waits for the one before it
  fill: no ioengine was written: psync is the plainest at iodepth 1
  read × 2: no ioengine was written: io_uring keeps iodepth 8 in flight
  mix: no ioengine was written: psync is the plainest at iodepth 1

Memory
  job  buffers  in all  of
  fill  1 × 64 KiB  64 KiB  malloc
  read × 2  8 × 4 KiB  64 KiB  malloc
  mix  1 × 4 KiB  4 KiB  malloc

Files
  path  kind  now  used  by
  /t/new  regular  missing  64 MiB  fill
  /t/old  regular  1 GiB  1 GiB  read × 2, clone 0
  /t/old  regular  1 GiB  1 GiB from 4 KiB on  read × 2, clone 1
  /t/mix.0.0  regular  missing  1 MiB  mix

Written
  /t/mix.0.0  1 MiB laid out before the start
  /t/new  at most 64 MiB written by fill
  /t/mix.0.0  its share of 2 MiB written by mix`.split("\n"),
    );
  });

  test("lists what was written with its source, and every other value once", async () => {
    const text = await described((t) => [{ name: "a", directory: [t], size: 4096 }]);
    const options = text.slice(text.indexOf("Options of a"));
    expect(options).toContain("\n  size  4096  a.toml:7\n");
    expect(options).toMatch(/by default:\n.*filetype = none/s);
    expect(options).toContain("io_size = (unset)");
    for (const option of Object.keys(inputOf({}).spec)) {
      expect(
        options.match(new RegExp(`(?<![\\w-])${option}( +\\S+ +a.toml| = )`, "g")),
      ).toHaveLength(1);
    }
    expect(Math.max(...text.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  test("says when nothing limits the time, and shows warnings with their job", async () => {
    const text = await described((t) => [
      { name: "a", directory: [t], size: 4096, ioengine: "psync", iodepth: 4 },
    ]);
    expect(text).toContain("1 job, 1 stage, 1 group; no limit of time");
    expect(text).toContain(
      "Warnings\n  a: iodepth = 4 has no effect: psync does one unit at a time",
    );
  });

  test("says how much a large random map takes, and nothing of one that is not there", async () => {
    const work = { name: "a", ioengine: "null", rw: "randread", size: 2 ** 40 } as const;
    const lines = await described(() => [work, { ...work, name: "b", norandommap: true }]);
    // 2^28 blocks of a bit each, and the levels above.
    expect(lines).toContain("a  1 × 4 KiB  33.04 MiB  malloc  33.03 MiB of random map\n");
    expect(lines).toContain("b  1 × 4 KiB  4 KiB  malloc\n");
  });

  test("shows what kind of memory, what is locked, and what all clones need", async () => {
    const mem = { kind: "mmapshared", file: "/tmp/fathom-not-there" } as const;
    const text = await described((t) => {
      const job = { directory: [t], size: 4096, rw: "write" as const };
      return [{ ...job, name: "a", mem, iomem_align: 512, lockmem: 1 << 20, numjobs: 3 }];
    });
    const about = "512 bytes behind a page, 1 MiB locked beside them";
    const row = `a × 3  1 × 4 KiB  3.02 MiB  mmapshared:/tmp/fathom-not-there  ${about}`;
    expect(text).toContain(`\n  ${row}\n`);
  });

  test("stays short with many clones", async () => {
    const text = await described((t) => [{ name: "a", directory: [t], size: 4096, numjobs: 300 }]);
    expect(text).toContain("… and 292 more");
    expect(text.split("\n").length).toBeLessThan(150);
  });
});
