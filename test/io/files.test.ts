import { describe, expect, test } from "bun:test";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { O } from "../../ffi/constants.ts";
import { type FilesOf, OpenFiles } from "../../src/io/files.ts";
import type { Target } from "../../src/io/target.ts";
import { specOf } from "../workload/support.ts";

const SPEC: FilesOf["spec"] = specOf({});

function regular(path: string, length = 8192): Target {
  return { path, kind: "regular", exists: false, size: 0, offset: 0, length, layout: 0 };
}

function inDirectory(body: (directory: string) => void): void {
  const directory = mkdtempSync(join(tmpdir(), "fathom-files-"));
  try {
    body(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Opens one file that way, looks, closes. */
function opened(path: string, spec: Partial<FilesOf["spec"]>, look: (fd: number) => void): void {
  const files = OpenFiles.open({ spec: { ...SPEC, ...spec }, targets: [regular(path)] });
  try {
    look(files.descriptors[0]!);
  } finally {
    expect(files.close()).toBeUndefined();
  }
}

/** Flags of an open descriptor as the kernel keeps them; proc(5), fdinfo. */
function flagsOf(fd: number): number {
  const [, octal] = /^flags:\s*(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "utf8"))!;
  return Number.parseInt(octal!, 8);
}

/** Pages of the file that are in the page cache. */
function cached(path: string): string {
  return Bun.spawnSync(["fincore", "-nbo", "PAGES", path]).stdout.toString().trim();
}

function openCount(path: string): number {
  return Array.from({ length: 256 }, (_, fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`);
    } catch {
      return "";
    }
  }).filter((target) => target === path).length;
}

describe("OpenFiles", () => {
  test("opens a reader's file for reading only and a writer's for both", () => {
    inDirectory((t) => {
      writeFileSync(`${t}/f`, "x".repeat(8192));
      opened(`${t}/f`, {}, (fd) => expect(flagsOf(fd) & 3).toBe(O.RDONLY));
      for (const rw of ["write", "randwrite", "rw", "randrw", "trim"] as const) {
        opened(`${t}/f`, { rw }, (fd) => expect(flagsOf(fd) & 3).toBe(O.RDWR));
      }
      expect(readFileSync(`${t}/f`, "utf8")).toBe("x".repeat(8192));
    });
  });

  test("passes direct, sync and dsync on, and closes on exec", () => {
    inDirectory((t) => {
      writeFileSync(`${t}/f`, "x".repeat(8192));
      opened(`${t}/f`, {}, (fd) => {
        expect(flagsOf(fd) & (O.DIRECT | O.SYNC)).toBe(0);
        expect(flagsOf(fd) & O.CLOEXEC).toBe(O.CLOEXEC);
      });
      opened(`${t}/f`, { sync: "sync" }, (fd) => expect(flagsOf(fd) & O.SYNC).toBe(O.SYNC));
      opened(`${t}/f`, { sync: "dsync" }, (fd) => expect(flagsOf(fd) & O.SYNC).toBe(O.DSYNC));
      opened(`${t}/f`, { direct: true }, (fd) => expect(flagsOf(fd) & O.DIRECT).toBe(O.DIRECT));
    });
  });

  test("makes a writer's file with its space set aside, but never a reader's", () => {
    inDirectory((t) => {
      opened(`${t}/w`, { rw: "write" }, () => {});
      expect(statSync(`${t}/w`)).toMatchObject({ size: 8192, blocks: 16 });
      expect(() => opened(`${t}/r`, {}, () => {})).toThrow(`open ${t}/r: ENOENT`);
      expect(existsSync(`${t}/r`)).toBe(false);
    });
  });

  test.each([
    ["native", 8192, 16],
    ["posix", 8192, 16],
    ["keep", 0, 16],
    ["truncate", 8192, 0],
    ["none", 0, 0],
  ] as const)(
    "fallocate = %s gives a writer's new file %d bytes and %d sectors",
    (fallocate, size, blocks) => {
      inDirectory((t) => {
        opened(`${t}/w`, { rw: "write", fallocate }, () => {});
        expect(statSync(`${t}/w`)).toMatchObject({ size, blocks });
      });
    },
  );

  test("never makes a file shorter", () => {
    inDirectory((t) => {
      for (const fallocate of ["native", "posix", "keep", "truncate"] as const) {
        writeFileSync(`${t}/w`, "x".repeat(10_000));
        opened(`${t}/w`, { rw: "write", fallocate }, () => {});
        expect(statSync(`${t}/w`).size).toBe(10_000);
      }
    });
  });

  test("leaves nothing open when one of the files cannot be", () => {
    inDirectory((t) => {
      writeFileSync(`${t}/a`, "");
      const targets = [regular(`${t}/a`), regular(`${t}/missing`)];
      expect(() => OpenFiles.open({ spec: SPEC, targets })).toThrow("missing");
      expect(openCount(`${t}/a`)).toBe(0);
    });
  });

  test("closes everything, twice without harm", () => {
    inDirectory((t) => {
      writeFileSync(`${t}/a`, "");
      const files = OpenFiles.open({ spec: SPEC, targets: [regular(`${t}/a`)] });
      expect(openCount(`${t}/a`)).toBe(1);
      files.close();
      expect(openCount(`${t}/a`)).toBe(0);
      expect([...files.descriptors]).toEqual([-1]);
      files.close();
    });
  });

  test("unlink removes a regular file at the end and not before", () => {
    inDirectory((t) => {
      opened(`${t}/w`, { rw: "write", unlink: true }, () =>
        expect(existsSync(`${t}/w`)).toBe(true),
      );
      expect(existsSync(`${t}/w`)).toBe(false);
    });
  });

  test("unlink happens once: a file made under that name later is another's", () => {
    inDirectory((t) => {
      const spec = { ...SPEC, rw: "write", unlink: true } as const;
      const files = OpenFiles.open({ spec, targets: [regular(`${t}/w`)] });
      files.close();
      writeFileSync(`${t}/w`, "another's");
      files.close();
      expect(existsSync(`${t}/w`)).toBe(true);
    });
  });

  test("unlink spares what is not a regular file", () => {
    inDirectory((t) => {
      Bun.spawnSync(["mkfifo", `${t}/p`]);
      const target: Target = { ...regular(`${t}/p`), kind: "pipe" };
      const spec = { ...SPEC, rw: "write", unlink: true } as const;
      OpenFiles.open({ spec, targets: [target] }).close();
      expect(existsSync(`${t}/p`)).toBe(true);
    });
  });

  test("a failed fsync at close is returned with its file, and the file is closed", () => {
    inDirectory((t) => {
      Bun.spawnSync(["mkfifo", `${t}/p`]);
      const target: Target = { ...regular(`${t}/p`), kind: "pipe" };
      const spec = { ...SPEC, rw: "write", fsync_on_close: true } as const;
      const files = OpenFiles.open({ spec, targets: [target] });
      expect(files.close()?.message).toBe(`fsync ${t}/p: EINVAL (invalid argument)`);
      expect(openCount(`${t}/p`)).toBe(0);
    });
  });

  test("a target that is no file has descriptor -1", () => {
    const target: Target = { ...regular("/nowhere"), kind: "none" };
    const files = OpenFiles.open({ spec: SPEC, targets: [target] });
    expect([...files.descriptors]).toEqual([-1]);
    expect(files.invalidate()).toEqual([]);
    files.close();
  });

  test("says what to do where direct I/O is not possible", () => {
    const target: Target = { ...regular("/proc/version"), kind: "regular" };
    const spec = { ...SPEC, direct: true };
    expect(() => OpenFiles.open({ spec, targets: [target] })).toThrow(
      "open /proc/version: EINVAL (invalid argument); this file system or device does no " +
        "direct I/O: use direct = false",
    );
  });

  test("a directory is refused with its path", () => {
    inDirectory((t) => {
      mkdirSync(`${t}/d`);
      const spec = { ...SPEC, rw: "write" } as const;
      expect(() => OpenFiles.open({ spec, targets: [regular(`${t}/d`)] })).toThrow(
        `open ${t}/d: EISDIR (is a directory)`,
      );
    });
  });

  const blind = Bun.which("fincore") === null ? " (skipped: needs fincore)" : "";
  test.skipIf(blind !== "")(`invalidate drops the file's pages from the cache${blind}`, () => {
    inDirectory((t) => {
      const path = `${t}/f`;
      writeFileSync(path, "x".repeat(1 << 20));
      Bun.spawnSync(["sync", path]);
      const files = OpenFiles.open({ spec: SPEC, targets: [regular(path, 1 << 20)] });
      readFileSync(path);
      expect(cached(path)).toBe("256");
      expect(files.invalidate()).toEqual([]);
      files.close();
      expect(cached(path)).toBe("0");
    });
  });
});
