/**
 * The rules of the house, held over the whole tree: the layering table, the size limits, the ban
 * of `ptr(`, what lies at the top. Each rule is also shown a small tree that breaks it, because a
 * rule that cannot fail holds nothing.
 */
import { expect, test } from "bun:test";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cycles, layering, strayPointers, type Tree } from "./tidy/layers.ts";
import { functionsOf, importsOf } from "./tidy/lexer.ts";
import { forbiddenWords, longFunctions, noEssay, tooLong, tooWide } from "./tidy/shape.ts";

const ROOT = join(import.meta.dir, "..");
const TOP = ["README.md", "build", "bunfig.toml", "ffi", "package.json", "src", "test"];
/** A lock file and a licence may lie beside them, and what git ignores. */
const ALSO = ["LICENSE", "dist", "node_modules", "package-lock.json"];

const programs: Tree = new Map(
  ["src", "ffi", "build", "test"].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.(?:ts|mjs)$/.test(name))
      .map((name) => [`${folder}/${name}`, readFileSync(join(ROOT, folder, name), "utf8")]),
  ),
);
const typescript: Tree = new Map([...programs].filter(([path]) => path.endsWith(".ts")));
const script = readFileSync(join(ROOT, ".ci", "run"), "utf8");

const tree = (files: Readonly<Record<string, string>>): Tree => new Map(Object.entries(files));
const lines = (count: number): string => "x;\n".repeat(count);

test("the tree was read", () => {
  expect(typescript.has("src/main.ts")).toBe(true);
  expect(typescript.size).toBeGreaterThan(50);
});

test("imports point down", () => {
  expect(layering(typescript)).toEqual([]);
});

test.each([
  ["src/job/a.ts", "../cli/b.ts", "job/ is not above cli/"],
  ["src/base/a.ts", "../io/b.ts", "base/ is not above io/"],
  ["src/io/a.ts", "../measure/b.ts", "io/ is not above measure/"],
  ["src/plan/a.ts", "../run/b.ts", "plan/ is not above run/"],
  ["src/job/a.ts", "../options/options.ts", "may import only types of options/"],
  ["src/report/a.ts", "../job/control.ts", "sees plain results"],
  ["src/fio/a.ts", "../engine/engine.ts", "sees plain results"],
  ["src/run/a.ts", "../job/loop.ts", "run/ meets job/ in"],
  ["src/workload/a.ts", "../../ffi/libc.ts", "workload/ does not see ffi/"],
  ["src/cli/a.ts", "../../ffi/libc.ts", "cli/ does not see ffi/"],
  ["ffi/a.ts", "../src/base/problem.ts", "ffi/ knows of src/ only errors.ts"],
  ["src/plan/a.ts", "../engine/null.ts", "only the registry imports the engine"],
  ["src/engine/a.ts", "./null.ts", "only the registry imports the engine"],
  ["src/plan/a.ts", "../engine/ring.ts", "the contract and the registry"],
  ["src/io/a.ts", "bun:ffi", "bun:ffi belongs in ffi/"],
  ["src/odd/a.ts", "../base/errors.ts", "not in the layering table"],
  ["src/cli/a.ts", "../../build/docs.ts", "does not import build/ or test/"],
])("a tree where %s imports %s is refused", (file, from, complaint) => {
  const registry = 'const all = { null: () => import("./null.ts") };\n';
  const broken = tree({
    "src/engine/registry.ts": registry,
    [file]: `import { a } from "${from}";\n`,
  });
  expect(layering(broken)).toEqual([expect.stringContaining(complaint)]);
});

test("a dynamic import that points up is refused, a type of the options is not", () => {
  const up = tree({ "src/io/a.ts": 'const a = await import("../job/loop.ts");\n' });
  expect(layering(up)).toEqual(["src/io/a.ts:1: io/ is not above job/"]);
  const type = tree({ "src/io/a.ts": 'import type { JobSpec } from "../options/options.ts";\n' });
  expect(layering(type)).toEqual([]);
});

test("no module needs itself", () => {
  expect(cycles(typescript)).toEqual([]);
});

test("a ring of modules is found, once", () => {
  const ring = tree({
    "src/a.ts": 'import "./b.ts";\n',
    "src/b.ts": 'export { c } from "./c.ts";\n',
    "src/c.ts": 'const a = await import("./a.ts");\nimport "./b.ts";\n',
  });
  expect(cycles(ring)).toEqual([
    "src/a.ts → src/b.ts → src/c.ts → src/a.ts",
    "src/b.ts → src/c.ts → src/b.ts",
  ]);
  expect(
    cycles(tree({ "a.ts": 'import type { B } from "./b.ts";', "b.ts": 'import "./a.ts";' })),
  ).toEqual([]);
});

test("ptr( is in ffi/memory.ts alone", () => {
  expect(strayPointers(typescript)).toEqual([]);
});

