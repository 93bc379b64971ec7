import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Target } from "../../src/io/target.ts";
import { deviceNumber } from "../../src/measure/blockdevice.ts";
import { environment, environmentMessages } from "../../src/measure/environment.ts";
import { Places } from "../../src/measure/places.ts";
import { specOf, TARGET } from "../support/measured.ts";

const root = mkdtempSync(join(tmpdir(), "fathom-environment-"));
afterAll(() => rmSync(root, { recursive: true }));

function write(path: string, text: string): void {
  const whole = join(root, path);
  mkdirSync(join(whole, ".."), { recursive: true });
  writeFileSync(whole, text);
}

write(
  "x86/cpuinfo",
  "processor\t: 0\nmodel name\t: Intel(R)  Xeon(R) 6354 CPU @ 3.00GHz\n\nprocessor\t: 1\n" +
    "model name\t: Intel(R)  Xeon(R) 6354 CPU @ 3.00GHz\n",
);
write("x86/meminfo", "MemTotal:       32768 kB\nMemFree: 1 kB\n");
write("x86/self/status", "Name:\tx\nCpus_allowed_list:\t0-3,8,10-11\n");
write("arm/cpuinfo", "processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n");
write("sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", "performance\n");

const target = (path: string): Target => ({ ...TARGET, path });

function at(proc: string, variables: Record<string, string> = {}, targets: Target[] = []) {
  return environment({
    version: "1.2.3",
    jobFiles: [{ name: "a.toml", text: "hello\n" }],
    targets,
    places: new Places(),
    variables,
    proc: join(root, proc),
    sys: join(root, "sys"),
  });
}

describe("the machine", () => {
  test("is told by /proc and /sys", () => {
    expect(at("x86")).toMatchObject({
      fathom_version: "1.2.3",
      cpu_model: "Intel(R) Xeon(R) 6354 CPU @ 3.00GHz",
      cpu_count: 2,
      cpu_allowed: 7,
      cpu_governor: "performance",
      memory_bytes: 32 * 2 ** 20,
    });
  });

  test("without a model name is told by maker and part, as arm64 does", () => {
    expect(at("arm").cpu_model).toBe("implementer 0x41 part 0xd0c");
  });

  test("without /proc and /sys is unknown, and nothing fails", () => {
    const missing = environment({
      version: "1",
      jobFiles: [],
      targets: [target("/dev/shm/f")],
      places: new Places("/nowhere", "/nowhere"),
      proc: "/nowhere",
      sys: "/nowhere",
    });
    expect(missing).toMatchObject({
      cpu_model: null,
      cpu_allowed: null,
      cpu_governor: null,
      memory_bytes: null,
      devices: [],
      file_systems: [],
    });
    expect(missing.cpu_count).toBeGreaterThan(0);
    expect(missing.kernel).toStartWith("Linux ");
  });
});

test("a job file is told by its name and the SHA-256 of its bytes", () => {
  // printf 'hello\n' | sha256sum
  const sha256 = "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03";
  expect(at("x86").job_files).toEqual([{ name: "a.toml", sha256 }]);
});

test("settings of the runtime are told and warned of", () => {
  const found = at("x86", { BUN_OPTIONS: "--smol", BUN_JSC_useJIT: "0", HOME: "/root" });
  expect(found.variables).toEqual(["BUN_JSC_useJIT=0", "BUN_OPTIONS=--smol"]);
  expect(environmentMessages(found).map(({ code }) => code)).toEqual([
    "runtime_variable",
    "runtime_variable",
  ]);
  expect(environmentMessages(at("x86"))).toEqual([]);
});

describe("where a target lies", () => {
  test("a file that is still to be made is where its directory is", () => {
    const places = new Places();
    const made = places.of(target(root));
    expect(places.of(target(join(root, "not/yet/there")))).toEqual(made);
    expect(made.mount).toBeDefined();
  });

  test("a file's disk is that of its device number, where it has one", () => {
    const { major } = deviceNumber(statSync(root).dev);
    const { device } = new Places().of(target(root));
    if (major === 0) expect(device).toBeUndefined();
    else expect(device?.path).toStartWith("/sys/devices/");
  });

  test("a file in memory has a file system and no disk", () => {
    const { device, mount } = new Places().of(target("/dev/shm/f"));
    expect(device).toBeUndefined();
    expect(mount?.type).toBe("tmpfs");
  });

  test("a character device and an engine without files are nowhere", () => {
    const places = new Places();
    expect(places.of({ path: "/dev/null", kind: "character" })).toEqual({
      device: undefined,
      mount: undefined,
    });
    expect(places.devices([{ ...TARGET, kind: "none" }])).toEqual([]);
  });

  test("a disk behind two targets is listed once, the same object both times", () => {
    const places = new Places();
    const targets = [target(root), target(join(root, "other"))];
    expect(places.devices(targets).length).toBeLessThanOrEqual(1);
    expect(places.of(targets[0]!).device).toBe(places.of(targets[1]!).device!);
  });

  test("holes are looked for only in files that a job reads", () => {
    const path = join(root, "sparse");
    writeFileSync(path, "");
    truncateSync(path, 2 ** 20);
    const targets = [{ ...target(path), length: 2 ** 20 }];
    const [reader, writer] = new Places().describe([
      { spec: specOf({ rw: "randrw" }), targets },
      { spec: specOf({ rw: "write" }), targets },
    ]);
    expect(reader?.[0]).toMatchObject({ path, hole_share: 1, length_bytes: 2 ** 20 });
    expect(writer?.[0]?.hole_share).toBeNull();
  });
});
