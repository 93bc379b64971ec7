/** Machines that are not as usual: no io_uring, no /proc/sys, hostile directories, no sources. */
import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { copyFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { BINARY, fathom, run } from "../support/binary.ts";
import { Ground, lacking } from "../support/ground.ts";

setDefaultTimeout(60_000);
const ground = new Ground("surroundings");
const cwd = ground.root;
const ROOT = join(import.meta.dir, "..", "..");

const READS = ["--filename=target", "--rw=randread", "--warmup=false"];
ground.file("target", "x".repeat(2 ** 20));

/** io_uring_setup(2): the same number on every machine (asm-generic/unistd.h). */
const IO_URING_SETUP = "425";
const FILTER = join(import.meta.dir, "..", "support", "withfilter.ts");

function refusing(errno: number): readonly string[] {
  return [process.execPath, FILTER, IO_URING_SETUP, String(errno)];
}

describe("io_uring refused by seccomp, as containers do", () => {
  test.each([
    ["EPERM", 1],
    ["ENOSYS", 38],
  ])("with %s: an engine that was named is an error that says what to do", async (_, errno) => {
    const { exit, out, err } = await fathom(["run", ...READS, "--ioengine=io_uring"], {
      cwd,
      through: refusing(errno),
    });
    expect({ exit, out }).toEqual({ exit: 2, out: "" });
    expect(err).toMatch(/^--ioengine: .*io_uring.*seccomp.*use ioengine = "libaio".*\n$/);
  });

  test("with none named, libaio runs, and the report says why", async () => {
    const { exit, document } = await run([...READS, "--iodepth=4"], { cwd, through: refusing(1) });
    expect(exit).toBe(0);
    expect(document.jobs[0]).toMatchObject({ engine: "libaio", read: { ios: 256 } });
    expect(document.jobs[0]!.engine_reason).toMatch(
      /^no ioengine was written: libaio keeps .* no io_uring: /,
    );
    expect(document.messages.map(({ code }) => code)).toContain("engine_chosen");
  });
});

const noUnshare = lacking("root", "unshare", "mount");
describe.skipIf(noUnshare !== "")(`in a mount namespace of its own${noUnshare}`, () => {
  const hidden = (...paths: readonly string[]) => [
    "unshare",
    "--mount",
    "bash",
    "-c",
    `${paths.map((path) => `mount -t tmpfs none ${path}`).join(" && ")} && exec "$0" "$@"`,
  ];

  test.each(["/proc/sys", "/sys"])("without %s it measures all the same", async (path) => {
    for (const engine of ["psync", "io_uring", "libaio"]) {
      const { exit, err, document } = await run([...READS, `--ioengine=${engine}`], {
        cwd,
        through: hidden(path),
      });
      expect({ exit, err }).toEqual({ exit: 0, err: "" });
      expect(document.total.read.ios).toBe(256);
    }
  });

  test("and io_uring switched off by sysctl: the setting is named, and libaio runs", async () => {
    const set = ground.file("io_uring_disabled", "2\n");
    const setting = "/proc/sys/kernel/io_uring_disabled";
    const script = `mount --bind ${set} ${setting} && exec "$0" "$@"`;
    const through = ["unshare", "--mount", "bash", "-c", script, ...refusing(1)];
    const named = await fathom(["run", ...READS, "--ioengine=io_uring"], { cwd, through });
    expect(named).toMatchObject({ exit: 2, out: "" });
    expect(named.err).toMatch(/^--ioengine: .*kernel\.io_uring_disabled.* 2.*\n$/);
    const chosen = await run([...READS, "--iodepth=4"], { cwd, through });
    expect(chosen.exit).toBe(0);
    expect(chosen.document.jobs[0]!.engine).toBe("libaio");
  });

  test("a copy of the binary runs where no source of it can be seen", async () => {
    const copy = ground.path("elsewhere");
    copyFileSync(BINARY, copy);
    const { exit, err, document } = await run(READS, { cwd, through: hidden(ROOT), binary: copy });
    expect({ exit, err }).toEqual({ exit: 0, err: "" });
    expect(document.total.read.ios).toBe(256);
  });
});

test("nothing in the current directory is obeyed: no bunfig.toml, .env or worker.ts", async () => {
  const here = ground.directory("hostile");
  const evil = 'require("node:fs").writeFileSync("EVIL", ""); console.log("EVIL");\n';
  const names = ["worker.ts", "main.ts", "index.ts", "entry.ts", "evil.ts", "main.js", "fathom"];
  for (const name of names) writeFileSync(join(here, name), evil);
  writeFileSync(
    join(here, "bunfig.toml"),
    'preload = ["./evil.ts"]\n[run]\npreload = ["./evil.ts"]\n',
  );
  writeFileSync(
    join(here, ".env"),
    "BUN_OPTIONS=--preload=./evil.ts\nFATHOM_DEBUG=1\nNO_COLOR=1\n",
  );
  writeFileSync(
    join(here, "package.json"),
    '{ "main": "./evil.ts", "imports": { "#x": "./evil.ts" } }',
  );
  writeFileSync(
    join(here, "tsconfig.json"),
    '{ "compilerOptions": { "paths": { "*": ["./evil.ts"] } } }',
  );
  const before = readdirSync(here);
  const words = ["--name=t", "--ioengine=null", "--size=1m", "--numjobs=2"];
  const { exit, err, document } = await run(words, { cwd: here });
  expect({ exit, err }).toEqual({ exit: 0, err: "" });
  expect(document.environment.variables).toEqual([]);
  expect(readdirSync(here)).toEqual(before);
});

test("variables that change the runtime, and so the figures, are in the document", async () => {
  const env = { BUN_JSC_useFTLJIT: "0" };
  const { document } = await run(["--ioengine=null", "--size=1m"], { cwd, env });
  expect(document.environment.variables).toEqual(["BUN_JSC_useFTLJIT=0"]);
  expect(document.messages.some(({ text }) => text.includes("BUN_JSC_useFTLJIT"))).toBe(true);
});
