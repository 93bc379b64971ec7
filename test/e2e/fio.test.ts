/** `fathom fio` as somebody meets it who has scripts that call fio. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BINARY, fathom, start, until } from "../support/binary.ts";

const directory = mkdtempSync(join(tmpdir(), "fathom-fio-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const fio = (line: string, stdin?: string) =>
  fathom(["fio", ...line.split(" ").filter((word) => word !== "")], {
    cwd: directory,
    ...(stdin === undefined ? {} : { stdin }),
  });
const NULL = "--ioengine=null --size=64k";

describe("what it is called", () => {
  test("a link to the binary that is called fio is fio", async () => {
    const link = join(directory, "fio");
    symlinkSync(BINARY, link);
    const ended = await fathom(["--version"], { binary: link });
    expect([ended.exit, ended.out]).toEqual([0, "fio-3.42\n"]);
    const job = await fathom(["--name=a", ...NULL.split(" "), "--minimal"], { binary: link });
    expect([job.exit, job.out.split(";").slice(0, 3)]).toEqual([0, ["3", "fio-3.42", "a"]]);
  });

  test("help of the verb and of fathom name it", async () => {
    expect((await fathom(["help", "fio"])).out).toContain("--output-format");
    expect((await fathom(["--help"])).out).toMatch(/^ +fio\b/m);
  });
});

describe("exit values", () => {
  test("0 when all is well, and nothing on stderr", async () => {
    const { exit, err } = await fio(`--name=a ${NULL}`);
    expect([exit, err]).toEqual([0, ""]);
  });

  test("the number of jobs that failed, each with its error on stderr", async () => {
    const full = "--filename=/dev/full --rw=write --size=4k";
    const { exit, out, err } = await fio(`${full} --output-format=json --name=a --name=b`);
    expect(exit).toBe(2);
    expect(JSON.parse(out).jobs.map(({ error }: { error: number }) => error)).toEqual([28, 28]);
    expect(err).toMatch(/^fio: "a": .*ENOSPC.*\nfio: "b": .*ENOSPC/);
  });

  test.each([
    ["--name=a --nonsense=1", "unrecognized option '--nonsense'"],
    ["--name=a --rw=sideways", "sideways"],
    ["--name=a --rw=read --filename=/no/such/place/f --size=4k", "/no/such/place"],
    ["missing.fio", "open missing.fio: ENOENT"],
    ["filename=x", "if it is to be an option, write --filename=x"],
    ["", "No job(s) defined"],
    [`--name=a ${NULL} --rw=write --readonly`, "--readonly allows no writes"],
    [`--name=a ${NULL} --output=/no/such/place/f`, "--output"],
    ["--client=host --name=a", "run fathom on each of them"],
    ["--enghelp=nope", "nope"],
  ])("1, a sentence and nothing on stdout for: %s", async (line, sentence) => {
    const { exit, out, err } = await fio(line);
    expect([exit, out]).toEqual([1, ""]);
    expect(err).toContain(sentence);
    expect(err).not.toContain("    at ");
  });

  test("a word that is long or means something to a terminal is shown harmless", async () => {
    const long = await fathom(["fio", `--${"x".repeat(100_000)}`]);
    expect([long.exit, long.err.length < 1000]).toEqual([1, true]);
    const coloured = await fathom(["fio", "--\x1b[31mred", "--a\nb"]);
    expect(coloured.exit).toBe(1);
    expect(coloured.err).not.toContain("\x1b");
    const file = await fathom(["fio", "\x1b[31m.fio"]);
    expect([file.exit, file.err.includes("\x1b")]).toEqual([1, false]);
  });

  test("128 after a signal, with what was measured until then", async () => {
    const words = "fio --name=a --ioengine=null --size=1g --time_based --runtime=30 --minimal";
    const running = start([...words.split(" "), "--output=result"], { cwd: directory });
    await until("the job", () => {
      const tasks = readFileSync(`/proc/${running.pid}/stat`, "utf8").split(" ");
      return Number(tasks[13]) > 30;
    });
    running.signal("SIGINT");
    expect((await running.ended).exit).toBe(128);
    expect(readFileSync(join(directory, "result"), "utf8")).toMatch(/^3;fio-3.42;a;0;0;\d/);
  });
});

describe("documents", () => {
  test("several formats stand one after the other, and notes are none of them", async () => {
    const deep = `--name=a ${NULL} --ioengine=psync --filename=f --iodepth=8 --rw=write`;
    const { exit, out, err } = await fio(`${deep} --output-format=normal,json,terse`);
    expect(exit).toBe(0);
    expect(out).toMatch(/^3;fio-3\.42;a;/);
    expect(out.indexOf("\n{\n")).toBeLessThan(out.indexOf("\na: (g=0): rw=write"));
    expect(err).toContain("iodepth = 8 has no effect");
  });

  test("the options are echoed as they were written", async () => {
    const file = "[global]\nioengine=null ; all\nsize=64K\n[one]\nblocksize=4K\nnew_group\n";
    writeFileSync(join(directory, "echo.fio"), file);
    const line = "--runtime=5 --name=x --size=0x1000 --ioengine=null echo.fio";
    const { out } = await fio(`${line} --output-format=json`);
    const document = JSON.parse(out);
    expect(document["global options"]).toEqual({ runtime: "5", ioengine: "null", size: "64K" });
    expect(document.jobs.map((job: Record<string, unknown>) => job["job options"])).toEqual([
      { name: "x", size: "0x1000", ioengine: "null" },
      { bs: "4K" },
    ]);
  });

  test("--output is written and nothing printed", async () => {
    const { exit, out } = await fio(`--name=a ${NULL} --output=out.json --output-format=json`);
    expect([exit, out]).toEqual([0, ""]);
    expect(JSON.parse(readFileSync(join(directory, "out.json"), "utf8")).jobs.length).toBe(1);
  });
});

describe("job files", () => {
  const FILE = "[global]\nioengine=null\nsize=64k\n[one]\nrw=read\n[two words]\nrw=write\n";

  test("come from standard input, and only the sections asked for run", async () => {
    const ended = await fio("- --section=one --minimal", FILE);
    expect([ended.exit, ended.out.trimEnd().split("\n").length]).toEqual([0, 1]);
    expect(ended.out).toMatch(/^3;fio-3\.42;one;/);
  });

  test("are only read with --parse-only", async () => {
    const ended = await fio("- --parse-only", FILE);
    expect([ended.exit, ended.out, ended.err]).toEqual([0, "", ""]);
  });

  test("become a command line with --showcmd, which says the same", async () => {
    const { exit, out } = await fio("- --showcmd", FILE);
    expect(exit).toBe(0);
    expect(out).toBe(
      "fio --ioengine=null --size=64k --name=one --rw=read --name='two words' --rw=write\n",
    );
  });
});

describe("help on options", () => {
  test.each([
    ["--cmdhelp=iodepth", "units in flight"],
    ["--cmdhelp=iodeth", "units in flight"],
    ["--cmdhelp", "not implemented yet"],
    ["--enghelp", "\tio_uring\n"],
    ["--enghelp=io_uring", "fixedbufs"],
    ["--enghelp=io_uring,force_async", "kernel thread"],
    ["--enghelp=sync", "no options"],
  ])("%s", async (line, text) => {
    const { exit, out } = await fio(line);
    expect(exit).toBe(0);
    expect(out).toContain(text);
  });
});

/** A busy machine makes any start slow: one of these must not be. */
const STARTS = 40;
const START_MS = 40;

