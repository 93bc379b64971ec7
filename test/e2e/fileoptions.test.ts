/** Options about a job's files, on the binary and on real files. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, rmSync, statfsSync, statSync } from "node:fs";
import { fathom, run } from "../support/binary.ts";
import { Ground, lacking, MIB } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("fileoptions");
const cwd = ground.root;
const sizeOf = (name: string): number => statSync(ground.path(name)).size;

test.each(["sync", "psync", "io_uring", "libaio"])(
  "unlink_each_loop gives each pass new files (%s)",
  async (engine) => {
    const name = `unlinked-${engine}`;
    ground.file(name, "x".repeat(200_000));
    const { exit, document } = await run(
      [
        `--filename=${name}`,
        "--rw=write",
        "--size=64k",
        "--loops=3",
        "--unlink_each_loop",
        `--ioengine=${engine}`,
        "--buffer_pattern=0x5a",
      ],
      { cwd },
    );
    expect(exit).toBe(0);
    expect(document.jobs[0]!.write.ios).toBe(48);
    // The old file was longer: what is there now was made after it went.
    expect(await Bun.file(ground.path(name)).text()).toBe("Z".repeat(65_536));
  },
);

test("unlink_each_loop is refused with files that the ring keeps, and of a reader", async () => {
  const words = ["run", "--filename=x", "--size=64k", "--loops=2", "--unlink_each_loop"];
  const ring = await fathom([...words, "--rw=write", "--ioengine=io_uring", "--registerfiles"], {
    cwd,
  });
  expect(ring.exit).toBe(2);
  expect(ring.err).toContain(
    "registerfiles keeps hold of all files from the start, and unlink_each_loop does not",
  );
  const reader = await fathom([...words, "--rw=randrw"], { cwd });
  expect(reader.exit).toBe(2);
  expect(reader.err).toContain("would find its files deleted");
});

test("a range of sizes, appending and a directory are shown by check", async () => {
  ground.directory("below");
  ground.file("below/one", 8192);
  const checked = await fathom(["check", "--opendir=below", "--name=t"], { cwd });
  expect(checked.out).toContain("below/one");
  const ranged = await fathom(["check", "--name=t", "--filesize=4k-1m", "--nrfiles=2"], { cwd });
  expect(ranged.out).toMatch(/t\.0\.0 .* missing +148 KiB/);
  expect(ranged.out).toContain("148 KiB laid out before the start");
  expect(existsSync(ground.path("t.0.0"))).toBe(false);
  ground.file("tail", 12_288);
  const appending = ["--filename=tail", "--rw=write", "--size=8k", "--file_append", "--name=t"];
  expect((await fathom(["check", ...appending], { cwd })).out).toContain("8 KiB from 12 KiB on");
  expect((await run(appending, { cwd })).exit).toBe(0);
  expect(sizeOf("tail")).toBe(20_480);
});

const traceless = lacking("strace");
test.skipIf(traceless !== "")(
  `pre_read reads all of the job's part first${traceless}`,
  async () => {
    const words = ["--filename=cold", "--size=4m", "--rw=read", "--name=t", "--number_ios=1"];
    await run(words, { cwd });
    const calls = ground.path("calls");
    const through = ["strace", "-f", "-o", calls, "-e", "trace=pread64,fadvise64"];
    const { exit, document } = await run([...words, "--pre_read"], { cwd, through });
    expect(exit).toBe(0);
    expect(document.jobs[0]!.options).toMatchObject({ pre_read: "true", invalidate: "false" });
    const trace = await Bun.file(calls).text();
    expect(trace.match(/pread64\(\d+, .*, 1048576, \d+\) = 1048576/g)).toHaveLength(4);
    expect(trace).not.toContain("POSIX_FADV_DONTNEED");
  },
);

test("fio's job files say the same with fio's words", async () => {
  const work = `[t]
rw=write
filesize=4k-40k
nrfiles=3
create_on_open=1
allow_file_create=1
unique_filename=0
write_hint=short
fadvise_hint=0
directory=${ground.directory("fio")}
`;
  const { exit, err } = await fathom(["fio", "-"], { cwd, stdin: work });
  expect(err).toBe("");
  expect(exit).toBe(0);
  const made = readdirSync(ground.path("fio")).sort();
  expect(made).toEqual(["t.0.0", "t.0.1", "t.0.2"]);
  // As fio 3.33 makes them.
  expect(made.map((name) => sizeOf(`fio/${name}`))).toEqual([8192, 12288, 12288]);
});

test.skipIf(traceless !== "")(
  `sync_file_range is called over what was written${traceless}`,
  async () => {
    for (const engine of ["psync", "libaio"]) {
      const calls = ground.path(`ranges-${engine}`);
      const through = ["strace", "-f", "-o", calls, "-e", "trace=sync_file_range"];
      const words = ["--filename=ranged", "--rw=write", "--size=64k", `--ioengine=${engine}`];
      const how = "--sync_file_range=wait_before,write:4";
      const { document } = await run([...words, how], { cwd, through });
      expect(document.total.sync).toMatchObject({ ios: 4, sync_file_range_ios: 4, fsync_ios: 0 });
      const trace = (await Bun.file(calls).text()).match(/sync_file_range\(\d+, .*/g)!;
      expect(trace.map((line) => line.replace(/\(\d+, /, "("))).toEqual(
        [0, 16384, 32768, 49152].map(
          (offset) =>
            `sync_file_range(${offset}, 16384, ` +
            "SYNC_FILE_RANGE_WAIT_BEFORE|SYNC_FILE_RANGE_WRITE) = 0",
        ),
      );
    }
    const { exit, document } = await run(
      ["--filename=ranged", "--rw=write", "--size=64k", "--iodepth=8", "--sync_file_range=write"],
      { cwd },
    );
    expect(exit).toBe(0);
    expect(document.jobs[0]!.engine).toBe("io_uring");
    expect(document.total.sync.sync_file_range_ios).toBe(16);
  },
);

