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

/** Runs fio, and what its latency log says of each read, write and trim. */
function byFio(words: readonly string[]): Done[] {
  rmSync(ground.path("x_lat.1.log"), { force: true });
  const log = ["--write_lat_log=x", "--log_offset=1"];
  const { success, stderr, stdout } = Bun.spawnSync([FIO!, "--name=r", ...words, ...log], { cwd });
  if (!success) throw new Error(`fio: ${stderr}${stdout}`);
  const lines = readFileSync(ground.path("x_lat.1.log"), "utf8").trim().split("\n");
  return lines.map((line) => {
    const [ms, , direction, length, offset] = line.split(", ").map(Number);
    const action = ["read", "write", "trim"][direction!]!;
    return { ms: ms!, action, offset: offset!, length: length! };
  });
}

/** The same of fathom, off its own trace of the replay. */
async function byFathom(words: readonly string[]): Promise<Done[]> {
  const { exit, err } = await run(["--name=r", ...words, "--write_iolog=f"], { cwd });
  if (exit !== 0) throw new Error(err);
  return moved(readText(readFileSync(ground.path("f"), "utf8")));
}

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

/** Both do the same units in the same order, at the same times. */
async function same(args: readonly string[]): Promise<void> {
  let apart: number[] = [];
  for (let run = 0; run < TRIES; run++) {
    const theirs = byFio(args);
    const ours = await byFathom(args);
    expect(places(ours)).toEqual(places(theirs));
    const zero = ours[0]!.ms - theirs[0]!.ms;
    apart = ours.map(({ ms }, index) => Math.abs(ms - zero - theirs[index]!.ms));
    if (Math.max(...apart) < APART) return;
  }
  expect(apart.filter((ms) => ms >= APART)).toEqual([]);
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

  const options = [
    [],
    ["--replay_time_scale=200"],
    ["--replay_time_scale=50"],
    ["--replay_no_stall=1"],
    ["--replay_scale=2", "--replay_align=4096"],
    ["--replay_align=1024"],
    ["--replay_redirect=other"],
  ];

  test.each(options)("a text trace with %s", async (...words) => {
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
    const args = ["--read_iolog=t3", ...words];
    await same(args);
  });

  test.each(options.slice(1))("a binary trace with %s", async (...words) => {
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
    for (const little of [true, false]) {
      writeFileSync(ground.path("b"), blktrace(records, little));
      const args = ["--read_iolog=b", "--iodepth=1", "--replay_redirect=to", ...words];
      await same(args);
    }
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
