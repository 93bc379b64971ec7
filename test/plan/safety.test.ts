import { describe, expect, test } from "bun:test";
import { plan } from "../../src/plan/plan.ts";
import { recordServer } from "./recorded.ts";
import { inDirectory, inputOf, recordedMachine, type Written } from "./support.ts";

/** Messages of the plan of one writing job on the recorded server. */
async function refusals(
  node: string,
  more: Written = {},
  content: Readonly<Record<string, Uint8Array>> = {},
): Promise<readonly string[]> {
  return await inDirectory(async (root) => {
    recordServer(root, content);
    const job = inputOf({ rw: "write", filename: [`${root}/dev/${node}`], ...more });
    const { problems } = await plan([job], recordedMachine(root));
    return problems.map(({ message }) =>
      message.replaceAll(root, "").replace(/^(\S+) \(\1\)/, "$1"),
    );
  });
}

/** A device's first bytes with a GPT header in its second sector. */
function gpt(): Uint8Array {
  const bytes = new Uint8Array(1024);
  bytes.set(Buffer.from("EFI PART"), 512);
  return bytes;
}

describe("a device that is in use", () => {
  test("is refused when it is mounted, by its number", async () => {
    expect(await refusals("sda1")).toEqual(["/dev/sda1 is mounted at /; unmount it first"]);
  });

  test("is refused when one of its partitions is mounted or swapped to", async () => {
    expect(await refusals("sda")).toEqual([
      "/dev/sda has a partition in use: /dev/sda1 is mounted at /; unmount it first",
      "/dev/sda has a partition in use: /dev/sda2 is in use as swap; swapoff it first",
    ]);
  });

  test("is refused when it is swap", async () => {
    expect(await refusals("sda2")).toEqual(["/dev/sda2 is in use as swap; swapoff it first"]);
  });

  test("is refused when device mapper holds a partition, with the volume's name", async () => {
    expect(await refusals("sdc")).toEqual([
      "/dev/sdc has a partition in use: /dev/sdc1 is held by dm-0 (vg-data); take that down first",
    ]);
  });

  test("is refused when the whole disk it is part of is a RAID member", async () => {
    expect(await refusals("sdd1")).toEqual([
      "/dev/sdd1 is part of a disk in use whole: /dev/sdd is held by md127; take that down first",
    ]);
  });

  test("is refused when it is a mounted logical volume, by the name in /dev/mapper", async () => {
    expect(await refusals("mapper/vg-data")).toEqual([
      "/dev/mapper/vg-data is mounted at /srv/my data; unmount it first",
    ]);
  });

  test("is refused as source of a mounted btrfs, whose number is not the device's", async () => {
    expect(await refusals("sde")).toEqual(["/dev/sde is mounted at /pool; unmount it first"]);
  });

  test("is refused as second member of a mounted btrfs, which no mount table lists", async () => {
    expect(await refusals("sdf")).toEqual([
      "/dev/sdf is a device of a mounted btrfs; unmount it first",
    ]);
  });

  test("allow_mounted_write lifts the mount and nothing else", async () => {
    expect(await refusals("sda", { allow_mounted_write: true })).toEqual([
      "/dev/sda has a partition in use: /dev/sda2 is in use as swap; swapoff it first",
    ]);
  });

  test("destroy does not lift a use", async () => {
    await inDirectory(async (root) => {
      recordServer(root);
      const node = `${root}/dev/sda1`;
      const job = inputOf({ rw: "randwrite", filename: [node], destroy: [node] });
      const { problems } = await plan([job], recordedMachine(root));
      expect(problems.map(({ message }) => message.includes("is mounted at /"))).toEqual([true]);
    });
  });

  test("may be read", async () => {
    expect(await refusals("sda", { rw: "randread" })).toEqual([]);
    expect(await refusals("sda2", { rw: "read" })).toEqual([]);
  });

  test("is refused to a trim and to a mix as to a write", async () => {
    expect(await refusals("sda1", { rw: "trim" })).toHaveLength(1);
    expect(await refusals("sda1", { rw: "randrw" })).toHaveLength(1);
  });

  test("a partition beside a mounted one is free", async () => {
    expect(await refusals("sda3")).toEqual([]);
  });
});

