/**
 * Where texts go: stdout is one document and nothing else, errors go to stderr and into it, a file
 * appears whole, and nothing lands in the current directory that was not asked for.
 */
import { afterAll, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import {
  chmodSync,
  closeSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { documentOf, fathom, run, start, until } from "../support/binary.ts";
import { Ground, lacking, sh } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("streams");
const cwd = ground.root;

const QUICK = ["--name=quick", "--ioengine=null", "--size=1m", "--number_ios=10", "--warmup=false"];
const JSON_RUN = ["run", ...QUICK, "--output-format=json"];

const full = openSync("/dev/full", "w");
afterAll(() => closeSync(full));

describe("standard output", () => {
  test("is the document alone, as text and as JSON that the published schema allows", async () => {
    const text = await fathom(["run", ...QUICK], { cwd });
    expect(text).toMatchObject({ exit: 0, err: "" });
    expect(text.out).toStartWith("fathom ");
    expect(text.out).toContain("quick");
    const json = await fathom(JSON_RUN, { cwd });
    expect(json).toMatchObject({ exit: 0, err: "" });
    expect(documentOf(json.out).total.read.ios).toBe(10);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test("whose reader goes away ends the output, quietly", async () => {
    // More than a pipe holds (64 KiB, pipe(7)), so that the writer meets the closed end.
    const script = `"$0" "$@" | head -c 1; echo " \${PIPESTATUS[0]}"`;
    const through = ["bash", "-c", script];
    const { out, err, exit } = await fathom([...JSON_RUN, "--numjobs=40"], { cwd, through });
    expect({ out, err, exit }).toEqual({ out: "{ 0\n", err: "", exit: 0 });
  });

  test("that is closed from the beginning does no harm, nor does a stderr that is", async () => {
    const closed = (script: string, ...words: readonly string[]) =>
      fathom([...JSON_RUN, ...words], { cwd, through: ["bash", "-c", script] });
    const words = ["--ioengine=psync", "--filename=harmed", "--rw=write", "--zero_buffers"];
    expect(await closed('"$0" "$@" >&-', ...words)).toMatchObject({ exit: 0, out: "", err: "" });
    expect(readFileSync(ground.path("harmed")).every((byte) => byte === 0)).toBe(true);
    for (const redirection of ["2>&-", "2>/dev/full"]) {
      const script = `"$0" "$@" ${redirection}`;
      expect(await closed(script, "--bogus")).toMatchObject({ exit: 2, out: "", err: "" });
    }
    rmSync(ground.path("harmed"));
  });

  test.each([
    ["run", ...QUICK],
    ["check", ...QUICK],
    ["example"],
    ["schema", "result"],
    ["run", "--help"],
    ["--version"],
  ])("on a full disk is an error, of %s", async (...words) => {
    const { exit, err } = await fathom(words, { cwd, stdout: full });
    expect(err).toBe("fathom: write standard output: ENOSPC (no space left on device)\n");
    expect(exit).toBe(1);
  });
});

test("an error goes to stderr, into the document's messages and to its job", async () => {
  const work = `[job.fails]
ioengine = "sync"
filename = "/dev/full"
rw = "write"
size = "64k"
[job.works]
ioengine = "null"
size = "64k"
`;
  const { exit, err, document } = await run(work, { cwd });
  expect(exit).toBe(1);
  const [failed, worked] = document.jobs;
  expect(failed).toMatchObject({ stopped: "error", error: { errno: 28, direction: "write" } });
  expect(worked).toMatchObject({ stopped: "bytes", error: null });
  const text = failed!.error!.text;
  expect(text).toStartWith("write /dev/full at offset 0, 4096 bytes: ENOSPC (");
  expect(err).toBe(`fathom: "fails": ${text}\n`);
  expect(document.messages).toContainEqual({ severity: "error", code: "job_failed", text, job: 0 });
  const asText = await fathom(["run", "-"], { cwd, stdin: work });
  expect(asText).toMatchObject({ exit: 1, err });
  expect(asText.out.replace(/\s+/g, " ")).toContain(`FAILED fails: ${text}`);
});

describe("--output", () => {
  let count = 0;
  let name = "";
  beforeEach(() => {
    name = `document-${count++}`;
  });

  const write = (path: string, around = {}) =>
    fathom([...JSON_RUN, `--output=${path}`], { cwd, ...around });
  const leftovers = () => readdirSync(cwd).filter((entry) => entry.startsWith("."));

  test("writes a new file whole and leaves stdout empty", async () => {
    expect(await write(name)).toMatchObject({ exit: 0, out: "", err: "" });
    expect(documentOf(readFileSync(ground.path(name), "utf8")).total.read.ios).toBe(10);
    expect(leftovers()).toEqual([]);
  });

  test("replaces a file by rename, keeps its permissions, and goes through a link", async () => {
    const path = ground.file(name, "old");
    chmodSync(path, 0o640);
    symlinkSync(name, ground.path(`${name}-link`));
    const before = statSync(path);
    expect(await write(`${name}-link`)).toMatchObject({ exit: 0, out: "" });
    expect(readlinkSync(ground.path(`${name}-link`))).toBe(name);
    const after = statSync(path);
    expect(after.mode).toBe(before.mode);
    expect(after.ino).not.toBe(before.ino);
    expect(documentOf(readFileSync(path, "utf8")).jobs).toHaveLength(1);
  });

  test("through a link that leads nowhere makes the file there", async () => {
    symlinkSync(name, ground.path(`${name}-link`));
    expect(await write(`${name}-link`)).toMatchObject({ exit: 0 });
    expect(documentOf(readFileSync(ground.path(name), "utf8")).jobs).toHaveLength(1);
  });

  test("to /dev/stdout and to - is standard output, be it a socket, a pipe or a file", async () => {
    for (const path of ["/dev/stdout", "-"]) {
      const socket = await write(path);
      const pipe = await write(path, { through: ["bash", "-c", '"$0" "$@" | cat'] });
      const through = ["bash", "-c", `echo old; "$0" "$@" > ${name}; cat ${name}`];
      const file = await write(path, { through });
      for (const { exit, out } of [socket, pipe, file]) {
        expect(exit).toBe(0);
        expect(documentOf(out.replace(/^old\n/, "")).jobs).toHaveLength(1);
      }
    }
    expect(lstatSync("/dev/stdout").isSymbolicLink()).toBe(true);
    expect(readdirSync(cwd)).not.toContain("-");
  });

  test("to a FIFO writes to its reader and leaves the node", async () => {
    const fifo = ground.path(name);
    sh("mkfifo", fifo);
    const writing = write(name);
    const text = await Bun.file(fifo).text();
    expect(await writing).toMatchObject({ exit: 0, out: "" });
    expect(documentOf(text).jobs).toHaveLength(1);
    expect(statSync(fifo).isFIFO()).toBe(true);
  });

  test("to a FIFO that nobody reads is ended by a signal", async () => {
    sh("mkfifo", ground.path(name));
    const running = start([...JSON_RUN, `--output=${name}`], { cwd });
    const waits = () =>
      readFileSync(`/proc/${running.pid}/wchan`, "utf8").includes("wait_for_partner");
    await until("fathom waits for a reader", waits);
    running.signal("SIGINT");
    expect((await running.ended).exit).toBe(130);
  });

  test.each([
    ["missing/x", "missing/x cannot be written: ENOENT (no such file or directory)"],
    [".", ". cannot be written: it is a directory; name a file in it"],
    ["", "the name is empty; name a file, or - for standard output"],
    ["/proc/version/x", "/proc/version/x cannot be written: ENOTDIR (not a directory)"],
  ])("to %p is refused before anything runs", async (path, message) => {
    const { exit, out, err } = await fathom(
      ["run", "--name=job", "--filename=target", "--rw=write", "--size=64k", `--output=${path}`],
      { cwd },
    );
    expect({ exit, out, err }).toEqual({ exit: 2, out: "", err: `--output: ${message}\n` });
    expect(readdirSync(cwd)).not.toContain("target");
  });

  test("that fails after the run gives the document to standard output, and exit 1", async () => {
    const { exit, out, err } = await write("/dev/full");
    expect(exit).toBe(1);
    expect(documentOf(out).total.read.ios).toBe(10);
    expect(err).toBe(
      "fathom: write /dev/full: ENOSPC (no space left on device); " +
        "the document goes to standard output instead\n",
    );
  });

  const why = lacking("root", "setpriv");
  test.skipIf(why !== "")(`without the right to write is refused beforehand${why}`, async () => {
    const nobody = ["setpriv", "--reuid=65534", "--clear-groups"];
    const { exit, err } = await write(name, { through: nobody });
    expect(err).toBe(`--output: ${name} cannot be written: EACCES (permission denied)\n`);
    expect(exit).toBe(2);
  });
});

test("a run leaves in the current directory only the files of its jobs", async () => {
  const here = ground.directory("here");
  const work = '[job.w]\nrw = "write"\nsize = "64k"\n[job.r]\nrw = "randread"\nsize = "64k"\n';
  expect((await run(work, { cwd: here })).exit).toBe(0);
  expect(readdirSync(here).sort()).toEqual(["r.0.0", "w.0.0"]);
  const checked = await fathom(["check", "-"], { cwd: ground.directory("there"), stdin: work });
  expect(checked.exit).toBe(0);
  expect(readdirSync(ground.path("there"))).toEqual([]);
});
