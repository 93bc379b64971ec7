/**
 * Runs the compiled binary as a user does: arguments, directory, environment and streams in, exit
 * value and texts out. Builds it first when a source is newer, once a test run.
 */
import { readdirSync, statSync } from "node:fs";
import { constants } from "node:os";
import { join } from "node:path";
import type { RunResult } from "../../src/measure/result.ts";
import { schemaErrors } from "./schema.ts";

const ROOT = join(import.meta.dir, "..", "..");
export const BINARY = join(ROOT, "dist", "fathom");

/** What the binary is made of. */
const SOURCES = ["src", "ffi", "build/compile.ts", "package.json"];

function newest(path: string): number {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function build(): void {
  const made = statSync(BINARY, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  if (SOURCES.every((path) => newest(join(ROOT, path)) <= made)) return;
  const { success, stderr } = Bun.spawnSync([process.execPath, "build/compile.ts"], { cwd: ROOT });
  if (!success) throw new Error(`the binary could not be built:\n${stderr}`);
}

build();

export interface Around {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly stdin?: string;
  /** A descriptor to be its standard output; else the text is collected. */
  readonly stdout?: number;
  /** A program and its arguments that run the binary in their turn. */
  readonly through?: readonly string[];
  /** Another copy of the binary. */
  readonly binary?: string;
  readonly timeoutMs?: number;
}

export interface Ended {
  /** 128 + its number when a signal ended it, as a shell says. */
  readonly exit: number;
  readonly out: string;
  readonly err: string;
  readonly elapsedMs: number;
}

/** A fathom that hangs is killed after this time, and the test fails by its exit value, 137. */
const LONGEST_MS = 30_000;

/** Those that run; a test that failed half way leaves none behind. */
const running = new Set<Running>();
process.on("exit", () => {
  for (const one of running) one.signal("SIGKILL");
});

export class Running {
  readonly ended: Promise<Ended>;
  readonly #child: Bun.Subprocess<"ignore" | Blob, "pipe" | number, "pipe">;
  #err = "";

  constructor(args: readonly string[], around: Around) {
    const startedAt = performance.now();
    this.#child = Bun.spawn([...(around.through ?? []), around.binary ?? BINARY, ...args], {
      cwd: around.cwd ?? ROOT,
      env: { PATH: process.env["PATH"] ?? "", ...around.env },
      stdin: around.stdin === undefined ? "ignore" : new Blob([around.stdin]),
      stdout: around.stdout ?? "pipe",
      stderr: "pipe",
      timeout: around.timeoutMs ?? LONGEST_MS,
      killSignal: "SIGKILL",
    });
    running.add(this);
    this.ended = this.#collect(startedAt);
  }

  get pid(): number {
    return this.#child.pid;
  }
  /** What it has said to stderr so far. */
  get err(): string {
    return this.#err;
  }
  /** Whether it still runs. */
  get alive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  async #collect(startedAt: number): Promise<Ended> {
    const { stdout, stderr } = this.#child;
    const out = typeof stdout === "object" ? new Response(stdout).text() : Promise.resolve("");
    const decoder = new TextDecoder();
    for await (const chunk of stderr) this.#err += decoder.decode(chunk, { stream: true });
    await this.#child.exited;
    running.delete(this);
    const { exitCode, signalCode } = this.#child;
    const exit =
      signalCode === null ? exitCode! : 128 + constants.signals[signalCode as NodeJS.Signals];
    return { exit, out: await out, err: this.#err, elapsedMs: performance.now() - startedAt };
  }
}

export function start(args: readonly string[], around: Around = {}): Running {
  return new Running(args, around);
}

export function fathom(args: readonly string[], around: Around = {}): Promise<Ended> {
  return start(args, around).ended;
}

/** The one document on stdout; fails unless it is one that the published schema allows. */
export function documentOf(text: string): RunResult {
  const errors = schemaErrors(text);
  if (errors.length > 0) throw new Error(`not a valid document: ${errors.join("; ")}`);
  return JSON.parse(text);
}

export interface Reported extends Ended {
  readonly document: RunResult;
}

/** `fathom run` with a JSON document: of flags, or of a job file given as its text. */
export async function run(
  work: string | readonly string[],
  around: Around = {},
): Promise<Reported> {
  const isFile = typeof work === "string";
  const args = ["run", "--output-format=json", ...(isFile ? ["-"] : work)];
  const ended = await fathom(args, isFile ? { ...around, stdin: work } : around);
  if (ended.out === "") throw new Error(`no document, exit ${ended.exit}: ${ended.err}`);
  return { ...ended, document: documentOf(ended.out) };
}

/** Waits until it is so; fails after 20 s, with `what` was awaited. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const end = performance.now() + 20_000; !isSo(); await Bun.sleep(5)) {
    if (performance.now() > end) throw new Error(`waited in vain for: ${what}`);
  }
}
