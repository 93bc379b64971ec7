/** Memory of every kind under every way of I/O: the bytes arrive, and nothing is left behind. */
import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parsePattern } from "../../src/base/pattern.ts";
import { documentOf, fathom, start, until } from "../support/binary.ts";
import { Ground, lacking, MIB } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("memory");
const cwd = ground.root;

const ENGINES: Readonly<Record<string, readonly string[]>> = {
  psync: ["--ioengine=psync"],
  "libaio, direct": ["--ioengine=libaio", "--iodepth=8", "--direct"],
  "io_uring, fixedbufs": ["--ioengine=io_uring", "--iodepth=8", "--fixedbufs"],
};

/** System V segments that a process has made; proc(5), /proc/sysvipc/shm. */
function segmentsOf(pid: number): number {
  const [, ...lines] = readFileSync("/proc/sysvipc/shm", "utf8").trimEnd().split("\n");
  return lines.filter((line) => Number(line.trim().split(/\s+/)[4]) === pid).length;
}

/** A run to its end, after which no segment of it is there. */
async function runs(words: readonly string[]) {
  const running = start(["run", "--output-format=json", ...words], { cwd });
  const { exit, err, out } = await running.ended;
  expect([exit, err]).toEqual([0, ""]);
  expect(segmentsOf(running.pid)).toBe(0);
  return documentOf(out);
}

/** Writes a pattern with the blocks' offsets, then reads all of it, through this memory. */
async function writesAndReads(
  mem: string,
  engine: readonly string[],
  more: readonly string[] = [],
) {
  const words = ["--filename=f", "--size=1m", "--bs=16k", "--warmup=false", `--mem=${mem}`];
  const pattern = ['--buffer_pattern="fathom"%o', "--rw=randwrite"];
  await runs([...words, ...pattern, ...engine, ...more]);
  const { bytes } = parsePattern('"fathom"%o');
  const file = readFileSync(ground.path("f"));
  for (let block = 0; block < MIB; block += 16_384) {
    for (const at of [block, block + 14, block + 14 * 1000]) {
      expect(file.subarray(at, at + 6)).toEqual(Buffer.from(bytes.subarray(0, 6)));
      expect(file.readBigUInt64LE(at + 6)).toBe(BigInt(block));
    }
  }
  const { total } = await runs([...words, "--rw=randread", ...engine, ...more]);
  expect(total.read.bytes).toBe(MIB);
  expect(readdirSync(cwd)).toEqual(["f"]);
}

describe("buffers", () => {
  const made = ground.path("made");
  for (const mem of ["malloc", "mmap", "mmapshared", "shm", `mmap:${made}`]) {
    test(`of ${mem.replace(made, "a file")} carry every engine's bytes`, async () => {
      for (const engine of Object.values(ENGINES)) await writesAndReads(mem, engine);
    });
  }

  test("of a shared file do too, and cannot be fixed, which is said", async () => {
    const mem = `mmapshared:${made}`;
    for (const name of ["psync", "libaio, direct"]) await writesAndReads(mem, ENGINES[name]!);
    const { exit, err } = await fathom(
      ["run", "--filename=f", `--mem=${mem}`, ...ENGINES["io_uring, fixedbufs"]!],
      { cwd },
    );
    if (exit !== 0) expect(err).toContain("buffers of a shared file cannot be fixed");
    expect(existsSync(made)).toBe(false);
  });

  test("at any distance from a page, beside locked memory", async () => {
    for (const align of ["512", "4k"]) {
      const more = [`--iomem_align=${align}`, "--lockmem=1m"];
      for (const engine of Object.values(ENGINES)) await writesAndReads("malloc", engine, more);
    }
    await writesAndReads("shm", ENGINES["psync"]!, ["--iomem_align=1"]);
  });

  test("of a job that is killed leave no segment and no file", async () => {
    writeFileSync(ground.path("f"), Buffer.alloc(MIB));
    const more = ["--rw=randread", "--time_based", "--runtime=30s", "--ioengine=psync"];
    for (const mem of ["shm", `mmapshared:${made}`]) {
      const running = start(["run", "--filename=f", "--size=1m", `--mem=${mem}`, ...more], { cwd });
      const held = mem === "shm" ? "/SYSV" : "/made (deleted)";
      await until("the memory is mapped", () =>
        readFileSync(`/proc/${running.pid}/maps`, "utf8").includes(held),
      );
      running.signal("SIGKILL");
      expect((await running.ended).exit).toBe(137);
      expect(segmentsOf(running.pid)).toBe(0);
      expect(existsSync(made)).toBe(false);
    }
  });
});

const POOL = "/proc/sys/vm/nr_hugepages";
/** Pages for two jobs of one each, and some to spare. */
const PAGES = 4;

/** Adds pages to the machine's for the time of this file; says why not where that cannot be. */
function morePages(): string {
  const lacks = lacking("root", POOL);
  if (lacks !== "") return lacks;
  const before = Number(readFileSync(POOL, "utf8"));
  afterAll(() => writeFileSync(POOL, String(before)));
  writeFileSync(POOL, String(before + PAGES));
  const after = Number(readFileSync(POOL, "utf8"));
  return after === before + PAGES ? "" : " (skipped: this machine has no room for huge pages)";
}

const why = morePages();

describe.skipIf(why !== "")(`huge pages${why}`, () => {
  /** Huge pages that are not in use. */
  const free = (): string =>
    /^HugePages_Free:\s*(\d+)$/m.exec(readFileSync("/proc/meminfo", "utf8"))![1]!;

  for (const mem of ["mmaphuge", "shmhuge"]) {
    test(`${mem} carries every engine's bytes, and gives its pages back`, async () => {
      const had = free();
      for (const engine of Object.values(ENGINES)) {
        await writesAndReads(mem, engine);
        // The kernel takes a ring apart after its process has ended, and pins its pages until then.
        await until("the pages are free again", () => free() === had);
      }
    });
  }

  test("more of them than are free are refused before anything runs", async () => {
    const words = ["--filename=g", "--rw=write", "--size=1g", "--bs=512m", "--mem=mmaphuge"];
    const { exit, err } = await fathom(["run", ...words], { cwd });
    expect(exit).toBe(2);
    expect(err).toMatch(/mmaphuge needs 256 huge pages of 2 MiB, and \d+ are free; write 256 or/);
    expect(existsSync(ground.path("g"))).toBe(false);
  });
});
