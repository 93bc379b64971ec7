import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OpenFiles } from "../../src/io/files.ts";
import { layOut } from "../../src/io/layout.ts";
import type { Target } from "../../src/io/target.ts";
import { specOf } from "../workload/support.ts";
import { PLAIN_BLOCKS, PLAIN_PAGES } from "./support.ts";

const MIB = 1 << 20;
const why = process.getuid?.() === 0 ? "" : " (skipped: needs root)";

describe.skipIf(why !== "")(`on a file system of 8 MiB${why}`, () => {
  let root = "";
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "fathom-full-"));
    const mount = spawnSync("mount", ["-t", "tmpfs", "-o", "size=8m", "tmpfs", root]);
    if (mount.status !== 0) throw new Error(String(mount.stderr));
  });
  afterAll(() => {
    spawnSync("umount", [root]);
    rmSync(root, { recursive: true, force: true });
  });

  function target(name: string, bytes: number, layout = 0): Target {
    const path = join(root, name);
    return { path, kind: "regular", exists: false, size: 0, offset: 0, length: bytes, layout };
  }
  const bs = { read: 4096, write: 4096, trim: 4096 };
  const spec = { ...PLAIN_PAGES, ...PLAIN_BLOCKS, create_fsync: true, zero_buffers: false, bs };

  test.each([
    ["none", "pwrite"],
    ["native", "fallocate"],
  ] as const)(
    "a layout without room (fallocate = %s) fails in %s and leaves no file",
    (way, call) => {
      let done = 0;
      const lay = () =>
        layOut(
          target("f", 16 * MIB, 16 * MIB),
          { ...spec, fallocate: way },
          (bytes) => (done += bytes),
          () => false,
        );
      expect(lay).toThrow(
        `${call} ${root}/f: ENOSPC (no space left on the device); free some space or ask for ` +
          "a smaller size",
      );
      expect(done).toBe(call === "pwrite" ? 8 * MIB : 0);
      expect(existsSync(join(root, "f"))).toBe(false);
      writeFileSync(join(root, "space-is-free-again"), new Uint8Array(7 * MIB));
      rmSync(join(root, "space-is-free-again"));
    },
  );

  test("a writer's space that cannot be set aside fails the opening with the file's name", () => {
    const open = () =>
      OpenFiles.open({
        spec: specOf({ rw: "write" }),
        targets: [target("w", 16 * MIB)],
      });
    expect(open).toThrow(`fallocate ${root}/w: ENOSPC`);
  });
});
