import { expect, test } from "bun:test";
import { EAGAIN, EINVAL, EIO, EOPNOTSUPP } from "../../ffi/errno.ts";
import type { EngineDefinition } from "../../src/engine/engine.ts";
import { ENGINE_NAMES, findEngine } from "../../src/engine/registry.ts";
import type { JobSpec } from "../../src/options/options.ts";

const definitions = new Map<string, EngineDefinition>();
for (const name of ENGINE_NAMES) definitions.set(name, (await findEngine(name))!);

const ASYNCHRONOUS = ["null", "io_uring", "libaio"];

test("the registry finds every engine under its own name, and nothing else", async () => {
  for (const [name, definition] of definitions) expect(definition.name).toBe(name);
  for (const name of ["", "posixaio", "constructor", "__proto__", "toString"]) {
    expect(await findEngine(name)).toBeUndefined();
  }
});

test("the synchronous ones are synchronous at any depth", () => {
  for (const [name, { synchronous }] of definitions) {
    expect([name, synchronous({ iodepth: 32 })]).toEqual([name, !ASYNCHRONOUS.includes(name)]);
  }
});

test("every option can be written as it is printed, from a file and as a flag", () => {
  for (const { options } of definitions.values()) {
    for (const { fallback, format, parse, bare, summary } of Object.values(options)) {
      expect(summary).toMatch(/^\S.*[^.]$/);
      const values = bare === undefined ? [fallback] : [fallback, bare];
      for (const value of values.filter((known) => known !== undefined)) {
        expect(parse(format(value), true)).toEqual(value);
      }
    }
  }
});

test("nonvectored takes fio's numbers, booleans and words", () => {
  const { parse } = definitions.get("io_uring")!.options["nonvectored"]!;
  expect([parse(true, false), parse("0", true), parse(1, false), parse("-1", true)]).toEqual([
    "yes",
    "no",
    "yes",
    "auto",
  ]);
});

function withOptions(name: string, options: object, spec: object): string | undefined {
  const definition = definitions.get(name)!;
  const entries = Object.entries(definition.options);
  const defaults = Object.fromEntries(entries.map(([key, { fallback }]) => [key, fallback]));
  const job = { iodepth: 1, direct: true, ...spec } as JobSpec;
  return definition.refuse?.(job, { ...defaults, ...options });
}

test("options that cannot work together are refused with what to write", () => {
  for (const name of ["io_uring", "pvsync2"]) {
    expect(withOptions(name, {}, {})).toBeUndefined();
    expect(withOptions(name, { hipri: true }, {})).toBeUndefined();
    expect(withOptions(name, { hipri: true }, { direct: false })).toContain("add direct = true");
    expect(withOptions(name, { uncached: true }, { direct: false })).toBeUndefined();
    expect(withOptions(name, { uncached: true }, {})).toContain("page cache");
  }
  expect(withOptions("io_uring", {}, { iodepth: 32767 })).toBeUndefined();
  expect(withOptions("io_uring", {}, { iodepth: 32768 })).toContain("lower iodepth");
  expect(withOptions("io_uring", { sqthread_poll_cpu: 0 }, {})).toContain("sqthread_poll = true");
  expect(withOptions("io_uring", { fixedbufs: true, nonvectored: "no" }, {})).toContain(
    "leave out",
  );
});

test("an errno that an option explains is explained, another is not", () => {
  const ring = definitions.get("io_uring")!;
  const off = { hipri: false, nowait: false, uncached: false };
  expect(ring.hint!(EOPNOTSUPP, off)).toBe("");
  expect(ring.hint!(EOPNOTSUPP, { ...off, hipri: true })).toContain("polling queues");
  expect(ring.hint!(EINVAL, { ...off, uncached: true })).toContain("Linux 6.14");
  expect(ring.hint!(EAGAIN, { ...off, nowait: true })).toContain("nowait = true");
  expect(ring.hint!(EIO, { hipri: true, nowait: true, uncached: true })).toBe("");
  expect(definitions.get("libaio")!.hint!(EOPNOTSUPP, { nowait: true })).toContain("nowait");
});
