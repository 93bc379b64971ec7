/** Block devices: run, held, refused while something could be lost; bytes as the kernel has it. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { closeSync, openSync, readFileSync, readSync, symlinkSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fathom, run, start, until } from "../support/binary.ts";
import { Ground, LOOP_NEEDS, lacking, MIB, sh } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("devices");
const cwd = ground.root;
const why = lacking(...LOOP_NEEDS, "mount", "mkfs.ext4");

/** Bytes read and written; Documentation/block/stat.rst, sectors of 512 bytes. */
function traffic(device: string): { read: number; written: number } {
  const fields = readFileSync(`/sys/block/${basename(device)}/stat`, "utf8")
    .trim()
    .split(/\s+/);
  return { read: Number(fields[2]) * 512, written: Number(fields[6]) * 512 };
}

async function moved<T>(device: string, work: () => Promise<T>) {
  const before = traffic(device);
  const result = await work();
  const after = traffic(device);
  return { result, read: after.read - before.read, written: after.written - before.written };
}

function contents(device: string): Buffer {
  const fd = openSync(device, "r");
  const bytes = Buffer.alloc(8 * MIB);
  const count = readSync(fd, bytes, 0, bytes.length, 0);
  closeSync(fd);
  return bytes.subarray(0, count);
}

describe.skipIf(why !== "")(`a loop device${why}`, () => {
  test("moves the bytes that the report says, read and written, with every engine", async () => {
    const device = ground.loop("bytes", 8 * MIB);
    for (const engine of ["psync", "pvsync2", "io_uring", "libaio"]) {
      for (const rw of ["randread", "randwrite"]) {
        const words = [`--filename=${device}`, `--rw=${rw}`, "--direct", `--ioengine=${engine}`];
        const { result, read, written } = await moved(device, () =>
          run([...words, "--iodepth=8", "--bs=16k"], { cwd }),
        );
        const { document, exit } = result;
        expect(exit).toBe(0);
        const { read: reads, write: writes } = document.total;
        expect(reads.bytes + writes.bytes).toBe(8 * MIB);
        // Before a device is written its first and last bytes are read, to see what is on it.
        const bytes = rw === "randread" ? { read, written } : { read: 0, written };
        expect(bytes).toEqual({ read: reads.bytes, written: writes.bytes });
        const disk = document.disks.find(({ name }) => name === basename(device));
        expect(disk).toMatchObject({
          read: { bytes: reads.bytes },
          write: { bytes: writes.bytes },
        });
      }
    }
  });

  test("is in no report when every job on it says disk_util = false", async () => {
    const device = ground.loop("quiet", MIB);
    const words = [`--filename=${device}`, "--rw=read", "--bs=64k"];
    const [seen, quiet] = [
      await run(words, { cwd }),
      await run([...words, "--disk_util=0"], { cwd }),
    ];
    const names = ({ disks }: typeof seen.document): string[] => disks.map(({ name }) => name);
    expect(names(seen.document)).toContain(basename(device));
    expect(names(quiet.document)).toEqual([]);
  });

  test("is shared by clones, who fill it together, and is free afterwards", async () => {
    const device = ground.loop("clones", 8 * MIB);
    const { exit, document } = await run(
      [
        `--filename=${device}`,
        "--rw=randwrite",
        "--size=2m",
        "--offset_increment=2m",
        "--numjobs=4",
        "--direct",
        "--buffer_pattern=0x5c",
      ],
      { cwd },
    );
    expect(exit).toBe(0);
    expect(document.total.write.bytes).toBe(8 * MIB);
    expect(contents(device).every((byte) => byte === 0x5c)).toBe(true);
    sh("mkfs.ext4", "-q", device);
    ground.unmount(ground.mount("clones-mounted", device));
  });

  test("is held while it is written, so that nobody can mount it", async () => {
    const device = ground.loop("held", 8 * MIB);
    sh("mkfs.ext4", "-q", device);
    const words = [`--filename=${device}`, `--destroy=${device}`, "--rw=write", "--direct"];
    const running = start(["run", ...words, "--time_based", "--runtime=60s"], { cwd });
    const point = ground.directory("held-point");
    const before = traffic(device).written;
    await until("it is written", () => traffic(device).written > before || running.err !== "");
    const mounting = Bun.spawnSync(["mount", device, point]);
    expect(mounting.success).toBe(false);
    expect(mounting.stderr.toString()).toMatch(/busy|already mounted/);
    running.signal("SIGINT");
    expect((await running.ended).exit).toBe(130);
  });

  test("that is mounted is refused to writers, with the place; readers may", async () => {
    const device = ground.loop("mounted", 8 * MIB);
    sh("mkfs.ext4", "-q", device);
    const point = ground.mount("mounted-point", device);
    const words = [`--filename=${device}`, `--destroy=${device}`, "--number_ios=4"];
    for (const verb of ["run", "check"]) {
      expect(await fathom([verb, ...words, "--rw=randwrite"], { cwd })).toMatchObject({
        exit: 2,
        out: "",
        err: `--filename: ${device} is mounted at ${point}; unmount it first\n`,
      });
    }
    expect((await fathom(["run", ...words, "--rw=randread"], { cwd })).exit).toBe(0);
    ground.unmount(point);
  });

  test("with a file system on it is refused by any name, until destroy names it", async () => {
    const device = ground.loop("signed", 8 * MIB);
    sh("mkfs.ext4", "-q", device);
    const before = contents(device);
    const alias = ground.path("by-id");
    symlinkSync(device, alias);
    const words = [`--filename=${alias}`, "--rw=write", "--size=64k"];
    const { exit, err } = await fathom(["run", ...words], { cwd });
    expect(exit).toBe(2);
    expect(err).toBe(
      `--filename: ${alias} (${device}) carries an ext2/3/4 file system, and this job would ` +
        `write over it; if you mean it, name it: destroy = ["${alias}"] or --destroy ${alias}\n`,
    );
    expect(contents(device).equals(before)).toBe(true);
    const named = await run([...words, `--destroy=${device}`, "--zero_buffers"], { cwd });
    expect(named.exit).toBe(0);
    expect(
      contents(device)
        .subarray(0, 65_536)
        .every((byte) => byte === 0),
    ).toBe(true);
    const inFile = `destroy = ["${device}"]\n[job.w]\nfilename = "${alias}"\nrw = "write"\n`;
    sh("mkfs.ext4", "-q", device);
    expect((await run(inFile, { cwd })).exit).toBe(0);
  });

  test("with a partition table on it is refused as well", async () => {
    const device = ground.loop("table", 8 * MIB);
    const sector = Buffer.alloc(512);
    sector.set([0x55, 0xaa], 510);
    sector[450] = 0x83;
    sector.writeUInt32LE(2048, 454);
    sector.writeUInt32LE(4096, 458);
    writeFileSync(device, sector, { flag: "r+" });
    const { exit, err } = await fathom(["run", `--filename=${device}`, "--rw=trim"], { cwd });
    expect(exit).toBe(2);
    expect(err).toContain("carries an MBR partition table");
  });

  test("is trimmed to zeros; one that is read only, or too small, is refused", async () => {
    const device = ground.loop("trims", 8 * MIB);
    expect((await run([`--filename=${device}`, "--rw=write"], { cwd })).exit).toBe(0);
    const { exit, document } = await run([`--filename=${device}`, "--rw=randtrim", "--bs=256k"], {
      cwd,
    });
    expect({ exit, bytes: document.total.trim.bytes }).toEqual({ exit: 0, bytes: 8 * MIB });
    expect(contents(device).every((byte) => byte === 0)).toBe(true);
    expect(await fathom(["run", `--filename=${device}`, "--size=9m"], { cwd })).toMatchObject({
      exit: 2,
      err: `--size: 9 MiB do not fit ${device}, which has 8 MiB; use at most 8 MiB\n`,
    });
    const fixed = ground.loop("fixed", MIB, "--read-only");
    expect(await fathom(["run", `--filename=${fixed}`, "--rw=write"], { cwd })).toMatchObject({
      exit: 2,
      err: `--filename: ${fixed} is a read-only device\n`,
    });
  });
});

test("a name in /dev that is no device is not made into a file there", async () => {
  expect(
    await fathom(["run", "--filename=/dev/nvme77n1", "--rw=write", "--size=4k"], { cwd }),
  ).toMatchObject({
    exit: 2,
    err:
      "--filename: there is no device /dev/nvme77n1, and a plain file is not made in /dev; " +
      'correct the name, or write filetype = "file" if you mean it\n',
  });
});