describe("a device that carries something", () => {
  test("is refused with what it carries and how to say that it may go", async () => {
    expect(await refusals("sdb", {}, { sdb: gpt() })).toEqual([
      "/dev/sdb carries a GPT partition table, and this job would write over it; if you mean " +
        'it, name it: destroy = ["/dev/sdb"] or --destroy /dev/sdb',
    ]);
  });

  test("is free when destroy names it, by any name", async () => {
    await inDirectory(async (root) => {
      recordServer(root, { sdb: gpt() });
      const byId = `${root}/dev/disk/by-id/wwn-0x5000`;
      const node = `${root}/dev/sdb`;
      for (const [filename, destroy] of [
        [node, byId],
        [byId, node],
        [byId, "/dev/sdb"],
      ] as const) {
        const job = inputOf({ rw: "write", filename: [filename], destroy: [destroy] });
        expect((await plan([job], recordedMachine(root))).problems).toEqual([]);
      }
    });
  });

  test("is still refused when destroy names another", async () => {
    const messages = await refusals("sdb", { destroy: ["/dev/sdc", "/nowhere"] }, { sdb: gpt() });
    expect(messages).toHaveLength(1);
  });

  test("is found through a symlink, and the message shows both names", async () => {
    const [message] = await refusals("disk/by-id/wwn-0x5000", {}, { sdb: gpt() });
    expect(message).toStartWith("/dev/disk/by-id/wwn-0x5000 (/dev/sdb) carries a GPT");
  });

  test("an empty device needs no permission", async () => {
    expect(await refusals("sdb")).toEqual([]);
  });
});

describe("what else a device can be", () => {
  test("read-only", async () => {
    expect(await refusals("sdg")).toEqual(["/dev/sdg is a read-only device"]);
  });
  test("without trim", async () => {
    expect(await refusals("sdg", { rw: "trim" })).toEqual([
      "/dev/sdg does not support trim (discard_max_bytes is 0)",
    ]);
  });
  test("without a medium", async () => {
    expect(await refusals("sdh", { rw: "read" })).toEqual([
      "/dev/sdh has 0 bytes: no medium, or not set up",
    ]);
  });
  test("smaller than size", async () => {
    expect(await refusals("sdb", { size: 3 << 20 })).toEqual([
      "3 MiB do not fit /dev/sdb, which has 2 MiB; use at most 2 MiB",
    ]);
  });
  test("of larger sectors than the blocks of direct I/O", async () => {
    const block = { read: 512, write: 512, trim: 512 };
    const messages = await refusals("nvme0n1", { bs: block, direct: true, rw: "read" });
    expect(messages).toEqual([
      "a read of 512 bytes is not a multiple of 4096 bytes, the logical sector that direct " +
        "I/O on /dev/nvme0n1 works in",
    ]);
  });
});

describe("a character device", () => {
  test("is written only when named, unless nothing can be lost on it", async () => {
    const of = async (filename: string, more: Written = {}) =>
      (await plan([inputOf({ rw: "write", filename: [filename], size: 4096, ...more })])).problems;
    expect(await of("/dev/null")).toEqual([]);
    expect((await of("/dev/tty")).map(({ message }) => message)).toEqual([
      "/dev/tty is a character device that this job would write; if you mean it, name it: " +
        'destroy = ["/dev/tty"] or --destroy /dev/tty',
    ]);
    expect(await of("/dev/tty", { destroy: ["/dev/tty"] })).toEqual([]);
  });
});

describe("devices to hold", () => {
  test("each once for all jobs that change it, readers not counted", async () => {
    await inDirectory(async (root) => {
      recordServer(root);
      const of = (rw: "read" | "write" | "trim", node: string, numjobs = 1) =>
        inputOf({ rw, filename: [`${root}/dev/${node}`], numjobs });
      const jobs = [of("write", "sdb", 2), of("read", "sda1"), of("trim", "sda3")];
      const { devices } = await plan(jobs, recordedMachine(root));
      expect(devices.map(({ number, jobs: of, exclusive }) => [number, of, exclusive])).toEqual([
        ["8:16", [0, 1], true],
        ["8:3", [3], true],
      ]);
    });
  });

  test("a partition is held with its disk when both are written", async () => {
    await inDirectory(async (root) => {
      recordServer(root);
      const nodes = ["sdi1", "sdi"].map((node) => `${root}/dev/${node}`);
      const jobs = nodes.map((node) => inputOf({ rw: "write", filename: [node] }));
      const { devices, problems } = await plan(jobs, recordedMachine(root));
      expect(problems).toEqual([]);
      expect(devices.map(({ number }) => number)).toEqual(["8:128"]);
    });
  });

  test("not exclusively where a mounted device may be written", async () => {
    await inDirectory(async (root) => {
      recordServer(root);
      const filename = [`${root}/dev/sda1`];
      const job = inputOf({ rw: "write", filename, allow_mounted_write: true });
      const { devices, problems } = await plan([job], recordedMachine(root));
      expect(problems).toEqual([]);
      expect(devices.map(({ exclusive }) => exclusive)).toEqual([false]);
    });
  });
});