const mountless = lacking("root", "mount");
test.skipIf(mountless !== "")(
  `fill_device writes until nothing fits, which is success${mountless}`,
  async () => {
    const words = ["--fill_device", "--bs=64k", "--name=t"];
    for (const [name, more] of [
      ["in-order", ["--rw=write"]],
      ["two-files", ["--rw=write", "--nrfiles=2", "--iodepth=8", "--end_fsync"]],
      ["by-size", ["--rw=write", "--size=1m", "--ioengine=sync"]],
    ] as const) {
      const directory = ground.memory(name, "size=8m");
      const { exit, document } = await run([...words, ...more, `--directory=${directory}`], {
        cwd,
      });
      expect(exit).toBe(0);
      const [job] = document.jobs;
      expect(job).toMatchObject({ stopped: "full", error: null });
      expect(job!.write.bytes).toBeGreaterThan(7 * MIB);
      expect(job!.write.failed_ios).toBe(0);
      if (name === "two-files") expect(document.total.sync.fsync_ios).toBe(2);
      const { bavail } = statfsSync(directory);
      expect(bavail).toBe(0);
    }
  },
);

test.skipIf(mountless !== "")(`fill_device at random covers what is free${mountless}`, async () => {
  const directory = ground.memory("at-random", "size=8m");
  const words = ["--fill_fs", "--rw=randwrite", "--name=t", `--directory=${directory}`];
  const { exit, document } = await run(words, { cwd });
  expect(exit).toBe(0);
  expect(document.jobs[0]!.write.bytes).toBe(8 * MIB);
  const checked = await fathom(["check", "--fill_device", "--rw=write", "--name=u"], { cwd });
  expect(checked.out).toContain("all the space there is");
  expect(checked.out).toContain("until no space is left written by u");
});

test("fill_device is refused where it cannot be", async () => {
  const reader = await fathom(["run", "--fill_device", "--rw=randrw", "--name=t"], { cwd });
  expect(reader.exit).toBe(2);
  expect(reader.err).toContain("rw = randrw is not filling");
});

