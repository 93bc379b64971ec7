/**
 * Traces between the two programs: fio replays what fathom wrote and does the same units, fathom
 * replays what fio wrote, and options change offsets, lengths and times alike. What fio does is
 * read off its latency log, since it writes no trace of a replay.
 */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { CATEGORY, QUEUE } from "../../src/io/trace/blktrace.ts";
import { blktrace, type Entry, readText } from "../io/trace/support.ts";
import { run } from "../support/binary.ts";
import { Ground, MIB } from "../support/ground.ts";

setDefaultTimeout(60_000);
const FIO = Bun.which("fio");
const NONE = FIO === null ? " (skipped: no fio here)" : "";
const ground = new Ground("traces");
const cwd = ground.root;

interface Done {
  readonly ms: number;
  readonly action: string;
  readonly offset: number;
  readonly length: number;
}

/**
 * Runs fio with all jobs side by side, and what its latency logs say of each job's reads, writes
 * and trims. Together, because a start of fio takes 0.3 s.
 */
function allByFio(jobs: readonly (readonly string[])[]): Done[][] {
  const path = (index: number): string => ground.path(`x${index}_lat.${index + 1}.log`);
  for (const index of jobs.keys()) rmSync(path(index), { force: true });
  const logged = jobs.map((words, index) => [
    ...words,
    `--write_lat_log=x${index}`,
    "--log_offset=1",
  ]);
  const words = logged.flatMap((job, index) => [`--name=r${index}`, ...job]);
  const { success, stderr, stdout } = Bun.spawnSync([FIO!, ...words], { cwd });
  if (!success) throw new Error(`fio: ${stderr}${stdout}`);
  return jobs.map((_, index) => {
    const lines = readFileSync(path(index), "utf8").trim().split("\n");
    return lines.map((line) => {
      const [ms, , direction, length, offset] = line.split(", ").map(Number);
      const action = ["read", "write", "trim"][direction!]!;
      return { ms: ms!, action, offset: offset!, length: length! };
    });
  });
}

const SWITCHES: ReadonlySet<string> = new Set(["replay_no_stall", "read_iolog_chunked"]);

/** The same of fathom, off its own traces of the replays. */
async function allByFathom(jobs: readonly (readonly string[])[]): Promise<Done[][]> {
  const sections = jobs.map((words, index) => {
    // A key once: of several words of one option the last counts.
    const last = new Map(words.map((word) => word.slice(2).split("=") as [string, string]));
    const lines = [...last].map(([key, value]) => {
      const shown = /^\d+$/.test(value) ? value : `"${value}"`;
      return `${key} = ${SWITCHES.has(key) ? value === "1" : shown}`;
    });
    return [`[job.r${index}]`, ...lines, `write_iolog = "f${index}"`].join("\n");
  });
  const { exit, err } = await run(sections.join("\n"), { cwd });
  if (exit !== 0) throw new Error(err);
  return jobs.map((_, index) => moved(readText(readFileSync(ground.path(`f${index}`), "utf8"))));
}

const byFio = (words: readonly string[]): Done[] => allByFio([words])[0]!;
const byFathom = async (words: readonly string[]): Promise<Done[]> =>
  (await allByFathom([words]))[0]!;

function moved(list: readonly Entry[]): Done[] {
  return list
    .filter(({ action }) => !action.endsWith("sync"))
    .map(({ time, action, offset, length }) => ({ ms: time / 1000, action, offset, length }));
}

const places = (list: readonly Done[]) => list.map(({ ms: _, ...unit }) => unit);

/** How much a time may differ, ms: the gaps of the traces and what scales them differ by more. */
const APART = 60;
/** Runs of both before times that differ are believed: the machine is not alone. */
const TRIES = 4;

/** In each job both do the same units in the same order, at the same times. */
async function same(jobs: readonly (readonly string[])[]): Promise<void> {
  let apart: string[] = [];
  for (let run = 0; run < TRIES; run++) {
    const theirs = allByFio(jobs);
    const ours = await allByFathom(jobs);
    apart = jobs.flatMap((words, job) => {
      const [their, our] = [theirs[job]!, ours[job]!];
      expect([words, places(our)]).toEqual([words, places(their)]);
      const zero = our[0]!.ms - their[0]!.ms;
      const ms = our.map((unit, index) => Math.abs(unit.ms - zero - their[index]!.ms));
      return Math.max(...ms) < APART ? [] : [`${words.join(" ")}: ${ms.join(", ")} ms`];
    });
    if (apart.length === 0) return;
  }
  expect(apart).toEqual([]);
}

