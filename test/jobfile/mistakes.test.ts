import { describe, expect, test } from "bun:test";
import { showProblem } from "../../src/base/problem.ts";
import { readJobs } from "../../src/jobfile/read.ts";
import { mistakes, sources } from "./helpers.ts";

describe("mistakes", () => {
  test("of all files and flags are shown at once, in order, each once", async () => {
    const first =
      "[global]\nbufered = true\nrw = 'reed'\n[job.a]\niodepth = '4'\n" +
      "[job.b]\nbs = '4KB'\nsteadystate = 'bw:1%'\n";
    const second = "[job.c]\ntime_based = true\n[job.d]\nsize = 0\nnum_range = 1\n";
    expect(await mistakes([first, second], [["loops", "x"]])).toEqual([
      "j0.toml:2:1: bufered: there is no such option; did you mean buffered?",
      expect.stringMatching(/^j0\.toml:3:6: rw: "reed" is none of .* did you mean read\?$/),
      'j0.toml:5:11: iodepth: "4" is text; write 4, without quotes',
      'j0.toml:7:6: bs: "4KB" can mean two things; write 4k (4096 bytes) or 4kB (4000 bytes)',
      "j0.toml:8:1: steadystate: is not implemented yet",
      expect.stringMatching(/^j1\.toml:2:14: time_based: there is no runtime/),
      "j1.toml:4:8: size: 0 is too small; write at least 1",
      "j1.toml:5:1: num_range: needs NVMe or SCSI passthrough and is not part of fathom",
      '--loops: "x" is not a whole number; write one of 1 or more',
    ]);
  });

  test("have a frame with a caret under the value", async () => {
    const { problems } = await readJobs(sources("[job.a]\niodepth = 0 # none\n"), []);
    expect(showProblem(problems[0]!)).toBe(
      [
        "j.toml:2:11: iodepth: 0 is too small; write a whole number from 1 to 65536",
        "2 | iodepth = 0 # none",
        "              ^",
      ].join("\n"),
    );
  });

  test("that follow from another mistake are not told", async () => {
    expect(await mistakes("[job.a]\ntime_based = true\nruntime = '10sec'\n")).toHaveLength(1);
    expect(await mistakes("[job.a]\nsize = 512\nbs = '4KB'\n")).toHaveLength(1);
    const refused = "[job.a]\nioengine = 'pvsync2'\nhipri = true\ndirect = 'x'\n";
    expect(await mistakes(refused)).toHaveLength(1);
  });

  test("of a rule stand at what was written, or at the job", async () => {
    expect(await mistakes("[job.a]\nsize = 512\n")).toEqual([
      expect.stringMatching(/^j\.toml:2:8: size: a block of 4k/),
    ]);
    expect(await mistakes("[global]\ntime_based = true\n[job.a]\n[job.b]\n")).toEqual([
      expect.stringMatching(/^j\.toml:2:14: time_based: /),
    ]);
    expect(await mistakes("[job.a]\nrw = 'write'\n", [["readonly", undefined]])).toEqual([
      expect.stringMatching(/^j\.toml:2:6: rw: rw = write writes/),
    ]);
  });

  test("count the depth a synchronous engine has, not the one it was given", async () => {
    const text = "[job.a]\niodepth = 20000\nbs = '1m'\nioengine = ";
    expect(await mistakes(`${text}'psync'`)).toEqual([]);
    expect(await mistakes(`${text}'io_uring'`)).toEqual([
      expect.stringMatching(/^j\.toml:2:11: iodepth: 20000 units of 1m need 19\.5 GiB of buffers/),
    ]);
  });

  test("an option that stands twice under two names is one", async () => {
    expect(await mistakes("[job.a]\nbs = '4k'\nblocksize = '8k'\n")).toEqual([
      "j.toml:3:1: blocksize: is written twice, also as bs; leave one of them out",
    ]);
  });

  test("leave a job out, and the others in", async () => {
    const { jobs: found } = await readJobs(
      sources("[job.a]\nrw = 1\n[job.b]\n[job.c]\nx = 1\n"),
      [],
    );
    expect(found.map(({ spec }) => spec.name)).toEqual(["b"]);
  });
});

