import { expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { libc } from "../../ffi/libc.ts";
import { Rotation } from "../../src/io/rotation.ts";
import type { Target } from "../../src/io/target.ts";
import { specOf } from "../workload/support.ts";

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

function withFiles(
  count: number,
  most: number,
  body: (files: Rotation, directory: string) => void,
  spec: Parameters<typeof specOf>[0] = {},
): void {
  const directory = mkdtempSync(join(tmpdir(), "fathom-rotation-"));
  const targets = Array.from(
    { length: count },
    (_, file): Target => ({
      path: `${directory}/${file}`,
      kind: "regular",
      exists: false,
      size: 0,
      offset: 0,
      length: 4096,
      layout: 0,
    }),
  );
  const job = { spec: specOf({ rw: "write", fallocate: "none", ...spec }), targets };
  const files = new Rotation(job, most);
  try {
    body(files, directory);
  } finally {
    files.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

const open = (files: Rotation): number[] =>
  [...files.descriptors].flatMap((fd, file) => (fd < 0 ? [] : [file]));

test("a file is opened when it is its turn, and the longest open one closed for it", () => {
  withFiles(4, 2, (files, t) => {
    expect(open(files)).toEqual([]);
    expect(existsSync(`${t}/0`)).toBe(false);
    expect(files.ready(0)).toBe(true);
    expect(files.ready(3)).toBe(true);
    expect(open(files)).toEqual([0, 3]);
    const first = files.descriptors[0]!;
    expect(readlinkSync(`/proc/self/fd/${first}`)).toBe(`${t}/0`);
    expect(files.ready(1)).toBe(true);
    expect(open(files)).toEqual([1, 3]);
    expect(files.ready(3)).toBe(true);
    expect(files.ready(0)).toBe(true);
    expect(open(files)).toEqual([0, 1]);
    expect(existsSync(`${t}/2`)).toBe(false);
  });
});

test("a file with units in flight is never closed", () => {
  withFiles(3, 2, (files) => {
    files.ready(0);
    files.took(0);
    files.took(0);
    files.ready(1);
    files.took(1);
    expect(files.ready(2)).toBe(false);
    files.gave(0);
    expect(files.ready(2)).toBe(false);
    files.gave(1);
    expect(files.ready(2)).toBe(true);
    expect(open(files)).toEqual([0, 2]);
  });
});

test("a file that is opened again stands where it stood", () => {
  withFiles(2, 1, (files, t) => {
    files.ready(0);
    libc.write(files.descriptors[0]!, text("one"), 3);
    files.ready(1);
    files.ready(0);
    libc.write(files.descriptors[0]!, text("two"), 3);
    expect(readFileSync(`${t}/0`, "utf8")).toBe("onetwo");
  });
});

test("a file that cannot be opened has no descriptor, and the reason is kept", () => {
  const spec = { allow_file_create: false };
  withFiles(
    2,
    1,
    (files, t) => {
      expect(files.ready(1)).toBe(true);
      expect(open(files)).toEqual([]);
      expect(files.refusal?.message).toStartWith(`open ${t}/1: ENOENT`);
    },
    spec,
  );
});
