import { describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { libc } from "../../ffi/libc.ts";
import { type FilesOf, OpenFiles } from "../../src/io/files.ts";
import { preRead } from "../../src/io/preread.ts";
import type { Target } from "../../src/io/target.ts";
import { specOf } from "../workload/support.ts";

/** F_GET_RW_HINT, linux/fcntl.h. */
const F_GET_RW_HINT = 1035;

function inDirectory(body: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), "fathom-opening-"));
  try {
    body(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function regular(path: string, length = 8192): Target {
  return { path, kind: "regular", exists: false, size: 0, offset: 0, length, layout: 0 };
}

function jobOf(path: string, spec: Partial<FilesOf["spec"]>): FilesOf {
  return { spec: specOf(spec), targets: [regular(path)] };
}

function hintOf(fd: number): number {
  const value = new Uint32Array(new ArrayBuffer(8));
  expect(libc.fcntl(fd, F_GET_RW_HINT, value)).toBe(0);
  return value[0]!;
}

describe("opening", () => {
  test.each([
    ["none", 1],
    ["short", 2],
    ["medium", 3],
    ["long", 4],
    ["extreme", 5],
  ] as const)("write_hint = %s is lifetime %d of the inode, direct or not", (write_hint, life) => {
    for (const direct of [false, true]) {
      inDirectory((t) => {
        const files = OpenFiles.open(jobOf(`${t}/f`, { rw: "write", write_hint, direct }));
        expect(hintOf(files.descriptors[0]!)).toBe(life);
        files.close();
      });
    }
  });

  test("without write_hint nothing is said of a lifetime", () => {
    inDirectory((t) => {
      const files = OpenFiles.open(jobOf(`${t}/f`, { rw: "write" }));
      expect(hintOf(files.descriptors[0]!)).toBe(0);
      files.close();
    });
  });

  test("create_on_open makes the file and sets no space aside", () => {
    inDirectory((t) => {
      const files = OpenFiles.open(jobOf(`${t}/f`, { rw: "write", create_on_open: true }));
      expect(statSync(`${t}/f`)).toMatchObject({ size: 0, blocks: 0 });
      files.close();
    });
  });

  test("allow_file_create = false makes no file, and says so", () => {
    inDirectory((t) => {
      const job = jobOf(`${t}/f`, { rw: "write", allow_file_create: false });
      expect(() => OpenFiles.open(job)).toThrow(
        `open ${t}/f: ENOENT (no such file or directory); allow_file_create = false keeps`,
      );
      expect(existsSync(`${t}/f`)).toBe(false);
      writeFileSync(`${t}/f`, "x");
      OpenFiles.open(job).close();
    });
  });

  test("renewed files are new ones, and stand where the old ones stood", () => {
    inDirectory((t) => {
      const files = OpenFiles.open(jobOf(`${t}/f`, { rw: "write", fallocate: "none" }));
      const before = statSync(`${t}/f`).ino;
      // Held, so that the number is not given to the new file.
      const held = libc.open(new TextEncoder().encode(`${t}/f\0`), 0, 0);
      libc.write(files.descriptors[0]!, new TextEncoder().encode("old!"), 4);
      expect(files.renew()).toBeUndefined();
      expect(statSync(`${t}/f`)).toMatchObject({ size: 0 });
      expect(statSync(`${t}/f`).ino).not.toBe(before);
      libc.write(files.descriptors[0]!, new TextEncoder().encode("new!"), 4);
      expect(readFileSync(`${t}/f`, "latin1")).toBe("\0\0\0\0new!");
      files.close();
      libc.close(held);
    });
  });
});

const blind = Bun.which("fincore") === null ? " (skipped: needs fincore)" : "";
describe.skipIf(blind !== "")(`preRead${blind}`, () => {
  const MIB = 1 << 20;

  /** Pages of the file that are in the page cache. */
  function cached(path: string): string {
    return Bun.spawnSync(["fincore", "-nbo", "PAGES", path]).stdout.toString().trim();
  }

  test("reads the job's part of a file into the cache, and stops when told to", () => {
    inDirectory((t) => {
      const path = `${t}/f`;
      writeFileSync(path, "x".repeat(8 * MIB));
      Bun.spawnSync(["sync", path]);
      Bun.spawnSync(["dd", `of=${path}`, "oflag=nocache", "conv=notrunc,fdatasync", "count=0"]);
      expect(cached(path)).toBe("0");
      let blocks = 0;
      preRead([regular(path, 8 * MIB)], () => ++blocks < 3);
      expect(Number(cached(path))).toBeGreaterThanOrEqual((2 * MIB) / 4096);
      expect(Number(cached(path))).toBeLessThan((8 * MIB) / 4096);
      preRead([regular(path, 8 * MIB)], () => true);
      expect(cached(path)).toBe(String((8 * MIB) / 4096));
    });
  });
});
