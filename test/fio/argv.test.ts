import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { Mistake } from "../../src/base/problem.ts";
import { type JobNames, readFioArgv } from "../../src/fio/argv.ts";
import { FIO_FLAGS, type FioFlag, fioHelp } from "../../src/fio/flags.ts";

const NAMES: JobNames = {
  common: new Set(["name", "rw", "bs", "size", "direct", "runtime", "time_based", "ioengine"]),
  others: new Set(["hipri", "fixedbufs"]),
  bare: new Set(["time_based", "hipri", "fixedbufs"]),
  hint: (name) => (name === "bz" ? "; did you mean bs?" : ""),
};

const read = (...words: string[]) => readFioArgv(words, NAMES);
const jobs = (...words: string[]) =>
  read(...words).parts.map((part) => (part.kind === "job" ? part.options : part.name));

test("--readonly refuses a word that changes something, if it stands before it", () => {
  for (const rw of ["write", "randtrim:8", "rw", "readwrite", "randrw", "trimwrite"]) {
    expect(() => read("--readonly", "--name=a", `--rw=${rw}`)).toThrow("job <a> has write");
    expect(read("--name=a", `--rw=${rw}`, "--readonly").settings.readonly).toBe(true);
  }
  expect(read("--readonly", "--name=a", "--rw=randread").settings.readonly).toBe(true);
});

test("times of progress have fio's limits", () => {
  expect(read("--eta-interval=250ms").settings.etaInterval).toBe(250e6);
  expect(read("--eta-newline", "2").settings.etaNewline).toBe(2e9);
  expect(read("--eta=often").settings.eta).toBe("auto");
  for (const word of ["--eta-interval=249ms", "--eta-newline=0", "--eta-interval=abc"]) {
    expect(() => read(word)).toThrow(Mistake);
  }
});

test("each name begins a job, and what stands before the first is a part of its own", () => {
  expect(jobs("--bs=4k", "--name=a", "--rw=read", "--name=b", "--rw", "write")).toEqual([
    [["bs", "4k"]],
    [
      ["name", "a"],
      ["rw", "read"],
    ],
    [
      ["name", "b"],
      ["rw", "write"],
    ],
  ]);
});

test("one dash is as good as two, and a value stands behind = or as the next word", () => {
  const plain = jobs("--name=a", "--bs=4k", "--size=1m");
  expect(jobs("-name=a", "-bs", "4k", "-size=1m")).toEqual(plain);
  expect(jobs("--name", "a", "--bs", "4k", "-size", "1m")).toEqual(plain);
});

test("only an option that may stand alone leaves the next word alone", () => {
  expect(jobs("--name=a", "--time_based", "f.fio")).toEqual([
    [
      ["name", "a"],
      ["time_based", undefined],
    ],
    "f.fio",
  ]);
  expect(jobs("--name=a", "--direct", "1")).toEqual([
    [
      ["name", "a"],
      ["direct", "1"],
    ],
  ]);
  expect(jobs("--name=a", "--fixedbufs", "--hipri=0")).toEqual([
    [
      ["name", "a"],
      ["fixedbufs", undefined],
      ["hipri", "0"],
    ],
  ]);
});

test("files come after the jobs, wherever they stand, and - is one of them", () => {
  expect(jobs("a.fio", "--name=x", "-", "--rw=read", "--", "--odd")).toEqual([
    [
      ["name", "x"],
      ["rw", "read"],
    ],
    "a.fio",
    "-",
    "--odd",
  ]);
});

test("a beginning that one option has is that option", () => {
  expect(jobs("--name=a", "--runt=3", "--dir=1", "--fixed")).toEqual([
    [
      ["name", "a"],
      ["runtime", "3"],
      ["direct", "1"],
      ["fixedbufs", undefined],
    ],
  ]);
  expect(read("--read", "--name=a").settings.readonly).toBe(true);
  expect(() => read("--r=1")).toThrow(
    "--r is ambiguous; it could be --readonly, --remote-config, --rw, --runtime",
  );
});

test("an option that there is not is named, with the nearest", () => {
  expect(() => read("--bz=4k")).toThrow("unrecognized option '--bz'; did you mean bs?");
  expect(() => read("-=4k")).toThrow("unrecognized option '--'");
});

test.each(["\u2013", "\u2014", "\u2212"])(
  "a dash that is none (%s) gets its own answer",
  (dash) => {
    expect(() => read(`${dash}filename=/dev/sdx`)).toThrow("write --filename=/dev/sdx");
  },
);

test("a value that is missing or too much is told", () => {
  expect(() => read("--name")).toThrow("--name needs a value");
  expect(() => read("--readonly=1")).toThrow("--readonly takes no value");
});

test("of the jobs only those of the sections asked for are left, options included", () => {
  expect(jobs("--section=b", "--bs=4k", "--name=a", "--rw=read", "--name=b", "--rw=write")).toEqual(
    [
      [["bs", "4k"]],
      [
        ["name", "b"],
        ["rw", "write"],
      ],
    ],
  );
});

