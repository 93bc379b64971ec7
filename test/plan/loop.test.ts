import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OpenFiles } from "../../src/io/files.ts";
import { holdDevices, releaseDevices } from "../../src/plan/hold.ts";
import { plan } from "../../src/plan/plan.ts";
import { environmentOf, inputOf, type Written } from "./support.ts";

const MIB = 1 << 20;

function run(...command: readonly string[]): string {
  const [program = "", ...args] = command;
  const { status, stdout, stderr } = spawnSync(program, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
  return stdout.trim();
}

/** Why loop devices cannot be made here; empty when they can. */
function obstacle(): string {
  if (process.getuid?.() !== 0) return "needs root";
  if (!existsSync("/dev/loop-control")) return "needs loop devices";
  const missing = ["losetup", "mkfs.ext4", "mount", "partx"].filter(
    (tool) => Bun.which(tool) === null,
  );
  return missing.length === 0 ? "" : `needs ${missing.join(", ")}`;
}

const why = obstacle();

describe.skipIf(why !== "")(`on loop devices${why === "" ? "" : ` (skipped: ${why})`}`, () => {
  let root = "";
  const loops: string[] = [];
  const mounted: string[] = [];

  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "fathom-loop-"));
  });
  afterAll(() => {
    for (const point of mounted) spawnSync("umount", [point]);
    for (const loop of loops) spawnSync("losetup", ["-d", loop]);
    rmSync(root, { recursive: true, force: true });
  });

  function loop(name: string, bytes: number, ...flags: readonly string[]): string {
    const image = join(root, name);
    if (!existsSync(image)) writeFileSync(image, "");
    truncateSync(image, bytes);
    const device = run("losetup", "--find", "--show", ...flags, image);
    loops.push(device);
    return device;
  }

  function mount(device: string, name: string, ...flags: readonly string[]): string {
    const point = join(root, name);
    mkdirSync(point);
    run("mount", ...flags, device, point);
    mounted.push(point);
    return point;
  }

  function unmount(point: string): void {
    run("umount", point);
    mounted.splice(mounted.indexOf(point), 1);
  }

  async function planned(...jobs: readonly Written[]) {
    const made = await plan(jobs.map(inputOf), environmentOf());
    return { ...made, messages: made.problems.map(({ message }) => message) };
  }

  test("an empty device is used whole, in percent and from an offset", async () => {
    const device = loop("empty", 8 * MIB);
    const { jobs, messages } = await planned(
      { filename: [device] },
      { filename: [device], rw: "write", offset: { percent: 50 }, size: { percent: 25 } },
    );
    expect(messages).toEqual([]);
    expect(jobs.map(({ targets: [target] }) => target)).toEqual([
      {
        path: device,
        kind: "block",
        exists: true,
        size: 8 * MIB,
        offset: 0,
        length: 8 * MIB,
        layout: 0,
      },
      {
        path: device,
        kind: "block",
        exists: true,
        size: 8 * MIB,
        offset: 4 * MIB,
        length: 2 * MIB,
        layout: 0,
      },
    ]);
  });

  test("more than the device has is refused with both numbers", async () => {
    const device = loop("small", MIB);
    expect((await planned({ filename: [device], size: 2 * MIB })).messages).toEqual([
      `2 MiB do not fit ${device}, which has 1 MiB; use at most 1 MiB`,
    ]);
  });

  test("a file system is protected, through any name, until destroy names it", async () => {
    const device = loop("ext4", 8 * MIB);
    run("mkfs.ext4", "-q", device);
    const alias = join(root, "by-id");
    symlinkSync(device, alias);
    const job = { filename: [alias], rw: "randwrite" } as const;
    expect((await planned(job)).messages).toEqual([
      `${alias} (${device}) carries an ext2/3/4 file system, and this job would write over ` +
        `it; if you mean it, name it: destroy = ["${alias}"] or --destroy ${alias}`,
    ]);
    expect((await planned({ ...job, destroy: [device] })).messages).toEqual([]);
    expect((await planned({ ...job, rw: "randread" })).messages).toEqual([]);
  });

  test("a mounted device is refused to writers, not to readers; nobody can hold it", async () => {
    const device = loop("mounted", 8 * MIB);
    run("mkfs.ext4", "-q", device);
    const point = mount(device, "here");
    const job = { filename: [device], rw: "write", destroy: [device] } as const;
    expect((await planned(job)).messages).toEqual([
      `${device} is mounted at ${point}; unmount it first`,
    ]);
    expect((await planned({ ...job, rw: "read" })).messages).toEqual([]);
    const lifted = await planned({ ...job, allow_mounted_write: true });
    expect(lifted.messages).toEqual([]);
    expect(holdDevices(lifted.devices)).toEqual([]);
    const forced = lifted.devices.map((held) => ({ ...held, exclusive: true }));
    expect(() => holdDevices(forced)).toThrow(`open ${device}: EBUSY (device or resource busy)`);
    unmount(point);
    releaseDevices(holdDevices(forced));
  });

  test("a held device cannot be held or mounted by another, yet jobs open it", async () => {
    const device = loop("held", 8 * MIB);
    run("mkfs.ext4", "-q", device);
    const { jobs, devices } = await planned({ filename: [device], rw: "write", destroy: [device] });
    const held = holdDevices(devices);
    expect(held).toHaveLength(1);
    expect(() => holdDevices(devices)).toThrow("EBUSY");
    expect(spawnSync("mount", [device, root]).status).not.toBe(0);
    const files = OpenFiles.open(jobs[0]!);
    expect(files.descriptors[0]).toBeGreaterThan(0);
    expect(files.invalidate()).toEqual([]);
    files.close();
    releaseDevices(held);
    releaseDevices(holdDevices(devices));
  });

  test("a disk is refused for its mounted partition; a free partition is not", async () => {
    const image = join(root, "disk");
    writeFileSync(image, "");
    truncateSync(image, 16 * MIB);
    const table = new Uint8Array(66);
    const view = new DataView(table.buffer);
    for (const [index, start] of [2048, 16384].entries()) {
      table[index * 16 + 4] = 0x83;
      view.setUint32(index * 16 + 8, start, true);
      view.setUint32(index * 16 + 12, 14336, true);
    }
    table.set([0x55, 0xaa], 64);
    const fd = openSync(image, "r+");
    writeSync(fd, table, 0, 66, 446);
    closeSync(fd);
    const device = loop("disk", 16 * MIB, "--partscan");
    // A kernel that cannot read this table itself is told of the partitions.
    run("partx", "--update", device);
    const part = `${device}p1`;
    expect(existsSync(part)).toBe(true);
    run("mkfs.ext4", "-q", part);
    const point = mount(part, "part");
    expect((await planned({ filename: [device], rw: "trim" })).messages).toEqual([
      `${device} has a partition in use: ${part} is mounted at ${point}; unmount it first`,
      expect.stringContaining(`${device} carries an MBR partition table`),
    ]);
    expect((await planned({ filename: [`${device}p2`], rw: "write" })).messages).toEqual([]);
    unmount(point);
  });

  test("a read-only device and a read-only file system are refused to writers", async () => {
    const writable = loop("ro", 8 * MIB);
    run("mkfs.ext4", "-q", writable);
    const point = mount(writable, "ro-point");
    writeFileSync(join(point, "there"), "x".repeat(8192));
    run("mount", "-o", "remount,ro", point);
    const file = (name: string, rw: "read" | "write") =>
      planned({ filename: [join(point, name)], rw, size: 8192 }).then(({ messages }) => messages);
    expect(await file("there", "read")).toEqual([]);
    expect(await file("there", "write")).toEqual([
      `${point}/there cannot be written: EROFS (read-only file system)`,
    ]);
    for (const rw of ["read", "write"] as const) {
      expect(await file("new", rw)).toEqual([
        `${point}/new does not exist and cannot be made: EROFS (read-only file system)`,
      ]);
    }
    unmount(point);
    const device = loop("ro", 8 * MIB, "--read-only");
    expect((await planned({ filename: [device], rw: "write" })).messages).toEqual(
      expect.arrayContaining([`${device} is a read-only device`]),
    );
  });

  test("sectors of 4096 bytes are known and named", async () => {
    const device = loop("sectors", 8 * MIB, "--sector-size", "4096");
    const block = { read: 512, write: 512, trim: 512 };
    const { messages } = await planned({ filename: [device], bs: block, direct: true });
    expect(messages).toEqual([
      "a read of 512 bytes is not a multiple of 4096 bytes, the logical sector that direct " +
        `I/O on ${device} works in`,
    ]);
  });
});
