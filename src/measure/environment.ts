/**
 * What the figures were measured on: machine, disks, file systems, job files. A result without
 * it cannot be compared with another. What cannot be read (no /proc, no /sys) is null.
 */
import { readFileSync } from "node:fs";
import { arch, release, type } from "node:os";
import type { Target } from "../io/target.ts";
import { describeDevice } from "./blockdevice.ts";
import type { Places } from "./places.ts";
import type { DeviceResult, Environment, Message } from "./result.ts";

/** A job file as it was read, also from standard input. */
export interface JobFileText {
  readonly name: string;
  readonly text: string | Uint8Array;
}

export interface EnvironmentParts {
  readonly version: string;
  readonly jobFiles: readonly JobFileText[];
  readonly targets: readonly Target[];
  readonly places: Places;
  readonly variables?: Readonly<Record<string, string | undefined>>;
  readonly proc?: string;
  readonly sys?: string;
}

export function environment(parts: EnvironmentParts): Environment {
  const { version, jobFiles, targets, places } = parts;
  const { variables = process.env, proc = "/proc", sys = "/sys" } = parts;
  const cpuinfo = read(`${proc}/cpuinfo`) ?? "";
  const memory = /^MemTotal:\s+(\d+) kB$/m.exec(read(`${proc}/meminfo`) ?? "")?.[1];
  return {
    fathom_version: version,
    bun_version: Bun.version,
    kernel: `${type()} ${release()}`,
    architecture: arch(),
    cpu_model: cpuModel(cpuinfo),
    cpu_count: cpuinfo.match(/^processor\s*:/gm)?.length ?? navigator.hardwareConcurrency,
    cpu_allowed: allowed(read(`${proc}/self/status`) ?? ""),
    cpu_governor: read(`${sys}/devices/system/cpu/cpu0/cpufreq/scaling_governor`),
    memory_bytes: memory === undefined ? null : Number(memory) * 1024,
    devices: devices(targets, places),
    file_systems: places.mounts(targets).map(({ mountPoint, type, source, options }) => ({
      mount_point: mountPoint,
      type,
      source,
      options,
    })),
    job_files: jobFiles.map(({ name, text }) => ({
      name,
      sha256: new Bun.CryptoHasher("sha256").update(text).digest("hex"),
    })),
    variables: runtimeVariables(variables),
  };
}

function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}

/** x86 gives a name; arm64 gives numbers of maker and part only. */
function cpuModel(cpuinfo: string): string | null {
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}\\s*:\\s*(.+)$`, "m").exec(cpuinfo)?.[1]?.trim();
  const named = field("model name");
  if (named !== undefined) return named.replace(/\s+/g, " ");
  const part = field("CPU part");
  return part === undefined ? null : `implementer ${field("CPU implementer")} part ${part}`;
}

/** CPUs in a list such as 0-3,8. */
function allowed(status: string): number | null {
  const text = /^Cpus_allowed_list:\s*(.+)$/m.exec(status)?.[1];
  if (text === undefined) return null;
  return text.split(",").reduce((count, range) => {
    const [first, last = first] = range.split("-").map(Number);
    return count + last! - first! + 1;
  }, 0);
}

/** Each disk, and behind it the disks it is made of. */
function devices(targets: readonly Target[], places: Places): DeviceResult[] {
  const all = places.devices(targets).flatMap((device) => [device, ...device.members]);
  const byName = new Map(all.map((device) => [device.name, device]));
  return [...byName.values()].map(describeDevice);
}

/** Settings of the runtime that change speed or behaviour; a compiled binary obeys them too. */
function runtimeVariables(variables: Readonly<Record<string, string | undefined>>): string[] {
  return Object.entries(variables)
    .filter(([name]) => name === "BUN_OPTIONS" || name.startsWith("BUN_JSC_"))
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}

/** What in the environment casts doubt on the figures. */
export function environmentMessages({ variables }: Environment): Message[] {
  return variables.map((variable) => ({
    severity: "warning",
    code: "runtime_variable",
    text: `${variable} is set: it changes how the runtime works, and with it the figures; unset it`,
    job: null,
  }));
}
