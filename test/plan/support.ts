/** Jobs and machines for the tests of the plan: only what a test is about has to be said. */
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { EngineDefinition, Traits } from "../../src/engine/engine.ts";
import { nullEngine } from "../../src/engine/null.ts";
import type { JobSpec, OptionName } from "../../src/options/options.ts";
import { resolve } from "../../src/options/resolve.ts";
import { type Environment, thisMachine } from "../../src/plan/environment.ts";
import type { PlanInput } from "../../src/plan/input.ts";
import { plan, type RunPlan } from "../../src/plan/plan.ts";

export type Written = { readonly [K in keyof JobSpec]?: JobSpec[K] | undefined };

/** Effective values, as the reading side makes them. */
export function specOf(written: Written = {}): JobSpec {
  return resolve(new Map(Object.entries(written) as [OptionName, unknown][])).spec;
}

/** A job as if each given option stood on a line of its own in `jobs.toml`. */
export function inputOf(written: Written): PlanInput {
  const places = Object.entries(written).map(([option, value], index) => {
    const place = { source: "jobs.toml", line: index + 2, column: 1 };
    return [option, { place, value }] as const;
  });
  return {
    spec: specOf(written),
    engineOptions: {},
    place: { source: "jobs.toml", line: 1, column: 1 },
    written: new Map(places),
  };
}

/** The same block size in every direction. */
export function bs(bytes: number): JobSpec["bs"] {
  return { read: bytes, write: bytes, trim: bytes };
}

const TRAITS: Traits = { ...nullEngine.traits, diskless: false };

/** An engine of that name that is only looked at, never run. */
export function engineOf(
  name: string,
  more: { traits?: Partial<Traits>; synchronous?: boolean; unavailable?: string } = {},
): EngineDefinition {
  return {
    ...nullEngine,
    name,
    traits: { ...TRAITS, ...more.traits },
    synchronous: () => more.synchronous ?? false,
    unavailable: () => more.unavailable,
  };
}

export const ENGINES: readonly EngineDefinition[] = [
  nullEngine,
  engineOf("psync", { synchronous: true }),
  engineOf("io_uring"),
  engineOf("libaio"),
];

/** This machine, or parts of it, with engines that are only looked at. */
export function environmentOf(
  engines: readonly EngineDefinition[] = ENGINES,
  more: Partial<Environment> = {},
): Environment {
  return {
    ...thisMachine(),
    engineNames: engines.map(({ name }) => name),
    findEngine: async (name) => engines.find((engine) => engine.name === name),
    ...more,
  };
}

/** Runs with a directory of its own, which is removed afterwards. */
export async function inDirectory<T>(body: (directory: string) => Promise<T> | T): Promise<T> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "fathom-plan-")));
  try {
    return await body(directory);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Writes files given by path, making the directories on the way. */
export function writeTree(
  root: string,
  files: Readonly<Record<string, string | Uint8Array>>,
): void {
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
}

/**
 * A machine made of a recorded tree with sys, proc and dev below it. A plain file in dev stands for
 * a device node: its content is the device's, its number is what sysfs has for its name.
 */
export function recordedMachine(root: string): Environment {
  const roots = { sys: join(root, "sys"), proc: join(root, "proc"), dev: join(root, "dev") };
  return environmentOf(ENGINES, {
    roots,
    blockDeviceAt: (path) => {
      const inside = path.startsWith("/dev/") ? join(root, path) : path;
      try {
        const name = basename(realpathSync(inside));
        return readFileSync(join(roots.sys, "class/block", name, "dev"), "utf8").trim();
      } catch {
        return undefined;
      }
    },
  });
}

export type Build = (directory: string) => readonly Written[];

/** The plan of jobs that work in a directory of their own, which `build` may furnish. */
export async function planIn(build: Build): Promise<RunPlan> {
  return await inDirectory(async (directory) => {
    const jobs = build(directory).map((written, index) =>
      inputOf({ name: `job${index}`, ...written }),
    );
    const made = await plan(jobs, environmentOf());
    return JSON.parse(JSON.stringify(made).replaceAll(directory, "/t"), (_, value) =>
      value === null ? undefined : value,
    );
  });
}

export async function problemsIn(build: Build): Promise<readonly string[]> {
  const { problems } = await planIn(build);
  return problems.map(({ option, message }) => `${option ?? "job"}: ${message}`);
}

export function file(path: string, bytes: number): string {
  writeFileSync(path, "");
  truncateSync(path, bytes);
  return path;
}
