/**
 * The layering table: who may import whom. Imports point down, from a row to the rows below it;
 * what is not so is listed here by name, with the reason beside it.
 */
import { dirname, join } from "node:path/posix";
import { blank, importsOf } from "./lexer.ts";

/** Source files by their path in the checkout. */
export type Tree = ReadonlyMap<string, string>;

const ROWS: readonly (readonly string[])[] = [
  ["main.ts"],
  ["cli"],
  ["run", "report", "fio", "plan", "jobfile"],
  ["job", "options"],
  ["engine", "workload", "pace", "verify"],
  ["io", "measure"],
  ["base"],
];

/**
 * Neighbours in a row that may look to the side, one way: who records units reads their columns.
 */
const SIDEWAYS = ["measure → io"];

/** The folders of src/ that call C. */
const CALLERS = ["io", "engine", "plan", "measure", "job", "run"];

/** From here down an option is a type and not a table: values come with the job. */
const BELOW_OPTIONS = ["job", "engine", "workload", "pace", "verify", "io", "measure"];

/** Folders that see results as plain data, never a job that runs. */
const ONLY_RESULTS = ["report", "fio"];
const RESULTS = ["measure", "base"];

/** run/ and job/ are two threads: they meet in shared memory, and in what one hands the other. */
const MEETING_PLACE = [
  "control",
  "idlewords",
  "timewords",
  "launch",
  "jobplan",
  "offloadblock",
].map((name) => `src/job/${name}.ts`);

const REGISTRY = "src/engine/registry.ts";
const ENGINE = "src/engine/engine.ts";

interface Edge {
  readonly file: string;
  readonly line: number;
  readonly to: string;
  readonly typeOnly: boolean;
}

/** Every import of every file; `to` is a path in the checkout, or the name of a package. */
export function edgesOf(tree: Tree): readonly Edge[] {
  return [...tree].flatMap(([file, text]) =>
    importsOf(text).map(({ from, line, typeOnly }) => ({
      file,
      line,
      to: from.startsWith(".") ? join(dirname(file), from) : from,
      typeOnly,
    })),
  );
}

/** `src/job/loop.ts` → `job`; a file that lies in src/ itself is its own folder. */
function folderOf(path: string): string {
  const [top, folder = ""] = path.split("/");
  return top === "src" ? folder : top!;
}

function row(folder: string): number {
  return ROWS.findIndex((folders) => folders.includes(folder));
}

/** Imports that the table forbids, each as a sentence. */
export function layering(tree: Tree): string[] {
  const engines = new Set(
    importsOf(tree.get(REGISTRY) ?? "")
      .map(({ from }) => join(dirname(REGISTRY), from))
      .filter((path) => path !== ENGINE && path.startsWith("src/engine/")),
  );
  return edgesOf(tree).flatMap((edge) => {
    const complaint = complain(edge, engines);
    return complaint === undefined ? [] : [`${edge.file}:${edge.line}: ${complaint}`];
  });
}

function complain({ file, to, typeOnly }: Edge, engines: Set<string>): string | undefined {
  const here = folderOf(file);
  const there = folderOf(to);
  if (file.startsWith("build/") || file.startsWith("test/")) return undefined;
  if (to === "bun:ffi") return here === "ffi" ? undefined : "bun:ffi belongs in ffi/";
  if (engines.has(to) && file !== REGISTRY) return `only the registry imports the engine ${to}`;
  if (!to.startsWith("src/") && !to.startsWith("ffi/")) return outside(to);
  if (here === there) return undefined;
  if (here === "ffi") {
    return to === "src/base/errors.ts" ? undefined : `ffi/ knows of src/ only errors.ts, not ${to}`;
  }
  if (there === "ffi") return CALLERS.includes(here) ? undefined : `${here}/ does not see ffi/`;
  if (row(here) < 0 || row(there) < 0) return `${here} or ${there} is not in the layering table`;
  return betweenFolders(here, there, to, typeOnly);
}

function outside(to: string): string | undefined {
  return /^(?:build|test)\//.test(to) ? "the program does not import build/ or test/" : undefined;
}

function betweenFolders(
  here: string,
  there: string,
  to: string,
  typeOnly: boolean,
): string | undefined {
  if (there === "options" && BELOW_OPTIONS.includes(here)) {
    return typeOnly ? undefined : `${here}/ may import only types of options/ (import type)`;
  }
  const beside = row(there) === row(here) && SIDEWAYS.includes(`${here} → ${there}`);
  if (row(there) <= row(here) && !beside) return `${here}/ is not above ${there}/`;
  if (ONLY_RESULTS.includes(here) && !RESULTS.includes(there)) {
    return `${here}/ sees plain results, not ${to}`;
  }
  if (here === "run" && there === "job" && !MEETING_PLACE.includes(to)) {
    return `run/ meets job/ in ${MEETING_PLACE.join(", ")} only, not in ${to}`;
  }
  if (there === "engine" && to !== ENGINE && to !== REGISTRY) {
    return `of engine/ others see the contract and the registry, not ${to}`;
  }
  return undefined;
}

/**
 * Rings of modules that need each other to be evaluated, each once, from its first in the alphabet.
 */
export function cycles(tree: Tree): string[] {
  const next = new Map<string, string[]>();
  for (const { file, to, typeOnly } of edgesOf(tree)) {
    if (!typeOnly && tree.has(to)) next.set(file, [...(next.get(file) ?? []), to]);
  }
  const found = new Set<string>();
  const done = new Set<string>();
  const path: string[] = [];
  const visit = (file: string): void => {
    const at = path.indexOf(file);
    if (at >= 0) {
      const ring = path.slice(at);
      const first = ring.indexOf([...ring].sort()[0]!);
      found.add([...ring.slice(first), ...ring.slice(0, first + 1)].join(" → "));
      return;
    }
    if (done.has(file)) return;
    path.push(file);
    for (const to of next.get(file) ?? []) visit(to);
    path.pop();
    done.add(file);
  };
  for (const file of [...tree.keys()].sort()) visit(file);
  return [...found];
}

/**
 * `ptr(array)` goes stale when the JIT moves the array; mapped memory has an address of its own.
 */
export function strayPointers(tree: Tree): string[] {
  return [...tree].flatMap(([file, text]) =>
    file === "ffi/memory.ts" || !/(?<![\w$.#])ptr\s*\(/.test(blank(text))
      ? []
      : [`${file}: ptr( is for ffi/memory.ts alone`],
  );
}
