/**
 * What `fathom fio` does while its jobs run: reports at a distance, at a signal and at a file, logs
 * of the bandwidth of all jobs, and the trigger that ends them.
 */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { fathom, start, until } from "../support/binary.ts";
import { Ground } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("fiostatus");
const cwd = ground.root;

const job = (runtime: string, ...more: readonly string[]): string[] => [
  ...["fio", "--name=a", "--ioengine=null", "--size=1g", "--rw=read", "--time_based"],
  ...[`--runtime=${runtime}`, ...more],
];

interface Report {
  readonly jobs: readonly {
    readonly eta: number;
    readonly usr_cpu: number;
    readonly sys_cpu: number;
    readonly read: { readonly total_ios: number; readonly runtime: number };
    readonly iodepth_level: Readonly<Record<string, number>>;
  }[];
}

/** Documents one behind the other, as fio writes them. */
function reports(text: string): Report[] {
  return text.split(/^(?=\{$)/m).map((part) => JSON.parse(part));
}

test("--status-interval reports what was done so far, and the whole at the end", async () => {
  const words = job("1200ms", "--status-interval=300ms", "--output-format=json");
  const { exit, out } = await fathom(words, { cwd });
  expect(exit).toBe(0);
  const found = reports(out);
  expect(found.length).toBeGreaterThanOrEqual(3);
  const rows = found.map(({ jobs }) => jobs[0]!);
  const ios = rows.map(({ read }) => read.total_ios);
  expect(ios).toEqual([...ios].sort((a, b) => a - b));
  // On a busy machine the first report may come before the first unit.
  expect(ios.at(-2)).toBeWithin(1, ios.at(-1)!);
  for (const { read, iodepth_level, usr_cpu, sys_cpu } of rows.slice(1, -1)) {
    expect(read.runtime).toBeWithin(100, 1250);
    // The counters are read one after the other while the job goes on.
    expect(iodepth_level["1"]).toBeWithin(99, 102);
    expect(usr_cpu + sys_cpu).toBeWithin(1, 120);
  }
  expect(rows.at(-1)!.read.runtime).toBeWithin(1190, 1400);
});

test("every format comes each time, into the file too, with one head in all", async () => {
  // The first report of a busy machine may come before the first unit, and then shows no job.
  const words = job("1s", "--status-interval=300ms", "--output-format=normal,terse");
  const { exit, out } = await fathom([...words, "--output=so-far"], { cwd });
  expect([exit, out]).toEqual([0, ""]);
  const lines = readFileSync(join(cwd, "so-far"), "utf8").split("\n");
  const count = (start: string): number => lines.filter((line) => line.startsWith(start)).length;
  const reported = count("3;fio-3.42;a;0;0;");
  expect(reported).toBeGreaterThanOrEqual(3);
  expect(count("a: (groupid=0, jobs=1): err= 0")).toBeWithin(reported - 1, reported + 1);
  expect(count("Starting 1 thread")).toBe(1);
});

test("SIGUSR1 and a file called fio-dump-status each ask for one report", async () => {
  const running = start(job("3s", "--output-format=terse"), { cwd, env: { TMPDIR: cwd } });
  await Bun.sleep(1000);
  running.signal("SIGUSR1");
  await Bun.sleep(300);
  const file = join(cwd, "fio-dump-status");
  writeFileSync(file, "");
  await until("the file is taken away", () => !existsSync(file));
  const { exit, out } = await running.ended;
  expect(exit).toBe(0);
  expect(out.trimEnd().split("\n").length).toBe(3);
});

test("SIGUSR1 leaves the one document of fathom run alone and reports on stderr", async () => {
  const words = ["--ioengine=null", "--size=1g", "--rw=read", "--time_based", "--runtime=2s"];
  const running = start(["run", "--output-format=json", ...words], { cwd });
  await Bun.sleep(1000);
  running.signal("SIGUSR1");
  const { exit, out, err } = await running.ended;
  expect(exit).toBe(0);
  expect(JSON.parse(out).jobs[0].stopped).toBe("runtime");
  expect(err).toContain("it is still running");
});

test("--bandwidth-log writes a log for each direction, under the name that was given", async () => {
  for (const [word, prefix] of [
    ["--bandwidth-log", "agg"],
    ["--bandwidth-log=all", "all"],
  ] as const) {
    const { exit } = await fathom(job("1300ms", word), { cwd });
    expect(exit).toBe(0);
    const lines = readFileSync(join(cwd, `${prefix}-read_bw.log`), "utf8")
      .trimEnd()
      .split("\n");
    expect(lines.length).toBe(2);
    for (const line of lines) expect(line).toMatch(/^\d+, [1-9]\d+, 0, 0, 0$/);
    const writes = readFileSync(join(cwd, `${prefix}-write_bw.log`), "utf8");
    expect(writes).toMatch(/^\d+, 0, 1, 0, 0\n/);
    expect(existsSync(join(cwd, `${prefix}-trim_bw.log`))).toBe(true);
  }
});

test("a trigger ends the jobs and runs its command: after a time, and at a file", async () => {
  const timed = await fathom(
    job("30s", "--trigger-timeout=500ms", "--trigger=echo hit > by-time", "--output-format=json"),
    { cwd },
  );
  expect([timed.exit, readFileSync(join(cwd, "by-time"), "utf8")]).toEqual([0, "hit\n"]);
  expect(JSON.parse(timed.out).jobs[0].read.runtime).toBeLessThan(10_000);

  const file = join(cwd, "pull");
  const words = [`--trigger-file=${file}`, "--trigger=echo hit > by-file"];
  const running = start(job("30s", ...words), { cwd });
  await Bun.sleep(700);
  expect(existsSync(join(cwd, "by-file"))).toBe(false);
  writeFileSync(file, "");
  expect((await running.ended).exit).toBe(0);
  expect([existsSync(file), existsSync(join(cwd, "by-file"))]).toEqual([false, true]);
});

test("--eta=always shows fio's line of progress, on lines of their own if asked", async () => {
  const shown = ["--eta=always", "--eta-interval=250ms", "--eta-newline=500ms"];
  const b = ["--name=b", "--rw=randwrite", "--ioengine=null", "--size=1g"];
  const words = job("1200ms", ...shown, ...b, "--time_based", "--runtime=1200ms");
  const { exit, out, err } = await fathom([...words, "--output-format=terse"], { cwd });
  expect([exit, out.split("\n").length]).toEqual([0, 3]);
  expect(err).toMatch(
    /Jobs: 2 \(f=2\): \[R\(1\),w\(1\)\]\[\d+\.\d%\]\[r=[\d.]+[MGi]+B\/s,w=[\d.]+[MGi]+B\/s\]\[r=/,
  );
  expect(err).toMatch(/ IOPS\]\[eta 00m:0\ds\] *\n/);
  const silent = await fathom(job("300ms", "--output-format=terse"), { cwd });
  expect(silent.err).toBe("");
});

test("--idle-prof says how idle the CPUs were, and calibrate what a unit takes", async () => {
  const unit = /CPU idleness:\n {2}unit work: mean=\d+\.\d\dus, stddev=\d+\.\d\d\n$/;
  const calibrated = await fathom(["fio", "--idle-prof=calibrate"], { cwd });
  expect([calibrated.exit, unit.test(calibrated.out)]).toEqual([0, true]);
  const each = await fathom(job("300ms", "--idle-prof=percpu", "--output-format=json"), { cwd });
  const { cpu_idleness: idle } = JSON.parse(each.out);
  const count = cpus().length;
  const keys = Array.from({ length: count }, (_, cpu) => `cpu-${cpu}`);
  expect(Object.keys(idle)).toEqual(["system", ...keys, "unit_mean", "unit_stddev"]);
  const values = keys.map((key) => idle[key]);
  expect(idle.system).toBeCloseTo(values.reduce((a, b) => a + b, 0) / count, 3);
  for (const value of values) expect(value).toBeWithin(0, 100.01);
  const { out } = await fathom(job("300ms", "--idle-prof=system"), { cwd });
  expect(out).toMatch(/\nCPU idleness:\n {2}system: \d+\.\d\d%\n {2}unit work: /);
});
