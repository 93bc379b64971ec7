/** fio's traces as text: both versions, their mistakes, and that nothing makes the reader fall. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { TraceMistake } from "../../../src/io/trace/trace.ts";
import { type Entry, readText } from "./support.ts";

const seed = 4;
const V3 = "fio version 3 iolog\n0 /a add\n0 /a open\n";
const V2 = "fio version 2 iolog\n/a add\n/a open\n";

const actions = fc.constantFrom("read", "write", "trim", "sync", "datasync");
const name = fc.stringMatching(/^[!-~]{1,12}( [!-~]{1,8})?$/).filter((text) => !/\d$/.test(text));
const entries = fc.array(
  fc.record({
    gap: fc.nat(5000),
    action: actions,
    file: fc.nat(2),
    offset: fc.nat({ max: 2 ** 50 }),
    length: fc.integer({ min: 1, max: 2 ** 31 }),
  }),
  { maxLength: 60 },
);

function made(list: readonly { gap: number; action: string; file: number }[], names: string[]) {
  let time = 0;
  return (list as ((typeof list)[number] & { offset: number; length: number })[]).map((entry) => {
    time += entry.gap;
    const sync = entry.action.endsWith("sync");
    return {
      time,
      action: entry.action,
      file: names[entry.file % names.length]!,
      offset: sync ? 0 : entry.offset,
      length: sync ? 0 : entry.length,
    };
  });
}

function written(list: readonly Entry[], names: readonly string[]): string {
  const managed = (action: string) => names.map((file) => `0 ${file} ${action}\n`).join("");
  const lines = list.map((e) => `${e.time} ${e.file} ${e.action} ${e.offset} ${e.length}\n`);
  return `fio version 3 iolog\n${managed("add")}${managed("open")}${lines.join("")}`;
}

describe("version 3", () => {
  test("what was written is read, however the bytes arrive", () => {
    const names = fc.uniqueArray(name, { minLength: 1, maxLength: 3 });
    const property = fc.property(
      entries,
      names,
      fc.integer({ min: 1, max: 97 }),
      (raw, of, step) => {
        const list = made(raw, of);
        expect(readText(written(list, of), step)).toEqual(list);
      },
    );
    fc.assert(property, { seed, numRuns: 300 });
  });

  test("a time that steps back is that of the line before", () => {
    const text = `${V3}500 /a read 0 512\n400 /a read 512 512\n600 /a read 0 512`;
    expect(readText(text).map(({ time }) => time)).toEqual([500, 500, 600]);
  });

  test("a run that was appended goes on from the last time of the one before", () => {
    const text = `${V3}500 /a read 0 512\n700 /a close\n${V3}10 /a write 0 512\n`;
    expect(readText(text).map(({ time, action }) => [time, action])).toEqual([
      [500, "read"],
      [710, "write"],
    ]);
  });

  test("files that no unit works on are not among the names", () => {
    expect(readText(`${V3}0 /b add\n0 /b open\n1 /b read 0 1\n`)).toEqual([
      { time: 1, action: "read", file: "/b", offset: 0, length: 1 },
    ]);
  });

  test("blanks of any kind and line ends of DOS are read past", () => {
    expect(readText(`${V3.replaceAll("\n", "\r\n")}\n  7\t/a   read 1   2  \r\n\r\n`)).toEqual([
      { time: 7, action: "read", file: "/a", offset: 1, length: 2 },
    ]);
  });
});

describe("version 2", () => {
  test("waits move the time on", () => {
    const text = `${V2}/a read 0 512\n/a wait 1500 0\n/a write 1 2\n/a wait 50\n/a sync 0 0\n`;
    expect(readText(text).map(({ time, action }) => [time, action])).toEqual([
      [0, "read"],
      [1500, "write"],
      [1550, "sync"],
    ]);
  });
});

describe("mistakes have file and line", () => {
  test.each([
    ["", "t.log:1: the trace is empty"],
    ["hello\n", 't.log:1: a trace begins with the line "fio version 3 iolog"'],
    ["fio version 1 iolog\n", "t.log:1: version 1 of fio's traces; 2 and 3 can be read"],
    [`${V3}fio version 2 iolog\n`, "t.log:4: a trace of version 2 after one of version 3"],
    [`${V3}5 /a wait 100 0\n`, "t.log:4: version 3 has times and no waits"],
    [`${V3}5 /a foo 1 2\n`, 't.log:4: "foo" is none of read, write'],
    [`${V3}5 /a remove\n`, 't.log:4: "remove" is none of read, write'],
    [`${V3}x /a read 1 2\n`, 't.log:4: "x" is no time in µs'],
    [`${V3}5 /a read 1\n`, "t.log:4: read needs an offset and a length"],
    [`${V3}5 /a read 1 0\n`, "t.log:4: read of 0 bytes"],
    [`${V3}5 /b read 1 2\n`, 't.log:4: "/b" was not added before'],
    [`${V3}5 /b add\n5 /b read 1 2\n`, 't.log:5: read of "/b", which is not open'],
    [`${V3}5 /a close\n5 /a close\n`, 't.log:5: close of "/a", which is not open'],
    [`${V3}5\n`, 't.log:4: "5" is no action'],
    [`${V3}5 /a read ${2 ** 53 - 1} 2\n`, "t.log:4: read beyond 8 PiB"],
    [`${V3}5 ${"x".repeat(300_000)} add\n`, "t.log:4: a line of more than 256 KiB"],
    [`${V3}5 ${"x ".repeat(80)} add\n`, "t.log:4: a line of more than 64 words"],
  ])("%#", (text, message) => {
    expect(() => readText(text)).toThrow(message);
  });
});

test("any bytes at all are entries or a mistake", () => {
  const words = fc.constantFrom("fio version 3 iolog", "\n", " ", "/a", "add", "open", "read", "9");
  const text = fc.array(fc.oneof(words, fc.string()), { maxLength: 30 });
  const property = fc.property(text, fc.constantFrom(V2, V3, ""), (parts, head) => {
    try {
      readText(head + parts.join(" "));
    } catch (error) {
      expect(error).toBeInstanceOf(TraceMistake);
    }
  });
  fc.assert(property, { seed, numRuns: 500 });
});
