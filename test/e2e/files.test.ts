/** What happens to files: made, filled, extended, synced, removed, and never by surprise. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readFileSync, statSync } from "node:fs";
import { fathom, run } from "../support/binary.ts";
import { Ground } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("files");
const cwd = ground.root;
const bytes = (name: string) => readFileSync(ground.path(name));
const isZero = (part: Uint8Array) => part.every((byte) => byte === 0);

describe("layout", () => {
  test("makes and fills a file that a reader needs, before the clock starts", async () => {
    const { exit, document } = await run(["--filename=new", "--rw=read", "--size=256k"], { cwd });
    expect(exit).toBe(0);
    expect(document.jobs[0]!.read.bytes).toBe(262_144);
    expect(document.total.write.ios).toBe(0);
    const made = bytes("new");
    expect(made).toHaveLength(262_144);
    for (let at = 0; at < made.length; at += 4096) {
      expect(isZero(made.subarray(at, at + 4096))).toBe(false);
    }
    expect(document.jobs[0]!.files[0]!.hole_share ?? 0).toBe(0);
  });

  test("is all that create_only does", async () => {
    const { exit, document } = await run(
      ["--name=only", "--rw=randwrite", "--size=64k", "--nrfiles=2", "--create_only"],
      { cwd },
    );
    expect(exit).toBe(0);
    expect(document.jobs[0]).toMatchObject({ stopped: "created", error: null });
    for (const name of ["only.0.0", "only.0.1"]) expect(bytes(name)).toHaveLength(32_768);
  });

  test("extends a short file only for overwrite = true, and keeps what was there", async () => {
    ground.file("short", "x".repeat(8192));
    const work = ["--filename=short", "--size=32k", "--rw=randread"];
    const refused = await fathom(["run", ...work], { cwd });
    expect(refused.exit).toBe(2);
    expect(statSync(ground.path("short")).size).toBe(8192);
    expect((await run([...work, "--overwrite"], { cwd })).exit).toBe(0);
    const extended = bytes("short");
    expect(extended).toHaveLength(32_768);
    expect(extended.subarray(0, 8192).toString("latin1")).toBe("x".repeat(8192));
    expect(isZero(extended.subarray(8192))).toBe(false);
  });

  test("is not needed for a file that an earlier stage writes", async () => {
    const work = `[global]
filename = "staged"
size = "64k"
[job.writer]
rw = "write"
buffer_pattern = "0x5a"
[job.reader]
rw = "randread"
stonewall = true
`;
    const checked = await fathom(["check", "-"], { cwd, stdin: work });
    expect(checked.out).not.toContain("laid out");
    expect((await run(work, { cwd })).exit).toBe(0);
    expect(bytes("staged").every((byte) => byte === 0x5a)).toBe(true);
  });
});

describe("a writer", () => {
  test("writes every block of its region once, at random as in order", async () => {
    for (const rw of ["write", "randwrite"]) {
      const words = [`--filename=${rw}`, `--rw=${rw}`, "--size=1m", "--buffer_pattern=0xa7"];
      const { document } = await run([...words, "--iodepth=8"], { cwd });
      expect(document.total.write.ios).toBe(256);
      expect(bytes(rw).every((byte) => byte === 0xa7)).toBe(true);
    }
  });

  test("leaves what lies outside its region alone", async () => {
    ground.file("region", "x".repeat(65_536));
    const words = ["--filename=region", "--rw=write", "--offset=16k", "--size=32k"];
    expect((await run([...words, "--zero_buffers"], { cwd })).exit).toBe(0);
    const after = bytes("region");
    expect(after.subarray(0, 16_384).toString("latin1")).toBe("x".repeat(16_384));
    expect(isZero(after.subarray(16_384, 49_152))).toBe(true);
    expect(after.subarray(49_152).toString("latin1")).toBe("x".repeat(16_384));
  });

  test("of trims punches holes into a regular file, and the size stays", async () => {
    const path = ground.file("holed", "x".repeat(2 ** 20));
    expect(statSync(path).blocks).toBeGreaterThan(0);
    const words = ["--filename=holed", "--rw=randtrim", "--bs=64k"];
    const { exit, document } = await run(words, { cwd });
    expect(exit).toBe(0);
    expect(document.total.trim).toMatchObject({ ios: 16, bytes: 2 ** 20 });
    expect(statSync(path)).toMatchObject({ size: 2 ** 20, blocks: 0 });
  });

  test("with unlink leaves no file", async () => {
    expect(
      (await run(["--filename=gone", "--rw=write", "--size=64k", "--unlink"], { cwd })).exit,
    ).toBe(0);
    expect(existsSync(ground.path("gone"))).toBe(false);
  });

  test("with a slash in its name makes its file in the directory, not below it", async () => {
    expect((await run(["--name=a/../b", "--rw=write", "--size=4k"], { cwd })).exit).toBe(0);
    expect(existsSync(ground.path("a_.._b.0.0"))).toBe(true);
  });
});

describe("syncs", () => {
  const syncs = async (...words: readonly string[]) => {
    const { document } = await run(
      ["--filename=synced", "--rw=write", "--size=64k", "--warmup=false", ...words],
      { cwd },
    );
    const { ios, fsync_ios, fdatasync_ios, syncfs_ios, lat_ns } = document.total.sync;
    expect(lat_ns?.count ?? 0).toBe(ios);
    expect(document.total.write.ios).toBe(16);
    return [fsync_ios, fdatasync_ios, syncfs_ios];
  };

  test("come after every so many writes, and have figures of their own", async () => {
    expect(await syncs()).toEqual([0, 0, 0]);
    // As fio: the pass is over with its last write, and nothing comes after that.
    expect(await syncs("--fsync=1")).toEqual([15, 0, 0]);
    expect(await syncs("--fsync=5")).toEqual([3, 0, 0]);
    expect(await syncs("--fdatasync=4")).toEqual([0, 3, 0]);
    expect(await syncs("--fdatasync=4", "--ioengine=io_uring", "--iodepth=4")).toEqual([0, 3, 0]);
  });

  test("are none of an engine without files", async () => {
    const words = ["--ioengine=null", "--rw=write", "--size=64k", "--end_fsync", "--end_syncfs"];
    const { exit, document } = await run(words, { cwd });
    expect(exit).toBe(0);
    expect(document.total.sync.ios).toBe(0);
  });

  test("at the end of the pass are one a file, within the writers' time", async () => {
    expect(await syncs("--end_fsync")).toEqual([1, 0, 0]);
    expect(await syncs("--end_fsync", "--end_syncfs", "--fsync=8")).toEqual([2, 0, 1]);
    const words = ["--name=two", "--nrfiles=2", "--rw=write", "--size=64k", "--end_fsync"];
    const { document } = await run(words, { cwd });
    const { write, sync } = document.total;
    expect(sync.fsync_ios).toBe(2);
    expect(write.runtime_ns).toBeGreaterThan(sync.lat_ns!.mean * 2 * 0.99);
  });
});
