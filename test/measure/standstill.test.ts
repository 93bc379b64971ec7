import { expect, test } from "bun:test";
import { closeSync, openSync } from "node:fs";
import { describe as placeOf, standstill } from "../../src/measure/standstill.ts";

test("a call on a file is told with the file, the offset and the length", () => {
  const fd = openSync("/etc/passwd", "r");
  const line = `17 0x${fd.toString(16)} 0x7f0000000000 0x1000 0x200000 0x0 0x0 0x7ffd 0x7f01\n`;
  expect(placeOf(line, "x64")).toEqual({
    call: "pread",
    subject: "/etc/passwd",
    offset: 0x200000,
    length: 4096,
    text: "pread /etc/passwd at offset 2097152, 4096 bytes",
  });
  expect(placeOf(line.replace(/^17/, "67"), "arm64")).toMatchObject({ call: "pread" });
  closeSync(fd);
});

test("a call without a file is named alone, and one that is not known is not", () => {
  expect(placeOf("426 0x5 0x0 0x1 0x1 0x0 0x0 0x7ffd 0x7f01", "x64")).toEqual({
    call: "io_uring_enter",
    subject: "",
    text: "io_uring_enter",
  });
  expect(placeOf("9999 0x5", "x64")).toBeUndefined();
});

test("a thread that is not there is somewhere in the kernel", () => {
  expect(standstill(2 ** 30)).toEqual({ call: "", subject: "", text: "the kernel" });
});
