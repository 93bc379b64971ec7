/** What `fathom fio` does to block devices: the command line named them, and that is enough. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { fathom } from "../support/binary.ts";
import { Ground, LOOP_NEEDS, lacking, MIB, sh } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("fiodevices");
const why = lacking(...LOOP_NEEDS, "mount", "mkfs.ext4");

const write = (device: string, ...more: readonly string[]) =>
  fathom(["fio", "--name=a", `--filename=${device}`, "--rw=write", "--minimal", ...more], {
    cwd: ground.root,
  });

describe.skipIf(why !== "")(`a loop device${why}`, () => {
  test("with a file system on it is written, and what was on it is said", async () => {
    const device = ground.loop("signed", 8 * MIB);
    sh("mkfs.ext4", "-q", device);
    const { exit, out, err } = await write(device, "--bs=64k");
    expect(exit).toBe(0);
    // KiB written, field 47 of terse version 3.
    expect(out.split(";")[46]).toBe("8192");
    expect(err).toContain("carries an ext2/3/4 file system, and this job writes over it");
    expect(err).toMatch(/^fio: "a": .*\n$/);
    expect(Bun.spawnSync(["blkid", "-p", device]).exitCode).not.toBe(0);
  });

  test("that is mounted is refused with 1, and allow_mounted_write lifts it", async () => {
    const device = ground.loop("mounted", 8 * MIB);
    sh("mkfs.ext4", "-q", device);
    const point = ground.mount("point", device);
    const refused = await write(device, "--size=64k");
    expect([refused.exit, refused.out]).toEqual([1, ""]);
    expect(refused.err).toContain(`is mounted at ${point}; unmount it first`);
    const lifted = await write(device, "--size=4k", "--offset=4m", "--allow_mounted_write=1");
    expect([lifted.exit, lifted.out.split(";")[46]]).toEqual([0, "4"]);
    ground.unmount(point);
  });

  test("that is smaller than the size asked for is written whole", async () => {
    const device = ground.loop("small", 4 * MIB);
    const { exit, out, err } = await write(device, "--size=1g", "--bs=1m");
    expect([exit, err, out.split(";")[46]]).toEqual([0, "", "4096"]);
  });
});

test("a file that is too short for a reader is extended", async () => {
  const file = ground.file("short", 4096);
  const words = ["fio", "--name=a", `--filename=${file}`, "--rw=read", "--size=1m", "--minimal"];
  const { exit, out } = await fathom(words, { cwd: ground.root });
  expect([exit, out.split(";")[5], Bun.file(file).size]).toEqual([0, "1024", MIB]);
});