describe("the shape of a file", () => {
  test.each([
    [
      "rw = 'read'\n[job.a]",
      'j.toml:1:1: rw = "read" is outside of any table; an option stands in',
    ],
    [
      "[reader]\nrw = 'read'",
      "j.toml:1:2: [reader] is neither [global] nor a job; write [job.reader]",
    ],
    ["['a b']\nrw = 'read'", 'j.toml:1:2: [a b] is neither [global] nor a job; write [job."a b"]'],
    ["[jobs.a]", "j.toml:1:2: [jobs] is neither [global] nor a job; did you mean job?"],
    ["[[job]]\nrw = 'read'", "j.toml:1:3: a job is a table with a name; write [job.NAME]"],
    ["job = 3", "j.toml:1:1: a job is a table with a name; write [job.NAME]"],
    ["[job]\nrw = 'read'", "j.toml:2:1: rw is an option, and a job is a table with a name"],
    ["[job]\na = 3", 'j.toml:2:1: "a" is not a table, and a job is a table with a name'],
    ["[[job.a]]\nrw = 'read'", 'j.toml:1:7: "a" is not a table'],
    ["global = 1\n[job.a]", "j.toml:1:1: global is a table; write [global]"],
    ["[global]\nname = 'x'\n[job.a]", "j.toml:2:1: a job has the name of its own table"],
    ["[global]\nrw = 'read'", "j.toml: there is no job in it; write [job.NAME]"],
    ["", "j.toml: there is no job in it; write [job.NAME]"],
    [
      "[__proto__]\nx = 1",
      "j.toml:1:2: [__proto__] is neither [global] nor a job; write [job.__proto__]",
    ],
    ["destroy = 3\n[job.a]", "j.toml:1:11: destroy: 3 is not text"],
    ['[job."a\\nb"]', "j.toml:1:6: name: a job's name is one line without control characters"],
    ['[job.""]', "j.toml:1:6: name: a job's name cannot be empty"],
  ])("%p", async (text, mistake) => {
    const [first, ...more] = await mistakes(text);
    expect(first).toStartWith(mistake);
    expect(more).toEqual([]);
  });

  test("of fio is not read as TOML", async () => {
    const { problems } = await readJobs([{ name: "old.FIO", text: "[a]\nrw=reed\n" }], []);
    expect(problems.map(showProblem)).toEqual([
      expect.stringContaining('old.FIO:2:4: rw: "reed" is none of read, write'),
    ]);
  });
});

describe("hostile files", () => {
  test("keys that every object has are no options", async () => {
    const text =
      "[job.a]\n__proto__ = 1\nconstructor = 2\ntoString = 3\nbs = { __proto__ = 1 }\n" +
      "[global]\nhasOwnProperty = 1\n";
    expect(await mistakes(text)).toEqual([
      "j.toml:2:1: __proto__: there is no such option",
      "j.toml:3:1: constructor: there is no such option",
      "j.toml:4:1: toString: there is no such option",
      'j.toml:5:6: bs: "__proto__" is none of read, write and trim',
      "j.toml:7:1: hasOwnProperty: there is no such option",
    ]);
    expect(Object.prototype).not.toHaveProperty("rw");
  });

  test("values, keys and names of a million characters make short messages", async () => {
    const long = "x".repeat(1e6);
    const options = [
      "filename",
      "bs",
      "rw",
      "name",
      "buffer_pattern",
      "ioengine",
      "runtime",
      "size",
      "iodepth",
      "direct",
      "filename_format",
      "percentile_list",
    ];
    const values = options.map((name) => `${name} = "${long}$${long}"`).join("\n");
    const text = `[job.a]\n${values}\n${long} = 1\n[job."${long}"]\n["${long}"]\n`;
    const { problems } = await readJobs(sources(text), []);
    expect(problems.length).toBe(options.length + 3);
    for (const problem of problems) expect(showProblem(problem).length).toBeLessThan(600);
  });

  test("control characters do not reach the terminal", async () => {
    const { problems } = await readJobs([{ name: "a\u001b[2J", text: "\u001b[31mred = 1\n" }], []);
    const shown = problems.map(showProblem).join("\n");
    expect(shown).not.toContain("\u001b");
    expect(shown).toContain("illegal character in key");
  });

  test("deep nesting is an error of the file", async () => {
    expect(await mistakes(`[job.a]\nbs = ${"[".repeat(5000)}`)).toEqual([
      expect.stringContaining("excessively nested"),
    ]);
  });
});
