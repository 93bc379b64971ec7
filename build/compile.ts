/**
 * Makes dist/fathom: one bundle and the runtime in one executable file. Built beside its place and
 * then renamed, so that a fathom which is running meanwhile goes on undisturbed.
 */
import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { BINARY, ROOT, seconds } from "./command.ts";

/** The checkout's commit, `.changed` when files differ from it; empty where git cannot say. */
function commit(): string {
  const git = (...words: string[]): string | undefined => {
    try {
      const { success, stdout } = Bun.spawnSync(["git", ...words], { cwd: ROOT, stderr: "ignore" });
      return success ? stdout.toString().trim() : undefined;
    } catch {
      return undefined;
    }
  };
  if (git("rev-parse", "--show-prefix") !== "") return "";
  const id = git("rev-parse", "--short=7", "HEAD");
  if (id === undefined) return "";
  return git("status", "--porcelain") === "" ? id : `${id}.changed`;
}

function version(): string {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  const id = commit();
  return id === "" ? manifest.version : `${manifest.version}+${id}`;
}

/**
 * The autoload switches keep a bunfig.toml or .env of the current directory from being run; ESM
 * makes a Worker start from the bundle and not from a source path of this machine; splitting keeps
 * what only the main thread runs, and the node modules that needs, out of every Worker. Bytecode
 * spares each thread the parsing: 45 ms of a run's start, and 20 MB of 64 jobs.
 */
function compile(outfile: string, named: string): number {
  const { exitCode } = Bun.spawnSync(
    [
      process.execPath,
      "build",
      "--compile",
      "--minify",
      "--format=esm",
      "--splitting",
      "--bytecode",
      "--splitting",
      "--bytecode",
      "--no-compile-autoload-dotenv",
      "--no-compile-autoload-bunfig",
      `--define=FATHOM_VERSION=${JSON.stringify(named)}`,
      `--outfile=${outfile}`,
      "src/main.ts",
    ],
    { cwd: ROOT, stdin: "ignore", stdout: "ignore", stderr: "inherit" },
  );
  return exitCode;
}

const startedAt = performance.now();
mkdirSync(dirname(BINARY), { recursive: true });
const folder = mkdtempSync(join(dirname(BINARY), ".build-"));
try {
  const named = version();
  const made = join(folder, "fathom");
  process.exitCode = compile(made, named);
  if (process.exitCode === 0) {
    const { size } = statSync(made);
    renameSync(made, BINARY);
    const took = seconds(performance.now() - startedAt);
    process.stdout.write(`dist/fathom ${named}: ${(size / 1e6).toFixed(1)} MB, made in ${took}\n`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
