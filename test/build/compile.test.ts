/**
 * The binary by itself: built from a copy of the sources that no git knows, which is then gone, and
 * run in a directory full of files that a runtime might like to read.
 */
import { afterAll, beforeAll, expect, test } from "bun:test";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(import.meta.dir, "..", "..");
const RUN = ["run", "--name=t", "--ioengine=null", "--rw=randread", "--size=1m", "--number_ios=10"];
const EVIL = 'console.log("EVIL");\n';

let folder = "";
let binary = "";
let said = "";
let left: readonly string[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "fathom-compile-"));
  const sources = join(folder, "sources");
  mkdirSync(sources);
  for (const name of ["src", "ffi", "build", "package.json"]) {
    cpSync(join(ROOT, name), join(sources, name), { recursive: true });
  }
  symlinkSync(join(ROOT, "node_modules"), join(sources, "node_modules"));
  const { stdout, stderr } = Bun.spawnSync([process.execPath, "build/compile.ts"], {
    cwd: sources,
    env: { ...process.env, GIT_CEILING_DIRECTORIES: folder },
  });
  said = stdout.toString() + stderr.toString();
  left = readdirSync(join(sources, "dist"));
  binary = join(folder, "fathom");
  renameSync(join(sources, "dist", "fathom"), binary);
  rmSync(sources, { recursive: true });
  writeFileSync(join(folder, "bunfig.toml"), 'preload = ["./worker.ts"]\n');
  writeFileSync(join(folder, ".env"), "FATHOM_DEBUG=1\nBUN_OPTIONS=--preload=./worker.ts\n");
  for (const name of ["worker.ts", "main.ts", "src.ts"]) writeFileSync(join(folder, name), EVIL);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function fathom(...words: readonly string[]): { exitCode: number; out: string; err: string } {
  const { exitCode, stdout, stderr } = Bun.spawnSync([binary, ...words], { cwd: folder, env: {} });
  return { exitCode, out: stdout.toString(), err: stderr.toString() };
}

test("a build says version, size and time, and leaves the binary alone in dist", () => {
  expect(said).toMatch(/^dist\/fathom \d+\.\d+\.\d+: \d+\.\d MB, made in \d+\.\d s\n$/);
  expect(left).toEqual(["fathom"]);
});

test("without git the version is the package's", () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  expect(fathom("--version")).toEqual({ exitCode: 0, out: `${version}\n`, err: "" });
});

test("a run with threads needs no source, and obeys no file of the current directory", () => {
  const { exitCode, out } = fathom(...RUN, "--output-format=json");
  expect(exitCode).toBe(0);
  expect(JSON.parse(out).total.read.ios).toBe(10);
  expect(JSON.parse(out).environment.variables).toEqual([]);
});

test("a build of sources with a mistake fails and makes nothing", () => {
  const broken = join(folder, "broken");
  mkdirSync(join(broken, "src"), { recursive: true });
  cpSync(join(ROOT, "build"), join(broken, "build"), { recursive: true });
  cpSync(join(ROOT, "package.json"), join(broken, "package.json"));
  writeFileSync(join(broken, "src", "main.ts"), 'import "./absent.ts";\n');
  const { exitCode, stderr } = Bun.spawnSync([process.execPath, "build/compile.ts"], {
    cwd: broken,
  });
  expect(exitCode).not.toBe(0);
  expect(stderr.toString()).toContain("./absent.ts");
  expect(readdirSync(join(broken, "dist"))).toEqual([]);
});
