import { describe, expect, test } from "bun:test";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "../..");
const why = Bun.which("strace") === null ? " (skipped: needs strace)" : "";

/** Calls of a program that has `t` as a directory of its own, as strace shows them, one a line. */
function callsOf(body: string): readonly string[] {
  const directory = mkdtempSync(join(tmpdir(), "fathom-calls-"));
  try {
    const script = join(directory, "script.ts");
    writeFileSync(
      script,
      `import { layOut } from "${ROOT}/src/io/layout.ts";
       import { OpenFiles } from "${ROOT}/src/io/files.ts";
       const t = ${JSON.stringify(directory)};
       ${body}`,
    );
    const calls = "trace=fsync,fadvise64";
    const args = ["-f", "-qq", "-e", calls, "-e", "signal=none", process.execPath, script];
    const { stderr } = spawnSync("strace", args, { encoding: "utf8" });
    return stderr.split("\n").flatMap((line) => /(fsync|fadvise64)\(.*/.exec(line)?.[0] ?? []);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const TARGET = `{ path: t + "/f", kind: "regular", exists: false, size: 0, offset: 0, length: 8192,
  layout: 8192 }`;

describe.skipIf(why !== "")(`what the kernel is told${why}`, () => {
  test("a layout ends with one fsync, unless create_fsync is off", () => {
    const body = (create_fsync: boolean) =>
      `const spec = { fallocate: "native", create_fsync: ${create_fsync}, bs: {} };
      layOut(${TARGET}, spec, () => {}, () => false);`;
    expect(callsOf(body(true))).toEqual([expect.stringContaining("fsync(")]);
    expect(callsOf(body(false))).toEqual([]);
  });

  test("files are advised to be random or sequential, and fsynced at close where asked", () => {
    const body = (
      rw: string,
      more = "",
    ) => `const spec = { rw: "${rw}", fallocate: "native", fsync_on_close: true,
        allow_file_create: true, ${more} };
      OpenFiles.open({ spec, targets: [${TARGET}] }).close();`;
    const random = callsOf(body("randwrite"));
    expect(random).toHaveLength(2);
    expect(random[0]).toContain("0, 8192, POSIX_FADV_RANDOM) = 0");
    expect(random[1]).toContain("fsync(");
    expect(callsOf(body("write"))[0]).toContain("0, 8192, POSIX_FADV_SEQUENTIAL) = 0");
    for (const hint of ["random", "sequential", "noreuse"]) {
      const [advice] = callsOf(body("write", `fadvise_hint: "${hint}"`));
      expect(advice).toContain(`0, 8192, POSIX_FADV_${hint.toUpperCase()}) = 0`);
    }
    const silent = callsOf(body("write", 'fadvise_hint: "none"'));
    expect(silent).toEqual([expect.stringContaining("fsync(")]);
  });
});