describe("what the run is to be", () => {
  test.each([
    ["--output-format=normal,json,terse", ["terse", "json", "normal"]],
    ["--output-format=json+,json", ["json+"]],
    ["--output-format=csv", ["terse"]],
    ["--minimal", ["terse"]],
    ["--append-terse", ["terse", "normal"]],
  ] as const)("%s prints in fio's order", (word, formats) => {
    expect(read(word).settings.formats).toEqual([...formats]);
  });

  test("the last of two formats counts, and a terse version must be one", () => {
    expect(read("--minimal", "--output-format", "json").settings.formats).toEqual(["json"]);
    expect(read("--terse-version=5").settings.terseVersion).toBe(5);
    expect(() => read("--terse-version=1")).toThrow('bad terse version "1"');
    expect(() => read("--output-format=xml")).toThrow('invalid output format "xml"');
  });

  test("version, help, cmdhelp and enghelp end the reading", () => {
    expect(read("--version", "--nonsense").action).toEqual({ kind: "version" });
    expect(read("--help").action).toEqual({ kind: "help" });
    expect(read("--cmdhelp=bs").action).toEqual({ kind: "cmdhelp", name: "bs" });
    expect(read("--enghelp", "x").action).toEqual({ kind: "enghelp", name: undefined });
  });

  test("every option is answered: taken, or refused with its reason", () => {
    const values: Readonly<Record<string, string>> = {
      "output-format": "json",
      "terse-version": "4",
      "idle-prof": "system",
    };
    for (const [name, { value, refused }] of Object.entries<FioFlag>(FIO_FLAGS)) {
      // It makes jobs: below.
      if (name === "profile") continue;
      const word = value === "needed" ? `--${name}=${values[name] ?? "1"}` : `--${name}`;
      if (refused === undefined) expect(read(word).parts).toEqual([]);
      else expect(() => read(word)).toThrow(`--${name}: ${refused}`);
    }
    expect(Object.keys(FIO_FLAGS).length).toBeGreaterThanOrEqual(36);
  });

  test("help lists what works and nothing that is refused", () => {
    expect(fioHelp()).toContain("--parse-only");
    expect(fioHelp()).not.toContain("--client");
  });
});

describe("a profile", () => {
  const NAMED: JobNames = {
    ...NAMES,
    others: new Set(["block", "threads", "dir", "device-names", "load", "prep"]),
    bare: new Set(["prep"]),
  };
  const parts = (...words: string[]) =>
    readFioArgv(words, NAMED).parts.map((part) =>
      part.kind === "job" ? new Map(part.options) : new Map([["file", part.name]]),
    );

  test("tiobench is four jobs in turn, of the size and with the threads that it was given", () => {
    const words = ["--profile=tiobench", "--size=64", "--threads=2", "--dir=/tmp", "--runtime=5"];
    const [shared, ...jobs] = parts(...words);
    expect(shared!.get("size")).toBe(String(64 * 2 ** 20));
    expect([shared!.get("numjobs"), shared!.get("directory")]).toEqual(["2", "/tmp"]);
    // What stands beside the profile is for all its jobs, and counts as it comes last.
    expect(shared!.get("runtime")).toBe("5");
    expect(jobs.map((job) => [job.get("name"), job.get("rw"), job.has("stonewall")])).toEqual([
      ["seqwrite", "write", false],
      ["randwrite", "randwrite", true],
      ["seqread", "read", true],
      ["randread", "randread", true],
    ]);
  });

  test("act reads and writes each device at the rates of its load", () => {
    const words = ["--profile=act", "--device-names=/dev/a,/dev/b", "--load=2"];
    const [shared, ...jobs] = parts(...words);
    expect(shared!.get("runtime")).toBe("24h");
    const rows = jobs.map((job) =>
      ["name", "rate_iops", "bs", "numjobs"].map((key) => job.get(key)),
    );
    expect(rows).toEqual([
      ["act-read-/dev/a", "500", "1536", "8"],
      ["act-write-/dev/a", "24", "131072", undefined],
      ["act-read-/dev/b", "500", "1536", "8"],
      ["act-write-/dev/b", "24", "131072", undefined],
    ]);
    const prepared = parts("--profile=act", "--device-names=/dev/a", "--prep");
    expect(prepared.slice(1).map((job) => job.get("rw"))).toEqual(["write", "randwrite"]);
  });

  test("that there is not, or that lacks what it needs, is refused", () => {
    expect(() => parts("--profile=nope")).toThrow("profile 'nope' not found");
    expect(() => parts("--profile=act")).toThrow("device-names");
    expect(() => parts("--profile=tiobench")).toThrow("--size=MIB");
    expect(() => parts("--profile=toString")).toThrow("not found");
  });
});

test("whatever the words are, they are read or refused in a sentence", () => {
  const piece = fc.constantFrom(
    ...["-", "--", "---", "=", "–", "4k", "a.fio", "", "--name", "--name=", "name=x", "--rw=rw"],
    ...["--output-format=", "--terse-version", "--section=a", "--cmdhelp", "\0", "é", "--=", "-="],
    ...Object.keys(FIO_FLAGS).map((name) => `--${name}`),
  );
  const words = fc.array(
    fc.oneof(
      piece,
      fc.tuple(piece, piece).map((two) => two.join("")),
    ),
    {
      maxLength: 8,
    },
  );
  let refused = 0;
  fc.assert(
    fc.property(words, (line) => {
      try {
        const { parts } = readFioArgv(line, NAMES);
        for (const part of parts) if (part.kind === "job") expect(part.options).not.toEqual([]);
      } catch (error) {
        expect(error).toBeInstanceOf(Mistake);
        refused++;
      }
    }),
    { seed: 1, numRuns: 20_000 },
  );
  expect(refused).toBeGreaterThan(1000);
});