test("a call of ptr is found, the word in a comment or a name is not", () => {
  const at = "const at = ptr(array);";
  const fine = '// ptr(x)\nconst s = "ptr(x)"; scriptr(1); this.ptr (2); const t = { ptr: 1 };';
  expect(strayPointers(tree({ "src/io/a.ts": at, "ffi/memory.ts": at, "ffi/b.ts": fine }))).toEqual(
    ["src/io/a.ts: ptr( is for ffi/memory.ts alone"],
  );
});

test("files keep to their limit", () => {
  expect(tooLong(programs)).toEqual([]);
});

test("functions keep to their limit", () => {
  expect(longFunctions(programs)).toEqual([]);
});

test("lines keep to their limit", () => {
  expect(tooWide(new Map([...programs, [".ci/run", script]]))).toEqual([]);
});

test("a file, a line and a function over the limit are found", () => {
  expect(tooLong(tree({ "a.ts": lines(300) }))).toEqual([]);
  expect(tooLong(tree({ "a.ts": lines(301) }))).toEqual(["a.ts: 301 lines, over 300"]);
  expect(tooWide(tree({ "a.ts": `${"ä".repeat(100)}\n` }))).toEqual([]);
  expect(tooWide(tree({ "a.ts": `\n${"ä".repeat(101)}\n` }))).toEqual([
    "a.ts:2: 101 columns, over 100",
  ]);
  expect(longFunctions(tree({ "a.ts": `function f() {\n${lines(68)}}\n` }))).toEqual([]);
  expect(longFunctions(tree({ "a.ts": `function f() {\n${lines(69)}}\n` }))).toEqual([
    "a.ts:1: a function of 71 lines, over 70",
  ]);
});

test.each([
  "function f() {",
  "async function* f<T extends { a: 1 }>(a: T): AsyncGenerator<{ b: T }> {",
  "class A { get b(): number {",
  "class A { constructor(private readonly a = { b: 1 }) {",
  "class A { #c(): a is B {",
  "const f = (a, b) => {",
  "const f = async (a): Promise<() => void> => {",
  "const f = a => {",
  "test('x', () => {",
])("a function is seen in: %s", (head) => {
  expect(functionsOf(`${head}\nx;\n}\n`)).toContainEqual({ line: 1, lines: 3 });
});

test.each([
  "if (a) {",
  "for await (const a of b) {",
  "} catch (e) {",
  "switch (a(b)) {",
  "class A extends B(C) .D {",
  "const a = {",
  "f({",
  "interface A {",
  "else {",
  "const a: { b: 1 } = {",
  "case f(x): {",
  "function f(a: A): B {}\nexport class C {",
  "f(): { a: 1 } {}\nclass C {",
])("no function is seen in: %s", (head) => {
  const last = functionsOf(`${head}\nx;\n}\n`).filter(({ lines }) => lines > 2);
  expect(last).toEqual([]);
});

test("imports are read past strings, templates, comments and regular expressions", () => {
  const text = [
    "// import { a } from './comment.ts'",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is what is read
    'const s = `import "./template.ts" ${f({ a: "}" })} import("./more.ts")`;',
    'const r = /["`/]/.test(s) ? 1 / 2 : "import x from \'./string.ts\'";',
    'import a, { type B } from "./one.ts";',
    'import type { C } from "./two.ts";',
    "export {",
    "  d,",
    '} from "./three.ts";',
    'import "./four.ts";',
    'const e = await import("./five.ts");',
    'import type from "./six.ts";',
  ].join("\n");
  expect(importsOf(text).map(({ from, line, typeOnly }) => [from, line, typeOnly])).toEqual([
    ["./one.ts", 4, false],
    ["./two.ts", 5, true],
    ["./three.ts", 6, false],
    ["./four.ts", 9, false],
    ["./five.ts", 10, false],
    ["./six.ts", 11, false],
  ]);
});

test("every file of the program and its build begins by saying what it is for", () => {
  expect(noEssay(new Map([...typescript].filter(([path]) => !path.startsWith("test/"))))).toEqual(
    [],
  );
});

test("a file without that is found", () => {
  const essay = "/** What this file is for and what it must not know. */\n";
  expect(noEssay(tree({ "a.ts": "import x;", "b.ts": "/** Short. */", "c.ts": essay }))).toEqual([
    "a.ts: begins with no comment that says what it is for",
    "b.ts: begins with no comment that says what it is for",
  ]);
});

test("no word of unfinished work, no path of somebody's machine", () => {
  expect(forbiddenWords(programs)).toEqual([]);
});

test("such words are found", () => {
  const words = `a TO${"DO"} b\n"/wo${"rk"}/x"\nfixtures/wo${"rk"}/y\n`;
  expect(forbiddenWords(tree({ "a.ts": words })).map((line) => line.slice(0, 7))).toEqual([
    "a.ts:1:",
    "a.ts:2:",
  ]);
});

test("the top level holds what it may and no more", () => {
  const shown = readdirSync(ROOT).filter((name) => !name.startsWith(".") && !ALSO.includes(name));
  expect(shown.sort()).toEqual(TOP);
  const ignored = readFileSync(join(ROOT, ".gitignore"), "utf8").split("\n");
  expect(ignored).toEqual(expect.arrayContaining(["dist/", "node_modules/"]));
});
