/** What a person wrote wrong: all of it at once, with its place and a cure; nothing ran. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readdirSync, writeFileSync } from "node:fs";
import { type Around, type Ended, fathom } from "../support/binary.ts";
import { expectGolden } from "../support/golden.ts";
import { Ground } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("mistakes");
const cwd = ground.root;

/** Nothing ran: usage, no document, no stack trace, nothing made. */
async function refused(args: readonly string[], around: Around = {}): Promise<string> {
  const before = readdirSync(cwd);
  const ended: Ended = await fathom(args, { cwd, ...around });
  expect({ exit: ended.exit, out: ended.out }).toEqual({ exit: 2, out: "" });
  expect(ended.err).not.toMatch(/^\s+at /m);
  expect(ended.err).not.toContain("mistake in fathom itself");
  expect(readdirSync(cwd)).toEqual(before);
  return ended.err;
}

const ENGINES = "null, sync, psync, pvsync, pvsync2, io_uring, libaio";
const DIRECTIONS =
  "read, write, trim, randread, randwrite, randtrim, rw, randrw, trimwrite, randtrimwrite";

const file = (text: string) => refused(["run", "-"], { stdin: text });
const flags = (...words: readonly string[]) => refused(["run", ...words]);

describe("a job file", () => {
  test("shows all its mistakes at once, with place, frame and what to write", async () => {
    writeFileSync(
      ground.path("bad.toml"),
      `[global]
iodepth = "32"
sise = "4k"

[job.a]
rw = "randraed"
bs = "4KB"
runtime = "5 parsecs"

[job."b"]
filename = 7
`,
    );
    const err = await refused(["run", "bad.toml"]);
    expectGolden("mistakes.txt", err);
    // `check` says the same.
    expect(await refused(["check", "bad.toml"])).toBe(err);
  });

  test("shows mistakes of several files and of the flags in one go", async () => {
    writeFileSync(ground.path("one.toml"), '[job.a]\nrw = "raed"\n');
    writeFileSync(ground.path("two.toml"), "[job.b]\nloops = -1\n");
    const err = await refused(["run", "one.toml", "two.toml", "--bs=x"]);
    const places = [...err.matchAll(/^(\S+): /gm)].map(([, place]) => place);
    expect(places).toEqual(["one.toml:2:6:", "two.toml:2:9:", "--bs:"].map((p) => p.slice(0, -1)));
  });

  test("that is no TOML says where it stops being one", async () => {
    expect(await file('[job.a\nrw = "read"\n')).toStartWith("(standard input):1:7: ");
    expect(await file("[job.a]\nrw = randread\n")).toContain(
      'input):2:6: invalid value; text and numbers with a unit stand in quotes: "randread"',
    );
    expect(await file("\u00ff\u0000\u0001")).toStartWith("(standard input):1:1: ");
  });

  test("without a job says so, empty or not", async () => {
    for (const text of ["", "# nothing\n", '[global]\nrw = "read"\n']) {
      expect(await file(text)).toStartWith("(standard input): there is no job in it; ");
    }
  });

  test("that is missing or a directory is named with the reason", async () => {
    expect(await flags("absent.toml")).toBe(
      "absent.toml: cannot be read: ENOENT (no such file or directory)\n",
    );
    expect(await flags(cwd)).toStartWith(`${cwd}: cannot be read: EISDIR (`);
  });
});

test("a value of the wrong type is shown with the right way to write it", async () => {
  const err = await file(`[job.a]
direct = "yes"
unlink = {}
overwrite = ["true"]
size = true
iodepth = 1.5
bs = ["4k", 3]
name = { a = 1 }
runtime = 1979-05-27
`);
  expect(err).toContain('direct: "yes" is neither true nor false; write true or false');
  expect(err).toContain("unlink: a table is neither true nor false; write true or false");
  expect(err).toContain("overwrite: an array is neither true nor false; write true or false");
  for (const option of ["size", "iodepth", "bs", "name", "runtime"]) {
    expect(err).toMatch(new RegExp(`^\\(standard input\\):\\d+:\\d+: ${option}: .*write`, "m"));
  }
});

test("an option of fio that is not there yet is told from one that nobody knows", async () => {
  const err = await file(`[job.a]
steadystate = "bw:1%"
zonecapacity = "1m"
bogus = 1
ioengine = "mmap"
rw = "trimwrit"
`);
  const said = [...err.matchAll(/^\S+ input\):\d+:\d+: (.*)/gm)].map(([, text]) => text);
  expect(said).toEqual([
    "steadystate: is not implemented yet",
    "zonecapacity: needs a zoned block device and is not part of fathom",
    "bogus: there is no such option",
    `ioengine: the engine "mmap" is not implemented yet; there are ${ENGINES}`,
    expect.stringMatching(/^rw: "trimwrit" is none of .*; did you mean trimwrite\?$/),
  ]);
});

