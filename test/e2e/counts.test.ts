/** The report against other witnesses: calls as strace saw them, and the kernel's accounting. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { documentOf, fathom } from "../support/binary.ts";
import { Ground, lacking } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("counts");
const cwd = ground.root;
const target = ground.file("target", "x".repeat(2 ** 22));

interface Call {
  readonly name: string;
  readonly result: number;
  readonly offset: number;
}

/** The offset is the last argument, or flags follow it. */
const LAST = /, (\d+)\) /;
const BEFORE_LAST = /, (\d+), \w+\) /;

const noStrace = lacking("strace");
describe.skipIf(noStrace !== "")(`strace sees${noStrace}`, () => {
  /** Calls on the target, whole lines only: `-f` may split one, `-P` keeps to the file. */
  async function traced(...words: readonly string[]) {
    const trace = ground.path("trace");
    const calls =
      "trace=read,write,pread64,pwrite64,preadv,pwritev,preadv2,pwritev2,fsync,fdatasync";
    const through = ["strace", "-f", "-qq", "-P", target, "-e", calls, "-o", trace, "--"];
    const { exit, out } = await fathom(
      ["run", "--output-format=json", `--filename=${target}`, ...words],
      { cwd, through },
    );
    expect(exit).toBe(0);
    const seen = readFileSync(trace, "utf8").matchAll(/(\w+)(?:\(| resumed).* = (-?\d+)$/gm);
    const lines: Call[] = [...seen].map(([line, name, result]) => ({
      name: name!,
      result: Number(result),
      offset: Number((name === "preadv2" ? BEFORE_LAST : LAST).exec(line)?.[1]),
    }));
    return { lines, document: documentOf(out) };
  }

  const bytesOf = (lines: readonly Call[]) => lines.reduce((sum, { result }) => sum + result, 0);

  test.each([
    ["sync", "read"],
    ["psync", "pread64"],
    ["pvsync", "preadv"],
    ["pvsync2", "preadv2"],
  ])("as many reads of %s as the report counts, every block once", async (engine, call) => {
    // Traced calls of a warm-up take seconds; the next test is about those.
    const words = ["--rw=randread", "--bs=16k", `--ioengine=${engine}`, "--warmup=false"];
    const { lines, document } = await traced(...words);
    const { ios, bytes } = document.total.read;
    expect(ios).toBe(256);
    expect(lines).toHaveLength(ios);
    expect(bytesOf(lines)).toBe(bytes);
    expect(new Set(lines.map(({ name }) => name))).toEqual(new Set([call]));
    if (engine === "sync") return;
    expect(new Set(lines.map(({ offset }) => offset)).size).toBe(ios);
  });

  test("nothing of the warm-up and only the ramp beside the figures", async () => {
    const { lines, document } = await traced("--rw=read", "--ramp_time=100ms", "--number_ios=50");
    const { ios, ramp_ios } = document.total.read;
    expect(ios).toBe(50);
    const { ramp_ios: ofJob } = document.jobs[0]!.read;
    expect(ramp_ios).toBe(ofJob);
    expect(lines).toHaveLength(ios + ofJob);
  });

  test("the writes and the fsyncs that the report counts", async () => {
    const { lines, document } = await traced("--rw=write", "--bs=64k", "--fsync=4", "--end_fsync");
    const named = (name: string) => lines.filter((line) => line.name === name);
    expect(named("pwrite64")).toHaveLength(document.total.write.ios);
    expect(named("fsync")).toHaveLength(document.total.sync.fsync_ios);
    expect(document.total.sync.fsync_ios).toBe(16);
  });
});

test("the kernel's accounting has the bytes of a psync job, and little more", async () => {
  // A shell's own file holds what its children did that it has waited for; proc(5).
  const script = '"$0" "$@" > document; cat /proc/$$/io';
  const through = ["bash", "-c", script];
  const counted = async (...words: readonly string[]) => {
    const args = ["run", "--output-format=json", "--name=k", "--warmup=false", ...words];
    const { exit, out } = await fathom(args, { cwd, through });
    expect(exit).toBe(0);
    const number = (name: string) => Number(new RegExp(`^${name}: (\\d+)$`, "m").exec(out)![1]);
    const { read, write } = documentOf(readFileSync(ground.path("document"), "utf8")).total;
    return { read: number("rchar"), write: number("wchar"), report: read.bytes + write.bytes };
  };
  const idle = await counted("--ioengine=null", "--size=1m");
  const reads = await counted(`--filename=${target}`, "--rw=randread", "--loops=8");
  const writes = await counted("--filename=made", "--rw=write", "--size=32m", "--bs=64k");
  expect([reads.report, writes.report]).toEqual([2 ** 25, 2 ** 25]);
  // What differs beside: the length of the documents, and what /proc had to say.
  expect(Math.abs(reads.read - idle.read - 2 ** 25)).toBeLessThan(2 ** 17);
  expect(Math.abs(writes.write - idle.write - 2 ** 25)).toBeLessThan(2 ** 17);
});