test("--parse-only starts within 40 ms, and other names are found all the same", async () => {
  const words = ["fio", "--parse-only", "--name=a", "--rw=randread", "--bs=4k"];
  let best = Number.POSITIVE_INFINITY;
  for (let i = 0; i < STARTS && best > START_MS; i++) {
    best = Math.min(best, (await fathom(words)).elapsedMs);
  }
  expect(best).toBeLessThanOrEqual(START_MS);
  const engines = ["--ioengine=io_uring", "--fixedbufs", "--numj=4"];
  expect(await fathom([...words, ...engines])).toMatchObject({ exit: 0, err: "" });
  expect((await fathom([...words, "--nosuch=1"])).err).toContain("unrecognized option '--nosuch'");
});

test("--profile=tiobench runs its four jobs", async () => {
  const words = [
    "fio",
    "--profile=tiobench",
    "--size=1",
    `--dir=${directory}`,
    "--output-format=json",
  ];
  const { exit, out } = await fathom(words, { cwd: directory });
  expect(exit).toBe(0);
  const jobs: { jobname: string; groupid: number; read: Side; write: Side }[] =
    JSON.parse(out).jobs;
  expect(jobs.map(({ jobname, groupid }) => [jobname, groupid])).toEqual([
    ["seqwrite", 0],
    ["randwrite", 1],
    ["seqread", 2],
    ["randread", 3],
  ]);
  for (const { read, write } of jobs) expect(read.io_bytes + write.io_bytes).toBe(2 ** 20);
});

interface Side {
  readonly io_bytes: number;
}

describe("tests of the machine", () => {
  test("--crctest times the checksums that it is asked for", async () => {
    const { exit, out } = await fio("--crctest=crc32c,xxhash");
    expect(exit).toBe(0);
    const rates = [...out.matchAll(/^(\w+):\t\t *(\d+\.\d\d) MiB\/sec$/gm)];
    expect(rates.map(([, name]) => name)).toEqual(["crc32c", "xxhash"]);
    for (const [, , rate] of rates) expect(Number(rate)).toBeGreaterThan(10);
    const wrong = await fio("--crctest=nope");
    expect([wrong.exit, wrong.out]).toEqual([1, ""]);
    expect(wrong.err).toContain('unknown hash "nope"; there are md5, ');
  });

  test("--cpuclock-test says whether the counter is a clock, and why not", async () => {
    const { exit, out } = await fio("--cpuclock-test");
    expect(out).toMatch(/^cs: reliable_tsc: (yes|no)\ncs: .+\n/);
    expect(exit).toBe(out.endsWith("cs: Pass!\n") ? 0 : 1);
  });
});
