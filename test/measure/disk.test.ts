import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import {
  type BlockDevice,
  describeDevice,
  deviceNumber,
  findDevice,
} from "../../src/measure/blockdevice.ts";
import { DiskMeter } from "../../src/measure/disk.ts";

const sys = mkdtempSync(join(tmpdir(), "fathom-sys-"));
afterAll(() => rmSync(sys, { recursive: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(sys, path)), { recursive: true });
  writeFileSync(join(sys, path), text);
}

function link(path: string, target: string): void {
  mkdirSync(dirname(join(sys, path)), { recursive: true });
  symlinkSync(join(sys, target), join(sys, path));
}

/** As recorded on a machine: a SATA disk, a partition, two NVMe disks, a stripe over them. */
const SDA = "devices/pci0000:00/ata1/block/sda";
const NVME0 = "devices/pci0000:00/nvme/nvme0/nvme0n1";
const NVME1 = "devices/pci0000:00/nvme/nvme1/nvme1n1";
const STRIPE = "devices/virtual/block/dm-3";
const OLD = "devices/cciss/block/cciss!c0d0";

function stat(path: string, columns: string): void {
  write(`${path}/stat`, `${columns}\n`);
}

stat(SDA, "  100  10  8000  50  200  20  16000  90  0  120  140  7  1  512  3  9  4");
write(`${SDA}/device/model`, "INTEL SSDSC2KB96 \n");
write(`${SDA}/size`, "1875385008\n");
write(`${SDA}/queue/scheduler`, "none [mq-deadline] kyber bfq \n");
write(`${SDA}/queue/rotational`, "0\n");
write(`${SDA}/queue/logical_block_size`, "512\n");
write(`${SDA}/queue/physical_block_size`, "4096\n");
write(`${SDA}/queue/write_cache`, "write back\n");
write(`${SDA}/sda2/partition`, "2\n");
stat(`${SDA}/sda2`, "1 0 8 0 0 0 0 0 0 0 0");
stat(NVME0, "10 0 80 5 0 0 0 0 0 30 5 0 0 0 0 0 0");
stat(NVME1, "10 0 80 5 0 0 0 0 0 30 5 0 0 0 0 0 0");
write(`${NVME1}/nvme1n1p1/partition`, "1\n");
stat(STRIPE, "20 0 160 10 0 0 0 0 0 40 10 0 0 0 0 0 0");
write(`${STRIPE}/dm/name`, "vg-fast\n");
link(`${STRIPE}/slaves/nvme0n1`, NVME0);
link(`${STRIPE}/slaves/nvme1n1p1`, `${NVME1}/nvme1n1p1`);
stat(OLD, "1 2 3 4 5 6 7 8 0 10 11");
/** A logical volume on an md mirror of partitions, in the same form: LVM shows the mirror. */
const MIRROR = "devices/virtual/block/md127";
const VOLUME = "devices/virtual/block/dm-7";
const LOWER = ["sdc", "sdd"].map((name) => `devices/pci0000:00/ata2/block/${name}`);
for (const [position, disk] of LOWER.entries()) {
  stat(disk, "5 0 40 5 10 0 80 9 0 10 14 0 0 0 0 0 0");
  const name = disk.slice(-3);
  write(`${disk}/${name}1/partition`, "1\n");
  stat(`${disk}/${name}1`, "1 0 8 1 1 0 8 1 0 1 2 0 0 0 0 0 0");
  link(`${MIRROR}/slaves/${name}1`, `${disk}/${name}1`);
  write(`${MIRROR}/md/rd${position}/state`, "in_sync\n");
}
stat(MIRROR, "10 0 80 0 10 0 80 0 0 0 0 0 0 0 0 0 0");
stat(VOLUME, "10 0 80 10 10 0 80 18 0 12 28 0 0 0 0 0 0");
link(`${VOLUME}/slaves/md127`, MIRROR);
link("dev/block/9:127", MIRROR);
link("dev/block/252:7", VOLUME);
link("dev/block/8:0", SDA);
link("dev/block/8:2", `${SDA}/sda2`);
link("dev/block/252:3", STRIPE);
link("dev/block/104:0", OLD);

describe("the disk of a device number", () => {
  test("is found for a disk and for a partition of it", () => {
    expect(findDevice(8, 0, sys)?.name).toBe("sda");
    expect(findDevice(8, 2, sys)?.name).toBe("sda");
  });

  test("has the whole disks below a device mapper as members", () => {
    const stripe = findDevice(252, 3, sys)!;
    expect(stripe.members.map(({ name }) => name)).toEqual(["nvme0n1", "nvme1n1"]);
    expect(findDevice(8, 0, sys)?.members).toEqual([]);
  });

  test("has the kernel's name, with a slash where sysfs cannot have one", () => {
    expect(findDevice(104, 0, sys)?.name).toBe("cciss/c0d0");
  });

  test("is unknown for major 0, for a stranger, and without sysfs", () => {
    expect(findDevice(0, 30, sys)).toBeUndefined();
    expect(findDevice(9, 9, sys)).toBeUndefined();
    expect(findDevice(8, 0, "/nowhere")).toBeUndefined();
  });

  test("is split as glibc splits it, also above 255", () => {
    expect(deviceNumber(0x0802)).toEqual({ major: 8, minor: 2 });
    expect(deviceNumber(65_024)).toEqual({ major: 254, minor: 0 });
    // glibc's makedev(259, 300000) and makedev(8000, 5).
    expect(deviceNumber(1_227_949_024)).toEqual({ major: 259, minor: 300_000 });
    expect(deviceNumber(17_592_187_043_845)).toEqual({ major: 8000, minor: 5 });
  });
});

