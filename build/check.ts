/**
 * `npm run check`: everything that has to hold before a change is taken. Every step runs, also
 * behind one that failed, so that one run shows all there is to mend; the last line counts.
 */
import { join } from "node:path";
import { ROOT, seconds } from "./command.ts";

const bun = process.execPath;
const tool = (name: string): string => join(ROOT, "node_modules", ".bin", name);

/** The build comes before the tests: some of them run the binary. */
const STEPS: readonly (readonly [name: string, command: readonly string[]])[] = [
  ["types", [tool("tsc"), "-p", "build/tsconfig.json"]],
  ["lint", [tool("biome"), "check", "--config-path=build/biome.json", "--error-on-warnings", "."]],
  ["docs", [bun, "build/docs.ts", "--check"]],
  ["build", [bun, "build/compile.ts"]],
  ["tests", [bun, "test", "--timeout", "60000"]],
];

interface Outcome {
  readonly name: string;
  readonly failed: boolean;
  readonly took: string;
  readonly tests: Readonly<Record<"pass" | "fail" | "skip", number>>;
}

/** Runs one step, its output shown as it comes. */
async function step(name: string, command: readonly string[]): Promise<Outcome> {
  process.stdout.write(`\n── ${name}\n`);
  const startedAt = performance.now();
  const child = Bun.spawn([...command], { cwd: ROOT, stdin: "ignore", stdout: 1, stderr: "pipe" });
  let said = "";
  const decoder = new TextDecoder();
  for await (const chunk of child.stderr) {
    process.stderr.write(chunk);
    said += decoder.decode(chunk, { stream: true });
  }
  const exitCode = await child.exited;
  const count = (word: string): number =>
    Number([...said.matchAll(new RegExp(`^\\s*(\\d+) ${word}$`, "gm"))].at(-1)?.[1] ?? 0);
  return {
    name,
    failed: exitCode !== 0,
    took: seconds(performance.now() - startedAt),
    tests: { pass: count("pass"), fail: count("fail"), skip: count("skip") },
  };
}

const outcomes: Outcome[] = [];
for (const [name, command] of STEPS) outcomes.push(await step(name, command));

process.stdout.write("\n");
for (const { name, failed, took } of outcomes) {
  process.stdout.write(`${failed ? "FAILED" : "ok    "} ${name.padEnd(8)} ${took}\n`);
}
const { pass, fail, skip } = outcomes.at(-1)!.tests;
/** A step that is no test, or a test run that broke before it counted, is one failure. */
const broken = outcomes.filter((outcome) => outcome.failed && outcome.tests.fail === 0).length;
const skipped = skip > 0 ? `, ${skip} skipped` : "";
process.stdout.write(`${pass} passed, ${fail + broken} failed${skipped}\n`);
process.exit(fail + broken > 0 ? 1 : 0);
