/** Random job files in TOML: tables and keys that there are, with values right, wrong and odd. */
import fc from "fast-check";
import { OPTIONS } from "../../src/options/options.ts";

const NAMES = [
  ...Object.keys(OPTIONS),
  "hipri",
  "fixedbufs",
  "nosuch",
  "verify",
  "__proto__",
  "a.b",
];

const word = fc.oneof(
  fc.constantFrom(
    ...["4k", "1g", "50%", "30s", "1h30m", "read", "randrw", "null", "io_uring", "-1", "0x10"],
    ...["true", "", " ", "99999999999999999999", "4KiB", "10sec", "/nowhere/f", "é", "\\u0000"],
  ),
  fc.string({ maxLength: 10 }).map((text) => text.replace(/["\\\n\r]/g, "")),
);

const scalar = fc.oneof(
  word.map((text) => `"${text}"`),
  fc.constantFrom("true", "false", "0", "1", "-1", "1.5", "4096", "1e400", "nan", "inf", "'x'"),
  fc.constantFrom("2026-11-24", '"""two\nlines"""', "9007199254740993", "0xff", "bare", ""),
);

const value = fc.oneof(
  { weight: 6, arbitrary: scalar },
  fc.array(scalar, { maxLength: 3 }).map((items) => `[${items.join(", ")}]`),
  fc
    .array(fc.tuple(fc.constantFrom("read", "write", "trim", "x"), scalar), { maxLength: 3 })
    .map((pairs) => `{ ${pairs.map(([key, one]) => `${key} = ${one}`).join(", ")} }`),
);

const line = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(fc.constantFrom(...NAMES), value)
      .map(([name, text]) => `${name} = ${text}`),
  },
  fc.constantFrom("# a comment", "; none", "]", "=", "direct", "rw: read", 'ioengine = "null"'),
  fc.string({ unit: "binary", maxLength: 10 }),
);

const header = fc.constantFrom(
  ...["[job.a]", "[job.b]", "[job.c]", '[job."d e"]', "[global]", "[job]", "[[job.a]]", "[", ""],
);

/** What makes a job that can run, so that some of the files are taken. */
const head = fc.constantFrom('[global]\nioengine = "null"\nsize = "1g"\n[job.z]', "", "[job.z]");

export const TOML: fc.Arbitrary<string> = fc
  .tuple(head, fc.array(fc.tuple(header, fc.array(line, { maxLength: 3 })), { maxLength: 3 }))
  .map(([first, tables]) =>
    [first, ...tables.flatMap(([name, lines]) => [name, ...lines])].join("\n"),
  );
