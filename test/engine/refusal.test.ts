/** Engines that a machine does not have say so in one sentence with what to do instead. */
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SYS } from "../../ffi/constants.ts";
import { EAGAIN, EINVAL, EMFILE, ENOMEM, ENOSYS, EPERM } from "../../ffi/errno.ts";
import { whyNoAio } from "../../src/engine/libaio.ts";
import { whyNoRing } from "../../src/engine/uring_refusal.ts";

function withSwitch(text: string, body: (path: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), "fathom-switch-"));
  try {
    writeFileSync(join(folder, "io_uring_disabled"), text);
    body(join(folder, "io_uring_disabled"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("the administrator's switch is named with its value and how to turn it", () => {
  withSwitch("2\n", (path) => {
    const sentence = whyNoRing(EPERM, path)!;
    expect(sentence).toContain("kernel.io_uring_disabled = 2");
    expect(sentence).toContain("sysctl -w kernel.io_uring_disabled=0");
    expect(sentence).toContain('ioengine = "libaio"');
  });
  withSwitch("1\n", (path) => {
    expect(whyNoRing(EPERM, path)).toContain("kernel.io_uring_group");
  });
});

test("EPERM without the switch is a seccomp filter, also where there is no /proc/sys", () => {
  withSwitch("0\n", (path) => expect(whyNoRing(EPERM, path)).toContain("seccomp"));
  expect(whyNoRing(EPERM, "/nonexistent/io_uring_disabled")).toContain("seccomp");
});

test("other refusals say what they are about, and success says nothing", () => {
  expect(whyNoRing(0)).toBeUndefined();
  expect(whyNoRing(EINVAL)).toBeUndefined();
  expect(whyNoRing(ENOSYS)).toContain("Linux 5.4");
  expect(whyNoRing(ENOMEM)).toContain("ulimit -l");
  expect(whyNoRing(EMFILE)).toContain("ulimit -n");
});

test("libaio names the limit it ran into, with its value", () => {
  expect(whyNoAio(0)).toBeUndefined();
  expect(whyNoAio(ENOSYS)).toContain('ioengine = "io_uring"');
  expect(whyNoAio(EAGAIN)).toMatch(/fs\.aio-max-nr = (\d+|unknown).*sysctl -w fs\.aio-max-nr/);
});

/** What an engine says of itself in a process whose filter answers `call` with `errno`. */
function filtered(engine: string, call: number, errno: number): string {
  const child = join(import.meta.dir, "filteredchild.ts");
  const ran = Bun.spawnSync([process.execPath, child, engine, String(call), String(errno)]);
  if (ran.exitCode !== 0) throw new Error(ran.stderr.toString());
  return ran.stdout.toString();
}

test("a filter that forbids the calls is met with the sentence, not with a failure", () => {
  expect(filtered("io_uring", SYS.io_uring_setup, EPERM)).toContain("forbidden to this process");
  expect(filtered("io_uring", SYS.io_uring_setup, ENOSYS)).toContain("has no usable io_uring");
  expect(filtered("libaio", SYS.io_setup, ENOSYS)).toContain("has no asynchronous I/O");
  expect(filtered("pvsync2", SYS.preadv2, ENOSYS)).toContain("Linux 4.6");
  expect(filtered("psync", SYS.preadv2, ENOSYS)).toBe("works");
});