describe("what a disk is", () => {
  test("is told as far as sysfs tells it", () => {
    expect(describeDevice(findDevice(8, 2, sys)!)).toEqual({
      name: "sda",
      model: "INTEL SSDSC2KB96",
      size_bytes: 1_875_385_008 * 512,
      scheduler: "mq-deadline",
      rotational: false,
      logical_block_bytes: 512,
      physical_block_bytes: 4096,
      write_cache: "write back",
      members: [],
    });
  });

  test("is unknown where sysfs is silent", () => {
    expect(describeDevice(findDevice(252, 3, sys)!)).toMatchObject({
      model: "vg-fast",
      size_bytes: null,
      scheduler: null,
      rotational: null,
      members: ["nvme0n1", "nvme1n1"],
    });
  });
});

function during(device: BlockDevice, elapsedNs: number, change: () => void) {
  const meter = new DiskMeter(2, [device], 5e9);
  change();
  return meter.finish(5e9 + elapsedNs);
}

describe("utilisation", () => {
  test("is the difference of two looks, in bytes and ns", () => {
    const sda = findDevice(8, 0, sys)!;
    const [disk] = during(sda, 1e9, () =>
      stat(SDA, "150 11 16000 80 260 24 24000 190 3 520 940 8 1 1024 4 12 6"),
    );
    expect(disk).toEqual({
      stage: 2,
      name: "sda",
      elapsed_ns: 1e9,
      read: { ios: 50, merges: 1, bytes: 8000 * 512, busy_ns: 30e6 },
      write: { ios: 60, merges: 4, bytes: 8000 * 512, busy_ns: 100e6 },
      discard: { ios: 1, merges: 0, bytes: 512 * 512, busy_ns: 1e6 },
      flush_ios: 3,
      flush_busy_ns: 2e6,
      active_ns: 400e6,
      in_queue_ns: 800e6,
      utilization_percent: 40,
      members: [],
      member_total: null,
    });
  });

  test("of a stripe adds its members up and takes the busiest of them", () => {
    const stripe = findDevice(252, 3, sys)!;
    const [disk] = during(stripe, 100e6, () => {
      stat(STRIPE, "40 0 320 20 0 0 0 0 0 90 20 0 0 0 0 0 0");
      stat(NVME0, "20 0 160 10 0 0 0 0 0 50 10 0 0 0 0 0 0");
      stat(NVME1, "20 0 160 10 0 0 0 0 0 70 10 0 0 0 0 0 0");
    });
    expect(disk).toMatchObject({ read: { ios: 20 }, utilization_percent: 50 });
    expect(disk?.members).toEqual(["nvme0n1", "nvme1n1"]);
    expect(disk?.member_total).toMatchObject({
      read: { ios: 20, bytes: 160 * 512 },
      utilization_percent: 40,
    });
  });

  test("of a volume on a mirror has the mirror's disks below it, each once (row 10)", () => {
    const volume = findDevice(252, 7, sys)!;
    expect(volume.members.map(({ name }) => name)).toEqual(["sdc", "sdd"]);
    expect(findDevice(9, 127, sys)!.members).toEqual(volume.members);
    const [disk] = during(volume, 200e6, () => {
      stat(VOLUME, "10 0 80 10 30 0 2128 58 0 62 88 0 0 0 0 0 0");
      stat(LOWER[0]!, "5 0 40 5 30 4 2128 49 0 60 80 0 0 0 0 0 0");
      stat(LOWER[1]!, "5 0 40 5 28 6 2128 79 0 110 120 0 0 0 0 0 0");
    });
    expect(disk).toMatchObject({ write: { ios: 20, bytes: 2 ** 20 }, utilization_percent: 25 });
    expect(disk?.member_total).toMatchObject({
      write: { ios: 38, bytes: 2 * 2 ** 20, merges: 10, busy_ns: 110e6 },
      active_ns: 100e6,
      in_queue_ns: 172e6,
      utilization_percent: 50,
    });
  });

  test("never passes 100 %, and a counter of 32 bits may wrap", () => {
    stat(SDA, `0 0 0 0 0 0 0 ${2 ** 32 - 10} 0 0 0 0 0 0 0 0 0`);
    const [disk] = during(findDevice(8, 0, sys)!, 1e6, () =>
      stat(SDA, "0 0 0 0 0 0 0 5 0 70 0 0 0 0 0 0 0"),
    );
    expect(disk).toMatchObject({ utilization_percent: 100, write: { busy_ns: 15e6 } });
  });

  test("of a kernel without discard and flush columns has zeros there", () => {
    const [disk] = during(findDevice(104, 0, sys)!, 1e9, () =>
      stat(OLD, "2 2 3 4 5 6 7 8 0 10 11"),
    );
    expect(disk).toMatchObject({ read: { ios: 1 }, discard: { ios: 0 }, flush_ios: 0 });
  });

  test("of a disk that went away is left out", () => {
    const sda = findDevice(8, 0, sys)!;
    expect(during(sda, 1e9, () => rmSync(join(sys, SDA, "stat")))).toEqual([]);
  });
});
