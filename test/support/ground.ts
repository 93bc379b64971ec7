/**
 * Places for destructive tests: a directory of the test's own, file systems in memory and loop
 * devices on files in it. Everything is taken down when the test file ends.
 */
import { afterAll } from "bun:test";
import { existsSync, mkdirSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const MIB = 2 ** 20;

export function sh(...command: readonly string[]): string {
  const { success, stdout, stderr } = Bun.spawnSync([...command]);
  if (!success) throw new Error(`${command.join(" ")}: ${stderr}`);
  return stdout.toString().trim();
}

/** Tools that a container may have and not be allowed to use, with a harmless use of each. */
const PROBES: Readonly<Record<string, readonly string[]>> = {
  mount: ["unshare", "--mount", "true"],
  unshare: ["unshare", "--mount", "true"],
  losetup: ["losetup", "--find"],
  strace: ["strace", "-o", "/dev/null", "true"],
};

function works(tool: string): boolean {
  if (Bun.which(tool) === null) return false;
  const probe = PROBES[tool];
  return (
    probe === undefined || (Bun.which(probe[0]!) !== null && Bun.spawnSync([...probe]).success)
  );
}

/** Why a test cannot run here, as the end of its name; empty when it can. */
export function lacking(...needs: readonly string[]): string {
  const missing = needs.filter((need) => {
    if (need === "root") return process.getuid?.() !== 0;
    return need.startsWith("/") ? !existsSync(need) : !works(need);
  });
  return missing.length === 0 ? "" : ` (skipped: needs ${missing.join(", ")})`;
}

export const LOOP_NEEDS = ["root", "/dev/loop-control", "losetup"] as const;

export class Ground {
  readonly root: string;
  readonly #loops: string[] = [];
  readonly #mounts: string[] = [];

  constructor(name: string) {
    this.root = mkdtempSync(join(tmpdir(), `fathom-${name}-`));
    afterAll(() => this.#clear());
  }

  path(name: string): string {
    return join(this.root, name);
  }

  /** A file of that text or that many zeros (a hole). */
  file(name: string, content: string | number): string {
    const path = this.path(name);
    writeFileSync(path, typeof content === "string" ? content : "");
    if (typeof content === "number") truncateSync(path, content);
    return path;
  }

  /** A new, empty directory. */
  directory(name: string): string {
    const path = this.path(name);
    mkdirSync(path);
    return path;
  }

  /** Mounts something on a new directory of that name. */
  mount(name: string, ...words: readonly string[]): string {
    const point = this.directory(name);
    sh("mount", ...words, point);
    this.#mounts.push(point);
    return point;
  }

  /** A file system in memory. */
  memory(name: string, options: string): string {
    return this.mount(name, "-t", "tmpfs", "-o", options, "tmpfs");
  }

  unmount(point: string): void {
    sh("umount", point);
    this.#mounts.splice(this.#mounts.indexOf(point), 1);
  }

  /** A loop device on a new file. */
  loop(name: string, bytes: number, ...flags: readonly string[]): string {
    const device = sh("losetup", "--find", "--show", ...flags, this.file(name, bytes));
    this.#loops.push(device);
    return device;
  }

  #clear(): void {
    for (const point of this.#mounts.reverse()) Bun.spawnSync(["umount", point]);
    for (const device of this.#loops) Bun.spawnSync(["losetup", "-d", device]);
    rmSync(this.root, { recursive: true, force: true });
  }
}
