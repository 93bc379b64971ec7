/** What the build's own programs share: where things are, running a command, and times in words. */
import { join } from "node:path";

/** The checkout. */
export const ROOT = join(import.meta.dir, "..");
/** The binary that `npm run build` makes. */
export const BINARY = join(ROOT, "dist", "fathom");

export interface Finished {
  readonly exitCode: number;
  readonly output: string;
}

/** Runs a command to its end in the checkout; its standard output as text, its errors shown. */
export function run(command: readonly string[]): Finished {
  const { exitCode, stdout } = Bun.spawnSync([...command], {
    cwd: ROOT,
    stdin: "ignore",
    stderr: "inherit",
  });
  return { exitCode, output: stdout.toString() };
}

/** Seconds with one digit: `3.4 s`. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
