import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { O } from "../../ffi/constants.ts";
import { directAlignment, errnoOfCall, lengthOf, openFile } from "../../ffi/file.ts";
import { libc } from "../../ffi/libc.ts";

test("an open that fails names call, path and meaning, with the hint for its errno", () => {
  const hint = (errno: number) => (errno === 2 ? "make it first" : "");
  expect(() => openFile("/no/such/file", O.RDONLY, hint)).toThrow(
    "open /no/such/file: ENOENT (no such file or directory); make it first",
  );
});

test("a failed call gives its errno, a good one 0", () => {
  expect(errnoOfCall(() => libc.fsync(-1))).toBe(9);
  expect(errnoOfCall(() => 5)).toBe(0);
});

test("the length of an open file is where it ends, whatever its name in other letters", () => {
  const directory = mkdtempSync(join(tmpdir(), "fathom-file-"));
  try {
    const path = join(directory, "größe-✓");
    writeFileSync(path, "x".repeat(12_345));
    const fd = openFile(path, O.RDONLY);
    expect(lengthOf(fd, path)).toBe(12_345);
    libc.close(fd);
    const asked = directAlignment(path);
    if (asked !== undefined) expect([0, 1, 512, 4096]).toContain(asked.offset);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});

test("direct I/O on a file that is not there is not known", () => {
  expect(directAlignment("/no/such/file")).toBeUndefined();
});