describe.skipIf(FIO === null)(`with the installed fio${NONE}`, () => {
  const works: readonly (readonly string[])[] = [
    ["--rw=randrw", "--fsync=4", "--bs=4k,16k", "--norandommap"],
    ["--rw=write", "--nrfiles=3", "--fdatasync=2"],
    ["--rw=randread", "--bs=512"],
  ];
  test.each(works)("fio does the units of fathom's trace: %s", async (...words) => {
    const args = ["--name=w", "--size=96k", "--overwrite", "--write_iolog=log", ...words];
    expect((await run(args, { cwd })).exit).toBe(0);
    const written = moved(readText(readFileSync(ground.path("log"), "utf8")));
    expect(places(byFio(["--read_iolog=log"]))).toEqual(places(written));
  });

  test.each(works)("fathom does the units of fio's trace: %s", async (...words) => {
    rmSync(ground.path("log"), { force: true });
    const args = [FIO!, "--name=v", "--size=96k", "--overwrite=1", "--write_iolog=log", ...words];
    expect(Bun.spawnSync(args, { cwd }).exitCode).toBe(0);
    const written = readText(readFileSync(ground.path("log"), "utf8"));
    expect(written.length).toBeGreaterThan(7);
    expect(places(await byFathom(["--read_iolog=log"]))).toEqual(places(moved(written)));
  });

  const options: readonly (readonly string[])[] = [
    [],
    ["--replay_time_scale=200"],
    ["--replay_time_scale=50"],
    ["--replay_no_stall=1"],
    ["--replay_scale=2", "--replay_align=4096"],
    ["--replay_align=1024"],
    ["--replay_redirect=other"],
  ];
  const NAMED = options.flat().join(" ").replaceAll("--", "");

  test(`a text trace, as it is and with ${NAMED}`, async () => {
    const path = ground.file("data", MIB);
    ground.file("other", MIB);
    const lines = [
      "1 P read 5000 6000",
      "100000 P read 70001 5000",
      "100000 P sync 0 0",
      "300000 P read 65536 512",
    ];
    const all = [`1 ${path} add`, `1 ${path} open`, ...lines, `300000 ${path} close`].join("\n");
    ground.file("t3", `fio version 3 iolog\n${all.replaceAll(" P ", ` ${path} `)}\n`);
    await same(options.map((words) => ["--read_iolog=t3", ...words]));
  });

  test(`a binary trace of either byte order with ${NAMED}`, async () => {
    ground.file("to", MIB);
    ground.file("other", MIB);
    const read = QUEUE | CATEGORY.read;
    const records = [
      { time: 1e9, sector: 8, action: read },
      { time: 1.1e9, sector: 17, bytes: 6144, action: read, payload: 24 },
      { time: 1.15e9, sector: 0, bytes: 0, action: QUEUE | CATEGORY.flush | CATEGORY.write },
      { time: 1.3e9, sector: 41, bytes: 512, action: read },
      { time: 1.3e9, sector: 41, bytes: 512, action: 7 | CATEGORY.read },
    ];
    writeFileSync(ground.path("little"), blktrace(records, true));
    writeFileSync(ground.path("big"), blktrace(records, false));
    const jobs = ["little", "big"].flatMap((name) =>
      options
        .slice(1)
        .map((words) => [
          `--read_iolog=${name}`,
          ...["--iodepth=1", "--replay_redirect=to", ...words],
        ]),
    );
    await same(jobs);
  });

  test("a trace that is read chunk by chunk", async () => {
    const path = ground.file("data", MIB);
    const units = Array.from({ length: 200 }, (_, i) => `${i} ${path} read ${i * 4096} 4096`);
    const head = `fio version 3 iolog\n0 ${path} add\n0 ${path} open\n`;
    ground.file("long", `${head}${units.join("\n")}\n300 ${path} close\n`);
    const args = ["--read_iolog=long", "--read_iolog_chunked=1"];
    expect(places(await byFathom(args))).toEqual(places(byFio(args)));
  });
});