test("flags are held to the same rules, and unknown ones are told all together", async () => {
  expect((await flags("--rw=raed", "--iodepth=many", "--ioengine=psyc")).split("\n")).toEqual([
    `--rw: "raed" is none of ${DIRECTIONS}; did you mean read?`,
    '--iodepth: "many" is not a whole number; write one from 1 to 65536',
    `--ioengine: no engine is called "psyc"; there are ${ENGINES}; did you mean psync?`,
    "",
  ]);
  expect(await flags("--iodept=3", "--steadystate=bw:1%", "--quux")).toBe(
    `--iodept: there is no such option; did you mean iodepth?
--steadystate: is not implemented yet
--quux: there is no such option
`,
  );
  expect(await flags("--size")).toContain("--size");
});

test("a value of a million characters makes a short message, in a file and as a flag", async () => {
  const long = "9".repeat(1_000_000);
  // A word of a command line has at most 128 KiB (MAX_ARG_STRLEN, linux/binfmts.h).
  const word = "9".repeat(100_000);
  const messages = [
    await file(`[job.a]\nsize = "${long}"\n`),
    await file(`[job.a]\nsize = ${long}\n`),
    await file(`[job.a]\nrw = "${long}"\n`),
    await file(`[job.a]\nfilename = "${long}"\n`),
    await file(`[job.a]\n${long} = 1\n`),
    await file(`[job.${long}]\nsize = "1m"\n`),
    await flags(`--size=${word}`),
    await flags(`--name=${word}`, "--size=1m"),
    await flags(`--${word}`),
    await flags(word),
    await refused([word]),
    await refused(["run", "--output-format", word]),
  ];
  for (const message of messages) {
    expect(message.length).toBeLessThan(1000);
    expect(message.length).toBeGreaterThan(20);
  }
});

test("a job's name may hold slashes, but neither line ends nor control characters", async () => {
  expect(await file('[job."a\\nb"]\nsize = "1m"\n')).toContain(
    "name: a job's name is one line without control characters",
  );
  expect(await file('[job."a\\u001b[31m"]\nsize = "1m"\n')).not.toContain("\u001b");
  expect(await flags("--name=a\nb", "--size=1m")).toContain("--name: a job's name is one line");
});

describe("a target that cannot be used", () => {
  test("is refused: missing, in no directory, a directory, or empty", async () => {
    const empty = ground.file("empty", "");
    const read = (path: string, ...more: string[]) => flags(`--filename=${path}`, ...more);
    expect(await read("absent")).toBe(
      'command line: size: needed, because absent does not exist; write one, such as size = "1g"\n',
    );
    expect(await read("no/where", "--size=1m")).toBe(
      "--filename: the directory no does not exist; make it first\n",
    );
    expect(await read(cwd)).toBe(
      `--filename: ${cwd} is a directory; name a file in it, or set directory\n`,
    );
    expect(await read(empty)).toContain(`${empty} is empty; write a size, such as size = "1g"`);
  });

  test("is refused: of size 0, larger than the disk, smaller than a block", async () => {
    expect(await flags("--filename=f", "--size=0")).toBe(
      '--size: "0" is too small; write at least 1\n',
    );
    expect(await flags("--filename=f", "--rw=write", "--size=4000t")).toMatch(
      /^--size: f needs 3\.91 PiB \(4398046511104000 bytes\) more, and .* are free in .*; use a/,
    );
    expect(await flags("--filename=f", "--rw=write", "--size=4k", "--bs=8k")).toBe(
      "--bs: a block of 8k (write) is larger than size = 4k; write a smaller bs or a larger size\n",
    );
    const small = ground.file("small", "x".repeat(4096));
    expect(await flags(`--filename=${small}`, "--rw=read", "--bs=8k")).toContain(
      `--bs: a block of 8 KiB does not fit the 4 KiB of ${small}`,
    );
  });

  test("is refused: blocks that direct I/O cannot move", async () => {
    expect(await flags("--filename=f", "--rw=write", "--size=1m", "--bs=1000", "--direct")).toBe(
      "--bs: direct I/O needs multiples of 512 bytes, and 1000 is none; " +
        'write bs = "1k", or direct = false\n',
    );
  });

  test("is refused: shorter than the job reads, unless overwrite says to extend it", async () => {
    const short = ground.file("short", "x".repeat(65_536));
    expect(await flags(`--filename=${short}`, "--rw=read", "--size=1m")).toBe(
      `--size: ${short} has 64 KiB of the 1 MiB this job reaches; ` +
        "use a smaller size, or overwrite = true to have it extended\n",
    );
  });
});

test("readonly refuses a job that writes or trims, when it is checked", async () => {
  const err = await file(`[global]
readonly = true
size = "1m"
[job.a]
rw = "randwrite"
[job.b]
rw = "randtrim"
[job.c]
rw = "read"
`);
  expect(
    [...err.matchAll(/^\(standard input\):(\d+):\d+: rw: rw = (\w+) (\w+),/gm)].map((m) =>
      m.slice(1),
    ),
  ).toEqual([
    ["5", "randwrite", "writes"],
    ["7", "randtrim", "trims"],
  ]);
});

test("a command line without a verb, or with a wrong one, says what there is", async () => {
  expect(await refused([])).toContain("Usage: fathom");
  expect(await refused(["runn", "x.toml"])).toBe(
    "fathom: unknown command 'runn'\n(Did you mean run?)\n(fathom --help lists the verbs)\n",
  );
  expect(await refused(["run"])).toContain("there is no job; give a job file, or flags such as");
});
