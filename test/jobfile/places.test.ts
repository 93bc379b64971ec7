import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parse } from "smol-toml";
import { Places } from "../../src/jobfile/places.ts";
import { type Node, scan } from "../../src/jobfile/scan.ts";

/** The text that the key or value at the path begins with, by its place. */
function textAt(places: Places, text: string, path: string[], of: "key" | "value"): string {
  const { line, column, text: shown } = places[of](path);
  const whole = text.split(/\r?\n/)[line! - 1]!;
  expect(shown).toBe(whole);
  return whole.slice(column! - 1);
}

describe("the place of a key or value", () => {
  const text = [
    "# [job.no] # rw = 'x'",
    'destroy = ["/dev/a", "/dev/b"] # not # this',
    "",
    "[global] # rw = 1",
    '  "q=u[o]#ted" = "a # b = \\" [c]"',
    "job.x.y = 1979-05-27 07:32:00 # a date",
    "[ job . 'a.b' ]",
    'text = """',
    "[job.fake]",
    'rw = "no" \\""" still',
    '"""""',
    "lines = '''",
    "k = 1 ''' # gone",
    "bs = { read = '4k', write = {deep = 1},",
    "  'trim' = 8 }",
    "list = [ # [job.fake]",
    "  1, [2, 3], { in = 4 },",
    "]",
    "last = -1_000",
  ].join("\n");
  const valid = text.replace(",\n  'trim'", ", 'trim'");
  const places = new Places("f", valid);

  test.each([
    [["destroy"], "destroy =", "["],
    [["destroy", "1"], '"/dev/b"', '"/dev/b"'],
    [["global"], "global] #", "global]"],
    [["global", "q=u[o]#ted"], '"q=u', '"a # b'],
    [["global", "job", "x", "y"], "y = 1979", "1979-05-27 07:32:00 #"],
    [["job", "a.b"], "'a.b' ]", "'a.b'"],
    [["job", "a.b", "text"], 'text = """', '"""'],
    [["job", "a.b", "lines"], "lines =", "'''"],
    [["job", "a.b", "bs", "read"], "read =", "'4k'"],
    [["job", "a.b", "bs", "write", "deep"], "deep =", "1}"],
    [["job", "a.b", "bs", "trim"], "'trim'", "8 }"],
    [["job", "a.b", "list", "1", "1"], "3]", "3]"],
    [["job", "a.b", "list", "2", "in"], "in = 4", "4 }"],
    [["job", "a.b", "last"], "last", "-1_000"],
  ])("%p", (path, key, value) => {
    expect(textAt(places, valid, path, "key")).toStartWith(key);
    expect(textAt(places, valid, path, "value")).toStartWith(value);
  });

  test("is not given to what stands in comments and strings", () => {
    expect(places.names(["job"])).toEqual(["a.b"]);
    expect(places.names([])).toEqual(["destroy", "global", "job"]);
  });
});

test("names come in the order of the text, also those that look like numbers", () => {
  const places = new Places("f", "[job.9]\n[job.b]\n[job.10]\n[job.2]\nx = 1\n[job.b.c]\n");
  expect(places.names(["job"])).toEqual(["9", "b", "10", "2"]);
});

test("a job named 0 is no element of an array", () => {
  const places = new Places("f", "[job.0]\nrw = 'x'\n[job.0.bs]\nread = 1\n");
  expect(places.names(["job"])).toEqual(["0"]);
  expect(places.value(["job", "0", "bs", "read"])).toMatchObject({ line: 4, column: 8 });
});

test("tables of an array are told apart, and a table below one belongs to the last", () => {
  const places = new Places("f", "[[a]]\nx = 1\n[[a]]\nx = 2\n[a.b]\ny = 3\n");
  expect(places.value(["a", "0", "x"])).toMatchObject({ line: 2, column: 5 });
  expect(places.value(["a", "1", "x"])).toMatchObject({ line: 4 });
  expect(places.value(["a", "1", "b", "y"])).toMatchObject({ line: 6 });
});

test("a byte order mark, CRLF and a missing last line end do not move anything", () => {
  const places = new Places("f", "\ufeffa = 1\r\nb = 2");
  expect(places.value(["a"])).toEqual({ source: "f", line: 1, column: 6, text: "\ufeffa = 1" });
  expect(places.value(["b"])).toEqual({ source: "f", line: 2, column: 5, text: "b = 2" });
});

test("what is not there is at the start", () => {
  expect(new Places("f", "a = 1").key(["x", "y"])).toMatchObject({ line: 1, column: 1 });
});

// Documents made piece by piece, with the offset of every key and value noted as it is written.

interface Noted {
  readonly path: readonly string[];
  readonly keyAt: number;
  readonly valueAt: number;
}

type Written = { readonly text: string; readonly notes: readonly Noted[] };

const bare = fc.string({ unit: fc.constantFrom(..."abz09_-"), minLength: 1, maxLength: 4 });
const name = fc.oneof(
  { weight: 3, arbitrary: bare },
  { weight: 1, arbitrary: fc.constantFrom("__proto__", "constructor", "0", "1") },
  { weight: 1, arbitrary: fc.string({ unit: fc.constantFrom(..."a .#=[]{},'é\t"), maxLength: 4 }) },
  { weight: 1, arbitrary: fc.constantFrom('"', "\\", "a\nb", "\u007f") },
);

function spellKey(key: string): string {
  if (/^[\w-]+$/.test(key)) return key;
  return key.includes("'") || /[^ -~\té]/.test(key)
    ? JSON.stringify(key).replaceAll("\u007f", "\\u007f")
    : `'${key}'`;
}

