/**
 * A server with disks in every state the safety rules tell apart, recorded as the files that sysfs
 * and /proc had for it (names, links and contents as Linux 6.1 shows them), made in a temporary
 * directory.
 */
import { mkdirSync, symlinkSync, truncateSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeTree } from "./support.ts";

interface Disk {
  readonly name: string;
  readonly number: string;
  /** In units of 512 bytes, as sysfs counts. */
  readonly sectors: number;
  readonly partitions?: readonly { readonly name: string; readonly number: string }[];
  readonly holders?: Readonly<Record<string, readonly string[]>>;
  readonly sector?: number;
  readonly readOnly?: boolean;
  readonly trims?: boolean;
}

const DISKS: readonly Disk[] = [
  {
    name: "sda",
    number: "8:0",
    sectors: 2048,
    partitions: [
      { name: "sda1", number: "8:1" },
      { name: "sda2", number: "8:2" },
      { name: "sda3", number: "8:3" },
    ],
  },
  { name: "sdb", number: "8:16", sectors: 4096 },
  {
    name: "sdc",
    number: "8:32",
    sectors: 4096,
    partitions: [{ name: "sdc1", number: "8:33" }],
    holders: { sdc1: ["dm-0"] },
  },
  {
    name: "sdd",
    number: "8:48",
    sectors: 4096,
    partitions: [{ name: "sdd1", number: "8:49" }],
    holders: { sdd: ["md127"] },
  },
  { name: "sde", number: "8:64", sectors: 4096 },
  { name: "sdf", number: "8:80", sectors: 4096 },
  { name: "nvme0n1", number: "259:0", sectors: 4096, sector: 4096 },
  { name: "sdg", number: "8:96", sectors: 4096, readOnly: true, trims: false },
  { name: "sdh", number: "8:112", sectors: 0 },
  {
    name: "sdi",
    number: "8:128",
    sectors: 4096,
    partitions: [{ name: "sdi1", number: "8:129" }],
  },
  { name: "dm-0", number: "253:0", sectors: 2048 },
  { name: "md127", number: "9:127", sectors: 4096 },
];

const MOUNTINFO = `
22 27 0:21 / /proc rw,relatime - proc proc rw
27 1 8:1 / / rw,relatime shared:1 - ext4 /dev/root rw
31 27 253:0 / /srv/my\\040data rw,relatime - xfs /dev/mapper/vg-data rw
40 27 0:45 / /pool rw,relatime shared:9 - btrfs /dev/sde rw,space_cache=v2
`;

const SWAPS = `Filename				Type		Size		Used		Priority
/dev/sda2                               partition	1048576		0		-2
`;

/** Makes the tree below `root`, with `content` in the device nodes that are named in it. */
export function recordServer(
  root: string,
  content: Readonly<Record<string, Uint8Array>> = {},
): void {
  const partitions = DISKS.flatMap(({ partitions: p }) => p ?? []);
  const nodes = [...DISKS, ...partitions].map(({ name }) => [
    `dev/${name}`,
    content[name] ?? new Uint8Array(0),
  ]);
  writeTree(root, {
    ...Object.fromEntries(nodes),
    "proc/self/mountinfo": MOUNTINFO.trimStart(),
    "proc/swaps": SWAPS,
    "proc/meminfo": "MemTotal: 8388608 kB\nMemAvailable:    4194304 kB\n",
    "proc/self/limits":
      "Max open files            1024                 1024                 files\n",
    "sys/devices/virtual/block/dm-0/dm/name": "vg-data\n",
  });
  for (const disk of DISKS) record(root, disk);
  link(root, "dev/mapper/vg-data", "../dm-0");
  link(root, "dev/disk/by-id/wwn-0x5000", "../../sdb");
  for (const member of ["sde", "sdf"]) {
    link(root, `sys/fs/btrfs/11-22/devices/${member}`, `../../../../class/block/${member}`);
  }
}

function record(root: string, disk: Disk): void {
  const { name, number, sectors, partitions = [], holders = {}, sector = 512 } = disk;
  const directory = `sys/devices/virtual/block/${name}`;
  const files = (at: string, device: string, size: number) => ({
    [`${at}/dev`]: `${device}\n`,
    [`${at}/size`]: `${size}\n`,
    [`${at}/ro`]: disk.readOnly ? "1\n" : "0\n",
  });
  writeTree(root, {
    ...files(directory, number, sectors),
    [`${directory}/queue/logical_block_size`]: `${sector}\n`,
    [`${directory}/queue/discard_max_bytes`]: disk.trims === false ? "0\n" : "2147450880\n",
  });
  truncateSync(join(root, "dev", name), sectors * 512);
  index(root, name, number, directory);
  for (const [position, part] of partitions.entries()) {
    const at = `${directory}/${part.name}`;
    const size = Math.floor(sectors / (partitions.length + 1));
    writeTree(root, {
      ...files(at, part.number, size),
      [`${at}/partition`]: `${position + 1}\n`,
    });
    truncateSync(join(root, "dev", part.name), size * 512);
    index(root, part.name, part.number, at);
  }
  for (const [held, names] of Object.entries(holders)) {
    const at = held === name ? directory : `${directory}/${held}`;
    for (const holder of names) {
      link(root, `${at}/holders/${holder}`, join(root, "sys/devices/virtual/block", holder));
    }
  }
}

function index(root: string, name: string, number: string, directory: string): void {
  link(root, `sys/dev/block/${number}`, join(root, directory));
  link(root, `sys/class/block/${name}`, join(root, directory));
}

function link(root: string, path: string, target: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  symlinkSync(target, join(root, path));
}
