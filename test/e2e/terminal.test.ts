/** What a person at a terminal sees: the live line, help, and the texts of the other verbs. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { fathom } from "../support/binary.ts";
import { Ground, lacking } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("terminal");
const cwd = ground.root;
ground.file("target", "x".repeat(2 ** 20));

const why = lacking("script", "stty");
describe.skipIf(why !== "")(`on a terminal${why}`, () => {
  /** Runs it on a pseudo terminal of that width; what the terminal was sent, its lines apart. */
  async function seen(columns: number, ...words: readonly string[]): Promise<readonly string[]> {
    const script = `script -qec "stty cols ${columns}; $0 $*" /dev/null`;
    const { out } = await fathom(words, { cwd, through: ["bash", "-c", script] });
    return out.split(/[\r\n]+/);
  }
  const RUN = ["run", "--rw=randread", "--time_based", "--output=document"];

  test("the live line tells the phases, the share done, the time left and the rates", async () => {
    const lines = await seen(
      120,
      ...RUN,
      ...["--filename=new", "--size=64m", "--numjobs=2", "--startdelay=400ms"],
      ...["--ramp_time=700ms", "--runtime=1"],
    );
    expect(lines.join("\n")).toMatch(/^delayed: 2 of 2 jobs/m);
    const rates = String.raw`read [\d.]+[kM]? IOPS [\d.e-]+ [MG]iB/s`;
    for (const phase of ["ramp", "running"]) {
      expect(lines.join("\n")).toMatch(
        new RegExp(String.raw`^${phase}: 2 of 2 jobs · \d+ % · eta \d s · ${rates}`, "m"),
      );
    }
  });

  test("the live line keeps to the terminal's width, and is gone at the end", async () => {
    const lines = await seen(40, ...RUN, "--filename=target", "--runtime=1");
    const live = lines.filter((line) => line.startsWith("running: "));
    expect(live.length).toBeGreaterThan(0);
    for (const line of live) expect(line.length).toBeLessThan(40);
    expect(lines.findLast((line) => line !== "")!.trim()).toBe("");
  });

  test("help keeps to the terminal's width", async () => {
    for (const columns of [60, 80, 200]) {
      const lines = await seen(columns, "run", "--help");
      expect(lines.length).toBeGreaterThan(80);
      const texts = lines.filter((line) => !line.startsWith("  --") && !/\S{40}/.test(line));
      for (const line of texts) expect(line.length).toBeLessThanOrEqual(Math.min(columns, 100));
    }
  });
});

test("a pipe gets no live line", async () => {
  const words = ["run", "--ioengine=null", "--size=1m", "--time_based", "--runtime=400ms"];
  expect((await fathom(words, { cwd })).err).toBe("");
});

test("help lists every option once, in groups, with what counts without it", async () => {
  const { exit, out } = await fathom(["run", "--help"]);
  expect(exit).toBe(0);
  expect([...out.matchAll(/^(\S.*):$/gm)].map(([, group]) => group)).toEqual(
    expect.arrayContaining(["Jobs", "Target", "Safety", "I/O", "Timing", "Engine"]),
  );
  const flags = [...out.matchAll(/^ {2}(?:-\w, )?(--[\w-]+)/gm)].map(([, flag]) => flag);
  expect(new Set(flags).size).toBe(flags.length);
  for (const flag of ["--output", "--output-format", "--bs", "--iodepth", "--fixedbufs"]) {
    expect(flags).toContain(flag);
  }
  expect(out).toMatch(/^ {2}--iodepth <N> .*\(1\)$/m);
});

test("the example is a job file that check accepts, and says how to run it", async () => {
  const { out } = await fathom(["example"]);
  expect(out).toContain("fathom example | fathom run -");
  const checked = await fathom(["check", "-"], { cwd, stdin: out });
  expect(checked.exit).toBe(0);
  expect(checked.out).toStartWith("3 jobs, 3 stages, 3 groups; ");
});

test("check counts no descriptors for files that an engine does not open", async () => {
  const words = ["check", "--nrfiles=100000", "--size=1g"];
  expect((await fathom([...words, "--ioengine=null"], { cwd })).exit).toBe(0);
  const through = ["bash", "-c", 'ulimit -n 4096; exec "$0" "$@"'];
  const { exit, err } = await fathom([...words, "--rw=write"], { cwd, through });
  expect(exit).toBe(2);
  expect(err).toMatch(/^--nrfiles: 100018 files would be open at once, .* may have 4096; raise/);
});

test("check prints jobs, files, what is written where, the time and every value", async () => {
  const stdin = `[global]
directory = "."
runtime = "90s"
[job.r]
rw = "randread"
size = "8m"
time_based = true
[job.w]
rw = "write"
size = "4m"
stonewall = true
numjobs = 2
`;
  const { exit, out, err } = await fathom(["check", "-", "--bs=8k"], { cwd, stdin });
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  expect(out).toStartWith("3 jobs, 2 stages, 2 groups; at most 3m, layout and start not counted\n");
  expect(out).toMatch(/^ {2}\.\/r\.0\.0 +regular +missing +8 MiB +r$/m);
  expect(out).toMatch(/^ {2}\.\/r\.0\.0 +8 MiB laid out before the start$/m);
  expect(out).toMatch(/^ {2}\.\/w\.1\.0 +at most 4 MiB written by w × 2$/m);
  expect(out).toMatch(/^ {2}bs +8k +--bs$/m);
  expect(out).toMatch(/^ {2}runtime +90s +\[global\] \(standard input\):3$/m);
  expect(out).toContain("iodepth = 1");
});