const scalar = fc.oneof(
  fc.integer({ min: -999, max: 999 }).map(String),
  fc.constantFrom("true", "1979-05-27", "1979-05-27 07:32:00Z", "1.5e3", "inf", "0x1f", "''", '""'),
  fc.constantFrom(
    '"[job.x] # = \\" \\\\"',
    "'it\\\" # ]'",
    '"""\nx = 1\n[no]\n\\""" ""\n"""',
    '""""a"""""',
    "'''\n'y' = [2] # '' '''",
  ),
);

const gap = fc.constantFrom("", " ", "\t ");
const rest = fc.constantFrom("", "  ", " # [fake] k = 'v'", "#=");

/** A value as text, with the notes of what is inside, relative to its start. */
const value: fc.Memo<Written> = fc.memo((depth) => {
  const leaf = scalar.map((text): Written => ({ text, notes: [] }));
  return depth <= 1 ? leaf : fc.oneof({ weight: 3, arbitrary: leaf }, array(depth), inline(depth));
});

const array = fc.memo((depth) =>
  fc
    .tuple(fc.array(value(depth - 1), { maxLength: 3 }), fc.constantFrom("", " ", "\n", " # ]\n "))
    .map(([items, between]): Written => {
      let text = "[";
      const notes = items.flatMap((item, i) => {
        text += between;
        const at = text.length;
        text += `${item.text}${between},`;
        return [{ path: [String(i)], keyAt: at, valueAt: at }, ...below([String(i)], at, item)];
      });
      return { text: `${text}${between}]`, notes };
    }),
);

const inline = fc.memo((depth) =>
  fc
    .uniqueArray(fc.tuple(name, value(depth - 1)), { maxLength: 3, selector: ([key]) => key })
    .map((pairs): Written => {
      let text = "{";
      const notes = pairs.flatMap(([key, item], i) => {
        text += i === 0 ? " " : ", ";
        const keyAt = text.length;
        text += `${spellKey(key)} = `;
        const at = text.length;
        text += item.text;
        return [{ path: [key], keyAt, valueAt: at }, ...below([key], at, item)];
      });
      return { text: `${text} }`, notes };
    }),
);

function below(path: readonly string[], at: number, { notes }: Written): Noted[] {
  return notes.map((note) => ({
    path: [...path, ...note.path],
    keyAt: at + note.keyAt,
    valueAt: at + note.valueAt,
  }));
}

const table = fc.tuple(
  fc.uniqueArray(name, { minLength: 1, maxLength: 3 }),
  fc.uniqueArray(fc.tuple(name, value(3), gap, rest), { maxLength: 4, selector: ([key]) => key }),
);

/** Tables `[t0.…]`, `[t1.…]` with pairs, some of their keys dotted. */
const documents = fc
  .tuple(fc.array(table, { maxLength: 4 }), fc.constantFrom("\n", "\r\n"), fc.boolean())
  .map(([tables, end, dotted]): Written => {
    let text = "";
    const notes: Noted[] = [];
    tables.forEach(([names, pairs], i) => {
      const header = [`t${i}`, ...names];
      text += `# [no]${end} [ ${header.map(spellKey).join(" . ")} ] # x${end}`;
      for (const [key, item, space, tail] of pairs) {
        const path = dotted ? [...header, `d${key.length}${pairs.length}`, key] : [...header, key];
        text += space + (dotted ? `${spellKey(path.at(-2)!)}.` : "");
        const keyAt = text.length;
        text += `${spellKey(key)}${space}=${space}`;
        notes.push({ path, keyAt, valueAt: text.length }, ...below(path, text.length, item));
        text += `${item.text}${tail}${end}`;
      }
    });
    return { text, notes };
  });

function find(root: Node, path: readonly string[]): Node | undefined {
  return path.reduce<Node | undefined>((node, key) => node?.children.get(key), root);
}

/** Every path of the parsed document. */
function paths(value: unknown, path: readonly string[] = []): string[] {
  if (typeof value !== "object" || value === null || value instanceof Date) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    JSON.stringify([...path, key]),
    ...paths(inner, [...path, key]),
  ]);
}

function scanned(node: Node, path: readonly string[] = []): string[] {
  return [...node.children].flatMap(([key, inner]) => [
    JSON.stringify([...path, key]),
    ...scanned(inner, [...path, key]),
  ]);
}

describe("in random documents", () => {
  test("every key and value is found where it was written", () => {
    fc.assert(
      fc.property(documents, ({ text, notes }) => {
        const root = scan(text);
        for (const { path, keyAt, valueAt } of notes) {
          expect(find(root, path)).toMatchObject({ keyAt, valueAt });
        }
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  test("the scan finds the paths that the parser finds", () => {
    fc.assert(
      fc.property(documents, ({ text }) => {
        expect(scanned(scan(text)).sort()).toEqual(paths(parse(text)).sort());
      }),
      { seed: 2, numRuns: 400 },
    );
  });

  test("any text at all is scanned to its end without a throw", () => {
    const junk = fc.string({ unit: fc.constantFrom(..."a=.[]{}\"'\\#,\n 1"), maxLength: 60 });
    fc.assert(
      fc.property(junk, (text) => {
        const places = new Places("f", text);
        for (const key of places.names([])) expect(places.key([key]).line).toBeGreaterThan(0);
      }),
      { seed: 3, numRuns: 2000 },
    );
  });
});
