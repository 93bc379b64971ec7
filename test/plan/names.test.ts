import { describe, expect, test } from "bun:test";
import { cloneJobs } from "../../src/plan/clones.ts";
import { Complaints } from "../../src/plan/input.ts";
import { fileSafe, pathsOf } from "../../src/plan/names.ts";
import { inputOf, type Written } from "./support.ts";

function paths(written: Written) {
  const input = inputOf(written);
  const complaints = new Complaints([input]);
  const all = cloneJobs([input.spec]).map((clone) => pathsOf(clone, complaints));
  return { all, problems: complaints.problems };
}

describe("made file names", () => {
  test("count job, clone and file as fio does", () => {
    expect(paths({ name: "t", numjobs: 2, nrfiles: 2 }).all).toEqual([
      ["t.0.0", "t.0.1"],
      ["t.1.0", "t.1.1"],
    ]);
  });

  test("lie in the directory; several directories are spread over the clones", () => {
    expect(paths({ name: "t", directory: ["/a", "b/"], numjobs: 3 }).all).toEqual([
      ["/a/t.0.0"],
      ["b/t.1.0"],
      ["/a/t.2.0"],
    ]);
    expect(paths({ name: "t", directory: ["/"] }).all).toEqual([["/t.0.0"]]);
  });

  test("follow filename_format, where a directory may be part of it", () => {
    const format = { filename_format: "$jobname/$jobnum-$filenum.$jobname" };
    expect(paths({ name: "t", ...format }).all).toEqual([["t/0-0.t"]]);
    const one = paths({ name: "t", filename_format: "shared", numjobs: 2 });
    expect(one.all).toEqual([["shared"], ["shared"]]);
  });

  test("never leave the directory, whatever the job is called", () => {
    expect(fileSafe("../../etc/passwd")).toBe(".._.._etc_passwd");
    expect(fileSafe("a\nb\tc\u0000d")).toBe("a_b_c_d");
    expect(paths({ name: "a/b\nc", directory: ["/d"] }).all).toEqual([["/d/a_b_c.0.0"]]);
  });

  test("that repeat within a job are a problem", () => {
    const { problems } = paths({ nrfiles: 3, filename_format: "x" });
    expect(problems.map(({ option, message }) => `${option}: ${message}`)).toEqual([
      "filename_format: x comes twice among the files of one job; put $filenum into " +
        "filename_format",
    ]);
  });

  test("that are too long are a problem, shown short", () => {
    const { all, problems } = paths({ name: "x".repeat(1_000_000) });
    expect(all).toEqual([[]]);
    expect(problems[0]?.message).toContain("too long a name: 1000004 bytes where 255 may be");
    expect(problems[0]?.message.length).toBeLessThan(400);
  });
});

describe("file names that were written", () => {
  test("are shared by all clones, in the first directory only, and nrfiles has no say", () => {
    const written = { filename: ["f", "g"], directory: ["/a", "/b"], numjobs: 2, nrfiles: 7 };
    expect(paths(written).all).toEqual([
      ["/a/f", "/a/g"],
      ["/a/f", "/a/g"],
    ]);
  });

  test("keep a colon, which is fio's separator and part of a by-path name", () => {
    const name = "/dev/disk/by-path/pci-0000:00:1f.2";
    expect(paths({ filename: [name] }).all).toEqual([[name]]);
  });

  test.each([
    ["twice the same", { filename: ["f", "f"] }, "comes twice"],
    ["an empty one", { filename: [""] }, "empty file name"],
    ["fio's stdin", { filename: ["-"] }, "write ./-"],
    ["a NUL", { filename: ["a\u0000b"] }, "holds a NUL"],
    ["an absolute one in a directory", { filename: ["/f"], directory: ["/d"] }, "drop one of"],
    ["an empty directory", { filename: ["f"], directory: [""] }, "empty directory"],
  ])("that are %s are a problem", (_, written, message) => {
    expect(paths(written).problems.map((problem) => problem.message)).toEqual([
      expect.stringContaining(message),
    ]);
  });
});
