/** Values of single options that the tables add checks to. */
import { describe, expect, test } from "bun:test";
import type { Option, RawValue } from "../../src/base/option.ts";
import { ENGINE_NAMES } from "../../src/engine/registry.ts";
import { OPTIONS, type OptionName } from "../../src/options/options.ts";

function refusal(name: OptionName, raw: RawValue): string {
  try {
    (OPTIONS[name] as Option<unknown>).parse(raw, false);
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error(`${name} accepted ${String(raw)}`);
}

describe("a job's name", () => {
  test("may have slashes and spaces", () => {
    expect(OPTIONS.name.parse("a/b c", false)).toBe("a/b c");
  });
  test("is one line, not empty, and short enough for a file name", () => {
    expect(refusal("name", "a\nb")).toContain("one line without control characters");
    expect(refusal("name", "a\u001bb")).toContain("one line without control characters");
    expect(refusal("name", " ")).toContain("cannot be empty");
    expect(refusal("name", "x".repeat(1e6))).toContain("at most 200 characters");
  });
});

test("a path is not empty and not longer than a path can be", () => {
  expect(OPTIONS.filename.parse("x".repeat(4095), false)).toHaveLength(1);
  expect(refusal("filename", "x".repeat(4096))).toContain("too long for a path");
  expect(refusal("filename", "µ".repeat(2048))).toContain("too long for a path");
  expect(refusal("filename", ["a", ""])).toContain("cannot be empty");
  expect(refusal("directory", "")).toContain("cannot be empty");
  expect(refusal("destroy", "")).toContain("cannot be empty");
});

test("a file name's format has known tokens only", () => {
  expect(OPTIONS.filename_format.parse("f.$jobnum.$filenum", false)).toBe("f.$jobnum.$filenum");
  expect(refusal("filename_format", "$jobid.x")).toBe(
    '"$jobid" is none of $jobname, $jobnum, $filenum',
  );
  expect(refusal("filename_format", "$clientuid")).toContain("not implemented yet");
  expect(refusal("filename_format", "")).toContain("cannot be empty");
});

test("sizes that would be no work are refused", () => {
  for (const name of ["size", "filesize", "io_size", "bs"] as const) {
    expect(refusal(name, 0)).toContain("too small; write at least 1");
  }
  expect(refusal("number_ios", 0)).toContain("too small");
  expect(refusal("numjobs", 4097)).toContain("from 1 to 4096");
  expect(refusal("iodepth", 0)).toContain("from 1 to 65536");
});

test("rw is one of fio's words, and behind a colon a skip or a count", () => {
  expect(OPTIONS.rw.parse("readwrite", false)).toBe("rw");
  expect(OPTIONS.rw.parse("read:8k", false)).toBe("read:8192");
  expect(OPTIONS.rw.parse("readwrite:-8k", true)).toBe("rw:-8192");
  expect(OPTIONS.rw.format("trimwrite:-8192")).toBe("trimwrite:-8k");
  expect(OPTIONS.rw.parse("randrw:8", false)).toBe("randrw:8");
  expect(OPTIONS.rw.parse("randread:1", false)).toBe("randread");
  expect(OPTIONS.rw.parse("write:0", false)).toBe("write");
  expect(refusal("rw", "randread:8k")).toContain('"8k" is no count of units');
  expect(refusal("rw", "randread:0")).toContain("write 1 or more");
  expect(refusal("rw", "read:x")).toContain('"x" is not a size');
  expect(refusal("rw", "ranread")).toContain("did you mean randread?");
});

describe("the engine's name", () => {
  test("is one of the registry", () => {
    for (const name of ENGINE_NAMES) expect(OPTIONS.ioengine.parse(name, false)).toBe(name);
    expect(OPTIONS.ioengine.fallback).toBeUndefined();
  });
  test("of fio that is still to come, or never will, says so", () => {
    expect(refusal("ioengine", "mmap")).toContain('the engine "mmap" is not implemented yet');
    expect(refusal("ioengine", "external:/x.so")).toContain("is not implemented yet");
    expect(refusal("ioengine", "rbd")).toContain(
      "needs Ceph's libraries and is not part of fathom",
    );
    expect(refusal("ioengine", "windowsaio")).toContain("needs Windows");
  });
  test("that no engine has gets the nearest", () => {
    expect(refusal("ioengine", "psnyc")).toContain("did you mean psync?");
    expect(refusal("ioengine", "__proto__")).toContain("no engine is called");
    expect(refusal("ioengine", 3)).toContain("3 is not a name");
  });
});

test("percentiles are above 0 and up to 100", () => {
  expect(OPTIONS.percentile_list.parse([99, 50, 100], false)).toEqual([50, 99, 100]);
  expect(refusal("percentile_list", [0])).toContain("above 0 and up to 100");
});

test("sync_file_range is steps by name and a number of writes", () => {
  const { parse, format } = OPTIONS.sync_file_range;
  expect(parse("write:4", false)).toEqual({ flags: 2, every: 4 });
  expect(parse("wait_after,wait_before", true)).toEqual({ flags: 5, every: 1 });
  expect(format(parse("write,wait_before:9", true))).toBe("wait_before,write:9");
  expect(refusal("sync_file_range", "wait")).toContain("none of wait_before, write, wait_after");
  expect(refusal("sync_file_range", "write:0")).toContain("asks for no writes between");
  expect(refusal("sync_file_range", "write:x")).toContain("has no number of writes");
  expect(refusal("sync_file_range", 4)).toContain("is no text");
});

test("filesize is one size or a range of them", () => {
  const { parse, format } = OPTIONS.filesize;
  expect(parse("4k-1m", false)).toEqual({ least: 4096, most: 1 << 20 });
  expect(parse("4k - 4k", false)).toBe(4096);
  expect(parse(512, false)).toBe(512);
  expect(format({ least: 4096, most: 1 << 20 })).toBe("4k-1m");
  expect(refusal("filesize", "1m-4k")).toContain("ends before it begins");
  expect(refusal("filesize", "0-4k")).toContain("too small");
});

test("zonemode = zbd is refused with what it needs", () => {
  expect(refusal("zonemode", "zbd")).toContain("needs a zoned block device");
});
