import { expect, test } from "bun:test";
import { mountOf, parseMounts, readMounts } from "../../src/measure/mounts.ts";

const TABLE = [
  "27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard",
  "40 27 8:1 / /data rw,noatime shared:5 master:2 - xfs /dev/sda1 rw,attr2,noquota",
  "41 40 0:50 / /data/with\\040blank rw - tmpfs none rw,size=10k",
  "42 27 8:2 / /data rw - ext4 /dev/sda2 rw",
  "43 27 0:60 /@home /home rw - btrfs /dev/sdb rw",
  "a line that is no mount",
  "",
].join("\n");
const mounts = parseMounts(TABLE);

test("each line gives point, type, source and the options of mount and file system once", () => {
  expect(mounts).toHaveLength(5);
  expect(mounts[1]).toEqual({
    mountPoint: "/data",
    type: "xfs",
    source: "/dev/sda1",
    options: "rw,noatime,attr2,noquota",
  });
  expect(mounts[2]?.mountPoint).toBe("/data/with blank");
});

test("a path is on the deepest mount that holds it", () => {
  expect(mountOf("/data/with blank/f", mounts)?.type).toBe("tmpfs");
  expect(mountOf("/home", mounts)?.type).toBe("btrfs");
  expect(mountOf("/homework/f", mounts)?.type).toBe("ext4");
  expect(mountOf("/homework/f", mounts)?.source).toBe("/dev/vda");
});

test("of two mounts at one point the later shows", () => {
  expect(mountOf("/data/f", mounts)?.source).toBe("/dev/sda2");
});

test("without a mount table nothing is known", () => {
  expect(readMounts("/nowhere")).toEqual([]);
  expect(mountOf("/data", [])).toBeUndefined();
});