/** The most files of that name that a job had open at once, by a trace of its calls. */
function mostOpen(trace: string, name: string): { opens: number; most: number } {
  const open = new Set<string>();
  let opens = 0;
  let most = 0;
  for (const line of trace.split("\n")) {
    const opened = /open(?:at)?\((?:AT_FDCWD, )?"([^"]*)", O_RDWR.* = (\d+)$/.exec(line);
    const closed = /close\((\d+)\)/.exec(line);
    if (opened !== null && opened[1]!.includes(name)) {
      open.add(opened[2]!);
      opens++;
    } else if (closed) {
      open.delete(closed[1]!);
    }
    most = Math.max(most, open.size);
  }
  return { opens, most };
}

test.skipIf(traceless !== "").each([
  ["sync", 1],
  ["psync", 1],
  ["io_uring", 16],
  ["libaio", 4],
] as const)(
  `openfiles holds at depth with %s, and every block is written once${traceless}`,
  async (engine, depth) => {
    const name = `rotated-${engine}`;
    const calls = ground.path(`${name}.calls`);
    const through = ["strace", "-f", "-o", calls, "-e", "trace=open,openat,close"];
    const words = [`--name=${name}`, "--nrfiles=8", "--size=256k", "--rw=write", "--loops=2"];
    const { exit, document } = await run(
      [
        ...words,
        "--openfiles=3",
        `--ioengine=${engine}`,
        `--iodepth=${depth}`,
        "--buffer_pattern=0x5a",
        "--fallocate=none",
        "--end_fsync",
      ],
      { cwd, through },
    );
    expect(exit).toBe(0);
    expect(document.total.write.ios).toBe(128);
    expect(document.total.sync.fsync_ios).toBe(16);
    for (let file = 0; file < 8; file++) {
      expect(await Bun.file(ground.path(`${name}.0.${file}`)).text()).toBe("Z".repeat(32_768));
    }
    const { opens, most } = mostOpen(await Bun.file(calls).text(), `${name}.0.`);
    expect(most).toBe(3);
    expect(opens).toBeGreaterThan(8);
  },
);

test("create_on_open makes the files that a unit turns to, and no others", async () => {
  const words = ["--name=lazy", "--nrfiles=4", "--size=64k", "--rw=write", "--number_ios=2"];
  const { exit } = await run([...words, "--create_on_open"], { cwd });
  expect(exit).toBe(0);
  expect(readdirSync(cwd).filter((name) => name.startsWith("lazy"))).toEqual(
    expect.arrayContaining(["lazy.0.0", "lazy.0.1"]),
  );
  expect(existsSync(ground.path("lazy.0.2"))).toBe(false);
  expect(statSync(ground.path("lazy.0.0"))).toMatchObject({ size: 4096, blocks: 8 });
});

test("openfiles and a ring's registered files exclude each other", async () => {
  const words = ["run", "--name=t", "--nrfiles=4", "--size=64k", "--openfiles=2"];
  const ring = await fathom([...words, "--ioengine=io_uring", "--registerfiles"], { cwd });
  expect(ring.exit).toBe(2);
  expect(ring.err).toContain("registerfiles keeps hold of all files from the start, and openfiles");
});

test("a file that vanishes before its turn ends the job with its name", async () => {
  const words = ["--name=gone", "--nrfiles=3", "--size=24k", "--rw=read"];
  await run([...words, "--create_only"], { cwd });
  const order = ["--openfiles=1", "--file_service_type=sequential", "--startdelay=500ms"];
  const going = run([...words, ...order], { cwd });
  await Bun.sleep(300);
  rmSync(ground.path("gone.0.2"));
  const { exit, document } = await going;
  expect(exit).toBe(1);
  expect(document.jobs[0]!.error?.text).toContain("open gone.0.2: ENOENT");
  expect(document.jobs[0]!.read.ios).toBe(4);
});
